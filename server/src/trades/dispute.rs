//! A dispute's beginning and end, in the trade's tables and in the moderators' queue.

use dogear_domain::ids::{LegId, TradeId, UserId};
use dogear_domain::moderation::ReportReason;
use dogear_domain::trades::{Actor, Outcome};
use sqlx::PgConnection;

use super::repo::disputes::{self, NewDispute};
use super::save::SaveContext;
use crate::Result;

/// Opens the dispute and puts it into the moderators' queue.
pub(super) async fn open_dispute(
    conn: &mut PgConnection,
    trade: TradeId,
    leg: LegId,
    by: UserId,
    accused: Option<UserId>,
    reason: &str,
    context: &SaveContext<'_>,
) -> Result<()> {
    let dispute = NewDispute {
        trade,
        leg,
        by,
        accused,
        reason,
        severity: reason.parse().map_or(3, ReportReason::severity),
        details: &context.details.words,
        photos: &context.details.photos,
        now: context.now,
    };
    disputes::insert(conn, &dispute).await?;
    disputes::report(conn, &dispute).await
}

/// Closes the dispute, and with it the reports that wait in the queue.
pub(super) async fn close_dispute(
    conn: &mut PgConnection,
    trade: TradeId,
    actor: Actor,
    outcome: Outcome,
    context: &SaveContext<'_>,
) -> Result<()> {
    let (words, now) = (&context.details.words, context.now);
    disputes::close(conn, trade, outcome, words, now).await?;
    let moderator = match actor {
        Actor::Moderator(user) => Some(user),
        _ => None,
    };
    let decision = if moderator.is_some() {
        outcome.as_str()
    } else {
        "settled by the parties"
    };
    disputes::close_reports(conn, trade, moderator, decision, words, now).await
}
