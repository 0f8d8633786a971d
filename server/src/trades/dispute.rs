//! A dispute's beginning and end, in the trade's tables and in the moderators' queue.

use dogear_domain::ids::{LegId, TradeId, UserId};
use dogear_domain::moderation::ReportReason;
use dogear_domain::trades::{Actor, Outcome};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use super::save::Saving;
use crate::Result;

/// Opens the dispute and puts it into the moderators' queue.
pub(super) async fn open_dispute(
    conn: &mut PgConnection,
    trade: TradeId,
    leg: LegId,
    by: UserId,
    accused: Option<UserId>,
    reason: &str,
    saving: &Saving<'_>,
) -> Result<()> {
    sqlx::query(
        "insert into trade_disputes (trade_id, leg_id, opened_by, reason, details, created_at)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(trade)
    .bind(leg)
    .bind(by)
    .bind(reason)
    .bind(&saving.notes.words)
    .bind(saving.now.to_sqlx())
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        // Somebody who has reported the trade before has one open report, which is as urgent.
        "insert into reports (reporter_id, subject_kind, subject_id, accused_id, reason, severity, details, created_at)
         values ($1, 'trade', $2, $3, $4, $7, $5, $6)
         on conflict (reporter_id, subject_kind, subject_id) where state = 'open'
         do update set severity = greatest(reports.severity, excluded.severity)",
    )
    .bind(by)
    .bind(trade)
    .bind(accused)
    .bind(reason)
    .bind(&saving.notes.words)
    .bind(saving.now.to_sqlx())
    .bind(reason.parse().map_or(3, ReportReason::severity))
    .execute(conn)
    .await?;
    Ok(())
}

/// Closes the dispute, and with it the reports that wait in the queue.
pub(super) async fn close_dispute(
    conn: &mut PgConnection,
    trade: TradeId,
    actor: Actor,
    outcome: Outcome,
    saving: &Saving<'_>,
) -> Result<()> {
    sqlx::query(
        "update trade_disputes set closed_at = $2, outcome = $3, statement = $4
         where trade_id = $1 and closed_at is null",
    )
    .bind(trade)
    .bind(saving.now.to_sqlx())
    .bind(outcome)
    .bind(&saving.notes.words)
    .execute(&mut *conn)
    .await?;
    let moderator = match actor {
        Actor::Moderator(user) => Some(user),
        _ => None,
    };
    let decision = if moderator.is_some() {
        outcome.as_str()
    } else {
        "settled by the parties"
    };
    sqlx::query(
        "update reports set state = case when $3::bigint is null then 'dismissed' else 'actioned' end,
           decided_by = $3, decided_at = $2, decision = $4, decision_note = $5,
           claimed_by = null, claimed_at = null
         where subject_kind = 'trade' and subject_id = $1 and state = 'open'",
    )
    .bind(trade)
    .bind(saving.now.to_sqlx())
    .bind(moderator)
    .bind(decision)
    .bind(&saving.notes.words)
    .execute(conn)
    .await?;
    Ok(())
}
