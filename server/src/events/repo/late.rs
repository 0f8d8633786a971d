//! Who has given seats back late.

use dogear_domain::ids::{EventId, SeatBookingId};
use sqlx::{PgConnection, PgExecutor};

use crate::Result;

/// Seats that were given back late.
pub(in crate::events) struct LateRow {
    pub handle: String,
    pub name: String,
    /// So many of them.
    pub seats: i32,
}

/// Notes that seats which are given back are given back late.
pub(in crate::events) async fn note(conn: &mut PgConnection, booking: SeatBookingId) -> Result<()> {
    sqlx::query!(
        "update seat_bookings set is_late = true where id = $1",
        booking.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that some seats of a booking are given back late, or taken again when they are fewer than
/// none.
pub(in crate::events) async fn note_some(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    seats: i32,
) -> Result<()> {
    sqlx::query!(
        "update seat_bookings set late_seats = greatest(late_seats + $2, 0)
         where id = $1 and (late_seats > 0 or $2 > 0)",
        booking.0,
        seats
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Those of an event, the last ones first.
pub(in crate::events) async fn late(
    db: impl PgExecutor<'_>,
    event: EventId,
    most: i64,
) -> Result<Vec<LateRow>> {
    Ok(sqlx::query_as!(
        LateRow,
        r#"select u.handle, u.display_name as name, late.seats as "seats!"
         from event_occurrences o join seat_bookings b on b.occurrence_id = o.id join users u on u.id = b.user_id
           cross join lateral (select b.late_seats
             + case when b.is_late and b.state = 'cancelled' then b.party_size else 0 end as seats) late
         where o.event_id = $1 and late.seats > 0 and u.status <> 'deleted'
         order by b.updated_at desc, b.id desc limit $2"#,
        event.0,
        most
    )
    .fetch_all(db)
    .await?)
}
