//! Seats that readers hold while they fill in the form, and how long.

use dogear_domain::events::BookingState;
use dogear_domain::ids::{EventId, OccurrenceId, SeatBookingId, UserId};
use dogear_domain::money::Currency;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;
use crate::error::{Error, OnConstraint};

/// For how many minutes the site holds seats; none until an admin has chosen.
pub(in crate::events) async fn minutes(db: impl PgExecutor<'_>) -> Result<Option<i16>> {
    Ok(sqlx::query_scalar!(
        r#"select (value ->> 'hold_minutes')::smallint as minutes from settings where key = 'events'"#
    )
    .fetch_optional(db)
    .await?
    .flatten())
}

/// Whether this reader waits for seats at an occurrence, or is offered some.
pub(in crate::events) async fn waits(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    reader: UserId,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from seat_waitlist where occurrence_id = $1 and user_id = $2
             and state in ('waiting', 'offered')) as "waits!""#,
        occurrence.0,
        reader.0
    )
    .fetch_one(conn)
    .await?)
}

/// When holds of this reader at an occurrence ended since a moment without being confirmed, the
/// newest first, `most` of them.
pub(in crate::events) async fn ended(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    reader: UserId,
    since: Timestamp,
    most: i64,
) -> Result<Vec<Timestamp>> {
    let rows = sqlx::query_scalar!(
        "select updated_at from seat_bookings
         where user_id = $2 and occurrence_id = $1 and hold_minutes is not null
           and state in ('expired', 'cancelled') and updated_at > $3
         order by updated_at desc limit $4",
        occurrence.0,
        reader.0,
        since.to_sqlx(),
        most
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(jiff_sqlx::Timestamp::to_jiff)
        .collect())
}

/// Writes seats that are held until a moment. The caller counts them as taken.
pub(in crate::events) async fn insert(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    reader: UserId,
    (party, minutes): (i32, i16),
    until: Timestamp,
    now: Timestamp,
) -> Result<SeatBookingId> {
    sqlx::query_scalar!(
        "insert into seat_bookings (occurrence_id, user_id, party_size, state, hold_expires_at, hold_minutes,
           created_at, updated_at)
         values ($1, $2, $3, 'held', $4, $5, $6, $6) returning id",
        occurrence.0,
        reader.0,
        party,
        until.to_sqlx(),
        minutes,
        now.to_sqlx()
    )
    .fetch_one(conn)
    .await
    .on_constraint("seat_bookings_live", || {
        Error::Conflict("You have seats at this event already.".into())
    })
}

/// Seats that are held, or were until they ran out or were let go.
pub(in crate::events) struct HoldRow {
    pub id: SeatBookingId,
    pub state: BookingState,
    pub party: i32,
    pub minutes: i16,
    pub is_extended: bool,
    /// None once they have ended.
    pub until: Option<jiff_sqlx::Timestamp>,
    pub price_each: Option<i32>,
    pub currency: Option<Currency>,
    pub discount: i32,
    pub amount_due: Option<i32>,
    /// The code with which they cost less; empty without one.
    pub code: String,
}

/// The same by their number; none of seats that are not held so, or are confirmed by now: whatever
/// confirms may leave their minutes.
pub(in crate::events) async fn of(
    db: impl PgExecutor<'_>,
    booking: SeatBookingId,
) -> Result<Option<HoldRow>> {
    Ok(sqlx::query_as!(
        HoldRow,
        r#"select b.id, b.state, b.party_size as party, b.hold_minutes as "minutes!", b.hold_extended as is_extended,
             b.hold_expires_at as until, b.price_each, b.currency, b.discount, b.amount_due,
             coalesce((select c.code from promo_codes c where c.id = b.promo_code_id), '') as "code!"
         from seat_bookings b where b.id = $1 and b.hold_minutes is not null and b.state <> 'confirmed'"#,
        booking.0
    )
    .fetch_optional(db)
    .await?)
}

/// The last that this reader had to do with seats at an event, if they were held and not let go.
pub(in crate::events) async fn last(
    db: impl PgExecutor<'_>,
    event: EventId,
    reader: UserId,
) -> Result<Option<SeatBookingId>> {
    Ok(sqlx::query_scalar!(
        r#"select case when b.hold_minutes is not null and b.state in ('held', 'expired') then b.id end
             as "id: SeatBookingId"
         from seat_bookings b join event_occurrences o on o.id = b.occurrence_id
         where o.event_id = $1 and b.user_id = $2 order by b.id desc limit 1"#,
        event.0,
        reader.0
    )
    .fetch_optional(db)
    .await?
    .flatten())
}

/// Holds seats until a later moment: the reader has asked for more time.
pub(in crate::events) async fn extend(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    until: Timestamp,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update seat_bookings set hold_expires_at = $2, hold_extended = true, updated_at = $3
         where id = $1 and state = 'held'",
        booking.0,
        until.to_sqlx(),
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What readers hold for longer than `until` is held until then: booking ends earlier.
pub(in crate::events) async fn shorten(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    until: Timestamp,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update seat_bookings set hold_expires_at = $2, updated_at = $3
         where occurrence_id = $1 and state = 'held' and hold_minutes is not null and hold_expires_at > $2",
        occurrence.0,
        until.to_sqlx(),
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes the code from held seats: it can be used by somebody else.
pub(in crate::events) async fn clear_code(
    conn: &mut PgConnection,
    booking: SeatBookingId,
) -> Result<()> {
    sqlx::query!(
        "update seat_bookings set promo_code_id = null, discount = 0, amount_due = price_each * party_size
         where id = $1",
        booking.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Seats whose time had run out are the guest's after all, as if they were taken now; what they cost
/// is agreed anew. The caller has counted them. Says whether they were there.
pub(in crate::events) async fn retake(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    now: Timestamp,
) -> Result<bool> {
    let taken = sqlx::query!(
        "update seat_bookings set state = 'confirmed', hold_minutes = null, promo_code_id = null,
           price_each = null, currency = null, discount = 0, amount_due = null, created_at = $2, updated_at = $2
         where id = $1 and state = 'expired' and hold_minutes is not null",
        booking.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await
    .on_constraint("seat_bookings_live", || {
        Error::Conflict("You have seats at this event already.".into())
    })?;
    Ok(taken.rows_affected() == 1)
}
