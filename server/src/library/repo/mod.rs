//! The statements of the library. Nothing here decides, begins a transaction or tells anybody.

pub(super) mod books;
pub(super) mod entries;
pub(super) mod erasure;
pub(super) mod export;
pub(super) mod invariants;
pub(super) mod kept;
pub(super) mod list;
pub(super) mod merging;
pub(super) mod public;
pub(super) mod readings;
pub(super) mod settings;
pub(super) mod year;
