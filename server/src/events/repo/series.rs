//! Series of events, and which dates are theirs.

use dogear_domain::events::OccurrenceState;
use dogear_domain::events::series::{Repeats, Rule};
use dogear_domain::ids::{EventId, EventSeriesId, OccurrenceId, UserId};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;

/// When the dates of a series are, by the clock on the wall of the place.
#[derive(Debug, Clone)]
pub(in crate::events) struct WallTimes {
    pub starts: Time,
    pub ends: Time,
    /// So many days later it ends.
    pub more_days: i16,
    pub time_zone: String,
}

/// A series.
#[derive(Debug, Clone)]
pub(in crate::events) struct Series {
    pub id: EventSeriesId,
    pub rule: Rule,
    pub times: WallTimes,
    pub published: bool,
}

/// As it is read.
struct SeriesRow {
    id: EventSeriesId,
    repeats: Repeats,
    every: i16,
    first_day: jiff_sqlx::Date,
    times: Option<i16>,
    until: Option<jiff_sqlx::Date>,
    skipped: Vec<jiff_sqlx::Date>,
    starts: jiff_sqlx::Time,
    ends: jiff_sqlx::Time,
    more_days: i16,
    time_zone: String,
    published: bool,
}

impl From<SeriesRow> for Series {
    fn from(row: SeriesRow) -> Self {
        Self {
            id: row.id,
            rule: Rule {
                repeats: row.repeats,
                every: row.every,
                first: row.first_day.to_jiff(),
                times: row.times,
                until: row.until.map(jiff_sqlx::Date::to_jiff),
                skipped: row
                    .skipped
                    .into_iter()
                    .map(jiff_sqlx::Date::to_jiff)
                    .collect(),
            },
            times: WallTimes {
                starts: row.starts.to_jiff(),
                ends: row.ends.to_jiff(),
                more_days: row.more_days,
                time_zone: row.time_zone,
            },
            published: row.published,
        }
    }
}

/// Writes a new series, without dates.
pub(in crate::events) async fn insert(
    conn: &mut PgConnection,
    host: UserId,
    rule: &Rule,
    times: &WallTimes,
    now: Timestamp,
) -> Result<EventSeriesId> {
    Ok(sqlx::query_scalar!(
        "insert into event_series (host_id, repeats, every, first_day, times, until, starts, ends, more_days,
           time_zone, created_at, skipped)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id",
        host.0,
        rule.repeats.as_str(),
        rule.every,
        rule.first.to_sqlx() as jiff_sqlx::Date,
        rule.times,
        rule.until.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Date>,
        times.starts.to_sqlx() as jiff_sqlx::Time,
        times.ends.to_sqlx() as jiff_sqlx::Time,
        times.more_days,
        times.time_zone,
        now.to_sqlx(),
        &in_sql(&rule.skipped) as &[jiff_sqlx::Date]
    )
    .fetch_one(conn)
    .await?)
}

fn in_sql(days: &[Date]) -> Vec<jiff_sqlx::Date> {
    days.iter().map(|day| day.to_sqlx()).collect()
}

/// These days are left out of a series from now on, and no others. The caller holds the lock.
pub(in crate::events) async fn set_skipped(
    conn: &mut PgConnection,
    series: EventSeriesId,
    days: &[Date],
) -> Result<()> {
    sqlx::query!(
        "update event_series set skipped = $2 where id = $1",
        series.0,
        &in_sql(days) as &[jiff_sqlx::Date]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Locks a series: before any of its dates is locked.
pub(in crate::events) async fn lock(
    conn: &mut PgConnection,
    id: EventSeriesId,
) -> Result<Option<Series>> {
    sqlx::query!(
        "select from event_series where id = $1 for no key update",
        id.0
    )
    .execute(&mut *conn)
    .await?;
    // A statement of its own: it has to see what was committed while the row was waited for.
    read(conn, id).await
}

/// Locks the series of an event of this host, if it is in one; gives its number.
pub(in crate::events) async fn lock_of(
    conn: &mut PgConnection,
    event: EventId,
    host: UserId,
) -> Result<Option<EventSeriesId>> {
    Ok(sqlx::query_scalar!(
        "select id from event_series
         where id = (select series_id from events where id = $1 and host_id = $2) for no key update",
        event.0,
        host.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Locks every series of a host.
pub(in crate::events) async fn lock_all_of(conn: &mut PgConnection, host: UserId) -> Result<()> {
    sqlx::query!(
        "select from event_series where host_id = $1 order by id for no key update",
        host.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Where an event stands in its series.
#[derive(Debug, Clone, Copy)]
pub(in crate::events) struct Place {
    pub series: EventSeriesId,
    pub day: Date,
    pub detached: bool,
}

/// The same, for an event that is in one; of this host, where one is named.
pub(in crate::events) async fn place_of(
    db: impl PgExecutor<'_>,
    event: EventId,
    host: Option<UserId>,
) -> Result<Option<Place>> {
    let row = sqlx::query!(
        r#"select series_id as "series!", series_day as "day!: jiff_sqlx::Date", detached
         from events where id = $1 and series_id is not null and ($2::bigint is null or host_id = $2)"#,
        event.0,
        host.map(|host| host.0)
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Place {
        series: row.series,
        day: row.day.to_jiff(),
        detached: row.detached,
    }))
}

/// A series as it stands, without a lock.
pub(in crate::events) async fn read(
    db: impl PgExecutor<'_>,
    id: EventSeriesId,
) -> Result<Option<Series>> {
    Ok(read_all(db, &[id.0]).await?.pop())
}

/// Some series as they stand.
pub(in crate::events) async fn read_all(
    db: impl PgExecutor<'_>,
    ids: &[i64],
) -> Result<Vec<Series>> {
    let rows = sqlx::query_as!(
        SeriesRow,
        r#"select id, repeats, every, first_day as "first_day: jiff_sqlx::Date", times,
             until as "until: jiff_sqlx::Date", skipped as "skipped: Vec<jiff_sqlx::Date>",
             starts as "starts: jiff_sqlx::Time", ends as "ends: jiff_sqlx::Time", more_days, time_zone,
             published
         from event_series where id = any($1)"#,
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Series::from).collect())
}

/// Makes an event the date of a series that its rule gives for a day.
pub(in crate::events) async fn put_in(
    conn: &mut PgConnection,
    event: EventId,
    series: EventSeriesId,
    day: Date,
) -> Result<()> {
    sqlx::query!(
        "update events set series_id = $2, series_day = $3 where id = $1",
        event.0,
        series.0,
        day.to_sqlx() as jiff_sqlx::Date
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The days of the rule whose dates have been made.
pub(in crate::events) async fn made(
    conn: &mut PgConnection,
    series: EventSeriesId,
) -> Result<Vec<Date>> {
    let days = sqlx::query_scalar!(
        r#"select series_day as "day!: jiff_sqlx::Date" from events where series_id = $1"#,
        series.0
    )
    .fetch_all(conn)
    .await?;
    Ok(days.into_iter().map(jiff_sqlx::Date::to_jiff).collect())
}

/// The date that new ones are like: the last that was not changed alone, and takes place.
pub(in crate::events) async fn latest(
    conn: &mut PgConnection,
    series: EventSeriesId,
) -> Result<Option<EventId>> {
    Ok(sqlx::query_scalar!(
        "select e.id from events e join event_occurrences o on o.event_id = e.id
         where e.series_id = $1 and e.deleted_at is null order by e.detached, o.state = 'cancelled', e.series_day desc limit 1",
        series.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Whether two dates are of one series.
pub(in crate::events) async fn go_together(
    db: impl PgExecutor<'_>,
    one: OccurrenceId,
    other: OccurrenceId,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (
             select from event_occurrences o join events e on e.id = o.event_id
               join events f on f.series_id = e.series_id and f.id <> e.id
               join event_occurrences p on p.event_id = f.id
             where o.id = $1 and p.id = $2) as "together!""#,
        one.0,
        other.0
    )
    .fetch_one(db)
    .await?)
}

/// Writes one more date like another, without its occurrence; none when there is one for the day.
pub(in crate::events) async fn copy_event(
    conn: &mut PgConnection,
    like: EventId,
    day: Date,
    now: Timestamp,
) -> Result<Option<EventId>> {
    Ok(sqlx::query_scalar!(
        "insert into events (host_id, venue_id, kind, visibility, title, slug, description, online_link,
           organisation_id, created_at, updated_at, series_id, series_day, review, review_note, reviewed_at, partners)
         select host_id, venue_id, kind, visibility, title, slug, description, online_link, organisation_id,
           $3, $3, series_id, $2::date, review, review_note, reviewed_at, partners
         from events where id = $1
         on conflict (series_id, series_day) where series_id is not null do nothing returning id",
        like.0,
        day.to_sqlx() as jiff_sqlx::Date,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_optional(conn)
    .await?)
}

/// Writes the occurrence of a date that is like another, at its own time.
pub(in crate::events) async fn copy_occurrence(
    conn: &mut PgConnection,
    (like, event): (EventId, EventId),
    (starts_at, ends_at): (Timestamp, Timestamp),
    time_zone: &str,
    state: OccurrenceState,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into event_occurrences (event_id, state, starts_at, ends_at, time_zone, capacity, max_party,
           price, currency, smaller_pass, opens_days, closes_hours, cancel_hours, give_on_minutes, created_at, updated_at)
         select $2::bigint, $3, $4::timestamptz, $5::timestamptz, $6, capacity, max_party,
           price, currency, smaller_pass, opens_days, closes_hours, cancel_hours, give_on_minutes, $7, $7
         from event_occurrences where event_id = $1",
        like.0,
        event.0,
        state.as_str(),
        starts_at.to_sqlx() as jiff_sqlx::Timestamp,
        ends_at.to_sqlx() as jiff_sqlx::Timestamp,
        time_zone,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The first day that is not made yet.
pub(in crate::events) async fn set_next(
    conn: &mut PgConnection,
    series: EventSeriesId,
    next: Option<Date>,
) -> Result<()> {
    sqlx::query!(
        "update event_series set next_day = $2 where id = $1",
        series.0,
        next.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Date>
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Series of which a date can be made up to a day, from behind `after` on. Of a suspended host none
/// is made.
pub(in crate::events) async fn due(
    db: impl PgExecutor<'_>,
    (until, now): (Date, Timestamp),
    after: EventSeriesId,
    most: i64,
) -> Result<Vec<EventSeriesId>> {
    Ok(sqlx::query_scalar!(
        "select s.id from event_series s join users u on u.id = s.host_id
         where s.next_day <= $1::date and s.id > $2 and in_good_standing(u, $3) order by s.id limit $4",
        until.to_sqlx() as jiff_sqlx::Date,
        after.0,
        now.to_sqlx() as jiff_sqlx::Timestamp,
        most
    )
    .fetch_all(db)
    .await?)
}

/// Dates to come that take place or are drafts, in the order in which they are locked; with those
/// that were changed alone, or without; from a day of the rule on.
pub(in crate::events) async fn dates(
    conn: &mut PgConnection,
    series: EventSeriesId,
    from: Option<Date>,
    detached: bool,
    now: Timestamp,
) -> Result<Vec<(OccurrenceId, EventId, Date)>> {
    let rows = sqlx::query!(
        r#"select o.id, o.event_id as event, e.series_day as "day!: jiff_sqlx::Date"
         from events e join event_occurrences o on o.event_id = e.id
         where e.series_id = $1 and e.deleted_at is null and o.state <> 'cancelled' and o.ends_at > $2
           and ($3::date is null or e.series_day >= $3) and ($4 or not e.detached)
         order by o.id"#,
        series.0,
        now.to_sqlx() as jiff_sqlx::Timestamp,
        from.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Date>,
        detached
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id, row.event, row.day.to_jiff()))
        .collect())
}

/// An event of a series was changed alone.
pub(in crate::events) async fn detach(conn: &mut PgConnection, event: EventId) -> Result<()> {
    sqlx::query!(
        "update events set detached = true where id = $1 and series_id is not null",
        event.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The day of an event is left out of its series from now on. The caller holds the lock.
pub(in crate::events) async fn skip(conn: &mut PgConnection, event: EventId) -> Result<()> {
    sqlx::query!(
        "update event_series s set skipped = array_append(s.skipped, e.series_day)
         from events e where e.id = $1 and s.id = e.series_id and e.series_day <> all (s.skipped)",
        event.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Dates are published as they are made from now on. The caller holds the lock.
pub(in crate::events) async fn publish(
    conn: &mut PgConnection,
    series: EventSeriesId,
) -> Result<()> {
    sqlx::query!(
        "update event_series set published = true where id = $1",
        series.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// No date is made any more, and the rule ends with a day. The caller holds the lock.
pub(in crate::events) async fn end(
    conn: &mut PgConnection,
    series: EventSeriesId,
    until: Option<Date>,
) -> Result<()> {
    sqlx::query!(
        "update event_series set next_day = null, until = coalesce($2, until) where id = $1",
        series.0,
        until.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Date>
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// When dates are that are made from now on. The caller holds the lock.
pub(in crate::events) async fn set_times(
    conn: &mut PgConnection,
    series: EventSeriesId,
    times: &WallTimes,
) -> Result<()> {
    sqlx::query!(
        "update event_series set starts = $2, ends = $3, more_days = $4, time_zone = $5 where id = $1",
        series.0,
        times.starts.to_sqlx() as jiff_sqlx::Time,
        times.ends.to_sqlx() as jiff_sqlx::Time,
        times.more_days,
        times.time_zone
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets the series of a host who leaves: what was, stays as single events.
pub(in crate::events) async fn forget(conn: &mut PgConnection, host: UserId) -> Result<()> {
    sqlx::query!(
        "update events set series_id = null, series_day = null, detached = false
         where host_id = $1 and series_id is not null",
        host.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("delete from event_series where host_id = $1", host.0)
        .execute(conn)
        .await?;
    Ok(())
}
