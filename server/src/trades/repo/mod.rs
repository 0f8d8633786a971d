//! The tables of trades: their statements, checked against the schema when they are
//! compiled. Nothing here decides, begins a transaction or tells anybody.

pub(super) mod calendar;
pub(super) mod deadlines;
pub(super) mod disputes;
pub(super) mod effects;
pub(super) mod erasure;
pub(crate) mod events;
pub(super) mod gifts;
pub(super) mod kept_addresses;
pub(super) mod load;
pub(super) mod loans;
pub(super) mod locks;
pub(super) mod meetings;
pub(crate) mod members;
pub(super) mod online;
pub(super) mod orders;
pub(super) mod payments;
pub(super) mod proposals;
pub(super) mod refunds;
pub(super) mod views;
