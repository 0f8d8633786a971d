//! A guest's own seats.

use dogear_domain::events::{BookingState, EventKind, OccurrenceState};
use dogear_domain::ids::{EventId, SeatBookingId, UserId};
use dogear_domain::money::Currency;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgExecutor;

use super::views::ListedRow;
use crate::Result;

/// Which of them.
pub(in crate::events) struct Wanted {
    pub guest: UserId,
    pub now: Timestamp,
    /// At dates that are over, or at those to come; none for both.
    pub over: Option<bool>,
    /// Behind these, in the order of the list.
    pub after: Option<(Timestamp, SeatBookingId)>,
    pub only: Option<SeatBookingId>,
    pub most: i64,
}

/// Seats with the date at which they are.
pub(in crate::events) struct OwnRow {
    pub booking: SeatBookingId,
    pub booking_state: BookingState,
    pub party: i32,
    pub held_until: Option<jiff_sqlx::Timestamp>,
    /// They are held by the guest, and not offered to them.
    pub is_hold: bool,
    pub price_each: Option<i32>,
    pub agreed_currency: Option<Currency>,
    pub discount: i32,
    pub amount_due: Option<i32>,
    pub is_paid: bool,
    event: EventId,
    slug: String,
    title: String,
    kind: EventKind,
    state: OccurrenceState,
    starts_at: jiff_sqlx::Timestamp,
    ends_at: jiff_sqlx::Timestamp,
    time_zone: String,
    venue: String,
    city: String,
    capacity: Option<i32>,
    seats_taken: i32,
    price: Option<i32>,
    currency: Option<Currency>,
}

impl OwnRow {
    /// The date, as lists of events have it.
    pub(in crate::events) fn listed(self) -> ListedRow {
        ListedRow {
            event: self.event,
            slug: self.slug,
            title: self.title,
            kind: self.kind,
            state: self.state,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            time_zone: self.time_zone,
            venue: self.venue,
            city: self.city,
            capacity: self.capacity,
            seats_taken: self.seats_taken,
            price: self.price,
            currency: self.currency,
            booked: Some(self.party),
            waits: false,
        }
    }
}

/// Seats that a guest has or that are kept for them, and those at dates that their host has
/// cancelled: by their dates, those that are over from the last on.
pub(in crate::events) async fn list(
    db: impl PgExecutor<'_>,
    wanted: &Wanted,
) -> Result<Vec<OwnRow>> {
    let after = wanted.after;
    Ok(sqlx::query_as!(
        OwnRow,
        r#"select b.id as booking, b.state as booking_state, b.party_size as party, b.hold_expires_at as held_until,
             b.hold_minutes is not null as "is_hold!", b.price_each, b.currency as agreed_currency, b.discount,
             b.amount_due, b.paid_at is not null as "is_paid!",
             e.id as event, e.slug, e.title, e.kind, o.state, o.starts_at, o.ends_at, o.time_zone,
             v.name as venue, v.city, o.capacity, o.seats_taken, o.price, o.currency
         from seat_bookings b join event_occurrences o on o.id = b.occurrence_id join events e on e.id = o.event_id
           join venues v on v.id = e.venue_id
         where b.user_id = $1 and e.deleted_at is null
           and (b.state = 'confirmed' or b.state = 'held' and b.hold_expires_at > $2
             or b.cancelled_by = 'host' and b.given_on_at is null)
           and ($3::boolean is null or (o.ends_at <= $2) = $3) and ($6::bigint is null or b.id = $6)
           and ($4::timestamptz is null or case when $3 then (o.starts_at, b.id) < ($4, $5::bigint)
             else (o.starts_at, b.id) > ($4, $5::bigint) end)
         order by case when $3 then o.starts_at end desc, case when $3 then b.id end desc, o.starts_at, b.id
         limit $7"#,
        wanted.guest.0,
        wanted.now.to_sqlx() as jiff_sqlx::Timestamp,
        wanted.over,
        after.map(|(starts_at, _)| starts_at.to_sqlx()) as Option<jiff_sqlx::Timestamp>,
        after.map(|(_, id)| id.0),
        wanted.only.map(|id| id.0),
        wanted.most
    )
    .fetch_all(db)
    .await?)
}
