//! First events of new hosts, which moderators look at.

use dogear_domain::events::partners::Partner;
use dogear_domain::events::review::HostRecord;
use dogear_domain::events::{EventKind, EventReview, Visibility};
use dogear_domain::ids::{EventId, EventSeriesId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;

/// Whether the site has first events wait; none until an admin has chosen.
pub(in crate::events) async fn first_events_wait(db: impl PgExecutor<'_>) -> Result<Option<bool>> {
    Ok(sqlx::query_scalar!(
        r#"select (value ->> 'first_events_wait')::boolean as wait from settings where key = 'events'"#
    )
    .fetch_optional(db)
    .await?
    .flatten())
}

/// Locks what the site has set for events, which is there from then on.
pub(in crate::events) async fn lock_settings(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!(
        "insert into settings (key, value) values ('events', '{}') on conflict do nothing"
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("select from settings where key = 'events' for update")
        .execute(conn)
        .await?;
    Ok(())
}

/// Stores one of the settings of events under its name; nobody is named when the operator has set
/// it. The caller holds their lock.
pub(in crate::events) async fn set_setting(
    conn: &mut PgConnection,
    (name, value): (&str, serde_json::Value),
    by: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update settings set value = value || jsonb_build_object($1::text, $2::jsonb),
           changed_by = $3, changed_at = $4 where key = 'events'",
        name,
        value,
        by.map(|by| by.0),
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What is known of a host.
pub(in crate::events) async fn record(conn: &mut PgConnection, host: UserId) -> Result<HostRecord> {
    Ok(sqlx::query_as!(
        HostRecord,
        r#"select role <> 'member' as "is_staff!", trades_completed,
             exists (select from events e join event_occurrences o on o.event_id = e.id
               where e.host_id = u.id and (o.state <> 'draft' or e.review = 'approved')) as "has_hosted!"
         from users u where id = $1"#,
        host.0
    )
    .fetch_one(conn)
    .await?)
}

/// Sets where an event stands with the moderators, and with it every draft of its series. The
/// caller holds them.
pub(in crate::events) async fn set(
    conn: &mut PgConnection,
    event: EventId,
    review: EventReview,
    note: &str,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update events e set review = $2, review_note = $3, reviewed_at = $4
         from events one
         where one.id = $1 and e.deleted_at is null and (e.id = one.id or e.series_id = one.series_id
             and exists (select from event_occurrences o where o.event_id = e.id and o.state = 'draft'))",
        event.0,
        review.as_str(),
        note,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What moderators decide of an event, and with it of every draft of its series that says the same:
/// those that were changed alone are decided by themselves. The caller holds them.
pub(in crate::events) async fn decide(
    conn: &mut PgConnection,
    event: EventId,
    review: EventReview,
    note: &str,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update events e set review = $2, review_note = $3, reviewed_at = $4
         from events one
         where one.id = $1 and e.deleted_at is null and (e.id = one.id or e.series_id = one.series_id
             and (e.title, e.description, e.kind, e.visibility, e.online_link, e.venue_id, e.partners)
               = (one.title, one.description, one.kind, one.visibility, one.online_link, one.venue_id, one.partners)
             and exists (select from event_occurrences o where o.event_id = e.id and o.state = 'draft'))",
        event.0,
        review.as_str(),
        note,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether a draft that later dates of a series are made like has not been approved.
pub(in crate::events) async fn any_left(
    conn: &mut PgConnection,
    series: EventSeriesId,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from events e join event_occurrences o on o.event_id = e.id
             where e.series_id = $1 and not e.detached and e.deleted_at is null and o.state = 'draft'
               and e.review <> 'approved') as "left!""#,
        series.0
    )
    .fetch_one(conn)
    .await?)
}

/// A first event as moderators see it.
pub(in crate::events) struct ReviewRow {
    pub event: EventId,
    pub review: EventReview,
    pub review_note: String,
    pub reviewed_at: Option<jiff_sqlx::Timestamp>,
    pub title: String,
    pub description: String,
    pub kind: EventKind,
    pub visibility: Visibility,
    pub online_link: String,
    pub starts_at: jiff_sqlx::Timestamp,
    pub ends_at: jiff_sqlx::Timestamp,
    pub time_zone: String,
    pub venue: String,
    pub address: String,
    pub city: String,
    pub directions: String,
    pub host: UserId,
    pub host_handle: String,
    pub host_since: jiff_sqlx::Timestamp,
    pub partners: Json<Vec<Partner>>,
    /// Those who help with it, and those who are asked to.
    pub helpers: Vec<i64>,
    /// Dates of its series that say the same, with this one.
    pub dates: i64,
}

/// Events in a state of the review that have not begun, of hosts in good standing; of dates of a
/// series that say the same the next one. Those come first that were asked for first. One alone when
/// it is named.
pub(in crate::events) async fn list(
    db: impl PgExecutor<'_>,
    review: Option<EventReview>,
    one: Option<EventId>,
    now: Timestamp,
    most: i64,
) -> Result<Vec<ReviewRow>> {
    Ok(sqlx::query_as!(
        ReviewRow,
        r#"select event as "event!: EventId", review as "review!: EventReview", review_note as "review_note!",
             reviewed_at, title as "title!", description as "description!", kind as "kind!: EventKind",
             visibility as "visibility!: Visibility", online_link as "online_link!", starts_at as "starts_at!",
             ends_at as "ends_at!", time_zone as "time_zone!", venue as "venue!", address as "address!",
             city as "city!", directions as "directions!", host as "host!: UserId",
             host_handle as "host_handle!", host_since as "host_since!",
             partners as "partners!: Json<Vec<Partner>>", helpers as "helpers!", dates as "dates!"
         from (
           select e.id as event, e.review, e.review_note, e.reviewed_at, e.title, e.description, e.kind,
             e.visibility, e.online_link, o.starts_at, o.ends_at, o.time_zone, v.name as venue, v.address,
             v.city, v.directions, u.id as host, u.handle as host_handle, u.created_at as host_since,
             e.partners, array(select h.user_id from event_hosts h
               where h.event_id = e.id or h.series_id = e.series_id) as helpers,
             count(*) over series as dates, row_number() over (series order by o.starts_at, e.id) as place
           from events e join event_occurrences o on o.event_id = e.id join venues v on v.id = e.venue_id
             join users u on u.id = e.host_id
           where e.review in ('waiting', 'sent_back') and ($1::text is null or e.review = $1)
             and ($2::bigint is null or e.id = $2) and e.deleted_at is null and o.state = 'draft'
             and o.starts_at > $3 and in_good_standing(u, $3)
           window series as (partition by coalesce(e.series_id, -e.id), e.title, e.description, e.kind,
             e.visibility, e.online_link, e.venue_id, e.partners)) found
         where place = 1 order by reviewed_at, event limit $4"#,
        review.map(EventReview::as_str),
        one.map(|one| one.0),
        now.to_sqlx() as jiff_sqlx::Timestamp,
        most
    )
    .fetch_all(db)
    .await?)
}

/// How many of them wait.
pub(in crate::events) async fn count(db: impl PgExecutor<'_>, now: Timestamp) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(distinct (coalesce(e.series_id, -e.id), e.title, e.description, e.kind, e.visibility,
             e.online_link, e.venue_id, e.partners)) as "count!"
         from events e join event_occurrences o on o.event_id = e.id join users u on u.id = e.host_id
         where e.review = 'waiting' and e.deleted_at is null and o.state = 'draft'
           and o.starts_at > $1 and in_good_standing(u, $1)"#,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_one(db)
    .await?)
}

/// Where an event stands with the moderators.
pub(in crate::events) async fn of_event(
    conn: &mut PgConnection,
    event: EventId,
) -> Result<Option<EventReview>> {
    Ok(sqlx::query_scalar!(
        "select review from events where id = $1 and deleted_at is null",
        event.0
    )
    .fetch_optional(conn)
    .await?)
}
