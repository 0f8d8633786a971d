//! Addresses of what is lent.

use crate::LOANS;
use crate::links::narrowed;

/// What the reader has lent to somebody outside the site, a page of it, from 1.
#[must_use]
pub fn loans_outside(page: u32) -> String {
    let page = match page {
        0 | 1 => String::new(),
        page => page.to_string(),
    };
    narrowed(LOANS, &[("f", "outside"), ("page", &page)])
}
