//! Dates of events at which members meet.

use dogear_domain::events::OccurrenceState;
use dogear_domain::ids::{EventId, OccurrenceId, SeatBookingId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;

/// A date, and who of those asked for takes part.
pub(in crate::events) struct MeetingRow {
    pub occurrence: OccurrenceId,
    pub event: EventId,
    pub slug: String,
    pub title: String,
    pub host: UserId,
    pub state: OccurrenceState,
    pub starts_at: jiff_sqlx::Timestamp,
    pub ends_at: jiff_sqlx::Timestamp,
    pub time_zone: String,
    pub venue: String,
    pub address: String,
    pub city: String,
    pub capacity: Option<i32>,
    pub seats_taken: i32,
    pub there: Vec<i64>,
}

/// See [`MeetingRow`].
pub(in crate::events) async fn read(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    members: &[UserId],
) -> Result<Option<MeetingRow>> {
    let members: Vec<i64> = members.iter().map(|member| member.0).collect();
    Ok(sqlx::query_as!(
        MeetingRow,
        r#"select o.id as occurrence, e.id as event, e.slug, e.title, e.host_id as host, o.state,
             o.starts_at, o.ends_at, o.time_zone, v.name as venue, v.address, v.city, o.capacity,
             o.seats_taken, array(select p.user_id from participants(o.id) p where p.user_id = any ($2)
               order by p.user_id) as "there!"
         from event_occurrences o join events e on e.id = o.event_id join venues v on v.id = e.venue_id
         where o.id = $1"#,
        occurrence.0,
        &members
    )
    .fetch_optional(conn)
    .await?)
}

/// The dates to come at which a member has seats or is the host, and which all of `others` may see,
/// the next first. What is hidden from one of them takes no place among the `most`.
pub(in crate::events) async fn of_member(
    conn: &mut PgConnection,
    member: UserId,
    others: &[UserId],
    now: Timestamp,
    most: i64,
) -> Result<Vec<MeetingRow>> {
    let others: Vec<i64> = others.iter().map(|other| other.0).collect();
    Ok(sqlx::query_as!(
        MeetingRow,
        r#"select o.id as occurrence, e.id as event, e.slug, e.title, e.host_id as host, o.state,
             o.starts_at, o.ends_at, o.time_zone, v.name as venue, v.address, v.city, o.capacity,
             o.seats_taken, array[$1::bigint] as "there!"
         from event_occurrences o join events e on e.id = o.event_id join venues v on v.id = e.venue_id
           join users h on h.id = e.host_id
         where o.state = 'published' and o.ends_at > $3 and o.id in (
             select b.occurrence_id from seat_bookings b where b.user_id = $1 and b.state = 'confirmed'
             union all
             select mine.id from events hosted join event_occurrences mine on mine.event_id = hosted.id
             where hosted.host_id = $1)
           and not exists (select from unnest($2::bigint[]) other
             where blocked(e.host_id, other) or e.host_id <> other
               and (in_good_standing(h, $3) and is_shown_to(e, other)) is not true)
         order by o.starts_at, o.id limit $4"#,
        member.0,
        &others,
        now.to_sqlx() as jiff_sqlx::Timestamp,
        most
    )
    .fetch_all(conn)
    .await?)
}

/// The dates of an event.
pub(in crate::events) async fn dates(
    db: impl PgExecutor<'_>,
    event: EventId,
) -> Result<Vec<OccurrenceId>> {
    Ok(sqlx::query_scalar!(
        "select id from event_occurrences where event_id = $1 order by id",
        event.0
    )
    .fetch_all(db)
    .await?)
}

/// Whose seats these are, and at which date. `None` of a guest whom the host has added.
pub(in crate::events) async fn guest_of(
    conn: &mut PgConnection,
    booking: SeatBookingId,
) -> Result<Option<(OccurrenceId, UserId)>> {
    let row = sqlx::query!(
        r#"select occurrence_id, user_id as "user_id!: UserId" from seat_bookings
         where id = $1 and user_id is not null"#,
        booking.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.occurrence_id, row.user_id)))
}
