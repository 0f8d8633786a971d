//! What the public pages show, read in a few statements each.

mod author;
mod book;
mod home;
mod reader;
mod repo;
pub mod sitemap;
mod subject;
#[cfg(test)]
mod tests;

pub use author::{AuthorPage, SeriesPage, Volume, author, series};
pub use book::{BookPage, COPIES_PER_PAGE, CopyLine, EditionLine, Named, SeriesPlace, book};
pub use home::{Asked, Front, FrontCache, near};
pub use reader::{Reader, ReaderPage, ShelfLine, reader};
pub use subject::{
    COUNTED, Subject, SubjectAuthor, SubjectLine, SubjectPage, Wanted, subject, subjects,
};

/// Cards on one page of an author or a shelf.
pub const PER_PAGE: u64 = 24;

/// Defects as stored; a word this build does not know is passed over.
fn defects(words: &[String]) -> Vec<dogear_domain::grade::Defect> {
    words.iter().filter_map(|word| word.parse().ok()).collect()
}

/// The offset of a page that starts at 1.
fn offset(page: u64, per_page: u64) -> i64 {
    i64::try_from(page.saturating_sub(1).saturating_mul(per_page)).unwrap_or(i64::MAX)
}
