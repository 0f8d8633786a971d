//! What seats cost, and what of it is paid.

use dogear_domain::events::BookingState;
use dogear_domain::ids::{EventId, OccurrenceId, SeatBookingId, UserId};
use dogear_domain::money::{Currency, Money};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;

/// What was agreed of some seats.
#[derive(Debug, Clone, Copy)]
pub(in crate::events) struct AgreedRow {
    /// Of one seat.
    pub each: Money,
    /// For all together, in the smallest unit.
    pub discount: i32,
    pub is_paid: bool,
}

/// The same; none of free ones. The caller holds the lock of the occurrence.
pub(in crate::events) async fn agreed(
    conn: &mut PgConnection,
    booking: SeatBookingId,
) -> Result<Option<AgreedRow>> {
    let row = sqlx::query!(
        r#"select price_each as "each!", currency as "currency!", discount,
             paid_at is not null as "is_paid!"
         from seat_bookings where id = $1 and price_each is not null"#,
        booking.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| AgreedRow {
        each: Money {
            minor: row.each,
            currency: row.currency,
        },
        discount: row.discount,
        is_paid: row.is_paid,
    }))
}

/// Writes what seats cost which were just taken.
pub(in crate::events) async fn agree(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    price: Money,
    discount: i32,
) -> Result<()> {
    sqlx::query!(
        "update seat_bookings set price_each = $2, currency = $3, discount = $4,
           amount_due = $2 * party_size - $4 where id = $1",
        booking.0,
        price.minor,
        price.currency.as_str(),
        discount
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Another number of seats, at the price that was agreed. The caller counts the difference.
pub(in crate::events) async fn set_party(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    party: i32,
    discount: i32,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update seat_bookings set party_size = $2, discount = $3, amount_due = price_each * $2 - $3,
           updated_at = $4 where id = $1",
        booking.0,
        party,
        discount,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whoever waits for seats at this occurrence is asked before they have some: they cost more than
/// when they joined.
pub(in crate::events) async fn ask_first(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
) -> Result<()> {
    sqlx::query!(
        "update seat_waitlist set auto_confirm = false
         where occurrence_id = $1 and state = 'waiting' and auto_confirm",
        occurrence.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Where seats are that cost something, if this member keeps the door there.
pub(in crate::events) async fn of_host(
    db: impl PgExecutor<'_>,
    booking: SeatBookingId,
    keeper: UserId,
    now: Timestamp,
) -> Result<Option<(EventId, OccurrenceId)>> {
    let row = sqlx::query!(
        "select e.id as event, b.occurrence_id as occurrence
         from seat_bookings b join event_occurrences o on o.id = b.occurrence_id join events e on e.id = o.event_id
         where b.id = $1 and may_host(e, $2, 'door', $3) and b.amount_due is not null",
        booking.0,
        keeper.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.event, row.occurrence)))
}

/// What is due for some seats.
#[derive(Debug, Clone, Copy)]
pub(in crate::events) struct DueRow {
    pub state: BookingState,
    pub total: Money,
    pub is_paid: bool,
}

/// The same; none of free ones. The caller holds the lock of the occurrence.
pub(in crate::events) async fn due(
    conn: &mut PgConnection,
    booking: SeatBookingId,
) -> Result<Option<DueRow>> {
    let row = sqlx::query!(
        r#"select state, amount_due as "due!", currency as "currency!", paid_at is not null as "is_paid!"
         from seat_bookings where id = $1 and amount_due is not null"#,
        booking.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| DueRow {
        state: row.state,
        total: Money {
            minor: row.due,
            currency: row.currency,
        },
        is_paid: row.is_paid,
    }))
}

/// Notes who has noted that seats are paid, or that they are not. The caller has looked that this is
/// new: what calendars say of seats that are somebody's changes by it.
pub(in crate::events) async fn set_paid(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    by: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update seat_bookings
         set paid_at = case when $2::bigint is not null then $3::timestamptz end, paid_by = $2,
           updated_at = case when state = 'confirmed' then $3 else updated_at end
         where id = $1",
        booking.0,
        by.map(|by| by.0),
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Money that was paid for seats which have ended.
pub(in crate::events) struct RefundRow {
    pub booking: SeatBookingId,
    /// Empty for a guest whom the host has added.
    pub handle: String,
    pub name: String,
    pub due: i32,
    pub currency: Currency,
}

/// The same of an event, those who took seats first first.
pub(in crate::events) async fn refunds(
    db: impl PgExecutor<'_>,
    event: EventId,
    most: i64,
) -> Result<Vec<RefundRow>> {
    Ok(sqlx::query_as!(
        RefundRow,
        r#"select b.id as booking, coalesce(u.handle, '') as "handle!",
             coalesce(u.display_name, nullif(b.guest_name, ''), 'A guest') as "name!",
             b.amount_due as "due!", b.currency as "currency!"
         from seat_bookings b join event_occurrences o on o.id = b.occurrence_id
           left join users u on u.id = b.user_id
         where o.event_id = $1 and b.state = 'cancelled' and b.paid_at is not null and b.amount_due > 0
         order by b.id limit $2"#,
        event.0,
        most
    )
    .fetch_all(db)
    .await?)
}

/// What is due and what is paid, in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::events) struct SumRow {
    pub currency: Currency,
    /// Of all seats, paid or not.
    pub due: i64,
    pub paid: i64,
}

/// The same of all seats of an occurrence, in each currency in which some were taken.
pub(in crate::events) async fn sums(
    db: impl PgExecutor<'_>,
    occurrence: OccurrenceId,
) -> Result<Vec<SumRow>> {
    Ok(sqlx::query_as!(
        SumRow,
        r#"select currency as "currency!", sum(amount_due) as "due!",
             coalesce(sum(amount_due) filter (where paid_at is not null), 0) as "paid!"
         from seat_bookings
         where occurrence_id = $1 and state = 'confirmed' and amount_due is not null
         group by currency order by currency"#,
        occurrence.0
    )
    .fetch_all(db)
    .await?)
}
