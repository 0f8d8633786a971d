//! Events that do not take place, with readers who come: what seats are measured with.

use dogear_domain::ids::{EventId, OccurrenceId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use super::scale::unlimited;
use crate::{Cx, Result};

/// What is loaded.
#[derive(Debug, Clone, Copy)]
pub struct Evenings<'a> {
    /// How many, one a quarter of an hour, from tomorrow on.
    pub number: u32,
    /// How many seats each has.
    pub capacity: i32,
    /// Each has this title, with its number.
    pub title: &'a str,
}

/// Loads published events of the first reader, at a place of each of eight towns; gives them with
/// their dates, in order.
///
/// # Errors
/// When the database refuses; nothing is kept then.
pub async fn evenings(cx: &Cx, wanted: Evenings<'_>) -> Result<Vec<(EventId, OccurrenceId)>> {
    let mut tx = cx.begin().await?;
    unlimited(&mut tx).await?;
    let venues = venues(&mut tx).await?;
    let all = sqlx::query_as(
        "with entered as (
           insert into events (host_id, venue_id, kind, visibility, title, slug, description)
           select (select min(id) from users), ($1::bigint[])[n % cardinality($1::bigint[]) + 1],
             (array['swap_meet', 'reading', 'book_fair', 'book_club', 'drop_in'])[n % 5 + 1],
             'public', $2 || ' ' || n, 'evening-' || n,
             'Bring what you have read. There is tea, and a table for what nobody wants back.'
           from generate_series(1, $3::int) n returning id)
         insert into event_occurrences (event_id, state, starts_at, ends_at, time_zone, capacity, max_party)
         select id, 'published', $4::timestamptz + place * interval '15 minutes',
           $4::timestamptz + place * interval '15 minutes' + interval '2 hours', 'Europe/London', $5, 4
         from (select id, row_number() over (order by id) as place from entered) numbered
         order by id returning event_id, id",
    )
    .bind(venues)
    .bind(wanted.title)
    .bind(i32::try_from(wanted.number).map_err(crate::Error::internal)?)
    .bind((cx.now() + jiff::SignedDuration::from_hours(24)).to_sqlx())
    .bind(wanted.capacity)
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    sqlx::query("analyze events, event_occurrences")
        .execute(cx.db())
        .await?;
    Ok(all)
}

async fn venues(conn: &mut PgConnection) -> Result<Vec<i64>> {
    Ok(sqlx::query_scalar(
        "insert into venues (owner_id, name, address, city, country, time_zone)
         select (select min(id) from users), 'The reading room', '1 High Street', city, 'GB', 'Europe/London'
         from unnest(array['Edinburgh', 'Glasgow', 'Perth', 'Dundee', 'Leith', 'Stirling', 'Aberdeen', 'Inverness']) city
         returning id",
    )
    .fetch_all(conn)
    .await?)
}

/// Loads so many readers; gives them in order, their numbers without a gap.
///
/// # Errors
/// When the database refuses.
pub async fn readers(cx: &Cx, number: u32) -> Result<Vec<UserId>> {
    let mut tx = cx.begin().await?;
    unlimited(&mut tx).await?;
    let all = sqlx::query_scalar(
        "with base as (select coalesce(max(id), 0) as id from users),
           entered as (
             insert into users (id, handle, handle_key, email, email_key, email_verified_at, password_hash,
               display_name, city, country)
             overriding system value
             select n, 'guest_' || n, 'guest_' || n, 'guest_' || n || '@readers.example',
               'guest_' || n || '@readers.example', now(), '!', 'Guest ' || n, 'Perth', 'GB'
             from base, generate_series(base.id + 1, base.id + $1) n returning id)
         select id from entered order by id",
    )
    .bind(i64::from(number))
    .fetch_all(&mut *tx)
    .await?;
    sqlx::query(
        "select setval(pg_get_serial_sequence('users', 'id'), (select max(id) from users))",
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(all)
}

/// Gives the first `seats` readers a seat each, fills the date with that, and has the others wait
/// for one, in their order.
///
/// # Errors
/// When the database refuses, as for more seats than there are.
pub async fn fill(
    cx: &Cx,
    date: OccurrenceId,
    readers: &[UserId],
    seats: usize,
    since: Timestamp,
) -> Result<()> {
    let mut tx = cx.begin().await?;
    unlimited(&mut tx).await?;
    let (guests, waiting) = readers.split_at(seats.min(readers.len()));
    sqlx::query(
        "with booked as (
           insert into seat_bookings (occurrence_id, user_id, party_size, state)
           select $1, id, 1, 'confirmed' from unnest($2::bigint[]) id returning 1)
         update event_occurrences set seats_taken = seats_taken + (select count(*) from booked),
           capacity = seats_taken + (select count(*) from booked) where id = $1",
    )
    .bind(date)
    .bind(guests)
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "insert into seat_waitlist (occurrence_id, user_id, party_size, accepts_fewer, auto_confirm, queued_at)
         select $1, id, 1, false, true, $3::timestamptz + place * interval '1 millisecond'
         from unnest($2::bigint[]) with ordinality waiting (id, place)",
    )
    .bind(date)
    .bind(waiting)
    .bind(since.to_sqlx())
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    sqlx::query("analyze seat_bookings, seat_waitlist")
        .execute(cx.db())
        .await?;
    Ok(())
}
