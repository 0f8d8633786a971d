//! Orders: trades in which books go one way alone, for money, for nothing or for a time.

use dogear_domain::ids::{TradeId, UserId};
use dogear_domain::trades::TradeState;
use sqlx::PgPool;

use super::views::ListedRow;
use crate::Result;

/// How many orders there are in each list of a member.
pub(in crate::trades) struct OrderCounts {
    pub needs_you: i64,
    pub gets: i64,
    pub gives: i64,
    pub done: i64,
}

/// See [`OrderCounts`].
pub(in crate::trades) async fn counts(db: &PgPool, user: UserId) -> Result<OrderCounts> {
    Ok(sqlx::query_as!(
        OrderCounts,
        r#"select count(*) filter (where mine.running and mine.gets) as "gets!",
             count(*) filter (where mine.running and not mine.gets) as "gives!",
             count(*) filter (where not mine.running) as "done!",
             count(w.trade_id) as "needs_you!"
         from (
           select t.id, t.state in ('proposed', 'agreed', 'disputed') as running, exists (
               select from trade_items i where i.trade_id = t.id and i.revision = t.revision
                 and i.to_user = $1) as gets
           from trade_parties p join trades t on t.id = p.trade_id
           where p.user_id = $1 and trade_kind(t) <> 'swap') mine
         left join waiting_trades($1) w on w.trade_id = mine.id"#,
        user.0
    )
    .fetch_one(db)
    .await?)
}

/// Those of these trades that are the member's, in the order of their numbers.
pub(in crate::trades) async fn among(
    db: &PgPool,
    user: UserId,
    trades: &[TradeId],
) -> Result<Vec<ListedRow>> {
    let numbers: Vec<i64> = trades.iter().map(|trade| trade.0).collect();
    Ok(sqlx::query_as!(
        ListedRow,
        "select t.id, t.updated_at, null::timestamptz as due
         from trade_parties p join trades t on t.id = p.trade_id
         where p.user_id = $1 and t.id = any ($2) order by t.id",
        user.0,
        &numbers
    )
    .fetch_all(db)
    .await?)
}

/// How far a trade of the member's is.
pub(in crate::trades) async fn state_for(
    db: &PgPool,
    user: UserId,
    trade: TradeId,
) -> Result<Option<TradeState>> {
    Ok(sqlx::query_scalar!(
        "select t.state from trades t join trade_parties p on p.trade_id = t.id
         where t.id = $1 and p.user_id = $2",
        trade.0,
        user.0
    )
    .fetch_optional(db)
    .await?)
}
