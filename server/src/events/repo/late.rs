//! Who has given seats back late.

use dogear_domain::ids::{EventId, SeatBookingId};
use sqlx::{PgConnection, PgExecutor};

use crate::Result;

/// Seats that were given back late.
pub(in crate::events) struct LateRow {
    pub handle: String,
    pub name: String,
    pub party: i32,
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

/// Those of an event, the last ones first.
pub(in crate::events) async fn late(
    db: impl PgExecutor<'_>,
    event: EventId,
    most: i64,
) -> Result<Vec<LateRow>> {
    Ok(sqlx::query_as!(
        LateRow,
        "select u.handle, u.display_name as name, b.party_size as party
         from event_occurrences o join seat_bookings b on b.occurrence_id = o.id join users u on u.id = b.user_id
         where o.event_id = $1 and b.is_late and b.state = 'cancelled' and u.status <> 'deleted'
         order by b.updated_at desc, b.id desc limit $2",
        event.0,
        most
    )
    .fetch_all(db)
    .await?)
}
