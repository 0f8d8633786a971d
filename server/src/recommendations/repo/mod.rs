//! The statements of recommendations. `also_owned` is their table; the rest is read.

mod offers;
pub(super) mod shelves;
mod similar;

pub(super) use offers::{Found, for_newcomer, for_shelf};
pub(super) use similar::similar;
