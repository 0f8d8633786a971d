//! Who has seats.

use dogear_domain::events::BookingState;
use dogear_domain::ids::{OccurrenceId, SeatBookingId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;
use crate::error::{Error, OnConstraint};

/// Somebody's seats that they have, or that are kept for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::events) struct Live {
    pub id: SeatBookingId,
    pub state: BookingState,
    pub party: i32,
}

/// Whose seats these are, and where: `None` when they are not this reader's.
pub(in crate::events) async fn of_guest(
    db: impl PgExecutor<'_>,
    booking: SeatBookingId,
    guest: UserId,
) -> Result<Option<OccurrenceId>> {
    Ok(sqlx::query_scalar!(
        "select occurrence_id from seat_bookings where id = $1 and user_id = $2",
        booking.0,
        guest.0
    )
    .fetch_optional(db)
    .await?)
}

/// Which of these seats are this guest's, and where, in the order of the dates.
pub(in crate::events) async fn all_of_guest(
    db: impl PgExecutor<'_>,
    bookings: &[SeatBookingId],
    guest: UserId,
) -> Result<Vec<(OccurrenceId, SeatBookingId)>> {
    let rows = sqlx::query!(
        "select occurrence_id, id from seat_bookings where id = any ($1) and user_id = $2
         order by occurrence_id, id",
        bookings as &[SeatBookingId],
        guest.0
    )
    .fetch_all(db)
    .await?;
    Ok((rows.into_iter())
        .map(|row| (row.occurrence_id, row.id))
        .collect())
}

/// The live seats of a guest.
pub(in crate::events) async fn live(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    guest: UserId,
) -> Result<Option<Live>> {
    Ok(sqlx::query_as!(
        Live,
        "select id, state, party_size as party from seat_bookings
         where occurrence_id = $1 and user_id = $2 and state in ('held', 'confirmed')",
        occurrence.0,
        guest.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Writes seats: confirmed, or held until a moment. The caller counts them as taken.
pub(in crate::events) async fn insert(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    guest: UserId,
    party: i32,
    held_until: Option<Timestamp>,
    now: Timestamp,
) -> Result<SeatBookingId> {
    let state = if held_until.is_some() {
        BookingState::Held
    } else {
        BookingState::Confirmed
    };
    sqlx::query_scalar!(
        "insert into seat_bookings (occurrence_id, user_id, party_size, state, hold_expires_at, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $6) returning id",
        occurrence.0,
        guest.0,
        party,
        state.as_str(),
        held_until.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        now.to_sqlx()
    )
    .fetch_one(conn)
    .await
    .on_constraint("seat_bookings_live", || {
        Error::Conflict("You have seats at this event already.".into())
    })
}

/// Where the numbers of bookings come from. That of seats which are about to be taken is known
/// before the date is locked, so that less is written while everybody else waits.
pub(in crate::events) const NUMBERS: &str = "seat_bookings_id_seq";

/// The next of these numbers: for whoever takes seats at several dates in one transaction, which
/// has none of its own from `Cx::once_numbered`.
pub(in crate::events) async fn number(db: impl PgExecutor<'_>) -> Result<SeatBookingId> {
    Ok(sqlx::query_scalar!(
        r#"select nextval($1::text::regclass) as "id!: SeatBookingId""#,
        NUMBERS
    )
    .fetch_one(db)
    .await?)
}

/// Counts so many seats as taken, if there is room, and writes them as this guest's; says whether
/// there was room. The caller holds the lock: both in one statement, since everybody else waits.
pub(in crate::events) async fn take(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    occurrence: OccurrenceId,
    guest: UserId,
    party: i32,
    now: Timestamp,
) -> Result<bool> {
    let taken = sqlx::query!(
        "with counted as (
           update event_occurrences set seats_taken = seats_taken + $4
           where id = $2 and (capacity is null or seats_taken + $4 <= capacity) returning id)
         insert into seat_bookings (id, occurrence_id, user_id, party_size, state, created_at, updated_at)
         overriding system value
         select $1, counted.id, $3, $4, 'confirmed', $5, $5 from counted",
        booking.0,
        occurrence.0,
        guest.0,
        party,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .execute(conn)
    .await
    .on_constraint("seat_bookings_live", || {
        Error::Conflict("You have seats at this event already.".into())
    })?;
    Ok(taken.rows_affected() == 1)
}

/// The guest takes what was kept for them: they have it from now on.
pub(in crate::events) async fn confirm(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update seat_bookings set state = 'confirmed', hold_expires_at = null, hold_minutes = null,
           created_at = $2, updated_at = $2
         where id = $1",
        booking.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The guest gives seats back. The caller counts them as free.
pub(in crate::events) async fn cancel(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update seat_bookings set state = 'cancelled', cancelled_by = 'guest', hold_expires_at = null,
           updated_at = $2 where id = $1",
        booking.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends every live booking of an occurrence, since it does not take place; gives the seats back. Who
/// only held some has no seats that could be cancelled: those run out.
pub(in crate::events) async fn cancel_all(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    now: Timestamp,
) -> Result<i32> {
    let seats: i64 = sqlx::query_scalar!(
        r#"with ended as (
             update seat_bookings set hold_expires_at = null, updated_at = $2,
               state = case when state = 'held' and hold_minutes is not null then 'expired' else 'cancelled' end,
               cancelled_by = case when state = 'held' and hold_minutes is not null then null else 'host' end
             where occurrence_id = $1 and state in ('held', 'confirmed') returning party_size)
         select coalesce(sum(party_size), 0) as "seats!" from ended"#,
        occurrence.0,
        now.to_sqlx()
    )
    .fetch_one(conn)
    .await?;
    i32::try_from(seats).map_err(Error::internal)
}

/// Offers that are kept for longer than `until` are kept until then: their event begins earlier.
/// What ran out before stays so.
pub(in crate::events) async fn shorten_holds(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    until: Timestamp,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update seat_bookings set hold_expires_at = $2, updated_at = $3
         where occurrence_id = $1 and state = 'held' and hold_expires_at > $2",
        occurrence.0,
        until.to_sqlx(),
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Seats whose time has run out.
pub(in crate::events) struct Lapsed {
    pub id: SeatBookingId,
    pub party: i32,
    /// They were offered to somebody who waited; the others were held by a reader.
    pub was_offered: bool,
}

/// Ends the offers and holds that have run out, and gives them.
pub(in crate::events) async fn lapse(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    now: Timestamp,
) -> Result<Vec<Lapsed>> {
    Ok(sqlx::query_as!(
        Lapsed,
        r#"update seat_bookings set state = 'expired', hold_expires_at = null, updated_at = $2
         where occurrence_id = $1 and state = 'held' and hold_expires_at <= $2
         returning id, party_size as party, hold_minutes is null as "was_offered!""#,
        occurrence.0,
        now.to_sqlx()
    )
    .fetch_all(conn)
    .await?)
}
