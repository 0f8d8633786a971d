//! Addresses of what is lent.

use crate::LOANS;
use crate::links::narrowed;

/// A page, from 1, of what the reader has `lent` or `borrowed` on the site, or lent `outside`.
#[must_use]
pub fn loans(which: &str, page: u32) -> String {
    let page = match page {
        0 | 1 => String::new(),
        page => page.to_string(),
    };
    narrowed(LOANS, &[("f", which), ("page", &page)])
}

/// What the reader has lent to somebody outside the site, a page of it, from 1.
#[must_use]
pub fn loans_outside(page: u32) -> String {
    loans("outside", page)
}
