//! The coming dates of a series: with the seats of each for a guest, and with what stands in the way
//! of leaving one out for its host.

use dogear_domain::events::seats::Seating;
use dogear_domain::events::window::BookingWindow;
use dogear_domain::events::{BookingState, OccurrenceState};
use dogear_domain::ids::{EventId, EventSeriesId, OccurrenceId, SeatBookingId, UserId};
use dogear_domain::money::Money;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use sqlx::PgExecutor;

use crate::Result;
use crate::events::prices::money;

/// A date as a guest sees it who wants seats at several.
#[derive(Debug, Clone)]
pub struct DateRow {
    /// Its number.
    pub event: EventId,
    /// What has the seats.
    pub occurrence: OccurrenceId,
    /// The readable part of its address.
    pub slug: String,
    /// What it is called.
    pub title: String,
    /// State, seats and limits; when it begins.
    pub seating: Seating,
    /// When it ends.
    pub ends_at: Timestamp,
    /// By whose clock these are said.
    pub time_zone: String,
    /// Of one seat.
    pub price: Option<Money>,
    /// Seats of whoever asks.
    pub booking: Option<SeatBookingId>,
    /// Held ones are kept for them.
    pub booking_state: Option<BookingState>,
    /// How many.
    pub party: Option<i32>,
    /// Whoever asks waits.
    pub waits: bool,
    /// Somebody else does.
    pub others_wait: bool,
}

/// The dates of the series of an event that have not begun, for whoever may see that one: published
/// ones and those that were cancelled. What stands in no list stands here only beside another such,
/// and for its host and its guests.
pub(in crate::events) async fn coming(
    db: impl PgExecutor<'_>,
    shown: EventId,
    guest: UserId,
    now: Timestamp,
    most: i64,
) -> Result<Vec<DateRow>> {
    let rows = sqlx::query!(
        r#"select e.id as event, e.slug, e.title, o.id as occurrence, o.state, o.starts_at, o.ends_at, o.time_zone,
             o.capacity, o.seats_taken, o.max_party, o.smaller_pass, o.opens_days, o.closes_hours, o.cancel_hours,
             o.price, o.currency, b.id as "booking?", b.state as "booking_state?: BookingState",
             b.party_size as "party?",
             exists (select from seat_waitlist w where w.occurrence_id = o.id and w.user_id = $2
                and w.state = 'waiting') as "waits!",
             exists (select from seat_waitlist w where w.occurrence_id = o.id and w.user_id <> $2
                and w.state = 'waiting') as "others_wait!"
         from events s join events e on e.series_id = s.series_id join event_occurrences o on o.event_id = e.id
           join users u on u.id = e.host_id
           left join seat_bookings b on b.occurrence_id = o.id and b.user_id = $2 and b.state in ('held', 'confirmed')
         where s.id = $1 and o.state <> 'draft' and o.starts_at > $3 and e.deleted_at is null
           and not blocked(e.host_id, $2)
           and (in_good_standing(u, $3) and is_shown_to(e, $2) or may_host(e, $2, 'door', $3))
           and (e.visibility <> 'unlisted' or s.visibility = 'unlisted' or b.id is not null
             or may_host(e, $2, 'door', $3))
         order by o.starts_at, e.id limit $4"#,
        shown.0,
        guest.0,
        now.to_sqlx() as jiff_sqlx::Timestamp,
        most
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| DateRow {
            event: row.event,
            occurrence: row.occurrence,
            slug: row.slug,
            title: row.title,
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
            ends_at: row.ends_at.to_jiff(),
            time_zone: row.time_zone,
            price: money(row.price, row.currency),
            booking: row.booking,
            booking_state: row.booking_state,
            party: row.party,
            waits: row.waits,
            others_wait: row.others_wait,
        })
        .collect())
}

/// A date that was made of a series, whatever has become of it.
#[derive(Debug, Clone)]
pub(in crate::events) struct MadeRow {
    pub event: EventId,
    pub occurrence: OccurrenceId,
    pub day: Date,
    pub state: OccurrenceState,
    pub starts_at: Timestamp,
    pub is_deleted: bool,
    pub taken: i32,
    /// Somebody waits for seats.
    pub is_awaited: bool,
}

/// The dates that were made of a series, in the order in which they are locked.
pub(in crate::events) async fn made(
    db: impl PgExecutor<'_>,
    series: EventSeriesId,
) -> Result<Vec<MadeRow>> {
    let rows = sqlx::query!(
        r#"select e.id as event, o.id as occurrence, e.series_day as "day!: jiff_sqlx::Date", o.state, o.starts_at,
             e.deleted_at is not null as "is_deleted!", o.seats_taken,
             exists (select from seat_waitlist w where w.occurrence_id = o.id and w.state in ('waiting', 'offered'))
               as "is_awaited!"
         from events e join event_occurrences o on o.event_id = e.id
         where e.series_id = $1 order by o.id"#,
        series.0
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| MadeRow {
            event: row.event,
            occurrence: row.occurrence,
            day: row.day.to_jiff(),
            state: row.state,
            starts_at: row.starts_at.to_jiff(),
            is_deleted: row.is_deleted,
            taken: row.seats_taken,
            is_awaited: row.is_awaited,
        })
        .collect())
}

/// Whose a series is.
pub(in crate::events) async fn host(
    db: impl PgExecutor<'_>,
    series: EventSeriesId,
) -> Result<Option<UserId>> {
    Ok(
        sqlx::query_scalar!("select host_id from event_series where id = $1", series.0)
            .fetch_optional(db)
            .await?,
    )
}
