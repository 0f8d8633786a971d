//! What guests have been reminded of.

use dogear_domain::events::reminders::Reminder;
use dogear_domain::ids::{OccurrenceId, SeatBookingId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;

/// A guest who has not been reminded.
pub(in crate::events) struct Candidate {
    pub booking: SeatBookingId,
    pub booked_at: jiff_sqlx::Timestamp,
    pub starts_at: jiff_sqlx::Timestamp,
    pub time_zone: String,
}

/// Guests of what begins before `until` and who have not been reminded so, from behind `after` on.
pub(in crate::events) async fn candidates(
    db: impl PgExecutor<'_>,
    reminder: Reminder,
    (now, until): (Timestamp, Timestamp),
    after: SeatBookingId,
    most: i64,
) -> Result<Vec<Candidate>> {
    Ok(sqlx::query_as!(
        Candidate,
        "select b.id as booking, b.created_at as booked_at, o.starts_at, u.time_zone
         from event_occurrences o join seat_bookings b on b.occurrence_id = o.id
           join users u on u.id = b.user_id
         where o.state = 'published' and o.starts_at > $2 and o.starts_at <= $3
           and b.state = 'confirmed' and b.id > $4
           and not exists (select from event_reminders r where r.booking_id = b.id and r.kind = $1)
         order by b.id limit $5",
        reminder.as_str(),
        now.to_sqlx() as jiff_sqlx::Timestamp,
        until.to_sqlx(),
        after.0,
        most
    )
    .fetch_all(db)
    .await?)
}

/// Notes that a guest is written to at `sent_at`, or never will be; says whether that is new. `kind`
/// is the word of a reminder, or of what comes after an event.
pub(in crate::events) async fn note(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    kind: &str,
    sent_at: Option<Timestamp>,
) -> Result<bool> {
    let noted = sqlx::query!(
        "insert into event_reminders (booking_id, kind, sent_at) values ($1, $2, $3)
         on conflict do nothing",
        booking.0,
        kind,
        sent_at.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>
    )
    .execute(conn)
    .await?;
    Ok(noted.rows_affected() == 1)
}

/// Guests of an occurrence are reminded so again.
pub(in crate::events) async fn forget(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    reminder: Reminder,
) -> Result<()> {
    sqlx::query!(
        "delete from event_reminders r using seat_bookings b
         where b.id = r.booking_id and b.occurrence_id = $1 and r.kind = $2",
        occurrence.0,
        reminder.as_str()
    )
    .execute(conn)
    .await?;
    Ok(())
}
