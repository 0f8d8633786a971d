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
use sqlx::{PgConnection, PgExecutor};

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
}

/// The dates that were made of a series, in the order in which they are locked.
pub(in crate::events) async fn made(
    db: impl PgExecutor<'_>,
    series: EventSeriesId,
) -> Result<Vec<MadeRow>> {
    let rows = sqlx::query!(
        r#"select e.id as event, o.id as occurrence, e.series_day as "day!: jiff_sqlx::Date", o.state, o.starts_at,
             e.deleted_at is not null as "is_deleted!", o.seats_taken
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
        })
        .collect())
}

/// Keeps everything from being attached to some dates until the end of the transaction, also what
/// does not ask for their lock, as interest does. The caller holds that. What is read after this has
/// seen all that was attached before.
pub(in crate::events) async fn close(conn: &mut PgConnection, occurrences: &[i64]) -> Result<()> {
    sqlx::query!(
        "select from event_occurrences o join events e on e.id = o.event_id
         where o.id = any($1) order by o.id for update",
        occurrences
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A date to which something of somebody is attached.
pub(in crate::events) struct AttachedRow {
    pub occurrence: OccurrenceId,
    /// Somebody had or waited for seats, is interested, helps, is invited, or brings or hands over
    /// books.
    pub is_touched: bool,
    /// Somebody fills in the form for seats.
    pub is_held: bool,
}

/// Of some dates those to which something is attached, under the locks of [`close`]. Holds that
/// ran out without being confirmed are nothing.
pub(in crate::events) async fn attached(
    conn: &mut PgConnection,
    occurrences: &[i64],
) -> Result<Vec<AttachedRow>> {
    Ok(sqlx::query_as!(
        AttachedRow,
        r#"select id as "occurrence!: OccurrenceId", is_touched as "is_touched!", is_held as "is_held!"
         from (
           select o.id,
             exists (select from seat_bookings b where b.occurrence_id = o.id
                and (b.hold_minutes is null or b.state not in ('held', 'expired')))
             or exists (select from seat_waitlist w where w.occurrence_id = o.id)
             or exists (select from event_books b where b.occurrence_id = o.id)
             or exists (select from trade_meetings m where m.occurrence_id = o.id)
             or exists (select from event_interests i where i.event_id = o.event_id)
             or exists (select from event_hosts h where h.event_id = o.event_id)
             or exists (select from event_invitations i where i.event_id = o.event_id)
             or exists (select from event_tasks t join event_task_volunteers v on v.task_id = t.id
                where t.event_id = o.event_id) as is_touched,
             exists (select from seat_bookings b where b.occurrence_id = o.id and b.state = 'held') as is_held
           from event_occurrences o where o.id = any($1)) dates
         where is_touched or is_held order by id"#,
        occurrences
    )
    .fetch_all(conn)
    .await?)
}

/// Forgets the holds at a date that ran out without being confirmed: with them its draft could not
/// be removed. The caller holds its lock.
pub(in crate::events) async fn forget_lapsed(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
) -> Result<()> {
    sqlx::query!(
        "delete from seat_bookings where occurrence_id = $1 and hold_minutes is not null and state = 'expired'",
        occurrence.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether an event is a draft to come that is left out of a published series, which its host takes
/// in again among the days of that.
pub(in crate::events) async fn is_left_out(
    conn: &mut PgConnection,
    event: EventId,
    now: Timestamp,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (
             select from events e join event_occurrences o on o.event_id = e.id
             where e.id = $1 and is_left_out(e, o, $2)) as "left_out!""#,
        event.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_one(conn)
    .await?)
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
