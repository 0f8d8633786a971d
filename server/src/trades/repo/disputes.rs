//! Problems with a trade, and the reports by which they reach the moderators.

use dogear_domain::fields::Text;
use dogear_domain::ids::{LegId, TradeId, UserId};
use dogear_domain::trades::Outcome;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use crate::Result;
use crate::copies::PhotoRow;

/// A problem that a party reports.
pub(in crate::trades) struct NewDispute<'a> {
    pub trade: TradeId,
    pub leg: LegId,
    pub by: UserId,
    pub accused: Option<UserId>,
    pub reason: &'a str,
    pub severity: i16,
    pub details: &'a Text,
    pub photos: &'a [PhotoRow],
    pub now: Timestamp,
}

/// Writes the problem down.
pub(in crate::trades) async fn insert(
    conn: &mut PgConnection,
    dispute: &NewDispute<'_>,
) -> Result<()> {
    sqlx::query!(
        "insert into trade_disputes (trade_id, leg_id, opened_by, reason, details, created_at, photos)
         values ($1, $2, $3, $4, $5, $6, $7)",
        dispute.trade.0,
        dispute.leg.0,
        dispute.by.0,
        dispute.reason,
        &**dispute.details,
        dispute.now.to_sqlx(),
        Json(dispute.photos) as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts it into the moderators' queue. Somebody who has reported the trade before has one open
/// report, which becomes as urgent.
pub(in crate::trades) async fn report(
    conn: &mut PgConnection,
    dispute: &NewDispute<'_>,
) -> Result<()> {
    sqlx::query!(
        "insert into reports (reporter_id, subject_kind, subject_id, accused_id, reason, severity, details, created_at)
         values ($1, 'trade', $2, $3, $4, $7, $5, $6)
         on conflict (reporter_id, subject_kind, subject_id) where state = 'open'
         do update set severity = greatest(reports.severity, excluded.severity)",
        dispute.by.0,
        dispute.trade.0,
        dispute.accused.map(|user| user.0),
        dispute.reason,
        &**dispute.details,
        dispute.now.to_sqlx(),
        dispute.severity
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Closes the problem of a trade.
pub(in crate::trades) async fn close(
    conn: &mut PgConnection,
    trade: TradeId,
    outcome: Outcome,
    statement: &str,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update trade_disputes set closed_at = $2, outcome = $3, statement = $4
         where trade_id = $1 and closed_at is null",
        trade.0,
        now.to_sqlx(),
        outcome.as_str(),
        statement
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Closes the open reports about a trade: acted upon by a moderator, or settled by the parties.
pub(in crate::trades) async fn close_reports(
    conn: &mut PgConnection,
    trade: TradeId,
    moderator: Option<UserId>,
    decision: &str,
    note: &str,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update reports set state = case when $3::bigint is null then 'dismissed' else 'actioned' end,
           decided_by = $3, decided_at = $2, decision = $4, decision_note = $5,
           claimed_by = null, claimed_at = null
         where subject_kind = 'trade' and subject_id = $1 and state = 'open'",
        trade.0,
        now.to_sqlx(),
        moderator.map(|user| user.0),
        decision,
        note
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes the photos off the problems that a member reported. Gives their keys.
pub(in crate::trades) async fn erase_photos(
    conn: &mut PgConnection,
    user: UserId,
) -> Result<Vec<Uuid>> {
    let keys = sqlx::query_scalar!(
        r#"select (photo->>'key')::uuid as "key!"
         from trade_disputes, jsonb_array_elements(photos) photo where opened_by = $1"#,
        user.0
    )
    .fetch_all(&mut *conn)
    .await?;
    sqlx::query!(
        "update trade_disputes set photos = '[]' where opened_by = $1",
        user.0
    )
    .execute(conn)
    .await?;
    Ok(keys)
}
