//! What trades keep of a member who leaves, and what they do not.

use dogear_domain::ids::{TradeId, UserId};
use sqlx::PgConnection;

use super::kept_addresses;
use crate::Result;

/// What stands in the place of a message whose writer has left, in a trade that was never agreed.
const ERASED: &str = "(Erased when its writer left.)";

/// Every trade of a member, however it ended.
pub(in crate::trades) async fn trades_of(
    conn: &mut PgConnection,
    user: UserId,
) -> Result<Vec<TradeId>> {
    Ok(sqlx::query_scalar!(
        "select trade_id from trade_parties where user_id = $1 order by trade_id",
        user.0
    )
    .fetch_all(conn)
    .await?)
}

/// Erases the addresses that a member gave in trades, and the one they kept for the next. Trades themselves belong to the others too.
pub(in crate::trades) async fn erase_addresses(
    conn: &mut PgConnection,
    user: UserId,
) -> Result<()> {
    sqlx::query!(
        "update trade_parties set address_sealed = null where user_id = $1",
        user.0
    )
    .execute(&mut *conn)
    .await?;
    kept_addresses::delete(conn, user).await
}

/// Erases what a member's copies said of themselves in proposals that were never agreed.
pub(in crate::trades) async fn erase_snapshots(
    conn: &mut PgConnection,
    user: UserId,
) -> Result<()> {
    let never_agreed = sqlx::query!(
        "select i.trade_id, i.copy_id from trade_items i join trades t on t.id = i.trade_id
         where i.from_user = $1 and t.agreed_at is null",
        user.0
    )
    .fetch_all(&mut *conn)
    .await?;
    let trades: Vec<i64> = never_agreed.iter().map(|row| row.trade_id.0).collect();
    let copies: Vec<i64> = never_agreed.iter().map(|row| row.copy_id.0).collect();
    sqlx::query!(
        r#"update trade_items i set frozen = i.frozen || '{"note": "", "photos": []}'
         from unnest($1::bigint[], $2::bigint[]) as left_over (trade_id, copy_id)
         where i.trade_id = left_over.trade_id and i.copy_id = left_over.copy_id"#,
        &trades,
        &copies
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Erases what a member wrote in proposals that were never agreed: messages, and reasons. What was
/// reported of it stands in the report.
pub(in crate::trades) async fn erase_words(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!(
        "update trade_messages m set body = $2 from trades t
         where m.author_id = $1 and t.id = m.trade_id and t.agreed_at is null",
        user.0,
        ERASED
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update trades t set close_reason = ''
         where t.agreed_at is null and t.close_reason <> ''
           and t.id in (select trade_id from trade_parties where user_id = $1)
           and exists (select from trade_events e
             where e.trade_id = t.id and e.to_state = t.state and e.actor_id = $1)",
        user.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update trade_events e set data = e.data - 'words' from trades t
         where e.actor_id = $1 and t.id = e.trade_id and t.agreed_at is null
           and e.data ? 'words'",
        user.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
