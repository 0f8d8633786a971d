//! Addresses of the library: what the list is narrowed to stands in the query.

use crate::links::narrowed;
use crate::{READING, reader_reading};

/// Which books the list of the reader's reading shows; what is empty narrows nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadingList<'a> {
    /// A word for a part.
    pub tab: &'a str,
    /// Words of a title or an author.
    pub q: &'a str,
    /// A word for an order.
    pub sort: &'a str,
    /// From 1; the first is not said.
    pub page: u32,
}

/// The list of what the reader wants, reads and has read.
#[must_use]
pub fn reading(list: ReadingList<'_>) -> String {
    let page = number(list.page);
    narrowed(
        READING,
        &[
            ("tab", list.tab),
            ("q", list.q),
            ("sort", list.sort),
            ("page", &page),
        ],
    )
}

/// A page of what a reader shows of their reading.
#[must_use]
pub fn reader_reading_page(handle: &str, page: u32) -> String {
    narrowed(&reader_reading(handle), &[("page", &number(page))])
}

/// Nothing for the first page.
fn number(page: u32) -> String {
    if page > 1 {
        page.to_string()
    } else {
        String::new()
    }
}
