//! What hosts have deleted and can restore.

use dogear_domain::events::OccurrenceState;
use dogear_domain::ids::{EventId, EventSeriesId, OccurrenceId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;

/// An event that its host has deleted.
pub(in crate::events) struct DeletedRow {
    pub event: EventId,
    pub title: String,
    pub state: OccurrenceState,
    pub starts_at: jiff_sqlx::Timestamp,
    pub ends_at: jiff_sqlx::Timestamp,
    pub time_zone: String,
    pub deleted_at: jiff_sqlx::Timestamp,
    /// Dates of its series that were deleted with it, and itself.
    pub dates: i64,
}

/// What a host has deleted after `since`, but for dates that are left out of a series: the last first,
/// of dates that were deleted together the first.
pub(in crate::events) async fn of_host(
    db: impl PgExecutor<'_>,
    host: UserId,
    since: Timestamp,
    now: Timestamp,
    most: i64,
) -> Result<Vec<DeletedRow>> {
    Ok(sqlx::query_as!(
        DeletedRow,
        r#"select event as "event!: EventId", title as "title!", state as "state!: OccurrenceState",
             starts_at as "starts_at!", ends_at as "ends_at!", time_zone as "time_zone!",
             deleted_at as "deleted_at!", dates as "dates!"
         from (
           select e.id as event, e.title, o.state, o.starts_at, o.ends_at, o.time_zone, e.deleted_at,
             count(*) over together as dates, row_number() over (together order by o.starts_at, e.id) as place
           from events e join event_occurrences o on o.event_id = e.id
           where e.host_id = $1 and e.deleted_at > $2 and not is_left_out(e, o, $4)
           window together as (partition by coalesce(e.series_id, -e.id), e.deleted_at)) deleted
         where place = 1 order by deleted_at desc, event desc limit $3"#,
        host.0,
        since.to_sqlx() as jiff_sqlx::Timestamp,
        most,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_all(db)
    .await?)
}

/// When a host has deleted an event, if they have.
pub(in crate::events) async fn deleted_at(
    conn: &mut PgConnection,
    event: EventId,
    host: UserId,
) -> Result<Option<Timestamp>> {
    let at = sqlx::query_scalar!(
        r#"select deleted_at as "at!" from events
         where id = $1 and host_id = $2 and deleted_at is not null"#,
        event.0,
        host.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(at.map(jiff_sqlx::Timestamp::to_jiff))
}

/// The dates that were deleted together with an event, and itself, in the order in which they are
/// locked.
pub(in crate::events) async fn together(
    conn: &mut PgConnection,
    event: EventId,
) -> Result<Vec<(OccurrenceId, EventId)>> {
    let rows = sqlx::query!(
        "select o.id, o.event_id as event
         from events d join events e on e.id = d.id or e.series_id = d.series_id and e.deleted_at = d.deleted_at
           join event_occurrences o on o.event_id = e.id
         where d.id = $1 order by o.id",
        event.0
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.event)).collect())
}

/// Brings an event back, and its day into the rule of its series.
pub(in crate::events) async fn restore(conn: &mut PgConnection, event: EventId) -> Result<()> {
    sqlx::query!(
        "update event_series s set skipped = array_remove(s.skipped, e.series_day)
         from events e where e.id = $1 and s.id = e.series_id",
        event.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("update events set deleted_at = null where id = $1", event.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes how a series goes on, before all its drafts are deleted and it ends. What was noted when it
/// ended before stays: that is how it went on.
pub(in crate::events) async fn note_end(
    conn: &mut PgConnection,
    series: EventSeriesId,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update event_series set ended_at = coalesce(ended_at, $2),
           until_before = case when ended_at is null then until else until_before end,
           next_day_before = case when ended_at is null then next_day else next_day_before end
         where id = $1",
        series.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Has a series go on that ended when these dates of it were deleted.
pub(in crate::events) async fn take_end_back(
    conn: &mut PgConnection,
    series: EventSeriesId,
    ended_at: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update event_series set until = until_before, next_day = next_day_before, ended_at = null
         where id = $1 and ended_at = $2",
        series.0,
        ended_at.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether a date of a series is deleted and can be restored.
pub(in crate::events) async fn any_of_series(
    conn: &mut PgConnection,
    series: EventSeriesId,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from events where series_id = $1 and deleted_at is not null) as "any!""#,
        series.0
    )
    .fetch_one(conn)
    .await?)
}

/// Drafts that were deleted by `by`, and that nobody restores any more.
pub(in crate::events) async fn forgotten(
    db: impl PgExecutor<'_>,
    by: Timestamp,
    most: i64,
) -> Result<Vec<(EventId, OccurrenceId)>> {
    let rows = sqlx::query!(
        "select e.id as event, o.id as occurrence from events e join event_occurrences o on o.event_id = e.id
         where e.deleted_at <= $1 and o.state = 'draft' order by e.deleted_at, e.id limit $2",
        by.to_sqlx(),
        most
    )
    .fetch_all(db)
    .await?;
    Ok((rows.into_iter())
        .map(|row| (row.event, row.occurrence))
        .collect())
}

/// Whether an event was deleted by `by` and is deleted still. The caller holds its date.
pub(in crate::events) async fn is_forgotten(
    conn: &mut PgConnection,
    event: EventId,
    by: Timestamp,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from events where id = $1 and deleted_at <= $2) as "gone!""#,
        event.0,
        by.to_sqlx()
    )
    .fetch_one(conn)
    .await?)
}
