//! Reviews, hidden and shown again without a report.

use dogear_domain::fields::{DecisionMessage, DeskNote, RestoreReason};
use dogear_domain::ids::{DecisionId, ReviewId};

use super::hiding;
use super::subject::SubjectRef;
use crate::db::IdempotencyKey;
use crate::{Cx, Result};

/// Takes a review out of sight and answers the open reports on it. Its author is told why; how they
/// rate the book counts on.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins; `Forbidden` when it is the moderator's own,
/// or they have reported it or found it helpful; `Conflict` when it is hidden already.
pub async fn hide(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    id: ReviewId,
    message: &DecisionMessage,
    note: &DeskNote,
) -> Result<DecisionId> {
    hiding::hide(cx, key, SubjectRef::review(id), message, note).await
}

/// Shows a hidden review again. Its author is told.
///
/// # Errors
/// As [`hide`]; `Conflict` when it is not hidden.
pub async fn restore(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    id: ReviewId,
    reason: &RestoreReason,
) -> Result<()> {
    hiding::restore(cx, key, SubjectRef::review(id), reason).await
}
