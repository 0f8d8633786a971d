//! The tables of accounts: their statements, checked against the schema when they are
//! compiled. Nothing here decides, begins a transaction or tells anybody.

pub(super) mod admins;
pub(super) mod blocks;
pub(super) mod closing;
pub(super) mod erasure;
pub(super) mod profile;
pub(super) mod sessions;
pub(crate) mod standing;
pub(super) mod tokens;
pub(super) mod users;
