//! Checks that are our own: rules about the project's text and about its dependencies.

pub mod deps;
pub mod layers;
mod places;
mod rules;
pub mod sql;
pub mod tables;
pub mod text;
