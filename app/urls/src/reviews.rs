//! Addresses of what readers say of books.

use dogear_domain::ids::{ReviewId, WorkId};
use dogear_domain::moderation::SubjectRef;

use crate::links::narrowed;
use crate::{TOP_RATED, book, reader_reviews, report};

/// The form in which a reader reviews a book.
#[must_use]
pub fn book_review(id: WorkId, slug: &str) -> String {
    format!("{}/review", book(id, slug))
}

/// Asks once more before the reader's review of a book is deleted.
#[must_use]
pub fn book_review_delete(id: WorkId, slug: &str) -> String {
    format!("{}/review/delete", book(id, slug))
}

/// The reviews of a book in the order of a word, from behind the place `after` on; both may be
/// empty.
#[must_use]
pub fn book_reviews(id: WorkId, slug: &str, sort: &str, after: &str) -> String {
    let path = format!("{}/reviews", book(id, slug));
    narrowed(&path, &[("sort", sort), ("after", after)])
}

/// The reviews of a reader, from behind the one with this number on.
#[must_use]
pub fn reader_reviews_before(handle: &str, before: ReviewId) -> String {
    format!("{}?before={before}", reader_reviews(handle))
}

/// The books that are rated best, of a genre and a language unless these are empty.
#[must_use]
pub fn top_rated_of(genre: &str, language: &str, page: u32) -> String {
    let page = match page {
        0 | 1 => String::new(),
        page => page.to_string(),
    };
    let pairs = [("genre", genre), ("language", language), ("page", &page)];
    narrowed(TOP_RATED, &pairs)
}

/// The form that tells moderators of a review.
#[must_use]
pub fn report_review(id: ReviewId) -> String {
    report(SubjectRef::review(id))
}
