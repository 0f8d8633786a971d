//! The append-only history of trades, and what is said in them.

use dogear_domain::fields::Text;
use dogear_domain::ids::{CopyId, LegId, MessageId, TradeEventId, TradeId, UserId};
use dogear_domain::money::Currency;
use dogear_domain::trades::{LegPurpose, Method, TradeState};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::Result;
use crate::trades::event::{EventData, NewEvent};
use crate::trades::snapshot::CopySnapshot;

/// Appends an entry to a trade whose lock the caller holds.
pub(in crate::trades) async fn append(
    conn: &mut PgConnection,
    event: &NewEvent<'_>,
) -> Result<TradeEventId> {
    Ok(sqlx::query_scalar!(
        "insert into trade_events (trade_id, seq, actor_id, kind, from_state, to_state, revision, leg_id, data, at)
         select $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9
         from trade_events where trade_id = $1
         returning id",
        event.trade.0,
        event.actor.map(|user| user.0),
        event.kind.as_str(),
        event.from.map(TradeState::as_str),
        event.to.as_str(),
        event.revision,
        event.leg.map(|leg| leg.0),
        serde_json::to_value(event.data)?,
        event.at.to_sqlx()
    )
    .fetch_one(conn)
    .await?)
}

/// Keeps a message.
pub(in crate::trades) async fn insert_message(
    conn: &mut PgConnection,
    trade: TradeId,
    author: UserId,
    body: &Text,
    now: Timestamp,
) -> Result<MessageId> {
    Ok(sqlx::query_scalar!(
        "insert into trade_messages (trade_id, author_id, body, created_at)
         values ($1, $2, $3, $4) returning id",
        trade.0,
        author.0,
        &**body,
        now.to_sqlx()
    )
    .fetch_one(conn)
    .await?)
}

/// Whether somebody has written in a trade in which nobody else has done anything yet.
pub(in crate::trades) async fn waits_for_answer(
    conn: &mut PgConnection,
    trade: TradeId,
    author: UserId,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from trade_messages where trade_id = $1 and author_id = $2)
             and not exists (select from trade_events
                             where trade_id = $1 and actor_id is not null and actor_id <> $2) as "waits!""#,
        trade.0,
        author.0
    )
    .fetch_one(conn)
    .await?)
}

/// Takes a message out of sight; false when it is already.
pub(crate) async fn hide_message(
    conn: &mut PgConnection,
    message: MessageId,
    now: Timestamp,
) -> Result<bool> {
    let hidden = sqlx::query!(
        "update trade_messages set hidden_at = $2 where id = $1 and hidden_at is null",
        message.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(hidden.rows_affected() == 1)
}

/// Shows a message again; false when it is not hidden.
pub(crate) async fn unhide_message(conn: &mut PgConnection, message: MessageId) -> Result<bool> {
    let shown = sqlx::query!(
        "update trade_messages set hidden_at = null where id = $1 and hidden_at is not null",
        message.0
    )
    .execute(conn)
    .await?;
    Ok(shown.rows_affected() == 1)
}

/// State and revision of a trade.
pub(in crate::trades) async fn state_of(
    conn: &mut PgConnection,
    trade: TradeId,
) -> Result<(TradeState, i32)> {
    let row = sqlx::query!("select state, revision from trades where id = $1", trade.0)
        .fetch_one(conn)
        .await?;
    Ok((row.state, row.revision))
}

/// An event with its trade's row.
pub(in crate::trades) struct EventRow {
    pub trade_id: TradeId,
    pub kind: String,
    pub actor_id: Option<UserId>,
    pub to_state: TradeState,
    pub revision: i32,
    pub leg_id: Option<LegId>,
    pub data: Json<EventData>,
    pub method: Method,
    pub reply_due: Option<jiff_sqlx::Timestamp>,
    /// What the books of the event's revision cost, where they are sold.
    pub price: Option<i32>,
    pub currency: Option<Currency>,
    /// The sale is paid, or was, at a payment service.
    pub paid_online: bool,
    /// Until when the buyer is to pay, while they are.
    pub pay_due: Option<jiff_sqlx::Timestamp>,
    /// Until when the books of the event's revision are lent, where they are.
    pub due: Option<jiff_sqlx::Timestamp>,
    /// The borrower has kept them.
    pub kept: bool,
}

/// A party as the messages about an event name it.
pub(in crate::trades) struct PartyRow {
    pub user_id: UserId,
    pub display_name: String,
    pub deleted: bool,
    pub time_zone: String,
    pub accepted: bool,
    pub has_address: bool,
}

/// A book of the event's revision.
pub(in crate::trades) struct ItemRow {
    pub copy_id: CopyId,
    pub from_user: UserId,
    pub to_user: UserId,
    pub frozen: Json<CopySnapshot>,
}

/// A leg of the event's trade.
pub(in crate::trades) struct LegRow {
    pub id: LegId,
    pub from_user: UserId,
    pub to_user: UserId,
    pub purpose: LegPurpose,
    pub send_due: jiff_sqlx::Timestamp,
}

/// Keeps the parties of an event from being erased until the end of the transaction; waits for an
/// erasure that has begun.
pub(in crate::trades) async fn hold_parties(
    conn: &mut PgConnection,
    event: TradeEventId,
) -> Result<()> {
    sqlx::query!(
        "select u.id from trade_events e join trade_parties p on p.trade_id = e.trade_id
           join users u on u.id = p.user_id
         where e.id = $1 order by u.id for key share of u",
        event.0
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// The event with this number.
pub(in crate::trades) async fn event(
    conn: &mut PgConnection,
    id: TradeEventId,
) -> Result<EventRow> {
    Ok(sqlx::query_as!(
        EventRow,
        r#"select e.trade_id, e.kind, e.actor_id, e.to_state as "to_state!",
           coalesce(e.revision, t.revision) as "revision!",
           e.leg_id, e.data as "data: Json<EventData>", t.method, t.reply_due,
           r.currency as "currency: Currency",
           case when r.currency is not null then ((select sum(i.price_minor) from trade_items i
               where i.trade_id = r.trade_id and i.revision = r.number)
             + case when r.method = 'post' then coalesce(r.postage_minor, 0) else 0 end)::int end as price,
           (select y.due_at from payments y where y.trade_id = t.id and y.state = 'due') as pay_due,
           r.due_at as "due?", exists (
             select from payments y where y.trade_id = t.id and y.method = 'online') as "paid_online!",
           exists (select from trade_loans n where n.trade_id = t.id and n.kept) as "kept!"
         from trade_events e join trades t on t.id = e.trade_id
           left join trade_revisions r on r.trade_id = t.id and r.number = coalesce(e.revision, t.revision)
         where e.id = $1"#,
        id.0
    )
    .fetch_one(conn)
    .await?)
}

/// The parties of a trade, in order.
pub(in crate::trades) async fn parties(
    conn: &mut PgConnection,
    trade: TradeId,
) -> Result<Vec<PartyRow>> {
    Ok(sqlx::query_as!(
        PartyRow,
        r#"select p.user_id, u.display_name, u.status = 'deleted' as "deleted!", u.time_zone,
           coalesce(p.accepted_revision = t.revision, false) as "accepted!",
           p.address_sealed is not null as "has_address!"
         from trade_parties p join users u on u.id = p.user_id join trades t on t.id = p.trade_id
         where p.trade_id = $1 order by p.position"#,
        trade.0
    )
    .fetch_all(conn)
    .await?)
}

/// The books of a revision.
pub(in crate::trades) async fn items(
    conn: &mut PgConnection,
    trade: TradeId,
    revision: i32,
) -> Result<Vec<ItemRow>> {
    Ok(sqlx::query_as!(
        ItemRow,
        r#"select copy_id, from_user, to_user, frozen as "frozen: Json<CopySnapshot>" from trade_items
         where trade_id = $1 and revision = $2 order by copy_id"#,
        trade.0,
        revision
    )
    .fetch_all(conn)
    .await?)
}

/// The legs of a trade.
pub(in crate::trades) async fn legs(
    conn: &mut PgConnection,
    trade: TradeId,
) -> Result<Vec<LegRow>> {
    Ok(sqlx::query_as!(
        LegRow,
        "select id, from_user, to_user, purpose, send_due from trade_legs where trade_id = $1 order by id",
        trade.0
    )
    .fetch_all(conn)
    .await?)
}

/// The text of a message, unless it was hidden.
pub(in crate::trades) async fn message(
    conn: &mut PgConnection,
    id: MessageId,
) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "select body from trade_messages where id = $1 and hidden_at is null",
        id.0
    )
    .fetch_optional(conn)
    .await?)
}
