//! What the public pages show, read in a few statements each.

mod author;
mod book;
mod feed;
mod home;
mod reader;
mod repo;
pub mod sitemap;
mod subject;
#[cfg(test)]
mod tests;

pub use author::{AuthorPage, AuthorSort, SeriesPage, Volume, author, books_of_author, series};
pub use book::{
    BookFacts, BookPage, COPIES_PER_PAGE, CopyLine, CopySort, EditionLine, Named, SeriesPlace,
    book, book_facts, copies_of_book,
};
pub use feed::{FEED_LENGTH, Offered, offered_of_author, offered_of_reader, offered_of_works};
pub use home::{Asked, Front, FrontCache, Listed, near};
pub use reader::{
    PublicList, Reader, ReaderPage, ShelfLine, copies_of_reader, reader, reader_facts,
};
pub use subject::{
    COUNTED, Subject, SubjectAuthor, SubjectLine, SubjectPage, Wanted, subject, subjects,
};

/// Cards on one page of an author or a shelf.
pub const PER_PAGE: u32 = 24;

/// Defects as stored; a word this build does not know is passed over.
fn defects(words: &[String]) -> Vec<dogear_domain::grade::Defect> {
    words.iter().filter_map(|word| word.parse().ok()).collect()
}

/// How many pages hold `total` lines.
pub fn pages(total: i64, per_page: u32) -> u32 {
    let total = u64::try_from(total).unwrap_or(0);
    u32::try_from(total.div_ceil(per_page.into())).unwrap_or(u32::MAX)
}

/// The offset of a page that starts at 1.
fn offset(page: u32, per_page: u32) -> i64 {
    i64::from(page.saturating_sub(1)) * i64::from(per_page)
}
