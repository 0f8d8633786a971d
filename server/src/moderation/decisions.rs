//! Deciding, and taking a decision back.

use dogear_domain::fields::{DecisionMessage, DeskNote, FieldErrors, RestoreReason};
use dogear_domain::ids::{DecisionId, EventId, ReportId, ReviewId, TradeId, UserId};
use dogear_domain::moderation::{ReportState, SubjectKind, Verdict};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::json;
use sqlx::PgConnection;

use super::members::{self, Standing};
use super::repo::decisions::NewDecision;
use super::repo::{self, reports::Closing};
use super::subject::{self, SubjectRef};
use super::{notify, recusal};
use crate::audit::{Entry, audit};
use crate::db::{IdempotencyKey, Idempotent};
use crate::{Cx, Error, Result, events, reviews, search};

/// How long a moderator can take a decision back with one button.
const UNDO: SignedDuration = SignedDuration::from_hours(1);

/// A decision about the open reports on a subject.
#[derive(Debug, Clone, Serialize)]
pub struct Ruling {
    /// Whose open reports it answers.
    pub subject: SubjectRef,
    /// What is done.
    pub verdict: Verdict,
    /// What the accused reads when something is done.
    message: DecisionMessage,
    /// For colleagues.
    note: DeskNote,
}

impl Ruling {
    /// Reads the form. A message is needed when something is done.
    ///
    /// # Errors
    /// On `message` and `note`.
    pub fn read(
        subject: SubjectRef,
        verdict: Verdict,
        message: &str,
        note: &str,
    ) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        let message = if verdict.acts() {
            DecisionMessage::parse(message)
        } else {
            Ok(DecisionMessage::none())
        };
        let message = errors.take("message", message);
        let note = errors.take("note", DeskNote::parse(note));
        let (message, note) = errors.finish(message.zip(note))?;
        Ok(Self {
            subject,
            verdict,
            message,
            note,
        })
    }
}

/// What is done to a subject and its owner in one go.
pub(super) struct Ruled {
    pub subject: SubjectRef,
    pub accused: Option<UserId>,
    pub verdict: Verdict,
    pub message: DecisionMessage,
    pub note: DeskNote,
    /// The end of a suspension; `Some(None)` when it lasts until it is lifted.
    #[allow(clippy::option_option)] // no suspension, one without an end, one with
    pub until: Option<Option<Timestamp>>,
    /// The reports that this answers.
    pub reports: Vec<OpenReport>,
}

/// An open report, locked.
#[derive(Clone, Copy)]
pub(super) struct OpenReport {
    pub id: ReportId,
    pub reporter_id: UserId,
    pub accused_id: Option<UserId>,
}

/// Decides about every open report on a subject, as far as they accuse the same member.
/// The accused and the reporters are told.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins; `Invalid` on `verdict`; `Forbidden` when it is
/// about the moderator or about somebody they may not act on, or when they have reported it
/// themselves or are part of the trade in question; `Conflict` when there is no open report
/// any more.
pub async fn decide(cx: &Cx, key: Option<IdempotencyKey>, ruling: &Ruling) -> Result<DecisionId> {
    let moderator = cx.moderator()?.id;
    let mut once = match cx.once(key, ruling).await? {
        Idempotent::Done(id) => return Ok(id),
        Idempotent::New(once) => once,
    };
    if ruling.subject.kind == SubjectKind::Trade {
        refuse_open_dispute(&mut once.tx, TradeId(ruling.subject.id)).await?;
    }
    if ruling.verdict == Verdict::CancelEvent {
        events::desk::lock(&mut once.tx, EventId(ruling.subject.id), cx.now()).await?;
    }
    let mut reports = repo::reports::lock_open(&mut once.tx, ruling.subject).await?;
    let Some(first) = reports.first().copied() else {
        return Err(Error::Conflict(
            "A colleague has decided this already. Go on to the next one.".into(),
        ));
    };
    reports.retain(|report| report.accused_id == first.accused_id);
    let accused = first.accused_id;
    if accused == Some(moderator) {
        return Err(Error::Forbidden(
            "This is about you. Leave it to a colleague.".into(),
        ));
    }
    recusal::check(&mut once.tx, cx, ruling.subject).await?;
    if !Verdict::for_kind(ruling.subject.kind, accused.is_some()).contains(&ruling.verdict) {
        return Err(Error::field(
            "verdict",
            "Choose one of the decisions shown.",
        ));
    }
    let act = Ruled {
        subject: ruling.subject,
        accused,
        verdict: ruling.verdict,
        message: ruling.message.clone(),
        note: ruling.note.clone(),
        until: ruling
            .verdict
            .suspends_days()
            .map(|days| Some(cx.now() + SignedDuration::from_hours(24 * days))),
        reports,
    };
    let id = apply_decision(&mut once.tx, cx, &act).await?;
    once.commit(&id).await?;
    Ok(id)
}

/// While a problem holds a trade, its reports are answered by ending the trade: answered alone,
/// they would leave it frozen where nobody looks. Locks the trade, so that no problem is
/// reported meanwhile.
async fn refuse_open_dispute(conn: &mut PgConnection, trade: TradeId) -> Result<()> {
    let open = repo::subjects::lock_disputed(conn, trade).await?;
    if open {
        return Err(Error::Conflict(
            "A reported problem holds this trade. Decide how the trade ends: that answers the reports too.".into(),
        ));
    }
    Ok(())
}

/// Does it, writes it down, tells everybody. The caller has checked who may decide about the
/// subject; who may suspend the accused is checked here.
pub(super) async fn apply_decision(
    conn: &mut PgConnection,
    cx: &Cx,
    act: &Ruled,
) -> Result<DecisionId> {
    let moderator = cx.moderator()?.id;
    let found = subject::find(conn, act.subject).await?;
    let title = found.as_ref().map_or("", |found| found.title.as_str());
    if let Some(accused) = act.accused.filter(|_| act.until.is_some()) {
        recusal::check(conn, cx, SubjectRef::member(accused)).await?;
    }
    let hid = act.verdict.hides() && subject::hide(conn, cx, act.subject, &act.message).await?;
    if act.verdict == Verdict::MarkSpoiler {
        let review = ReviewId(act.subject.id);
        if !reviews::desk::mark(conn, review, Some(cx.now())).await? {
            return Err(Error::Conflict(
                "It is marked already, or gone. Choose another decision.".into(),
            ));
        }
    }
    if act.verdict == Verdict::CancelEvent {
        let event = EventId(act.subject.id);
        if !events::desk::take_down(conn, event, &act.message, cx.now()).await? {
            return Err(Error::Conflict(
                "It is over or cancelled already, so there is nothing to cancel. Choose another decision.".into(),
            ));
        }
    }
    let before = match (act.until, act.accused) {
        (Some(until), Some(accused)) => {
            Some(members::change_standing(conn, cx, accused, Some((until, &act.message))).await?)
        }
        _ => None,
    };
    let new = NewDecision {
        message: &act.message,
        note: &act.note,
        hid,
        standing_before: before.as_ref().map(serde_json::to_value).transpose()?,
        suspended_until: act.until.flatten(),
        ..NewDecision::of(act.subject, act.accused, moderator, act.verdict, cx.now())
    };
    let id = repo::decisions::insert(conn, &new).await?;
    close(conn, cx, id, act).await?;
    for report in &act.reports {
        let whose = (report.id, report.reporter_id);
        notify::reporter(conn, cx, whose, act.subject, title, act.verdict, id).await?;
    }
    if let Some(user) = act.accused.filter(|_| act.verdict.acts()) {
        let news = notify::DecisionNotice {
            user,
            subject: act.subject,
            title,
            verdict: act.verdict,
            message: &act.message,
            hid,
            until: act.until,
            decision: id,
        };
        notify::accused(conn, cx, &news).await?;
    }
    refresh(
        conn,
        cx,
        act.accused.filter(|_| before.is_some()),
        found.and_then(|found| found.work),
    )
    .await?;
    // Every moderator reads the log, also who hosts what a guest said something of.
    let told = act
        .accused
        .filter(|_| act.subject.kind != SubjectKind::Feedback);
    let entry = Entry {
        action: action(act.verdict),
        subject_kind: act.subject.kind.as_str(),
        subject_id: Some(act.subject.id),
        before: before.map(|standing| json!({ "standing": standing })),
        after: Some(json!({
            "decision": id,
            "member": told,
            "hidden": hid,
            "reports": act.reports.iter().map(|report| report.id).collect::<Vec<_>>(),
            "until": act.until.flatten().map(|until| until.to_string()),
        })),
        reason: &act.message,
    };
    audit(conn, cx, entry).await?;
    Ok(id)
}

/// The word of the audit log.
const fn action(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Leave => "report.leave",
        Verdict::Dismiss => "report.dismiss",
        Verdict::Warn => "member.warn",
        Verdict::Hide => "subject.hide",
        Verdict::HideAndWarn => "subject.hide_and_warn",
        Verdict::Suspend7 | Verdict::Suspend30 | Verdict::Suspend => "member.suspend",
        Verdict::Restore => "subject.restore",
        Verdict::Resolve => "trade.resolve",
        Verdict::CancelEvent => "event.cancel",
        Verdict::MarkSpoiler => "review.mark_spoiler",
    }
}

async fn close(conn: &mut PgConnection, cx: &Cx, id: DecisionId, act: &Ruled) -> Result<()> {
    let reports: Vec<i64> = act.reports.iter().map(|report| report.id.0).collect();
    let closing = Closing {
        decision: id,
        verdict: act.verdict,
        state: if act.verdict.acts() {
            ReportState::Actioned
        } else {
            ReportState::Dismissed
        },
        note: &act.note,
        by: cx.moderator()?.id,
        now: cx.now(),
    };
    repo::reports::close(conn, &reports, &closing).await
}

/// Search shows neither hidden copies nor those of suspended members.
async fn refresh(
    conn: &mut PgConnection,
    cx: &Cx,
    owner: Option<UserId>,
    work: Option<dogear_domain::ids::WorkId>,
) -> Result<()> {
    if let Some(owner) = owner {
        search::refresh_owner(conn, owner, cx.now()).await?;
    }
    if let Some(work) = work {
        search::refresh(conn, &[work], cx.now()).await?;
    }
    Ok(())
}

/// Takes one of the moderator's own decisions back within the hour: what it hid is shown,
/// the standing it changed is as before, its reports are open again, the accused is told. Within
/// ten seconds its mails have not left yet and are dropped.
///
/// # Errors
/// `NotFound` for everybody but the moderator who decided; `Conflict` when it is too late
/// or something newer stands on it.
pub async fn undo(cx: &Cx, id: DecisionId) -> Result<SubjectRef> {
    let moderator = cx.moderator()?.id;
    let mut tx = cx.begin().await?;
    let decision = repo::decisions::lock(&mut tx, id)
        .await?
        .filter(|decision| decision.moderator_id == moderator)
        .ok_or(Error::NotFound)?;
    if decision.undone_at.is_some() {
        return Err(Error::Conflict(
            "This decision was taken back already.".into(),
        ));
    }
    if !decision.verdict.can_be_undone() || cx.now().duration_since(decision.created_at) > UNDO {
        return Err(Error::Conflict(
            "A decision can be taken back within an hour. Open the listing or the member to restore them.".into(),
        ));
    }
    let subject = SubjectRef {
        kind: decision.subject_kind,
        id: decision.subject_id,
    };
    let found = subject::find(&mut tx, subject).await?;
    let shown = decision.hid && subject::unhide(&mut tx, subject).await?;
    let unmarked = decision.verdict == Verdict::MarkSpoiler
        && reviews::desk::mark(&mut tx, ReviewId(subject.id), None).await?;
    let standing: Option<Standing> = decision
        .standing_before
        .map(serde_json::from_value)
        .transpose()?;
    if let Some((accused, standing)) = decision.accused_id.zip(standing.as_ref()) {
        members::put_standing_back(&mut tx, cx, accused, decision.suspended_until, standing)
            .await?;
    }
    repo::decisions::note_undone(&mut tx, id, cx.now()).await?;
    repo::reports::reopen(&mut tx, id).await?;
    // Who has had no mail of the decision gets none of its end.
    let unsent = notify::withdraw(&mut tx, id).await?;
    if let Some(accused) = decision.accused_id {
        let accused = (accused, !unsent.contains(&accused));
        let key = format!("decision:{id}:undone");
        if standing.is_some() || matches!(decision.verdict, Verdict::Warn | Verdict::HideAndWarn) {
            let words = "A moderator has taken the last decision about you back.";
            notify::standing_restored(&mut tx, cx, accused, words, &key).await?;
        } else if (shown || unmarked) && subject.kind == SubjectKind::Review {
            let title = found.as_ref().map_or("", |found| found.title.as_str());
            notify::review_restored(&mut tx, cx, accused, title, "", &key).await?;
        } else if shown && matches!(subject.kind, SubjectKind::Message | SubjectKind::Feedback) {
            notify::message_restored(&mut tx, cx, accused, subject, &key).await?;
        } else if shown {
            let title = found.as_ref().map_or("", |found| found.title.as_str());
            let what = (subject, title);
            notify::listing_restored(&mut tx, cx, accused, what, "", &key).await?;
        }
    }
    let owner = decision.accused_id.filter(|_| standing.is_some());
    refresh(&mut tx, cx, owner, found.and_then(|found| found.work)).await?;
    let entry = Entry {
        action: "decision.undo",
        subject_kind: subject.kind.as_str(),
        subject_id: Some(subject.id),
        before: Some(json!({ "decision": id, "verdict": decision.verdict })),
        after: standing.map(|standing| json!({ "standing": standing })),
        ..Entry::default()
    };
    audit(&mut tx, cx, entry).await?;
    tx.commit().await?;
    Ok(subject)
}

/// Writes down that a subject is as it was before it was acted upon.
pub(super) async fn record_restore(
    conn: &mut PgConnection,
    cx: &Cx,
    subject: SubjectRef,
    accused: Option<UserId>,
    reason: &RestoreReason,
) -> Result<DecisionId> {
    let moderator = cx.moderator()?.id;
    let new = NewDecision {
        message: reason,
        ..NewDecision::of(subject, accused, moderator, Verdict::Restore, cx.now())
    };
    repo::decisions::insert(conn, &new).await
}
