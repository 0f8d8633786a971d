//! Reviews as moderators see them. Who may, and what is told to whom, is decided at the desk.

use dogear_domain::ids::{ReviewId, WorkId};
use dogear_domain::library::Rating;
use jiff::Timestamp;
use sqlx::PgConnection;

use super::repo::desk as repo;
use crate::{Cx, Error, Result};

/// Rows per page of [`list`].
pub const PAGE: i64 = 50;

/// Which reviews.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Which {
    /// Seen by readers.
    #[default]
    Shown,
    /// Out of sight by a moderator.
    Hidden,
    /// With open reports.
    Reported,
}

/// A review on the desk.
#[derive(Debug, Clone)]
pub struct DeskReview {
    /// By which it is named.
    pub id: ReviewId,
    /// What it is about.
    pub work: WorkId,
    /// Of the work's page.
    pub slug: String,
    /// Of the work.
    pub title: String,
    /// Handle.
    pub author: String,
    /// As it was written.
    pub body: String,
    /// All of it gives the story away, says its author.
    pub spoiler: bool,
    /// So says a moderator.
    pub is_marked: bool,
    /// How its author rates the book; it counts also while the review is hidden.
    pub rating: Option<Rating>,
    /// How many readers it has helped.
    pub helpful: i32,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was hidden; none while it is not.
    pub hidden_at: Option<Timestamp>,
    /// What its author was told; empty while it is not hidden.
    pub hidden_reason: String,
    /// About this review.
    pub open_reports: i64,
}

/// Reviews whose book's title or author, or whose own author's handle, holds `words`, newest first,
/// 50 at a time; `before` is the last number of the page before.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub async fn list(
    cx: &Cx,
    words: &str,
    which: Which,
    before: Option<ReviewId>,
) -> Result<Vec<DeskReview>> {
    cx.moderator()?;
    let words = words.trim().trim_start_matches('@').to_lowercase();
    let wanted = repo::Wanted {
        words: &words,
        hidden: which == Which::Hidden,
        reported: which == Which::Reported,
        before,
        most: PAGE,
        ..repo::Wanted::default()
    };
    repo::list(cx.db(), &wanted).await
}

/// One review.
///
/// # Errors
/// As [`list`], and `NotFound` when there is none.
pub async fn one(cx: &Cx, id: ReviewId) -> Result<DeskReview> {
    cx.moderator()?;
    let only = repo::Wanted {
        only: Some(id),
        most: 1,
        ..repo::Wanted::default()
    };
    let found = repo::list(cx.db(), &only).await?.pop();
    found.ok_or(Error::NotFound)
}

/// As [`one`], for a case about something that may be gone.
///
/// # Errors
/// As [`list`].
pub async fn find(cx: &Cx, id: ReviewId) -> Result<Option<DeskReview>> {
    match one(cx, id).await {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Takes a review out of sight. Tells whether that changed anything.
///
/// # Errors
/// Those of the database.
pub(crate) async fn hide(
    conn: &mut PgConnection,
    id: ReviewId,
    reason: &str,
    now: Timestamp,
) -> Result<bool> {
    repo::hide(conn, id, reason, now).await
}

/// Shows a review again. Tells whether that changed anything.
///
/// # Errors
/// Those of the database.
pub(crate) async fn unhide(conn: &mut PgConnection, id: ReviewId) -> Result<bool> {
    repo::unhide(conn, id).await
}

/// Says of a review that it gives the story away, or no longer. Tells whether that changed
/// anything.
///
/// # Errors
/// Those of the database.
pub(crate) async fn mark(
    conn: &mut PgConnection,
    id: ReviewId,
    at: Option<Timestamp>,
) -> Result<bool> {
    repo::mark(conn, id, at).await
}
