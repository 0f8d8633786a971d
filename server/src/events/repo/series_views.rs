//! What pages read of series.

use dogear_domain::ids::{EventId, EventSeriesId, UserId};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use sqlx::PgExecutor;

use super::views::ListedRow;
use crate::Result;

/// How many dates to come there are that take place or are drafts, and how many seats are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::events) struct Counts {
    /// After a day.
    pub following: i64,
    pub all: i64,
    /// The same without those that were changed alone.
    pub like_following: i64,
    pub like_all: i64,
    /// Seats that are taken after the day.
    pub seats_following: i64,
    pub seats_all: i64,
    /// Drafts that have not begun.
    pub drafts: i64,
}

/// Counts the dates to come of a series.
pub(in crate::events) async fn counts(
    db: impl PgExecutor<'_>,
    series: EventSeriesId,
    day: Date,
    now: Timestamp,
) -> Result<Counts> {
    Ok(sqlx::query_as!(
        Counts,
        r#"select count(*) filter (where e.series_day > $2) as "following!", count(*) as "all!",
             count(*) filter (where e.series_day > $2 and not e.detached) as "like_following!",
             count(*) filter (where not e.detached) as "like_all!",
             coalesce(sum(o.seats_taken) filter (where e.series_day > $2), 0) as "seats_following!",
             coalesce(sum(o.seats_taken), 0) as "seats_all!",
             count(*) filter (where o.state = 'draft' and o.starts_at > $3) as "drafts!"
         from events e join event_occurrences o on o.event_id = e.id
         where e.series_id = $1 and e.deleted_at is null and o.state <> 'cancelled' and o.ends_at > $3"#,
        series.0,
        day.to_sqlx() as jiff_sqlx::Date,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_one(db)
    .await?)
}

/// How many dates of a series are to take place.
pub(in crate::events) async fn published_to_come(
    db: impl PgExecutor<'_>,
    series: EventSeriesId,
    now: Timestamp,
) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from events e join event_occurrences o on o.event_id = e.id
         where e.series_id = $1 and o.state = 'published' and o.ends_at > $2"#,
        series.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_one(db)
    .await?)
}

/// Published dates of a series that have not begun, but for one, for whoever may see that one. One
/// that stands in no list stands here only beside another such, and for its host and its guests.
pub(in crate::events) async fn others(
    db: impl PgExecutor<'_>,
    series: EventSeriesId,
    but: EventId,
    viewer: Option<UserId>,
    now: Timestamp,
    most: i64,
) -> Result<Vec<ListedRow>> {
    Ok(sqlx::query_as!(
        ListedRow,
        r#"select e.id as event, e.slug, e.title, e.kind, o.state, o.starts_at, o.ends_at, o.time_zone,
             v.name as venue, v.city, o.capacity, o.seats_taken, o.price, o.currency,
             (select b.party_size from seat_bookings b where b.occurrence_id = o.id and b.user_id = $3
                and (b.state = 'confirmed' or b.state = 'held' and b.hold_minutes is null)) as booked,
             exists (select from seat_waitlist w where w.occurrence_id = o.id and w.user_id = $3
                and w.state in ('waiting', 'offered')) as "waits!"
         from events e join event_occurrences o on o.event_id = e.id join venues v on v.id = e.venue_id
         where e.series_id = $1 and e.id <> $2 and o.state = 'published' and o.starts_at > $4
           and (is_shown_to(e, $3) or may_host(e, $3, 'door', $4))
           and (e.visibility <> 'unlisted' or may_host(e, $3, 'door', $4)
             or exists (select from events shown where shown.id = $2 and shown.visibility = 'unlisted')
             or exists (select from seat_bookings b where b.occurrence_id = o.id and b.user_id = $3
                and b.state in ('held', 'confirmed')))
         order by o.starts_at, e.id limit $5"#,
        series.0,
        but.0,
        viewer.map(|viewer| viewer.0),
        now.to_sqlx() as jiff_sqlx::Timestamp,
        most
    )
    .fetch_all(db)
    .await?)
}

/// How many seats one guest takes at most, for each of some events.
pub(in crate::events) async fn max_parties(
    db: impl PgExecutor<'_>,
    events: &[i64],
) -> Result<Vec<(EventId, i32)>> {
    let rows = sqlx::query!(
        "select event_id as event, max_party from event_occurrences where event_id = any($1)",
        events
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.event, row.max_party))
        .collect())
}

/// All dates of a series that this reader hosts, or co-hosts, in their order.
pub(in crate::events) async fn hosted(
    db: impl PgExecutor<'_>,
    series: EventSeriesId,
    host: UserId,
    now: Timestamp,
) -> Result<Vec<ListedRow>> {
    Ok(sqlx::query_as!(
        ListedRow,
        r#"select e.id as event, e.slug, e.title, e.kind, o.state, o.starts_at, o.ends_at, o.time_zone,
             v.name as venue, v.city, o.capacity, o.seats_taken, o.price, o.currency, null::int as booked, false as "waits!"
         from events e join event_occurrences o on o.event_id = e.id join venues v on v.id = e.venue_id
         where e.series_id = $1 and e.deleted_at is null and may_host(e, $2, 'co_host', $3)
         order by o.starts_at, e.id"#,
        series.0,
        host.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_all(db)
    .await?)
}

/// The series of some events, for the host's list: the event, the series, its dates to come.
pub(in crate::events) async fn of_events(
    db: impl PgExecutor<'_>,
    events: &[i64],
    now: Timestamp,
) -> Result<Vec<(EventId, EventSeriesId, i64)>> {
    let rows = sqlx::query!(
        r#"select e.id, e.series_id as "series!",
             (select count(*) from events d join event_occurrences o on o.event_id = d.id
              where d.series_id = e.series_id and d.deleted_at is null and o.state <> 'cancelled' and o.ends_at > $2) as "coming!"
         from events e where e.id = any($1) and e.series_id is not null"#,
        events,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id, row.series, row.coming))
        .collect())
}
