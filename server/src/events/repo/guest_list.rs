//! Guests and waiting list as a file has them.

use dogear_domain::events::BookingState;
use dogear_domain::ids::EventId;
use dogear_domain::money::Currency;
use sqlx::PgExecutor;

use crate::Result;

/// Who has seats, or is offered some.
pub(in crate::events) struct GuestRow {
    /// Empty for a guest whom the host has added.
    pub handle: String,
    pub name: String,
    pub party: i32,
    pub state: BookingState,
    /// So many of them were let in.
    pub arrived: i64,
    pub since: jiff_sqlx::Timestamp,
    /// The seats came from the waiting list.
    pub waited: bool,
    pub due: Option<i32>,
    pub is_paid: bool,
    pub currency: Option<Currency>,
    pub stall: Option<String>,
}

/// Who has seats, those who came first first.
pub(in crate::events) async fn guests(
    db: impl PgExecutor<'_>,
    event: EventId,
    most: i64,
) -> Result<Vec<GuestRow>> {
    Ok(sqlx::query_as!(
        GuestRow,
        r#"select coalesce(u.handle, '') as "handle!",
             coalesce(u.display_name, nullif(b.guest_name, ''), 'A guest') as "name!",
             b.party_size as party, b.state, b.created_at as since,
             (select coalesce(sum(c.party), 0) from checkins c
                where c.booking_id = b.id and c.undone_at is null) as "arrived!",
             exists (select from seat_waitlist w where w.booking_id = b.id) as "waited!",
             b.amount_due as due, b.paid_at is not null as "is_paid!", b.currency,
             case when e.kind = 'swap_meet' then b.stall end as stall
         from seat_bookings b join event_occurrences o on o.id = b.occurrence_id join events e on e.id = o.event_id
           left join users u on u.id = b.user_id
         where o.event_id = $1 and (b.state = 'confirmed' or b.state = 'held' and b.hold_minutes is null)
         order by b.id limit $2"#,
        event.0,
        most
    )
    .fetch_all(db)
    .await?)
}

/// Somebody who waits.
pub(in crate::events) struct WaitingRow {
    pub handle: String,
    pub name: String,
    pub party: i32,
    pub since: jiff_sqlx::Timestamp,
}

/// Who waits, in their order.
pub(in crate::events) async fn waiting(
    db: impl PgExecutor<'_>,
    event: EventId,
    most: i64,
) -> Result<Vec<WaitingRow>> {
    Ok(sqlx::query_as!(
        WaitingRow,
        "select u.handle, u.display_name as name, w.party_size as party, w.queued_at as since
         from seat_waitlist w join event_occurrences o on o.id = w.occurrence_id
           join users u on u.id = w.user_id
         where o.event_id = $1 and w.state = 'waiting'
         order by w.rank, w.queued_at, w.id limit $2",
        event.0,
        most
    )
    .fetch_all(db)
    .await?)
}
