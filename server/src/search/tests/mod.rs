//! On the demo catalogue, in a real database.

pub(crate) mod library;
mod rows;
