//! Reports, as the members who make them see them.

use dogear_domain::fields::{FieldErrors, ReportDetails};
use dogear_domain::ids::{FeedbackId, ReportId, UserId};
use dogear_domain::moderation::{ReportReason, ReportState, SubjectKind, Verdict};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::repo::reports as repo;
use super::repo::subjects::{SeenSubject, seen_by};
use super::subject::{self, SubjectRef};
use crate::audit::{Entry, audit};
use crate::db::{IdempotencyKey, Idempotent};
use crate::{Cx, Error, Result, events, limits, lists};

/// What somebody is about to report.
#[derive(Debug, Clone)]
pub struct Reportable {
    /// What it is.
    pub subject: SubjectRef,
    /// What to call it.
    pub title: String,
    /// Those that fit what it is.
    pub reasons: Vec<ReportReason>,
    /// Their own report that still waits, if there is one.
    pub open: Option<ReportId>,
}

/// A report about to be made.
#[derive(Debug, Clone, Serialize)]
pub struct NewReport {
    /// What it is about.
    subject: SubjectRef,
    /// One that fits the subject.
    reason: ReportReason,
    /// In the reporter's words; may be empty.
    details: ReportDetails,
    /// The secret of an unlisted list, as the reporter has its address.
    #[serde(skip)]
    secret: String,
}

impl NewReport {
    /// Reads the form. `reason` is the word of a [`ReportReason`].
    ///
    /// # Errors
    /// On `reason` and `details`.
    pub fn read(subject: SubjectRef, reason: &str, details: &str) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        let reason = reason
            .parse::<ReportReason>()
            .ok()
            .filter(|reason| ReportReason::for_kind(subject.kind).contains(reason));
        if reason.is_none() {
            errors.add("reason", "Choose what is wrong.");
        }
        let details = errors.take("details", ReportDetails::parse(details, reason));
        let (reason, details) = errors.finish(reason.zip(details))?;
        Ok(Self {
            subject,
            reason,
            details,
            secret: String::new(),
        })
    }

    /// By somebody who has this secret of an unlisted list.
    #[must_use]
    pub fn with_secret(self, secret: String) -> Self {
        Self { secret, ..self }
    }
}

/// A report that was made, now or before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filed {
    /// Of the page that tells how it stands.
    pub id: ReportId,
    /// It was there already and still waits; nothing was added to it.
    pub already: bool,
}

/// A report on its reporter's page.
#[derive(Debug, Clone)]
pub struct OwnReport {
    /// In the address of its page.
    pub id: ReportId,
    /// What it is about.
    pub subject: SubjectRef,
    /// What to call it.
    pub title: String,
    /// Which they chose.
    pub reason: ReportReason,
    /// In their words; may be empty.
    pub details: String,
    /// Whether it is decided, and what came of it.
    pub state: ReportState,
    /// When it was made.
    pub created_at: Timestamp,
    /// None while it is open.
    pub decided_at: Option<Timestamp>,
    /// What came of it, in a sentence.
    pub outcome: Option<String>,
}

/// What can be reported about `subject`, by somebody who has this `secret` if it is an unlisted list.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` when the member cannot see the subject.
pub async fn reportable(cx: &Cx, subject: SubjectRef, secret: &str) -> Result<Reportable> {
    let reporter = cx.member()?.id;
    let mut conn = cx.db().acquire().await?;
    let seen = seen(cx, &mut conn, reporter, subject, secret).await?;
    let open = repo::open_of(&mut conn, reporter, subject).await?;
    Ok(Reportable {
        subject,
        title: seen.title,
        reasons: ReportReason::for_kind(subject.kind),
        open,
    })
}

/// Reports `new.subject` to the moderators. While a report of the same member about the
/// same subject waits, another one adds nothing.
///
/// # Errors
/// As [`reportable`]; `TooMany`.
pub async fn create(cx: &Cx, key: Option<IdempotencyKey>, new: &NewReport) -> Result<Filed> {
    let reporter = cx.member()?.id;
    cx.limit(limits::REPORT, &reporter.to_string()).await?;

    let mut once = match cx.once(key, new).await? {
        Idempotent::Done(filed) => return Ok(filed),
        Idempotent::New(once) => once,
    };
    if new.subject.kind == SubjectKind::Feedback {
        events::desk::hold_feedback(&mut once.tx, FeedbackId(new.subject.id)).await?;
    }
    let seen = seen(cx, &mut once.tx, reporter, new.subject, &new.secret).await?;
    let report = repo::NewReport {
        reporter,
        subject: new.subject,
        accused: seen.accused,
        reason: new.reason,
        details: &new.details,
        now: cx.now(),
    };
    let inserted = repo::insert(&mut once.tx, &report).await?;
    let filed = match inserted {
        Some(id) => {
            let entry = Entry {
                action: "report.make",
                subject_kind: new.subject.kind.as_str(),
                subject_id: Some(new.subject.id),
                after: Some(serde_json::json!({ "report": id, "reason": new.reason })),
                ..Entry::default()
            };
            audit(&mut once.tx, cx, entry).await?;
            Filed { id, already: false }
        }
        None => Filed {
            id: repo::open_of(&mut once.tx, reporter, new.subject)
                .await?
                .ok_or_else(|| {
                    Error::Conflict("Your earlier report was decided just now. Send this one again if it is about something new.".into())
                })?,
            already: true,
        },
    };
    once.commit(&filed).await?;
    Ok(filed)
}

/// One of the reader's own reports.
///
/// # Errors
/// `SignInRequired`; `NotFound` when it is somebody else's.
pub async fn own(cx: &Cx, id: ReportId) -> Result<OwnReport> {
    let reader = cx.reader()?.id;
    let mut conn = cx.db().acquire().await?;
    let row = repo::own(&mut conn, id, reader)
        .await?
        .ok_or(Error::NotFound)?;
    let subject = SubjectRef {
        kind: row.subject_kind,
        id: row.subject_id,
    };
    let found = subject::find(&mut conn, subject).await?;
    Ok(OwnReport {
        id,
        subject,
        title: found.map_or_else(|| subject.kind.label().to_owned(), |found| found.title),
        reason: row.reason,
        details: row.details,
        state: row.state,
        created_at: row.created_at,
        decided_at: row.decided_at,
        outcome: row
            .decision
            .parse::<Verdict>()
            .ok()
            .map(|verdict| outcome(verdict, subject.kind).to_owned()),
    })
}

/// What a reporter is told. It says what happened to the thing, not to the person.
pub(super) fn outcome(verdict: Verdict, kind: SubjectKind) -> &'static str {
    if !verdict.acts() {
        return "A moderator has looked at it and left it as it is.";
    }
    match kind {
        _ if verdict == Verdict::Resolve => {
            "A moderator has looked at both sides and decided how the trade ends."
        }
        SubjectKind::Copy => "A moderator has looked at it and hidden the listing.",
        SubjectKind::Message => "A moderator has looked at it and hidden the message.",
        _ if verdict == Verdict::CancelEvent => {
            "A moderator has looked at it and cancelled the event."
        }
        SubjectKind::Feedback => "A moderator has looked at it and hidden the words.",
        SubjectKind::List => "A moderator has looked at it and hidden the list.",
        _ if verdict == Verdict::MarkSpoiler => {
            "A moderator has looked at it and folded the review away as one that gives the story away."
        }
        SubjectKind::Review => "A moderator has looked at it and hidden the review.",
        SubjectKind::Member | SubjectKind::Trade | SubjectKind::Event => {
            "A moderator has looked at it and spoken to the member."
        }
    }
}

/// The subject as the reporter sees it, and whom a report of theirs would accuse.
async fn seen(
    cx: &Cx,
    conn: &mut PgConnection,
    reporter: UserId,
    subject: SubjectRef,
    secret: &str,
) -> Result<SeenSubject> {
    let nonce = lists::desk::nonce_of(cx, secret);
    let seen = seen_by(conn, reporter, subject, nonce.as_deref(), cx.now())
        .await?
        .ok_or(Error::NotFound)?;
    if seen.accused == Some(reporter) {
        return Err(Error::Forbidden(
            "This is your own, so there is nobody to report. You can change it or take it down yourself.".into(),
        ));
    }
    Ok(seen)
}
