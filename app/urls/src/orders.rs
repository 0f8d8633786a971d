//! Addresses of what is bought and sold.

use dogear_domain::ids::TradeId;

use crate::links::narrowed;
use crate::{BROWSE, ORDERS, ORDERS_PLACED};

/// The reader's orders of one list, from behind `after` on; both may be empty.
#[must_use]
pub fn orders(which: &str, after: &str) -> String {
    narrowed(ORDERS, &[("f", which), ("after", after)])
}

/// These orders, which were just placed.
#[must_use]
pub fn orders_placed(trades: &[TradeId]) -> String {
    let numbers: Vec<String> = trades.iter().map(ToString::to_string).collect();
    narrowed(ORDERS_PLACED, &[("trades", &numbers.join("."))])
}

/// Books that somebody sells.
#[must_use]
pub fn browse_for_sale() -> String {
    narrowed(BROWSE, &[("offer", "sale")])
}
