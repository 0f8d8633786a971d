//! Trades, for reading only. Addresses are never shown here.

use dogear_domain::ids::TradeId;
use dogear_domain::trades::TradeState;
use jiff::Timestamp;

use crate::audit::look;
use crate::trades::{TradeView, for_moderator};
use crate::{Cx, Error, Result};

/// Rows per page of [`list`].
pub const PAGE: i64 = 50;

/// A trade in the list.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct TradeRow {
    pub id: TradeId,
    pub state: TradeState,
    pub method: String,
    /// Handles, in order.
    pub parties: Vec<String>,
    pub revision: i32,
    pub books: i64,
    pub messages: i64,
    pub open_problem: bool,
    #[sqlx(try_from = "jiff_sqlx::Timestamp")]
    pub created_at: Timestamp,
    #[sqlx(try_from = "jiff_sqlx::Timestamp")]
    pub updated_at: Timestamp,
}

/// A trade with all that was said and done in it.
#[derive(Debug, Clone)]
pub struct TradePage {
    pub trade: TradeRow,
    pub close_reason: String,
    /// Whether somebody reported it, so that it has a case.
    pub reported: bool,
    /// The books as they were taken down, every revision, the parcels, events and letters.
    pub view: TradeView,
}

/// The columns of a [`TradeRow`].
macro_rules! trade {
    ($rest:literal) => {
        concat!(
            "select t.id, t.state, t.method, t.revision, t.created_at, t.updated_at,
                 (select array_agg(u.handle order by p.position) from trade_parties p
                  join users u on u.id = p.user_id where p.trade_id = t.id) as parties,
                 (select count(*) from trade_items i where i.trade_id = t.id and i.revision = t.revision) as books,
                 (select count(*) from trade_messages m where m.trade_id = t.id) as messages,
                 exists (select from trade_disputes d where d.trade_id = t.id and d.closed_at is null) as open_problem
             from trades t ",
            $rest
        )
    };
}

/// Trades in a state, of a member (a handle) or with a number, newest first, 50 at a time;
/// `before` is the last id of the page before. Drafts are nobody's business.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub async fn list(
    cx: &Cx,
    words: &str,
    state: Option<TradeState>,
    before: Option<TradeId>,
) -> Result<Vec<TradeRow>> {
    cx.moderator()?;
    let words = words.trim().trim_start_matches(['@', '#']).to_lowercase();
    Ok(sqlx::query_as(trade!(
        "where t.state <> 'draft' and ($1::text is null or t.state = $1)
             and ($2 = '' or t.id = $3 or exists (select from trade_parties p join users u on u.id = p.user_id
                 where p.trade_id = t.id and lower(u.handle) = $2))
             and ($4::bigint is null or t.id < $4)
         order by t.id desc limit $5"
    ))
    .bind(state.map(TradeState::as_str))
    .bind(&words)
    .bind(words.parse::<i64>().ok())
    .bind(before)
    .bind(PAGE)
    .fetch_all(cx.db())
    .await?)
}

/// The row of one trade. What is in it is private: the caller logs the look.
pub(super) async fn row(cx: &Cx, id: TradeId) -> Result<Option<TradeRow>> {
    Ok(
        sqlx::query_as(trade!("where t.id = $1 and t.state <> 'draft'"))
            .bind(id)
            .fetch_optional(cx.db())
            .await?,
    )
}

/// A whole trade but for its addresses. The look is written to the audit log first.
///
/// # Errors
/// As [`list`], and `NotFound` when there is none.
pub async fn page(cx: &Cx, id: TradeId) -> Result<TradePage> {
    cx.moderator()?;
    let trade = row(cx, id).await?.ok_or(Error::NotFound)?;
    look(cx, "trade", id.0).await?;
    let (close_reason, reported) = sqlx::query_as(
        "select close_reason, exists (select from reports
             where subject_kind = 'trade' and subject_id = trades.id) from trades where id = $1",
    )
    .bind(id)
    .fetch_one(cx.db())
    .await?;
    Ok(TradePage {
        trade,
        close_reason,
        reported,
        view: for_moderator(cx, id).await?,
    })
}
