//! Trades, as moderators read them.

use dogear_domain::ids::TradeId;
use dogear_domain::trades::TradeState;
use sqlx::PgPool;

use crate::Result;
use crate::moderation::trades::TradeRow;

/// Which trades.
#[derive(Default)]
pub(in crate::moderation) struct Wanted<'a> {
    /// This one alone.
    pub only: Option<TradeId>,
    /// A party's handle in lower case, or a number.
    pub words: &'a str,
    pub number: Option<i64>,
    pub state: Option<TradeState>,
    pub before: Option<TradeId>,
    pub most: i64,
}

/// Trades but drafts, newest first.
pub(in crate::moderation) async fn list(db: &PgPool, wanted: &Wanted<'_>) -> Result<Vec<TradeRow>> {
    Ok(sqlx::query_as!(
        TradeRow,
        r#"select t.id, t.state, t.method as "method: String", t.revision, t.created_at, t.updated_at,
             (select array_agg(u.handle order by p.position) from trade_parties p
              join users u on u.id = p.user_id where p.trade_id = t.id) as "parties!",
             (select count(*) from trade_items i where i.trade_id = t.id and i.revision = t.revision)
                 as "books!",
             (select count(*) from trade_messages m where m.trade_id = t.id) as "messages!",
             exists (select from trade_disputes d where d.trade_id = t.id and d.closed_at is null)
                 as "open_problem!"
         from trades t
         where t.state <> 'draft' and ($1::text is null or t.state = $1)
             and ($2 = '' or t.id = $3 or exists (select from trade_parties p join users u on u.id = p.user_id
                 where p.trade_id = t.id and lower(u.handle) = $2))
             and ($4::bigint is null or t.id < $4) and ($6::bigint is null or t.id = $6)
         order by t.id desc limit $5"#,
        wanted.state.map(TradeState::as_str),
        wanted.words,
        wanted.number,
        wanted.before.map(|trade| trade.0),
        wanted.most,
        wanted.only.map(|trade| trade.0)
    )
    .fetch_all(db)
    .await?)
}

/// Why a trade was closed, and whether anybody ever reported it.
pub(in crate::moderation) async fn close_reason(
    db: &PgPool,
    trade: TradeId,
) -> Result<(String, bool)> {
    let row = sqlx::query!(
        r#"select close_reason, exists (select from reports
             where subject_kind = 'trade' and subject_id = trades.id) as "reported!"
         from trades where id = $1"#,
        trade.0
    )
    .fetch_one(db)
    .await?;
    Ok((row.close_reason, row.reported))
}
