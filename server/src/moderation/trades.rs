//! Trades, for reading only. Addresses are never shown here.

use dogear_domain::ids::{MessageId, TradeId};
use dogear_domain::trades::TradeState;
use jiff::Timestamp;

use super::audit::look;
use crate::db::MaybeTimestamp;
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
    /// Of the current revision.
    pub items: Vec<TradeItem>,
    pub legs: Vec<TradeLeg>,
    /// What happened and what was said, oldest first.
    pub timeline: Vec<Moment>,
    pub problems: Vec<Problem>,
}

/// A book of a trade.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct TradeItem {
    pub copy_id: dogear_domain::ids::CopyId,
    pub title: String,
    pub from_handle: String,
    pub to_handle: String,
}

/// A parcel or a hand-over.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct TradeLeg {
    pub from_handle: String,
    pub to_handle: String,
    pub state: dogear_domain::trades::LegState,
    #[sqlx(try_from = "jiff_sqlx::Timestamp")]
    pub send_due: Timestamp,
    #[sqlx(try_from = "MaybeTimestamp")]
    pub sent_at: Option<Timestamp>,
    #[sqlx(try_from = "MaybeTimestamp")]
    pub received_at: Option<Timestamp>,
}

/// An event or a message.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Moment {
    #[sqlx(try_from = "jiff_sqlx::Timestamp")]
    pub at: Timestamp,
    /// Handle; nobody when the site did it.
    pub who: Option<String>,
    /// The word of the event, or `message`.
    pub kind: String,
    pub to_state: Option<TradeState>,
    pub message: Option<MessageId>,
    pub body: String,
    pub hidden: bool,
}

/// A problem that was reported inside the trade.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Problem {
    pub opened_by: String,
    pub reason: String,
    pub details: String,
    #[sqlx(try_from = "jiff_sqlx::Timestamp")]
    pub created_at: Timestamp,
    pub open: bool,
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
    let close_reason = sqlx::query_scalar("select close_reason from trades where id = $1")
        .bind(id)
        .fetch_one(cx.db())
        .await?;
    let items = sqlx::query_as(
        "select i.copy_id, w.title, f.handle as from_handle, o.handle as to_handle
         from trade_items i join copies c on c.id = i.copy_id join works w on w.id = c.work_id
             join users f on f.id = i.from_user join users o on o.id = i.to_user
         where i.trade_id = $1 and i.revision = $2 order by i.from_user, w.title",
    )
    .bind(id)
    .bind(trade.revision)
    .fetch_all(cx.db())
    .await?;
    let legs = sqlx::query_as(
        "select f.handle as from_handle, o.handle as to_handle, l.state, l.send_due, l.sent_at, l.received_at
         from trade_legs l join users f on f.id = l.from_user join users o on o.id = l.to_user
         where l.trade_id = $1 order by l.id",
    )
    .bind(id)
    .fetch_all(cx.db())
    .await?;
    let timeline = sqlx::query_as(
        "select e.at, u.handle as who, e.kind, e.to_state, null::bigint as message, '' as body, false as hidden
         from trade_events e left join users u on u.id = e.actor_id where e.trade_id = $1 and e.kind <> 'message'
         union all
         select m.created_at, u.handle, 'message', null, m.id, m.body, m.hidden_at is not null
         from trade_messages m join users u on u.id = m.author_id where m.trade_id = $1
         order by at, message nulls first",
    )
    .bind(id)
    .fetch_all(cx.db())
    .await?;
    let problems = sqlx::query_as(
        "select u.handle as opened_by, d.reason, d.details, d.created_at, d.closed_at is null as open
         from trade_disputes d join users u on u.id = d.opened_by where d.trade_id = $1 order by d.id",
    )
    .bind(id)
    .fetch_all(cx.db())
    .await?;
    Ok(TradePage {
        trade,
        close_reason,
        items,
        legs,
        timeline,
        problems,
    })
}
