//! Checks that are our own: rules about the project's text and about its dependencies.

pub(crate) mod deps;
pub(crate) mod documents;
pub(crate) mod found;
pub(crate) mod layers;
mod places;
mod rules;
pub(crate) mod size;
pub(crate) mod sql;
pub(crate) mod styles;
pub(crate) mod tables;
pub(crate) mod text;
