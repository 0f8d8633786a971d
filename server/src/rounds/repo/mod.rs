//! Rounds, and the wishes of readers in them.

pub(super) mod asks;
pub(super) mod desk;
mod erasure;
pub(super) mod rounds;
pub(super) mod views;

pub(crate) use erasure::erase;
pub(super) use erasure::forget_asks;
