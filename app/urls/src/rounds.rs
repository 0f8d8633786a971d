//! Addresses of what is given away in rounds.

use crate::GIVE;
use crate::links::narrowed;

/// What is given away to those who ask, in an order by its word, a page of it, from 1.
#[must_use]
pub fn give_list(sort: &str, page: u32) -> String {
    let page = match page {
        0 | 1 => String::new(),
        page => page.to_string(),
    };
    narrowed(GIVE, &[("sort", sort), ("page", &page)])
}
