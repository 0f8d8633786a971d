//! What hosts write to their guests.

use dogear_domain::events::Audience;
use dogear_domain::ids::{EventId, EventMessageId, SeatBookingId, UserId, WaitingId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;

/// A message of a host.
pub(in crate::events) struct MessageRow {
    pub id: EventMessageId,
    pub event: EventId,
    pub audience: Audience,
    pub body: String,
    pub sent_at: Option<jiff_sqlx::Timestamp>,
    pub recipients: i32,
}

/// What was written for an event of this host, the newest first.
pub(in crate::events) async fn of_event(
    db: impl PgExecutor<'_>,
    event: EventId,
    host: UserId,
    most: i64,
) -> Result<Vec<MessageRow>> {
    Ok(sqlx::query_as!(
        MessageRow,
        "select m.id, m.event_id as event, m.audience, m.body, m.sent_at, m.recipients
         from event_messages m join events e on e.id = m.event_id
         where m.event_id = $1 and e.host_id = $2 order by m.id desc limit $3",
        event.0,
        host.0,
        most
    )
    .fetch_all(db)
    .await?)
}

/// What the host has written to a reader: to those who have seats when they have some now, to
/// those who wait when they wait. The newest first.
pub(in crate::events) async fn to_reader(
    db: impl PgExecutor<'_>,
    event: EventId,
    reader: UserId,
    now: Timestamp,
    most: i64,
) -> Result<Vec<MessageRow>> {
    Ok(sqlx::query_as!(
        MessageRow,
        "select m.id, m.event_id as event, m.audience, m.body, m.sent_at, m.recipients
         from event_messages m
         where m.event_id = $1 and m.sent_at is not null and m.body <> ''
           and exists (select from event_readers($1, m.audience, $3) r where r.user_id = $2)
         order by m.id desc limit $4",
        event.0,
        reader.0,
        now.to_sqlx(),
        most
    )
    .fetch_all(db)
    .await?)
}

/// For which event a message was written.
pub(in crate::events) async fn event_of(
    db: impl PgExecutor<'_>,
    id: EventMessageId,
) -> Result<Option<EventId>> {
    Ok(
        sqlx::query_scalar!("select event_id from event_messages where id = $1", id.0)
            .fetch_optional(db)
            .await?,
    )
}

/// One message, locked until the end of the transaction; `None` when it is not of this host.
pub(in crate::events) async fn lock(
    conn: &mut PgConnection,
    id: EventMessageId,
    host: UserId,
) -> Result<Option<MessageRow>> {
    // All messages of an event are sent one after the other: they are counted.
    sqlx::query!(
        "select from events where id = (select event_id from event_messages where id = $1)
         and host_id = $2 for no key update",
        id.0,
        host.0
    )
    .execute(&mut *conn)
    .await?;
    Ok(sqlx::query_as!(
        MessageRow,
        "select m.id, m.event_id as event, m.audience, m.body, m.sent_at, m.recipients
         from event_messages m join events e on e.id = m.event_id
         where m.id = $1 and e.host_id = $2",
        id.0,
        host.0
    )
    .fetch_optional(conn)
    .await?)
}

/// What is written for an event of this host and not sent; nobody else writes until the end of the
/// transaction.
pub(in crate::events) async fn draft(
    conn: &mut PgConnection,
    event: EventId,
    host: UserId,
) -> Result<Option<MessageRow>> {
    sqlx::query!(
        "select from events where id = $1 and host_id = $2 for no key update",
        event.0,
        host.0
    )
    .execute(&mut *conn)
    .await?;
    Ok(sqlx::query_as!(
        MessageRow,
        "select m.id, m.event_id as event, m.audience, m.body, m.sent_at, m.recipients
         from event_messages m join events e on e.id = m.event_id
         where m.event_id = $1 and e.host_id = $2 and m.sent_at is null",
        event.0,
        host.0
    )
    .fetch_optional(conn)
    .await?)
}

/// A message that is being sent.
pub(in crate::events) async fn sent(
    conn: &mut PgConnection,
    id: EventMessageId,
) -> Result<Option<MessageRow>> {
    Ok(sqlx::query_as!(
        MessageRow,
        "select id, event_id as event, audience, body, sent_at, recipients
         from event_messages where id = $1 and sent_at is not null and body <> ''",
        id.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Writes the message that is looked at before it is sent, in the place of the one before.
pub(in crate::events) async fn write(
    conn: &mut PgConnection,
    event: EventId,
    audience: Audience,
    body: &str,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into event_messages (event_id, audience, body, written_at) values ($1, $2, $3, $4)
         on conflict (event_id) where sent_at is null
         do update set audience = excluded.audience, body = excluded.body, written_at = excluded.written_at",
        event.0,
        audience.as_str(),
        body,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets what was written and not sent.
pub(in crate::events) async fn discard(
    conn: &mut PgConnection,
    event: EventId,
    host: UserId,
) -> Result<()> {
    sqlx::query!(
        "delete from event_messages m using events e
         where m.event_id = $1 and m.sent_at is null and e.id = m.event_id and e.host_id = $2",
        event.0,
        host.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Messages of an event that were sent since.
pub(in crate::events) async fn sent_since(
    conn: &mut PgConnection,
    event: EventId,
    since: Timestamp,
) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "sent!" from event_messages where event_id = $1 and sent_at > $2"#,
        event.0,
        since.to_sqlx()
    )
    .fetch_one(conn)
    .await?)
}

/// Marks a message as sent, to so many.
pub(in crate::events) async fn mark_sent(
    conn: &mut PgConnection,
    id: EventMessageId,
    recipients: i64,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update event_messages set sent_at = $2, recipients = $3::bigint::int where id = $1",
        id.0,
        now.to_sqlx(),
        recipients
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How many would read it now.
pub(in crate::events) async fn count(
    db: impl PgExecutor<'_>,
    event: EventId,
    audience: Audience,
    now: Timestamp,
) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(distinct user_id) as "readers!" from event_readers($1, $2, $3)"#,
        event.0,
        audience.as_str(),
        now.to_sqlx()
    )
    .fetch_one(db)
    .await?)
}

/// Some of those with seats to whom a message goes, from behind `after` on.
pub(in crate::events) async fn guests(
    conn: &mut PgConnection,
    message: &MessageRow,
    after: SeatBookingId,
    most: i64,
) -> Result<Vec<SeatBookingId>> {
    Ok(sqlx::query_scalar!(
        r#"select booking_id as "id!: SeatBookingId" from event_readers($1, $2, $3)
         where booking_id > $4 order by booking_id limit $5"#,
        message.event.0,
        message.audience.as_str(),
        message.sent_at as Option<jiff_sqlx::Timestamp>,
        after.0,
        most
    )
    .fetch_all(conn)
    .await?)
}

/// The same of those who wait.
pub(in crate::events) async fn waiting(
    conn: &mut PgConnection,
    message: &MessageRow,
    after: WaitingId,
    most: i64,
) -> Result<Vec<WaitingId>> {
    Ok(sqlx::query_scalar!(
        r#"select waiting_id as "id!: WaitingId" from event_readers($1, $2, $3)
         where waiting_id > $4 order by waiting_id limit $5"#,
        message.event.0,
        message.audience.as_str(),
        message.sent_at as Option<jiff_sqlx::Timestamp>,
        after.0,
        most
    )
    .fetch_all(conn)
    .await?)
}

/// Empties what a host who leaves has written.
pub(in crate::events) async fn forget(conn: &mut PgConnection, host: UserId) -> Result<()> {
    // As whoever sends one: the event first.
    sqlx::query!(
        "select from events where host_id = $1 order by id for no key update",
        host.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from event_messages m using events e where e.id = m.event_id and e.host_id = $1",
        host.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
