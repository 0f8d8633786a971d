//! The statements of lists.

pub(super) mod desk;
pub(super) mod items;
pub(super) mod manage;
pub(super) mod views;
