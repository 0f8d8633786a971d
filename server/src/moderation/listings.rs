//! Listings: search, hide, restore.

use dogear_domain::fields::{DecisionMessage, DeskNote, RestoreReason};
use dogear_domain::grade::Grade;
use dogear_domain::ids::{CopyId, DecisionId, ListId, WorkId};
use jiff::Timestamp;

use super::repo::listings::{self as repo, Wanted};
use super::subject::SubjectRef;
use super::{hiding, recusal};
use crate::db::IdempotencyKey;
use crate::{Cx, Error, Result, copies};

/// Rows per page of [`list`].
pub const PAGE: i64 = 50;

/// Which listings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Which {
    /// On offer now.
    #[default]
    Listed,
    /// Out of sight by a moderator.
    Hidden,
    /// With open reports.
    Reported,
}

/// A copy in the list.
#[derive(Debug, Clone)]
pub struct Listing {
    /// The copy.
    pub id: CopyId,
    /// What it is a copy of.
    pub work: WorkId,
    /// Of the work's page.
    pub slug: String,
    /// Of the work.
    pub title: String,
    /// Of the work: all authors in one line.
    pub author_line: String,
    /// Handle.
    pub owner: String,
    /// As its owner judges it.
    pub grade: Grade,
    /// The owner's, which may be empty.
    pub note: String,
    /// When it was put on offer; none while it is not.
    pub listed_at: Option<Timestamp>,
    /// When it was hidden; none while it is not.
    pub hidden_at: Option<Timestamp>,
    /// What the owner was told; empty while it is not hidden.
    pub hidden_reason: String,
    /// About this copy.
    pub open_reports: i64,
}

/// Copies whose title, author, ISBN or owner's handle holds `words`, newest first, 50 at a
/// time; `before` is the last id of the page before.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub async fn list(
    cx: &Cx,
    words: &str,
    which: Which,
    before: Option<CopyId>,
) -> Result<Vec<Listing>> {
    cx.moderator()?;
    let words = words.trim().trim_start_matches('@').to_lowercase();
    let isbn = words.parse::<dogear_domain::isbn::Isbn13>().ok();
    let isbn = isbn.map(|isbn| isbn.to_string());
    let wanted = Wanted {
        words: &words,
        isbn: isbn.as_deref(),
        hidden: which == Which::Hidden,
        reported: which == Which::Reported,
        before,
        most: PAGE,
        ..Wanted::default()
    };
    repo::list(cx.db(), &wanted).await
}

/// A copy as the list shows it. The look at one that is not for everybody's eyes is written to
/// the audit log first.
///
/// # Errors
/// As [`list`], and `NotFound` when there is none.
pub async fn one(cx: &Cx, id: CopyId) -> Result<Listing> {
    cx.moderator()?;
    let only = Wanted {
        only: Some(id),
        most: 1,
        ..Wanted::default()
    };
    let found = repo::list(cx.db(), &only).await?.pop();
    let listing = found.ok_or(Error::NotFound)?;
    copies::open(cx, id).await?;
    Ok(listing)
}

/// Takes a copy out of sight and answers the open reports on it. The owner is told why.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins;
/// `Forbidden` when it is the moderator's own or they have reported it; `Conflict` when it is
/// hidden already.
pub async fn hide(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    id: CopyId,
    message: &DecisionMessage,
    note: &DeskNote,
) -> Result<DecisionId> {
    hiding::hide(cx, key, SubjectRef::copy(id), message, note).await
}

/// Shows a hidden copy again. The owner is told.
///
/// # Errors
/// As [`hide`]; `Conflict` when it is not hidden.
pub async fn restore(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    id: CopyId,
    reason: &RestoreReason,
) -> Result<()> {
    hiding::restore(cx, key, SubjectRef::copy(id), reason).await
}

/// Shows a list again that was hidden, when it is too late to take the decision back. The owner is
/// told.
///
/// # Errors
/// As [`restore`]; `Forbidden` too for who has reported it.
pub async fn restore_list(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    id: ListId,
    reason: &RestoreReason,
) -> Result<()> {
    let subject = SubjectRef::list(id);
    recusal::check(&mut *cx.db().acquire().await?, cx, subject).await?;
    hiding::restore(cx, key, subject, reason).await
}
