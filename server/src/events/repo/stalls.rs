//! Where guests of a swap meet have their tables.

use dogear_domain::events::stalls::{Stall, StallOrder};
use dogear_domain::events::{BookingState, EventKind};
use dogear_domain::ids::{OccurrenceId, SeatBookingId};
use sqlx::{PgConnection, PgExecutor};

use crate::Result;
use crate::error::{Error, OnConstraint};

/// A guest with seats.
pub(in crate::events) struct GuestRow {
    pub booking: SeatBookingId,
    /// Empty for a guest whom the host has added.
    pub handle: String,
    pub name: String,
    pub party: i32,
    pub stall: Option<String>,
}

/// Who has seats, those who came first first, from behind `after` on.
pub(in crate::events) async fn guests(
    db: impl PgExecutor<'_>,
    occurrence: OccurrenceId,
    after: SeatBookingId,
    most: i64,
) -> Result<Vec<GuestRow>> {
    Ok(sqlx::query_as!(
        GuestRow,
        r#"select b.id as booking, coalesce(u.handle, '') as "handle!",
             coalesce(u.display_name, nullif(b.guest_name, ''), 'A guest') as "name!", b.party_size as party, b.stall
         from seat_bookings b left join users u on u.id = b.user_id
         where b.occurrence_id = $1 and b.state = 'confirmed' and b.id > $2
         order by b.id limit $3"#,
        occurrence.0,
        after.0,
        most
    )
    .fetch_all(db)
    .await?)
}

/// How many guests have seats, and how many of them a stall.
pub(in crate::events) async fn count(
    db: impl PgExecutor<'_>,
    occurrence: OccurrenceId,
) -> Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"select count(*) as "guests!", count(stall) as "given!" from seat_bookings
         where occurrence_id = $1 and state = 'confirmed'"#,
        occurrence.0
    )
    .fetch_one(db)
    .await?;
    Ok((row.guests, row.given))
}

/// The stall of these seats, while they are somebody's and at a swap meet.
pub(in crate::events) async fn of(
    db: impl PgExecutor<'_>,
    booking: SeatBookingId,
) -> Result<Option<String>> {
    let stall = sqlx::query_scalar!(
        "select b.stall from seat_bookings b join event_occurrences o on o.id = b.occurrence_id
           join events e on e.id = o.event_id
         where b.id = $1 and b.state = $2 and e.kind = $3",
        booking.0,
        BookingState::Confirmed.as_str(),
        EventKind::SwapMeet.as_str()
    )
    .fetch_optional(db)
    .await?;
    Ok(stall.flatten())
}

/// Somebody's seats at this occurrence: the name of the guest, and their stall.
pub(in crate::events) async fn guest(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    booking: SeatBookingId,
) -> Result<Option<(String, Option<String>)>> {
    let row = sqlx::query!(
        r#"select coalesce(u.display_name, nullif(b.guest_name, ''), 'A guest') as "name!", b.stall
         from seat_bookings b left join users u on u.id = b.user_id
         where b.id = $1 and b.occurrence_id = $2 and b.state = 'confirmed'"#,
        booking.0,
        occurrence.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.name, row.stall)))
}

/// The name of another guest who has this stall.
pub(in crate::events) async fn holder(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    stall: &Stall,
    but: SeatBookingId,
) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(u.display_name, nullif(b.guest_name, ''), 'A guest') as "name!"
         from seat_bookings b left join users u on u.id = b.user_id
         where b.occurrence_id = $1 and b.stall = $2 and b.state in ('held', 'confirmed') and b.id <> $3"#,
        occurrence.0,
        stall.as_str(),
        but.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Gives a guest a stall, or takes it away. The caller holds the lock of the occurrence and has
/// looked that nobody else has it.
pub(in crate::events) async fn set(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    stall: Option<&Stall>,
) -> Result<()> {
    sqlx::query!(
        "update seat_bookings set stall = $2 where id = $1",
        booking.0,
        stall.map(Stall::as_str)
    )
    .execute(conn)
    .await
    .on_constraint("seat_bookings_stall", || {
        Error::field("stall", "Somebody else has this stall already.")
    })?;
    Ok(())
}

/// The stalls that are given.
pub(in crate::events) async fn given(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        r#"select stall as "stall!" from seat_bookings
         where occurrence_id = $1 and stall is not null and state in ('held', 'confirmed')"#,
        occurrence.0
    )
    .fetch_all(conn)
    .await?)
}

/// The seats of guests without a stall, in this order.
pub(in crate::events) async fn without(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    order: StallOrder,
) -> Result<Vec<SeatBookingId>> {
    Ok(sqlx::query_scalar!(
        "select b.id from seat_bookings b left join users u on u.id = b.user_id
         where b.occurrence_id = $1 and b.state = 'confirmed' and b.stall is null
         order by case when $2 then folded(coalesce(u.display_name, b.guest_name, '')) end, b.id",
        occurrence.0,
        order == StallOrder::Name
    )
    .fetch_all(conn)
    .await?)
}

/// Gives each of these guests the stall in the same place. The caller holds the lock of the
/// occurrence.
pub(in crate::events) async fn give(
    conn: &mut PgConnection,
    bookings: &[SeatBookingId],
    stalls: &[String],
) -> Result<()> {
    let numbers: Vec<i64> = bookings.iter().map(|booking| booking.0).collect();
    sqlx::query!(
        "update seat_bookings b set stall = g.stall
         from unnest($1::bigint[], $2::text[]) as g (booking, stall) where b.id = g.booking",
        &numbers,
        stalls
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes all stalls away, and gives how many those were.
pub(in crate::events) async fn clear(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
) -> Result<u64> {
    let cleared = sqlx::query!(
        "update seat_bookings set stall = null
         where occurrence_id = $1 and stall is not null and state = 'confirmed'",
        occurrence.0
    )
    .execute(conn)
    .await?;
    Ok(cleared.rows_affected())
}

/// Whoever has taken over seats that have ended has their stall, too, unless they have one already.
pub(in crate::events) async fn hand_over(
    conn: &mut PgConnection,
    from: SeatBookingId,
    to: SeatBookingId,
) -> Result<()> {
    sqlx::query!(
        "update seat_bookings t set stall = f.stall from seat_bookings f
         where t.id = $2 and f.id = $1 and f.state = 'cancelled' and t.stall is null",
        from.0,
        to.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
