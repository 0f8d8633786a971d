//! Messages between the parties.

use dogear_domain::fields::{Message, Text};
use dogear_domain::ids::{MessageId, TradeId, UserId};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::eligibility;
use super::event::{self, EventData, EventKind, NewEvent, Notice};
use super::repo::{events, locks};
use super::respond::party;
use crate::db::{IdempotencyKey, Idempotent};
use crate::{Cx, Error, Result, limits};

/// Writes to the other parties. Also possible after the end of a trade, since people thank
/// each other, but then only between members who could begin a trade with each other. Who
/// proposes writes once, until somebody answers.
///
/// # Errors
/// `NotFound` for whoever is no party; `Invalid` on a `message` that is empty; `Forbidden` and `Conflict` in a
/// trade that has ended, for readers in no standing to write there, and before an answer;
/// `TooMany`.
pub async fn write(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    trade: TradeId,
    message: &Message,
) -> Result<MessageId> {
    let user = party(cx, trade).await?;
    if message.is_empty() {
        return Err(Error::field("message", "Write something first."));
    }
    cx.limit(limits::WRITE, &user.to_string()).await?;
    cx.limit(limits::MESSAGE, &format!("{user}:{trade}"))
        .await?;
    let mut tx = match cx.once(key, &("message", trade, message)).await? {
        Idempotent::New(tx) => tx,
        Idempotent::Done(message) => return Ok(message),
    };
    let state = locks::lock(&mut tx.tx, trade).await?;
    eligibility::can_write(cx, &mut tx.tx, trade, state).await?;
    let message = insert(&mut tx.tx, trade, user, message, cx.now()).await?;
    tx.commit(&message).await?;
    Ok(message)
}

/// Stores a message in a trade that the caller has locked.
pub(super) async fn insert(
    conn: &mut PgConnection,
    trade: TradeId,
    author: UserId,
    body: &Text,
    now: Timestamp,
) -> Result<MessageId> {
    let message = events::insert_message(conn, trade, author, body, now).await?;
    let (state, revision) = events::state_of(conn, trade).await?;
    let data = EventData {
        message: Some(message),
        ..EventData::default()
    };
    event::append(
        conn,
        &NewEvent {
            trade,
            actor: Some(author),
            kind: EventKind::Notice(Notice::Message),
            from: Some(state),
            to: state,
            revision,
            leg: None,
            data: &data,
            at: now,
        },
    )
    .await?;
    Ok(message)
}
