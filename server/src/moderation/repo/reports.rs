//! Reports: made, closed, opened again.

use dogear_domain::ids::{DecisionId, ReportId, UserId};
use dogear_domain::moderation::{ReportReason, ReportState, SubjectKind, SubjectRef, Verdict};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::Result;
use crate::db::MaybeTimestamp;
use crate::moderation::decisions::OpenReport;

/// A report as a member makes it.
pub(in crate::moderation) struct NewReport<'a> {
    pub reporter: UserId,
    pub subject: SubjectRef,
    pub accused: Option<UserId>,
    pub reason: ReportReason,
    pub details: &'a str,
    pub now: Timestamp,
}

/// A report as its reporter reads it.
pub(in crate::moderation) struct OwnRow {
    pub subject_kind: SubjectKind,
    pub subject_id: i64,
    pub reason: ReportReason,
    pub details: String,
    pub state: ReportState,
    pub decision: String,
    pub created_at: Timestamp,
    pub decided_at: Option<Timestamp>,
}

/// What closes reports.
pub(in crate::moderation) struct Closing<'a> {
    pub decision: DecisionId,
    pub verdict: Verdict,
    pub state: ReportState,
    pub note: &'a str,
    pub by: UserId,
    pub now: Timestamp,
}

/// Keeps a report with what it is about as that stands now; nothing while an open one of the same member about the subject is there.
pub(in crate::moderation) async fn insert(
    conn: &mut PgConnection,
    report: &NewReport<'_>,
) -> Result<Option<ReportId>> {
    Ok(sqlx::query_scalar!(
        "insert into reports (reporter_id, subject_kind, subject_id, accused_id, reason, severity, details, created_at, evidence)
         values ($1, $2, $3, $4, $5, $6, $7, $8, evidence($2, $3))
         on conflict (reporter_id, subject_kind, subject_id) where state = 'open' do nothing
         returning id",
        report.reporter.0,
        report.subject.kind.as_str(),
        report.subject.id,
        report.accused.map(|user| user.0),
        report.reason.as_str(),
        report.reason.severity(),
        report.details,
        report.now.to_sqlx()
    )
    .fetch_optional(conn)
    .await?)
}

/// The open report of a member about a subject.
pub(in crate::moderation) async fn open_of(
    conn: &mut PgConnection,
    reporter: UserId,
    subject: SubjectRef,
) -> Result<Option<ReportId>> {
    Ok(sqlx::query_scalar!(
        "select id from reports
         where reporter_id = $1 and subject_kind = $2 and subject_id = $3 and state = 'open'",
        reporter.0,
        subject.kind.as_str(),
        subject.id
    )
    .fetch_optional(conn)
    .await?)
}

/// A report, when it is this member's.
pub(in crate::moderation) async fn own(
    conn: &mut PgConnection,
    id: ReportId,
    reporter: UserId,
) -> Result<Option<OwnRow>> {
    Ok(sqlx::query_as!(
        OwnRow,
        r#"select subject_kind, subject_id, reason, details, state, decision, created_at,
             decided_at as "decided_at!: MaybeTimestamp"
         from reports where id = $1 and reporter_id = $2"#,
        id.0,
        reporter.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Locks the open reports on a subject, oldest first.
pub(in crate::moderation) async fn lock_open(
    conn: &mut PgConnection,
    subject: SubjectRef,
) -> Result<Vec<OpenReport>> {
    Ok(sqlx::query_as!(
        OpenReport,
        "select id, reporter_id, accused_id from reports
         where subject_kind = $1 and subject_id = $2 and state = 'open' order by id for update",
        subject.kind.as_str(),
        subject.id
    )
    .fetch_all(conn)
    .await?)
}

/// Closes reports with a decision.
pub(in crate::moderation) async fn close(
    conn: &mut PgConnection,
    reports: &[i64],
    closing: &Closing<'_>,
) -> Result<()> {
    sqlx::query!(
        "update reports set state = $2, decided_by = $3, decided_at = $4, decision = $5,
             decision_note = $6, decision_id = $7, claimed_by = null, claimed_at = null
         where id = any ($1)",
        reports,
        closing.state.as_str(),
        closing.by.0,
        closing.now.to_sqlx(),
        closing.verdict.as_str(),
        closing.note,
        closing.decision.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ties the reports on a subject that are closed without a decision to this one.
pub(in crate::moderation) async fn tie(
    conn: &mut PgConnection,
    subject: SubjectRef,
    decision: DecisionId,
    verdict: Verdict,
) -> Result<()> {
    sqlx::query!(
        "update reports set decision = $3, decision_id = $4
         where subject_kind = $1 and subject_id = $2 and state = 'actioned' and decision_id is null",
        subject.kind.as_str(),
        subject.id,
        verdict.as_str(),
        decision.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Opens the reports again that a decision closed. Somebody who reported again in the meantime
/// has one open report, not two.
pub(in crate::moderation) async fn reopen(
    conn: &mut PgConnection,
    decision: DecisionId,
) -> Result<()> {
    sqlx::query!(
        "update reports r set state = 'open', decided_by = null, decided_at = null, decision = '',
             decision_note = '', decision_id = null
         where decision_id = $1 and not exists (select from reports o where o.state = 'open'
             and o.reporter_id = r.reporter_id and o.subject_kind = r.subject_kind and o.subject_id = r.subject_id)",
        decision.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
