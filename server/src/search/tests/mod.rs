//! On the demo catalogue, in a real database.

mod finding;
pub(crate) mod library;
mod newest;
mod plans;
mod relevance;
mod rows;
mod saved;
