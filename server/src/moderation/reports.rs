//! Reports, as the members who make them see them.

use dogear_domain::fields::{self, FieldErrors};
use dogear_domain::ids::{ReportId, UserId};
use dogear_domain::moderation::{ReportReason, ReportState, SubjectKind, Verdict};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::subject::{self, SubjectRef};
use crate::audit::{Entry, audit};
use crate::db::{IdempotencyKey, MaybeTimestamp, Once};
use crate::{Cx, Error, Result, limits};

/// Letters of the details.
const LONGEST: usize = 2000;

/// What somebody is about to report.
#[derive(Debug, Clone)]
pub struct Reportable {
    pub subject: SubjectRef,
    /// What to call it.
    pub title: String,
    pub reasons: Vec<ReportReason>,
    /// Their own report that still waits, if there is one.
    pub open: Option<ReportId>,
}

/// A report as it was typed.
#[derive(Debug, Clone, Serialize)]
pub struct NewReport {
    pub subject: SubjectRef,
    /// The word of a [`ReportReason`].
    pub reason: String,
    pub details: String,
}

/// A report that was made, now or before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filed {
    pub id: ReportId,
    /// It was there already and still waits; nothing was added to it.
    pub already: bool,
}

/// A report on its reporter's page.
#[derive(Debug, Clone)]
pub struct OwnReport {
    pub id: ReportId,
    pub subject: SubjectRef,
    pub title: String,
    pub reason: ReportReason,
    pub details: String,
    pub state: ReportState,
    pub created_at: Timestamp,
    pub decided_at: Option<Timestamp>,
    /// What came of it, in a sentence.
    pub outcome: Option<String>,
}

/// What can be reported about `subject`.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` when the member cannot see the subject.
pub async fn reportable(cx: &Cx, subject: SubjectRef) -> Result<Reportable> {
    let reporter = cx.member()?.id;
    let mut conn = cx.db().acquire().await?;
    let seen = seen(&mut conn, reporter, subject).await?;
    let open = open_report(&mut conn, reporter, subject).await?;
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
/// As [`reportable`]; `Invalid`; `TooMany`.
pub async fn create(cx: &Cx, key: Option<IdempotencyKey>, new: &NewReport) -> Result<Filed> {
    let reporter = cx.member()?.id;
    let mut errors = FieldErrors::new();
    let reason = new
        .reason
        .parse::<ReportReason>()
        .ok()
        .filter(|reason| ReportReason::for_kind(new.subject.kind).contains(reason));
    if reason.is_none() {
        errors.add("reason", "Choose what is wrong.");
    }
    let details = if reason == Some(ReportReason::Other) {
        fields::required_text(&new.details, "what is wrong", LONGEST)
    } else {
        fields::text(&new.details, "what you write", LONGEST)
    };
    let details = errors.take("details", details);
    let (reason, details) = errors.finish(reason.zip(details)).map_err(Error::Invalid)?;
    cx.limit(limits::REPORT, &reporter.to_string()).await?;

    let mut once = match cx.once(key, new).await? {
        Once::Done(filed) => return Ok(filed),
        Once::New(once) => once,
    };
    let seen = seen(&mut once.tx, reporter, new.subject).await?;
    let inserted: Option<ReportId> = sqlx::query_scalar(
        "insert into reports (reporter_id, subject_kind, subject_id, accused_id, reason, severity, details, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (reporter_id, subject_kind, subject_id) where state = 'open' do nothing
         returning id",
    )
    .bind(reporter)
    .bind(new.subject.kind.as_str())
    .bind(new.subject.id)
    .bind(seen.accused)
    .bind(reason.as_str())
    .bind(reason.severity())
    .bind(&details)
    .bind(cx.now().to_sqlx())
    .fetch_optional(&mut *once.tx)
    .await?;
    let filed = match inserted {
        Some(id) => {
            let entry = Entry {
                action: "report.make",
                subject_kind: new.subject.kind.as_str(),
                subject_id: Some(new.subject.id),
                after: Some(serde_json::json!({ "report": id, "reason": reason })),
                ..Entry::default()
            };
            audit(&mut once.tx, cx, entry).await?;
            Filed { id, already: false }
        }
        None => Filed {
            id: open_report(&mut once.tx, reporter, new.subject)
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
    #[derive(sqlx::FromRow)]
    struct Row {
        subject_kind: SubjectKind,
        subject_id: i64,
        reason: ReportReason,
        details: String,
        state: ReportState,
        decision: String,
        #[sqlx(try_from = "jiff_sqlx::Timestamp")]
        created_at: Timestamp,
        #[sqlx(try_from = "MaybeTimestamp")]
        decided_at: Option<Timestamp>,
    }
    let reader = cx.reader()?.id;
    let mut conn = cx.db().acquire().await?;
    let row: Row = sqlx::query_as(
        "select subject_kind, subject_id, reason, details, state, decision, created_at, decided_at
         from reports where id = $1 and reporter_id = $2",
    )
    .bind(id)
    .bind(reader)
    .fetch_optional(&mut *conn)
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
        SubjectKind::Member | SubjectKind::Trade => {
            "A moderator has looked at it and spoken to the member."
        }
    }
}

async fn open_report(
    conn: &mut PgConnection,
    reporter: UserId,
    subject: SubjectRef,
) -> Result<Option<ReportId>> {
    Ok(sqlx::query_scalar(
        "select id from reports
         where reporter_id = $1 and subject_kind = $2 and subject_id = $3 and state = 'open'",
    )
    .bind(reporter)
    .bind(subject.kind.as_str())
    .bind(subject.id)
    .fetch_optional(conn)
    .await?)
}

#[derive(sqlx::FromRow)]
struct Seen {
    title: String,
    accused: Option<UserId>,
}

/// The subject as the reporter sees it, and whom a report of theirs would accuse.
async fn seen(conn: &mut PgConnection, reporter: UserId, subject: SubjectRef) -> Result<Seen> {
    let query = match subject.kind {
        SubjectKind::Copy => {
            "select w.title, c.owner_id as accused
             from copies c join works w on w.id = c.work_id
             where c.id = $1 and c.state <> 'deleted' and (
                 is_listed(c) or c.owner_id = $2
                 or exists (select from trade_items i join trade_parties p on p.trade_id = i.trade_id
                     where i.copy_id = c.id and p.user_id = $2))"
        }
        SubjectKind::Member => {
            "select display_name as title, id as accused from users
             where id = $1 and status <> 'deleted' and $2 is not null"
        }
        SubjectKind::Message => {
            "select 'Message in trade ' || m.trade_id as title, m.author_id as accused
             from trade_messages m join trade_parties p on p.trade_id = m.trade_id and p.user_id = $2
             where m.id = $1"
        }
        // Between two, it is about the other one; in a ring a moderator has to find out.
        SubjectKind::Trade => {
            "select 'Trade ' || t.id as title,
                 (select case when count(*) = 1 then min(o.user_id) end
                  from trade_parties o where o.trade_id = t.id and o.user_id <> $2) as accused
             from trades t join trade_parties p on p.trade_id = t.id and p.user_id = $2
             where t.id = $1 and t.state <> 'draft'"
        }
    };
    let seen: Seen = sqlx::query_as(query)
        .bind(subject.id)
        .bind(reporter)
        .fetch_optional(conn)
        .await?
        .ok_or(Error::NotFound)?;
    if seen.accused == Some(reporter) {
        return Err(Error::Forbidden(
            "This is your own, so there is nobody to report. You can change it or take it down yourself.".into(),
        ));
    }
    Ok(seen)
}
