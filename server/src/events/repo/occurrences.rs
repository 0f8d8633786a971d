//! Dates of events, and how many seats are taken at them.

use dogear_domain::events::seats::Seating;
use dogear_domain::events::window::BookingWindow;
use dogear_domain::events::{BookingState, OccurrenceState};
use dogear_domain::ids::{EventId, OccurrenceId, SeatBookingId, UserId};
use dogear_domain::money::{Currency, Money};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::bookings::Live;
use crate::Result;
use crate::error::{Error, OnConstraint};
use crate::events::prices::money;

/// An occurrence whose row is locked until the end of the transaction.
#[derive(Debug, Clone, Copy)]
pub(in crate::events) struct Locked {
    pub id: OccurrenceId,
    pub event: EventId,
    pub seating: Seating,
    /// Of one seat; none when they are free.
    pub price: Option<Money>,
    /// An offer has run out.
    pub has_lapsed: bool,
    /// Somebody waits, or is asked.
    pub has_waiting: bool,
}

/// Locks an occurrence: before anything else of its seats is read or written. What has been
/// committed while it waited is seen.
pub(in crate::events) async fn lock(
    conn: &mut PgConnection,
    id: OccurrenceId,
    now: Timestamp,
) -> Result<Locked> {
    Ok(lock_with(conn, id, None, now).await?.0)
}

/// As [`lock`], for a guest who asks for seats there: with what they have by then. They are kept
/// from being erased until the end of the transaction; `NotFound` when they just have been.
pub(in crate::events) async fn lock_for(
    conn: &mut PgConnection,
    id: OccurrenceId,
    guest: UserId,
    now: Timestamp,
) -> Result<(Locked, Option<Live>)> {
    lock_with(conn, id, Some(guest), now).await
}

async fn lock_with(
    conn: &mut PgConnection,
    id: OccurrenceId,
    guest: Option<UserId>,
    now: Timestamp,
) -> Result<(Locked, Option<Live>)> {
    let row = sqlx::query!(
        r#"select event_id as "event!: EventId", state as "state!: OccurrenceState",
             starts_at as "starts_at!: jiff_sqlx::Timestamp", capacity, seats_taken as "seats_taken!",
             max_party as "max_party!", smaller_pass as "smaller_pass!", opens_days, closes_hours, cancel_hours, price,
             currency as "currency: Currency", has_lapsed as "has_lapsed!", has_waiting as "has_waiting!",
             booking as "booking: SeatBookingId", booking_state as "booking_state: BookingState", party
           from lock_date($1, $2, $3)"#,
        id.0,
        guest.map(|guest| guest.0),
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_optional(conn)
    .await?
    .ok_or(Error::NotFound)?;
    let live = match (row.booking, row.booking_state, row.party) {
        (Some(id), Some(state), Some(party)) => Some(Live { id, state, party }),
        _ => None,
    };
    let locked = Locked {
        id,
        event: row.event,
        seating: Seating {
            state: row.state,
            starts_at: row.starts_at.to_jiff(),
            capacity: row.capacity,
            taken: row.seats_taken,
            max_party: row.max_party,
            smaller_pass: row.smaller_pass,
            window: BookingWindow {
                opens_days: row.opens_days,
                closes_hours: row.closes_hours,
                cancel_hours: row.cancel_hours,
            },
        },
        price: money(row.price, row.currency),
        has_lapsed: row.has_lapsed,
        has_waiting: row.has_waiting,
    };
    Ok((locked, live))
}

/// Counts so many seats as taken, if there is room; says whether there was. The caller holds the
/// lock and writes the booking in the same transaction.
pub(in crate::events) async fn take(
    conn: &mut PgConnection,
    id: OccurrenceId,
    seats: i32,
) -> Result<bool> {
    let taken = sqlx::query!(
        "update event_occurrences set seats_taken = seats_taken + $2
         where id = $1 and (capacity is null or seats_taken + $2 <= capacity)",
        id.0,
        seats
    )
    .execute(conn)
    .await?;
    Ok(taken.rows_affected() == 1)
}

/// Counts so many seats as free again.
pub(in crate::events) async fn release(
    conn: &mut PgConnection,
    id: OccurrenceId,
    seats: i32,
) -> Result<()> {
    sqlx::query!(
        "update event_occurrences set seats_taken = seats_taken - $2 where id = $1",
        id.0,
        seats
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A date at which a reader may take part.
pub(in crate::events) struct Open {
    pub id: OccurrenceId,
    /// Of the event's address.
    pub slug: String,
}

/// The date of an event that this reader may take part in: published or cancelled, theirs to see,
/// and of a host with whom they have no block.
pub(in crate::events) async fn open_to(
    db: impl PgExecutor<'_>,
    event: EventId,
    reader: UserId,
    now: Timestamp,
) -> Result<Option<Open>> {
    Ok(sqlx::query_as!(
        Open,
        "select o.id, e.slug
         from event_occurrences o join events e on e.id = o.event_id join users u on u.id = e.host_id
         where e.id = $1 and o.state <> 'draft' and e.deleted_at is null and not blocked(e.host_id, $2)
           and (in_good_standing(u, $3) and is_shown_to(e, $2) or may_host(e, $2, 'door', $3))",
        event.0,
        reader.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_optional(db)
    .await?)
}

/// The date of an event of this host.
pub(in crate::events) async fn hosted(
    db: impl PgExecutor<'_>,
    event: EventId,
    host: UserId,
) -> Result<Option<OccurrenceId>> {
    Ok(sqlx::query_scalar!(
        "select o.id from event_occurrences o join events e on e.id = o.event_id
         where e.id = $1 and e.host_id = $2 and e.deleted_at is null",
        event.0,
        host.0
    )
    .fetch_optional(db)
    .await?)
}

/// Where an occurrence goes on. Calendars are told by a larger number.
pub(in crate::events) async fn set_state(
    conn: &mut PgConnection,
    id: OccurrenceId,
    state: OccurrenceState,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update event_occurrences set state = $2, ics_sequence = ics_sequence + 1, updated_at = $3 where id = $1",
        id.0,
        state.as_str(),
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// When an occurrence is, and how many seats it has.
pub(in crate::events) struct Dates<'a> {
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub time_zone: &'a str,
    pub capacity: Option<i32>,
    pub max_party: i32,
    pub price: Option<Money>,
    pub smaller_pass: bool,
    pub window: BookingWindow,
    /// After so many minutes seats of those who have not come are given on.
    pub give_on: Option<i32>,
}

/// Writes the date of a new event, as a draft.
pub(in crate::events) async fn insert(
    conn: &mut PgConnection,
    event: EventId,
    dates: &Dates<'_>,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into event_occurrences (event_id, starts_at, ends_at, time_zone, capacity, max_party,
           smaller_pass, created_at, updated_at, price, currency, opens_days, closes_hours, cancel_hours, give_on_minutes)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10, $11, $12, $13, $14)",
        event.0,
        dates.starts_at.to_sqlx(),
        dates.ends_at.to_sqlx(),
        dates.time_zone,
        dates.capacity,
        dates.max_party,
        dates.smaller_pass,
        now.to_sqlx(),
        dates.price.map(|price| price.minor),
        dates.price.map(|price| price.currency.as_str()),
        dates.window.opens_days,
        dates.window.closes_hours,
        dates.window.cancel_hours,
        dates.give_on
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Changes when an occurrence is and how many seats it has, or what its event says of itself:
/// calendars are told by a larger number. The caller holds the lock and has looked that the seats
/// suffice.
pub(in crate::events) async fn update(
    conn: &mut PgConnection,
    id: OccurrenceId,
    dates: &Dates<'_>,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update event_occurrences set starts_at = $2, ends_at = $3, time_zone = $4, capacity = $5,
           max_party = $6, smaller_pass = $7, ics_sequence = ics_sequence + 1, updated_at = $8, price = $9,
           currency = $10, opens_days = $11, closes_hours = $12, cancel_hours = $13,
           give_on_minutes = $14 where id = $1",
        id.0,
        dates.starts_at.to_sqlx(),
        dates.ends_at.to_sqlx(),
        dates.time_zone,
        dates.capacity,
        dates.max_party,
        dates.smaller_pass,
        now.to_sqlx(),
        dates.price.map(|price| price.minor),
        dates.price.map(|price| price.currency.as_str()),
        dates.window.opens_days,
        dates.window.closes_hours,
        dates.window.cancel_hours,
        dates.give_on
    )
    .execute(conn)
    .await
    .on_constraint("event_occurrences_not_overbooked", || {
        Error::field("capacity", "More seats than that are taken by now.")
    })?;
    Ok(())
}

/// Occurrences with something to do by the clock: offers that ran out; seats that are free while
/// somebody waits; people who wait for what has begun, and where seats are given on, for what is
/// over. Where they are, before the end: whoever is there and waits for seats that are free, or
/// that others have who have not come.
pub(in crate::events) async fn due(
    db: impl PgExecutor<'_>,
    now: Timestamp,
    most: i64,
) -> Result<Vec<OccurrenceId>> {
    Ok(sqlx::query_scalar!(
        r#"select occurrence_id as "id!: OccurrenceId" from (
             select occurrence_id from seat_bookings where state = 'held' and hold_expires_at <= $1
             union
             select w.occurrence_id from event_occurrences o join seat_waitlist w on w.occurrence_id = o.id
             where o.state = 'published' and (w.state in ('waiting', 'offered')
                 and case when o.give_on_minutes is null then o.starts_at else o.ends_at end <= $1
               or w.state = 'waiting' and (o.capacity is null or o.seats_taken < o.capacity)
                 and (o.starts_at > $1 or w.here_at is not null))
             union
             select o.id from event_occurrences o
             where o.state = 'published' and o.ends_at > $1
               and o.starts_at + make_interval(mins => o.give_on_minutes) <= $1
               and exists (select from seat_waitlist w where w.occurrence_id = o.id
                 and w.state = 'waiting' and w.here_at is not null)
               and exists (select from seat_bookings b where b.occurrence_id = o.id and b.state = 'confirmed'
                 and b.user_id is not null and b.paid_at is null and is_absent(b, o, $1))) due
         order by occurrence_id limit $2"#,
        now.to_sqlx() as jiff_sqlx::Timestamp,
        most
    )
    .fetch_all(db)
    .await?)
}

/// An occurrence whose stored number of seats is not that of its bookings.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::events) struct Drift {
    pub id: OccurrenceId,
    pub stored: i32,
    pub counted: i64,
}

/// Counts the seats of everything that is still to come, and of the last month.
pub(in crate::events) async fn drift(
    db: impl PgExecutor<'_>,
    now: Timestamp,
) -> Result<Vec<Drift>> {
    Ok(sqlx::query_as!(
        Drift,
        r#"select o.id, o.seats_taken as stored, coalesce(sum(b.party_size), 0) as "counted!"
         from event_occurrences o left join seat_bookings b
           on b.occurrence_id = o.id and b.state in ('held', 'confirmed')
         where o.ends_at > $1::timestamptz - interval '30 days'
         group by o.id having o.seats_taken <> coalesce(sum(b.party_size), 0) order by o.id"#,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_all(db)
    .await?)
}
