//! A moderator hides something without a report, or shows it again: listings, lists and reviews.

use dogear_domain::fields::{DecisionMessage, DeskNote, RestoreReason};
use dogear_domain::ids::{DecisionId, UserId};
use dogear_domain::moderation::{SubjectKind, Verdict};

use super::decisions::{Ruled, apply_decision, record_restore};
use super::repo::reports::lock_open;
use super::subject::{self, SubjectRef};
use super::{notify, recusal};
use crate::audit::{Entry, audit};
use crate::db::{IdempotencyKey, Idempotent};
use crate::{Cx, Error, Result, search};

/// Takes a subject out of sight and answers the open reports on it. Its owner is told why.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins, and when it is gone; `Forbidden` when it is
/// the moderator's own, or they must leave it to a colleague; `Conflict` when it is hidden already.
pub(super) async fn hide(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    subject: SubjectRef,
    message: &DecisionMessage,
    note: &DeskNote,
) -> Result<DecisionId> {
    let moderator = cx.moderator()?.id;
    let mut once = match cx.once(key, &("hide", subject, message, note)).await? {
        Idempotent::Done(id) => return Ok(id),
        Idempotent::New(once) => once,
    };
    let reports = lock_open(&mut once.tx, subject).await?;
    let found = subject::find(&mut once.tx, subject)
        .await?
        .ok_or(Error::NotFound)?;
    if found.accused == Some(moderator) {
        return Err(own(subject.kind));
    }
    recusal::check(&mut once.tx, cx, subject).await?;
    if found.hidden {
        return Err(Error::Conflict(format!(
            "This {} is hidden already.",
            subject.kind.label().to_lowercase()
        )));
    }
    let act = Ruled {
        subject,
        accused: found.accused,
        verdict: Verdict::Hide,
        message: message.clone(),
        note: note.clone(),
        until: None,
        reports,
    };
    let decision = apply_decision(&mut once.tx, cx, &act).await?;
    once.commit(&decision).await?;
    Ok(decision)
}

/// Shows a hidden subject again. Its owner is told.
///
/// # Errors
/// As [`hide`]; `Conflict` when it is not hidden.
pub(super) async fn restore(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    subject: SubjectRef,
    reason: &RestoreReason,
) -> Result<()> {
    let moderator = cx.moderator()?.id;
    let mut once = match cx.once(key, &("restore", subject, reason)).await? {
        Idempotent::Done(()) => return Ok(()),
        Idempotent::New(once) => once,
    };
    let found = subject::find(&mut once.tx, subject)
        .await?
        .ok_or(Error::NotFound)?;
    if found.accused == Some(moderator) {
        return Err(own(subject.kind));
    }
    if !subject::unhide(&mut once.tx, subject).await? {
        return Err(Error::Conflict(format!(
            "This {} is not hidden.",
            subject.kind.label().to_lowercase()
        )));
    }
    let decision = record_restore(&mut once.tx, cx, subject, found.accused, reason).await?;
    if let Some(owner) = found.accused {
        let (key, owner) = (format!("decision:{decision}"), (owner, true));
        let title = &found.title;
        let tx = &mut *once.tx;
        if subject.kind == SubjectKind::Review {
            notify::review_restored(tx, cx, owner, title, reason, &key).await?;
        } else {
            let what = (subject, title.as_str());
            notify::listing_restored(tx, cx, owner, what, reason, &key).await?;
        }
    }
    if let Some(work) = found.work {
        search::refresh(&mut once.tx, &[work], cx.now()).await?;
    }
    let entry = Entry {
        action: "subject.restore",
        subject_kind: subject.kind.as_str(),
        subject_id: Some(subject.id),
        before: Some(serde_json::json!({ "hidden": true })),
        after: Some(
            serde_json::json!({ "hidden": false, "decision": decision, "member": found.accused.map(|UserId(id)| id) }),
        ),
        reason,
    };
    audit(&mut once.tx, cx, entry).await?;
    once.commit(&()).await?;
    Ok(())
}

/// What a moderator reads who would judge what is their own.
fn own(kind: SubjectKind) -> Error {
    Error::Forbidden(match kind {
        SubjectKind::Review => {
            "This is your own review. Leave it to a colleague, or delete it on the book’s page."
                .into()
        }
        SubjectKind::List => "This is your own list. Leave it to a colleague.".into(),
        _ => "This is your own listing. Leave it to a colleague, or unlist it yourself.".into(),
    })
}
