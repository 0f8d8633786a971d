//! Numbers of events, for their hosts: one statement for each block, over the dates that are named.
//! Of members who have left nothing is there to count.

use dogear_domain::events::statistics::{Notice, Origin};
use dogear_domain::ids::{EventId, OccurrenceId, UserId};
use dogear_domain::money::Currency;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgExecutor;

use crate::Result;

/// A date that has begun.
pub(in crate::events) struct DateRow {
    pub occurrence: OccurrenceId,
    pub event: EventId,
    pub title: String,
    pub starts_at: jiff_sqlx::Timestamp,
    pub time_zone: String,
    /// By the clock of its place.
    pub year: i32,
    pub capacity: Option<i32>,
}

/// The dates that have begun of what a reader hosts, alone, with others or as a member of an
/// organisation, the latest first. What was cancelled is none.
pub(in crate::events) async fn dates(
    db: impl PgExecutor<'_>,
    reader: UserId,
    now: Timestamp,
    most: i64,
) -> Result<Vec<DateRow>> {
    Ok(sqlx::query_as!(
        DateRow,
        r#"with helped as (
             select e.id from event_hosts h join events e on e.id = h.event_id or e.series_id = h.series_id
             where h.user_id = $1 and h.state = 'active' and h.role = 'co_host'
             union all
             select e.id from organisation_members m join events e on e.organisation_id = m.organisation_id
             where m.user_id = $1 and m.state = 'active'),
           mine as (select id from events where host_id = $1 union select id from helped)
         select o.id as occurrence, e.id as event, e.title, o.starts_at, o.time_zone, o.capacity,
           extract(year from o.starts_at at time zone o.time_zone)::int as "year!"
         from mine join events e on e.id = mine.id join event_occurrences o on o.event_id = e.id
         where e.deleted_at is null and o.state = 'published' and o.starts_at <= $2
           and (e.host_id = $1 or may_host(e, $1, 'co_host', $2))
         order by o.starts_at desc, o.id desc limit $3"#,
        reader.0,
        now.to_sqlx() as jiff_sqlx::Timestamp,
        most
    )
    .fetch_all(db)
    .await?)
}

/// The date of one event, whenever it is.
pub(in crate::events) async fn date_of(
    db: impl PgExecutor<'_>,
    event: EventId,
) -> Result<Vec<DateRow>> {
    Ok(sqlx::query_as!(
        DateRow,
        r#"select o.id as occurrence, e.id as event, e.title, o.starts_at, o.time_zone, o.capacity,
           extract(year from o.starts_at at time zone o.time_zone)::int as "year!"
         from events e join event_occurrences o on o.event_id = e.id where e.id = $1"#,
        event.0
    )
    .fetch_all(db)
    .await?)
}

/// The seats of one date.
pub(in crate::events) struct SeatsRow {
    pub occurrence: OccurrenceId,
    /// That are somebody's.
    pub seats: i64,
    /// Of members who had some and were not let in, where others were.
    pub missed: i64,
    /// So many were let in.
    pub came: i64,
}

/// The same of some dates; of those alone for which anybody has taken seats.
pub(in crate::events) async fn seats(
    db: impl PgExecutor<'_>,
    dates: &[OccurrenceId],
) -> Result<Vec<SeatsRow>> {
    Ok(sqlx::query_as!(
        SeatsRow,
        r#"select b.occurrence_id as occurrence, b.seats as "seats!", b.missed as "missed!",
             coalesce(c.came, 0) as "came!"
         from (select occurrence_id, coalesce(sum(party_size) filter (where state = 'confirmed'), 0) as seats,
             coalesce(sum(party_size) filter (where no_show_at is not null), 0) as missed
           from seat_bookings where occurrence_id = any($1) and (state = 'confirmed' or given_on_at is not null) group by occurrence_id) b
         left join (select occurrence_id, sum(party) as came
           from checkins where occurrence_id = any($1) and undone_at is null group by occurrence_id) c
           on c.occurrence_id = b.occurrence_id"#,
        dates as &[OccurrenceId]
    )
    .fetch_all(db)
    .await?)
}

/// How many came from the waiting list to seats, and the median of how long that took, in seconds.
pub(in crate::events) async fn waited(
    db: impl PgExecutor<'_>,
    dates: &[OccurrenceId],
) -> Result<(i64, Option<f64>)> {
    let row = sqlx::query!(
        r#"select count(*) as "number!", percentile_cont(0.5) within group (
             order by extract(epoch from b.created_at - w.created_at)::float8) as median
         from seat_bookings b join seat_waitlist w on w.booking_id = b.id
         where b.occurrence_id = any($1) and w.state = 'converted'"#,
        dates as &[OccurrenceId]
    )
    .fetch_one(db)
    .await?;
    Ok((row.number, row.median))
}

/// So many bookings, and their seats.
pub(in crate::events) struct CountRow<T> {
    pub of: T,
    pub bookings: i64,
    pub seats: i64,
}

/// From where those who have seats have them.
pub(in crate::events) async fn origins(
    db: impl PgExecutor<'_>,
    dates: &[OccurrenceId],
) -> Result<Vec<CountRow<Origin>>> {
    let rows = sqlx::query!(
        r#"select case when b.user_id is null then 'host'
             when exists (select from seat_waitlist w where w.booking_id = b.id) then 'waiting_list'
             -- Seats that were there before the offer were not handed on.
             when exists (select from seat_transfers t join seat_bookings g on g.id = t.booking_id
               where t.recipient_id = b.user_id and t.state = 'accepted' and t.created_at <= b.created_at
                 and g.occurrence_id = b.occurrence_id) then 'transfer'
             else 'direct' end as "origin!: Origin",
           count(*) as "bookings!", sum(b.party_size) as "seats!"
         from seat_bookings b where b.occurrence_id = any($1) and b.state = 'confirmed' group by 1"#,
        dates as &[OccurrenceId]
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| CountRow {
            of: row.origin,
            bookings: row.bookings,
            seats: row.seats,
        })
        .collect())
}

/// How long before the start guests have given seats back. What was handed on as a whole is not given
/// back: whoever has it got it at that moment. Nor is what was only offered or held, and let go.
pub(in crate::events) async fn given_back(
    db: impl PgExecutor<'_>,
    dates: &[OccurrenceId],
) -> Result<Vec<CountRow<Notice>>> {
    let rows = sqlx::query!(
        r#"select case when o.starts_at - b.updated_at > interval '7 days' then 'more_than_a_week'
             when o.starts_at - b.updated_at > interval '1 day' then 'in_the_week_before'
             when o.starts_at > b.updated_at then 'on_the_last_day'
             else 'after_the_start' end as "notice!: Notice",
           count(*) as "bookings!", sum(b.party_size) as "seats!"
         from seat_bookings b join event_occurrences o on o.id = b.occurrence_id
         where b.occurrence_id = any($1) and b.state = 'cancelled' and b.cancelled_by = 'guest'
           and b.hold_minutes is null
           and not exists (select from seat_transfers t join seat_bookings g on g.user_id = t.recipient_id
             where t.booking_id = b.id and t.state = 'accepted' and t.party_size = b.party_size
               and g.occurrence_id = b.occurrence_id and b.updated_at between g.created_at and g.updated_at)
           and not exists (select from seat_waitlist w where w.booking_id = b.id and w.state <> 'converted')
         group by 1"#,
        dates as &[OccurrenceId]
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| CountRow {
            of: row.notice,
            bookings: row.bookings,
            seats: row.seats,
        })
        .collect())
}

/// What was due and paid in one currency, in its smallest unit.
pub(in crate::events) struct MoneyRow {
    pub currency: Currency,
    pub due: i64,
    pub paid: i64,
    /// Paid for seats that have ended, and not given back yet.
    pub owed: i64,
}

/// The same in each currency.
pub(in crate::events) async fn money(
    db: impl PgExecutor<'_>,
    dates: &[OccurrenceId],
) -> Result<Vec<MoneyRow>> {
    Ok(sqlx::query_as!(
        MoneyRow,
        r#"select currency as "currency!", coalesce(sum(amount_due) filter (where state = 'confirmed'), 0) as "due!",
             coalesce(sum(amount_due) filter (where state = 'confirmed' and paid_at is not null), 0) as "paid!",
             coalesce(sum(amount_due) filter (where state = 'cancelled' and paid_at is not null), 0) as "owed!"
         from seat_bookings
         where occurrence_id = any($1) and amount_due is not null
           and (state = 'confirmed' or state = 'cancelled' and paid_at is not null)
         group by currency order by currency"#,
        dates as &[OccurrenceId]
    )
    .fetch_all(db)
    .await?)
}
