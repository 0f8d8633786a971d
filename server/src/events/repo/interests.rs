//! Who is interested in events.

use dogear_domain::events::OccurrenceState;
use dogear_domain::fields::InterestNote;
use dogear_domain::ids::{EventId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;

/// Notes that a member is interested, with what the host reads of it.
pub(in crate::events) async fn put(
    conn: &mut PgConnection,
    event: EventId,
    reader: UserId,
    note: &InterestNote,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into event_interests (event_id, user_id, note, created_at)
         select $1, id, $3, $4 from users where id = $2 and status <> 'deleted' for key share
         on conflict (event_id, user_id) do update set note = excluded.note",
        event.0,
        reader.0,
        &***note,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets that a member is interested.
pub(in crate::events) async fn remove(
    db: impl PgExecutor<'_>,
    event: EventId,
    reader: UserId,
) -> Result<()> {
    sqlx::query!(
        "delete from event_interests where event_id = $1 and user_id = $2",
        event.0,
        reader.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// How many are interested, and the note of whoever asks if they are.
pub(in crate::events) async fn of_event(
    db: impl PgExecutor<'_>,
    event: EventId,
    reader: Option<UserId>,
) -> Result<(i64, Option<String>)> {
    let row = sqlx::query!(
        r#"select count(*) as "number!", max(i.note) filter (where i.user_id = $2) as own
         from event_interests i join events e on e.id = i.event_id
         where i.event_id = $1 and not blocked(e.host_id, i.user_id)"#,
        event.0,
        reader.map(|reader| reader.0)
    )
    .fetch_one(db)
    .await?;
    Ok((row.number, row.own))
}

/// Somebody who is interested, as the host sees them.
pub(in crate::events) struct InterestedRow {
    pub handle: String,
    pub name: String,
    pub note: String,
}

/// Who is interested, the first first.
pub(in crate::events) async fn list(
    db: impl PgExecutor<'_>,
    event: EventId,
    most: i64,
) -> Result<Vec<InterestedRow>> {
    Ok(sqlx::query_as!(
        InterestedRow,
        "select u.handle, u.display_name as name, i.note
         from event_interests i join events e on e.id = i.event_id join users u on u.id = i.user_id
         where i.event_id = $1 and not blocked(e.host_id, i.user_id)
         order by i.created_at, i.user_id limit $2",
        event.0,
        most
    )
    .fetch_all(db)
    .await?)
}

/// Whether anybody is interested in an event, or in another date of its series.
pub(in crate::events) async fn any(
    conn: &mut PgConnection,
    event: EventId,
    series: bool,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from events one join events e on e.id = one.id or $2 and e.series_id = one.series_id
             join event_interests i on i.event_id = e.id where one.id = $1) as "any!""#,
        event.0,
        series
    )
    .fetch_one(conn)
    .await?)
}

/// Who is to be told of an event in which they are interested, or of another date of its series,
/// from behind `after` on: those who may see it and are not told as guests, because they have seats
/// or wait for some, or did when it was cancelled.
pub(in crate::events) async fn to_tell(
    conn: &mut PgConnection,
    event: EventId,
    series: bool,
    after: UserId,
    now: Timestamp,
    most: i64,
) -> Result<Vec<UserId>> {
    Ok(sqlx::query_scalar!(
        r#"select distinct u.id as "id!: UserId"
         from events one join events e on e.id = one.id or $2 and e.series_id = one.series_id
           join event_interests i on i.event_id = e.id join users u on u.id = i.user_id
         where one.id = $1 and u.id > $3 and in_good_standing(u, $4)
           and is_shown_to(one, u.id) and not blocked(one.host_id, u.id)
           and not exists (select from event_occurrences o join seat_bookings b on b.occurrence_id = o.id
             where o.event_id = one.id and b.user_id = u.id
               and ((b.state = 'confirmed' or b.state = 'held' and b.hold_minutes is null) or b.cancelled_by = 'host' and b.given_on_at is null))
           and not exists (select from event_occurrences o join seat_waitlist w on w.occurrence_id = o.id
             where o.event_id = one.id and w.user_id = u.id and w.state in ('waiting', 'offered', 'cancelled'))
         order by u.id limit $5"#,
        event.0,
        series,
        after.0,
        now.to_sqlx() as jiff_sqlx::Timestamp,
        most
    )
    .fetch_all(conn)
    .await?)
}

/// What those who are interested are told of an event.
pub(in crate::events) struct NewsRow {
    pub slug: String,
    pub title: String,
    pub state: OccurrenceState,
    pub starts_at: jiff_sqlx::Timestamp,
    pub ends_at: jiff_sqlx::Timestamp,
    pub time_zone: String,
    pub venue: String,
    pub city: String,
}

/// The same; none when there is no such event any more.
pub(in crate::events) async fn news(
    conn: &mut PgConnection,
    event: EventId,
) -> Result<Option<NewsRow>> {
    Ok(sqlx::query_as!(
        NewsRow,
        "select e.slug, e.title, o.state, o.starts_at, o.ends_at, o.time_zone, v.name as venue, v.city
         from events e join event_occurrences o on o.event_id = e.id join venues v on v.id = e.venue_id
         where e.id = $1 and e.deleted_at is null",
        event.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Forgets in what a member was interested, and who was in what they host: of what is still to come
/// the notes alone, since they have to be told that it is cancelled.
pub(in crate::events) async fn forget(conn: &mut PgConnection, member: UserId) -> Result<()> {
    sqlx::query!(
        "delete from event_interests where user_id = $1
           or event_id in (select e.id from events e join event_occurrences o on o.event_id = e.id
             where e.host_id = $1 and o.ends_at <= now())",
        member.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update event_interests set note = '' where event_id in (select id from events where host_id = $1)",
        member.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets who was interested in what ended by `by`.
pub(in crate::events) async fn forget_over(db: impl PgExecutor<'_>, by: Timestamp) -> Result<()> {
    sqlx::query!(
        "delete from event_interests i using event_occurrences o
         where o.event_id = i.event_id and o.ends_at <= $1",
        by.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(())
}
