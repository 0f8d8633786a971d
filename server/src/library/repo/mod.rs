//! The statements of the library. Nothing here decides, begins a transaction or tells anybody.

pub(super) mod entries;
pub(super) mod readings;
