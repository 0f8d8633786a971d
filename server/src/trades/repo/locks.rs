//! The locks of a step, in the order that `trades` describes.

use dogear_domain::ids::{CopyId, TradeId, UserId};
use dogear_domain::trades::TradeState;
use sqlx::PgConnection;

use super::load::ids;
use crate::Result;

/// Locks a trade until the end of the transaction; gives its state.
///
/// # Errors
/// When there is none with this number.
pub(in crate::trades) async fn lock(conn: &mut PgConnection, trade: TradeId) -> Result<TradeState> {
    Ok(sqlx::query_scalar!(
        "select state from trades where id = $1 for no key update",
        trade.0
    )
    .fetch_one(conn)
    .await?)
}

/// Locks an agreed trade; gives the number of its revision, and nothing for any other trade.
pub(in crate::trades) async fn lock_agreed(
    conn: &mut PgConnection,
    trade: TradeId,
) -> Result<Option<i32>> {
    Ok(sqlx::query_scalar!(
        "select revision from trades where id = $1 and state = 'agreed' for no key update",
        trade.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Locks copies in order of their numbers, until the end of the transaction.
pub(in crate::trades) async fn lock_copies(
    conn: &mut PgConnection,
    copies: &[CopyId],
) -> Result<()> {
    sqlx::query!(
        "select id from copies where id = any ($1) order by id for no key update",
        &ids(copies)
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// Locks a trade and the open proposals that have one of `copies`; gives the proposals.
pub(in crate::trades) async fn lock_with_proposals(
    conn: &mut PgConnection,
    trade: TradeId,
    copies: &[CopyId],
) -> Result<Vec<TradeId>> {
    let mut locked = sqlx::query_scalar!(
        "select t.id from trades t
         where t.id = $1 or t.state = 'proposed'
           and t.id in (select trade_id from trade_items where copy_id = any ($2))
           and exists (select from trade_items i
                       where i.trade_id = t.id and i.revision = t.revision and i.copy_id = any ($2))
         order by t.id for no key update of t",
        trade.0,
        &ids(copies)
    )
    .fetch_all(conn)
    .await?;
    locked.retain(|&id| id != trade);
    Ok(locked)
}

/// Locks the open proposals that have one of these copies in their present revision.
pub(in crate::trades) async fn lock_proposals_with(
    conn: &mut PgConnection,
    copies: &[CopyId],
) -> Result<Vec<TradeId>> {
    Ok(sqlx::query_scalar!(
        "select t.id from trades t
         where t.state = 'proposed' and t.id in (select trade_id from trade_items where copy_id = any ($1))
           and exists (select from trade_items i
                       where i.trade_id = t.id and i.revision = t.revision and i.copy_id = any ($1))
         order by t.id for no key update of t",
        &ids(copies)
    )
    .fetch_all(conn)
    .await?)
}

/// Locks a member's open proposals.
pub(in crate::trades) async fn lock_proposals_of(
    conn: &mut PgConnection,
    user: UserId,
) -> Result<Vec<TradeId>> {
    Ok(sqlx::query_scalar!(
        "select t.id from trades t
         where t.state = 'proposed' and t.id in (select trade_id from trade_parties where user_id = $1)
         order by t.id for no key update of t",
        user.0
    )
    .fetch_all(conn)
    .await?)
}

/// Locks the open proposals between two members.
pub(in crate::trades) async fn lock_proposals_between(
    conn: &mut PgConnection,
    one: UserId,
    other: UserId,
) -> Result<Vec<TradeId>> {
    Ok(sqlx::query_scalar!(
        "select t.id from trades t
         where t.state = 'proposed'
           and t.id in (select trade_id from trade_parties where user_id = $1)
           and t.id in (select trade_id from trade_parties where user_id = $2)
         order by t.id for no key update of t",
        one.0,
        other.0
    )
    .fetch_all(conn)
    .await?)
}

/// Locks all copies of a member, and all that are in their open proposals and running trades, by
/// number; then these trades.
pub(in crate::trades) async fn lock_all_of(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!(
        "select c.id from copies c
         where c.owner_id = $1 or c.id in (
           select i.copy_id from trade_items i join trades t on t.id = i.trade_id
             join trade_parties p on p.trade_id = t.id and p.user_id = $1
           where t.state in ('proposed', 'agreed', 'disputed') and i.revision = t.revision)
         order by c.id for no key update",
        user.0
    )
    .fetch_all(&mut *conn)
    .await?;
    sqlx::query!(
        "select t.id from trades t
         where t.state in ('proposed', 'agreed', 'disputed')
           and t.id in (select trade_id from trade_parties where user_id = $1)
         order by t.id for no key update of t",
        user.0
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// Locks the copies of a member's running trades, by number.
pub(in crate::trades) async fn lock_copies_of_running(
    conn: &mut PgConnection,
    user: UserId,
) -> Result<()> {
    sqlx::query!(
        "select c.id from copies c
         where c.id in (
           select i.copy_id from trade_items i join trades t on t.id = i.trade_id
             join trade_parties p on p.trade_id = t.id and p.user_id = $1
           where t.state in ('agreed', 'disputed') and i.revision = t.revision)
         order by c.id for no key update",
        user.0
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// Locks a member's running trades.
pub(in crate::trades) async fn lock_running(
    conn: &mut PgConnection,
    user: UserId,
) -> Result<Vec<TradeId>> {
    Ok(sqlx::query_scalar!(
        "select t.id from trades t
         where t.state in ('agreed', 'disputed')
           and t.id in (select trade_id from trade_parties where user_id = $1)
         order by t.id for no key update of t",
        user.0
    )
    .fetch_all(conn)
    .await?)
}

/// Lets one proposal of a member come after the other, until the end of the transaction.
pub(in crate::trades) async fn lock_proposing(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('propose', $1))",
        user.0
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}
