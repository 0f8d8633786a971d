//! The statements of recommendations. `also_owned` is their table; the rest is read.

mod alike;
mod offers;
pub(super) mod shelves;

pub(super) use alike::alike;
pub(super) use offers::{Found, for_newcomer, for_shelf};
