//! What reports and decisions are about.

use dogear_domain::ids::{CopyId, FeedbackId, ListId, MessageId, ReviewId, UserId, WorkId};
use dogear_domain::moderation::SubjectKind;
pub use dogear_domain::moderation::SubjectRef;
use sqlx::PgConnection;

pub(super) use super::repo::subjects::find;
use crate::copies::desk;
use crate::{Cx, Result, events, lists, reviews, trades};

/// A subject as the database has it now.
pub(super) struct Found {
    /// What to call it, e.g. a book's title.
    pub title: String,
    /// Its owner or author; of a trade nobody in particular.
    pub accused: Option<UserId>,
    /// The work, when it is a copy.
    pub work: Option<WorkId>,
    /// Whether it is out of sight already.
    pub hidden: bool,
}

/// Takes a copy, a message, a list, a review or the words of a guest out of sight. Tells whether that changed anything.
pub(super) async fn hide(
    conn: &mut PgConnection,
    cx: &Cx,
    subject: SubjectRef,
    reason: &str,
) -> Result<bool> {
    let now = cx.now();
    match subject.kind {
        SubjectKind::Copy => {
            let copy = CopyId(subject.id);
            let hid = desk::hide(conn, copy, reason, now).await?;
            if hid {
                (cx.services.hooks.unoffered)(conn, cx, &[copy]).await?;
            }
            Ok(hid)
        }
        SubjectKind::Message => trades::hide_message(conn, MessageId(subject.id), now).await,
        SubjectKind::Feedback => {
            events::desk::hide_feedback(conn, FeedbackId(subject.id), Some(now)).await
        }
        SubjectKind::List => lists::desk::hide(conn, ListId(subject.id), reason, now).await,
        SubjectKind::Review => reviews::desk::hide(conn, ReviewId(subject.id), reason, now).await,
        SubjectKind::Member | SubjectKind::Trade | SubjectKind::Event => Ok(false),
    }
}

/// Shows a copy, a message, a list, a review or the words of a guest again. Tells whether that changed anything.
pub(super) async fn unhide(conn: &mut PgConnection, subject: SubjectRef) -> Result<bool> {
    match subject.kind {
        SubjectKind::Copy => desk::unhide(conn, CopyId(subject.id)).await,
        SubjectKind::Message => trades::unhide_message(conn, MessageId(subject.id)).await,
        SubjectKind::Feedback => {
            events::desk::hide_feedback(conn, FeedbackId(subject.id), None).await
        }
        SubjectKind::List => lists::desk::unhide(conn, ListId(subject.id)).await,
        SubjectKind::Review => reviews::desk::unhide(conn, ReviewId(subject.id)).await,
        SubjectKind::Member | SubjectKind::Trade | SubjectKind::Event => Ok(false),
    }
}
