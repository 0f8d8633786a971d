//! What a transition changes: the trade's row, its parties, holds and legs.

use dogear_domain::fields::Line;
use dogear_domain::ids::{LegId, TradeId, UserId};
use dogear_domain::trades::{LegPurpose, LegState, Method, TradeState};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::Result;

/// The party has said yes to this revision, or to none.
pub(in crate::trades) async fn set_acceptance(
    conn: &mut PgConnection,
    trade: TradeId,
    party: UserId,
    revision: Option<i32>,
) -> Result<()> {
    sqlx::query!(
        "update trade_parties set accepted_revision = $3 where trade_id = $1 and user_id = $2",
        trade.0,
        party.0,
        revision
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One direction of an agreed trade.
pub(in crate::trades) async fn insert_leg(
    conn: &mut PgConnection,
    trade: TradeId,
    from: UserId,
    to: UserId,
    send_due: Timestamp,
    purpose: LegPurpose,
) -> Result<()> {
    sqlx::query!(
        "insert into trade_legs (trade_id, from_user, to_user, send_due, purpose) values ($1, $2, $3, $4, $5)",
        trade.0,
        from.0,
        to.0,
        send_due.to_sqlx(),
        purpose.as_str()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How the books of a leg travel.
#[derive(Debug, Clone, Copy)]
pub(in crate::trades) struct Travel<'a> {
    pub carrier: &'a Line,
    pub tracking: &'a Line,
}

/// Moves a leg on; `travel` is kept when it is sent.
pub(in crate::trades) async fn update_leg(
    conn: &mut PgConnection,
    leg: LegId,
    state: LegState,
    at: Timestamp,
    receive_due: Option<Timestamp>,
    travel: Travel<'_>,
) -> Result<()> {
    sqlx::query!(
        "update trade_legs set state = $2, receive_due = $3, reminded_at = null, overdue_told_at = null,
           sent_at = case when $2 in ('sent', 'handed_over') then $4 else sent_at end,
           received_at = case when $2 = 'received' then $4 else received_at end,
           carrier = case when $2 = 'sent' then $5 else carrier end,
           tracking = case when $2 = 'sent' then $6 else tracking end
         where id = $1",
        leg.0,
        state.as_str(),
        receive_due.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        at.to_sqlx(),
        &**travel.carrier,
        &**travel.tracking
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives the giver of every leg to `user` that has not left until `due` at least.
pub(in crate::trades) async fn extend_send_due(
    conn: &mut PgConnection,
    trade: TradeId,
    user: UserId,
    due: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update trade_legs set send_due = greatest(send_due, $3), reminded_at = null, overdue_told_at = null
         where trade_id = $1 and to_user = $2 and state = 'pending'",
        trade.0,
        user.0,
        due.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The party wants to end the trade.
pub(in crate::trades) async fn request_cancel(
    conn: &mut PgConnection,
    trade: TradeId,
    party: UserId,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update trade_parties set cancel_requested_at = $3 where trade_id = $1 and user_id = $2",
        trade.0,
        party.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets who wanted to end the trade. A former member's wish stays: they said it when they
/// left, and cannot say it again.
pub(in crate::trades) async fn clear_cancel_requests(
    conn: &mut PgConnection,
    trade: TradeId,
) -> Result<()> {
    sqlx::query!(
        "update trade_parties set cancel_requested_at = null
         where trade_id = $1 and cancel_requested_at is not null
           and user_id not in (select id from users where status = 'deleted')",
        trade.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The sealed address of a party, if there is one.
pub(in crate::trades) async fn address(
    conn: &mut PgConnection,
    trade: TradeId,
    party: UserId,
) -> Result<Option<Vec<u8>>> {
    Ok(sqlx::query_scalar!(
        "select address_sealed from trade_parties where trade_id = $1 and user_id = $2",
        trade.0,
        party.0
    )
    .fetch_one(conn)
    .await?)
}

/// Where a parcel to the party goes, sealed.
pub(in crate::trades) async fn set_address(
    conn: &mut PgConnection,
    trade: TradeId,
    party: UserId,
    sealed: &[u8],
) -> Result<()> {
    sqlx::query!(
        "update trade_parties set address_sealed = $3 where trade_id = $1 and user_id = $2",
        trade.0,
        party.0,
        sealed
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets every address of a trade.
pub(in crate::trades) async fn erase_addresses(
    conn: &mut PgConnection,
    trade: TradeId,
) -> Result<()> {
    sqlx::query!(
        "update trade_parties set address_sealed = null
         where trade_id = $1 and address_sealed is not null",
        trade.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A trade's own row after a transition.
pub(in crate::trades) struct TradeUpdate<'a> {
    pub state: TradeState,
    pub revision: i32,
    pub reply_due: Option<Timestamp>,
    /// None: as it was.
    pub method: Option<Method>,
    /// The question has been put anew.
    pub asked_anew: bool,
    pub words: &'a str,
    pub now: Timestamp,
}

/// Brings a trade's own row up to date.
pub(in crate::trades) async fn update_trade(
    conn: &mut PgConnection,
    trade: TradeId,
    update: &TradeUpdate<'_>,
) -> Result<()> {
    sqlx::query!(
        "update trades set state = $2, revision = $3, reply_due = $4, updated_at = $5,
           method = coalesce($6, method),
           asked_at = case when $7 then $5 else asked_at end,
           reminded_at = case when $7 then null else reminded_at end,
           agreed_at = case when $2 = 'agreed' then coalesce(agreed_at, $5) else agreed_at end,
           closed_at = case when $8 then $5 else null end,
           close_reason = case when $8 then $9 else close_reason end
         where id = $1",
        trade.0,
        update.state.as_str(),
        update.revision,
        update.reply_due.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        update.now.to_sqlx(),
        update.method.map(Method::as_str),
        update.asked_anew,
        update.state.is_final(),
        update.words
    )
    .execute(conn)
    .await?;
    Ok(())
}
