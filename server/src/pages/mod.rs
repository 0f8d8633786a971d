//! What the public pages show, read in a few statements each.

mod author;
mod book;
mod home;
mod reader;
pub mod sitemap;
mod subject;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

pub use author::{AuthorPage, SeriesPage, Volume, author, series};
pub use book::{BookPage, COPIES_PER_PAGE, CopyLine, EditionLine, Named, SeriesPlace, book};
pub use home::{Asked, Front, FrontCache, near};
pub use reader::{Reader, ReaderPage, ShelfLine, reader};
pub use subject::{
    COUNTED, Subject, SubjectAuthor, SubjectLine, SubjectPage, Wanted, subject, subjects,
};

/// Cards on one page of an author or a shelf.
pub const PER_PAGE: u64 = 24;

/// What is known about how a reader trades.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    pub trades_completed: i32,
    /// The mean, in seconds; `None` before the first answer.
    pub reply_seconds: Option<i64>,
    pub parcels_sent: i32,
    /// Of the parcels sent, those sent by the agreed day.
    pub parcels_on_time: i32,
    pub since: Timestamp,
}

#[derive(sqlx::FromRow)]
struct TrustRow {
    trades_completed: i32,
    replies: i32,
    reply_seconds: i64,
    parcels_sent: i32,
    parcels_on_time: i32,
    joined_at: jiff_sqlx::Timestamp,
}

impl From<TrustRow> for Trust {
    fn from(row: TrustRow) -> Self {
        Self {
            trades_completed: row.trades_completed,
            reply_seconds: (row.replies > 0).then(|| row.reply_seconds / i64::from(row.replies)),
            parcels_sent: row.parcels_sent,
            parcels_on_time: row.parcels_on_time,
            since: row.joined_at.to_jiff(),
        }
    }
}

/// Defects as stored; a word this build does not know is passed over.
fn defects(words: &[String]) -> Vec<dogear_domain::grade::Defect> {
    words.iter().filter_map(|word| word.parse().ok()).collect()
}

/// The offset of a page that starts at 1.
fn offset(page: u64, per_page: u64) -> i64 {
    i64::try_from(page.saturating_sub(1).saturating_mul(per_page)).unwrap_or(i64::MAX)
}
