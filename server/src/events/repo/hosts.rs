//! Who hosts an event together. Who may do what is said once, by the function `host_role`.

use dogear_domain::events::hosts::{HostRole, HostState};
use dogear_domain::fields::Handle;
use dogear_domain::ids::{EventHostId, EventId, EventSeriesId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;

/// What somebody helps with: one event, or all dates of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::events) enum Scope {
    Event(EventId),
    Series(EventSeriesId),
}

impl Scope {
    /// As the two columns have it.
    pub(in crate::events) const fn columns(self) -> (Option<i64>, Option<i64>) {
        match self {
            Self::Event(id) => (Some(id.0), None),
            Self::Series(id) => (None, Some(id.0)),
        }
    }

    fn of(event: Option<EventId>, series: Option<EventSeriesId>) -> Option<Self> {
        event.map(Self::Event).or(series.map(Self::Series))
    }
}

/// The owner of an event that `asker` may act for as `needed`; `None` for everybody else.
pub(in crate::events) async fn owner(
    db: impl PgExecutor<'_>,
    event: EventId,
    asker: UserId,
    needed: HostRole,
    now: Timestamp,
) -> Result<Option<UserId>> {
    Ok(sqlx::query_scalar!(
        "select e.host_id from events e where e.id = $1 and may_host(e, $2, $3, $4)",
        event.0,
        asker.0,
        needed.as_str(),
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_optional(db)
    .await?)
}

/// As what a reader acts for some events: those for which they do.
pub(in crate::events) async fn roles(
    db: impl PgExecutor<'_>,
    reader: UserId,
    events: &[i64],
    now: Timestamp,
) -> Result<Vec<(EventId, HostRole)>> {
    let rows = sqlx::query!(
        r#"select e.id, r.role as "role!: HostRole" from events e
           cross join lateral (select host_role(e, $1, $3) as role) r
         where e.id = any($2) and r.role is not null"#,
        reader.0,
        events,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.role)).collect())
}

/// What those help with who help with an event.
pub(in crate::events) async fn scope(db: impl PgExecutor<'_>, event: EventId) -> Result<Scope> {
    let series = sqlx::query_scalar!("select series_id from events where id = $1", event.0)
        .fetch_one(db)
        .await?;
    Ok(series.map_or(Scope::Event(event), Scope::Series))
}

/// Locks the list of those who help: of one event after the members whom it is about, of a series
/// before them.
pub(in crate::events) async fn lock(conn: &mut PgConnection, scope: Scope) -> Result<()> {
    match scope {
        Scope::Event(id) => {
            sqlx::query!("select from events where id = $1 for no key update", id.0)
                .execute(conn)
                .await?;
        }
        Scope::Series(id) => {
            sqlx::query!(
                "select from event_series where id = $1 for no key update",
                id.0
            )
            .execute(conn)
            .await?;
        }
    }
    Ok(())
}

/// Keeps members from being erased until the end of the transaction. Says whether all are still
/// there.
pub(in crate::events) async fn hold(conn: &mut PgConnection, members: [UserId; 2]) -> Result<bool> {
    let ids = members.map(|member| member.0);
    let there = sqlx::query_scalar!(
        r#"select status <> 'deleted' as "there!" from users where id = any($1) order by id for key share"#,
        &ids[..]
    )
    .fetch_all(conn)
    .await?;
    Ok(there.len() == 2 && there.into_iter().all(|there| there))
}

/// A member with this handle who can be asked to help `owner`: in good standing, and without a block
/// between the two.
pub(in crate::events) async fn invitee(
    conn: &mut PgConnection,
    handle: &Handle,
    owner: UserId,
    now: Timestamp,
) -> Result<Option<(UserId, String)>> {
    let row = sqlx::query!(
        "select u.id, u.display_name from users u
         where u.handle_key = $1 and lower(u.handle) = lower($2) and u.email_verified_at is not null
           and in_good_standing(u, $4) and not blocked($3, u.id)",
        handle.key(),
        handle.as_str(),
        owner.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.id, row.display_name)))
}

/// How many help, or are asked to.
pub(in crate::events) async fn count(conn: &mut PgConnection, scope: Scope) -> Result<i64> {
    let (event, series) = scope.columns();
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from event_hosts where event_id = $1 or series_id = $2"#,
        event,
        series
    )
    .fetch_one(conn)
    .await?)
}

/// Writes that somebody is asked to help; `None` when they were before.
pub(in crate::events) async fn insert(
    conn: &mut PgConnection,
    scope: Scope,
    member: UserId,
    role: HostRole,
    now: Timestamp,
) -> Result<Option<EventHostId>> {
    let (event, series) = scope.columns();
    Ok(sqlx::query_scalar!(
        "insert into event_hosts (event_id, series_id, user_id, role, invited_at)
         values ($1, $2, $3, $4, $5) on conflict do nothing returning id",
        event,
        series,
        member.0,
        role.as_str(),
        now.to_sqlx()
    )
    .fetch_optional(conn)
    .await?)
}

/// Somebody who helps, or is asked to, and with what.
pub(in crate::events) struct HelperRow {
    pub id: EventHostId,
    pub scope: Scope,
    pub member: UserId,
    pub role: HostRole,
    pub state: HostState,
    /// Whose event it is.
    pub owner: UserId,
    /// There is a block between the two.
    pub blocked: bool,
    /// The event, or the next date of the series.
    pub event: EventId,
    pub title: String,
}

/// The same, as it stands.
pub(in crate::events) async fn helper(
    db: impl PgExecutor<'_>,
    id: EventHostId,
    now: Timestamp,
) -> Result<Option<HelperRow>> {
    let row = sqlx::query!(
        r#"select h.id, h.event_id as in_event, h.series_id as in_series, h.user_id, h.role, h.state,
             e.id as event, e.title, e.host_id, blocked(e.host_id, h.user_id) as "blocked!"
         from event_hosts h
           join events e on e.id = coalesce(h.event_id, (
             select d.id from events d join event_occurrences p on p.event_id = d.id
             where d.series_id = h.series_id
             order by d.deleted_at is not null, p.state = 'cancelled' or p.ends_at <= $2,
               abs(extract(epoch from p.starts_at - $2)), d.id
             limit 1))
         where h.id = $1"#,
        id.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_optional(db)
    .await?;
    Ok(row.and_then(|row| {
        Some(HelperRow {
            id: row.id,
            scope: Scope::of(row.in_event, row.in_series)?,
            member: row.user_id,
            role: row.role,
            state: row.state,
            owner: row.host_id,
            blocked: row.blocked,
            event: row.event,
            title: row.title,
        })
    }))
}

/// The row of a member who helps with an event.
pub(in crate::events) async fn own(
    db: impl PgExecutor<'_>,
    event: EventId,
    member: UserId,
) -> Result<Option<EventHostId>> {
    Ok(sqlx::query_scalar!(
        "select h.id from events e join event_hosts h on h.event_id = e.id or h.series_id = e.series_id
         where e.id = $1 and h.user_id = $2 and h.state = 'active'",
        event.0,
        member.0
    )
    .fetch_optional(db)
    .await?)
}

/// They have said yes. The caller holds the lock.
pub(in crate::events) async fn join(conn: &mut PgConnection, id: EventHostId) -> Result<()> {
    sqlx::query!(
        "update event_hosts set state = 'active' where id = $1",
        id.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// They have another role. The caller holds the lock.
pub(in crate::events) async fn set_role(
    conn: &mut PgConnection,
    id: EventHostId,
    role: HostRole,
) -> Result<()> {
    sqlx::query!(
        "update event_hosts set role = $2 where id = $1",
        id.0,
        role.as_str()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// They help no more, or are asked no more. The caller holds the lock.
pub(in crate::events) async fn remove(conn: &mut PgConnection, id: EventHostId) -> Result<()> {
    sqlx::query!("delete from event_hosts where id = $1", id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes that somebody has said no, or is asked no more.
pub(in crate::events) async fn note_answer(
    conn: &mut PgConnection,
    scope: Scope,
    member: UserId,
    now: Timestamp,
) -> Result<()> {
    let (event, series) = scope.columns();
    sqlx::query!(
        "insert into event_host_answers (event_id, series_id, user_id, at) values ($1, $2, $3, $4)",
        event,
        series,
        member.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether that is so of somebody since `since`.
pub(in crate::events) async fn answered(
    conn: &mut PgConnection,
    scope: Scope,
    member: UserId,
    since: Timestamp,
) -> Result<bool> {
    let (event, series) = scope.columns();
    Ok(sqlx::query_scalar!(
        r#"select exists (select from event_host_answers
             where (event_id = $1 or series_id = $2) and user_id = $3 and at > $4) as "answered!""#,
        event,
        series,
        member.0,
        since.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_one(conn)
    .await?)
}

/// Forgets who said no by `by`.
pub(in crate::events) async fn forget_answers(
    db: impl PgExecutor<'_>,
    by: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "delete from event_host_answers where at <= $1",
        by.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Those who help with an event and are not told as guests: because they have seats or wait for
/// some, or did when it was cancelled.
pub(in crate::events) async fn to_tell(
    conn: &mut PgConnection,
    event: EventId,
    now: Timestamp,
) -> Result<Vec<UserId>> {
    Ok(sqlx::query_scalar!(
        r#"select distinct u.id as "id!: UserId"
         from events e join event_hosts h on h.event_id = e.id or h.series_id = e.series_id
           join users u on u.id = h.user_id
         where e.id = $1 and h.state = 'active' and in_good_standing(u, $2) and not blocked(e.host_id, u.id)
           and not exists (select from event_occurrences o join seat_bookings b on b.occurrence_id = o.id
             where o.event_id = e.id and b.user_id = u.id
               and ((b.state = 'confirmed' or b.state = 'held' and b.hold_minutes is null) or b.cancelled_by = 'host' and b.given_on_at is null))
           and not exists (select from event_occurrences o join seat_waitlist w on w.occurrence_id = o.id
             where o.event_id = e.id and w.user_id = u.id and w.state in ('waiting', 'offered', 'cancelled'))
         order by 1"#,
        event.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_all(conn)
    .await?)
}

/// Somebody who helps, or is asked to, as their page names them.
pub(in crate::events) struct TeamRow {
    pub id: EventHostId,
    pub handle: String,
    pub name: String,
    pub role: HostRole,
    pub state: HostState,
    /// Their account is suspended: they may do nothing now. Of a block between them and the owner
    /// nothing is said here: it would tell the owner who has blocked them.
    pub rests: bool,
}

/// Who helps with an event, those who were asked first first.
pub(in crate::events) async fn team(
    db: impl PgExecutor<'_>,
    event: EventId,
    now: Timestamp,
) -> Result<Vec<TeamRow>> {
    Ok(sqlx::query_as!(
        TeamRow,
        r#"select h.id, u.handle, u.display_name as name, h.role, h.state,
             not in_good_standing(u, $2) as "rests!"
         from events e join event_hosts h on h.event_id = e.id or h.series_id = e.series_id
           join users u on u.id = h.user_id
         where e.id = $1 order by h.id"#,
        event.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_all(db)
    .await?)
}

/// What somebody is asked to help with.
pub(in crate::events) struct AskedRow {
    pub id: EventHostId,
    pub role: HostRole,
    pub is_series: bool,
    pub title: String,
    pub host_handle: String,
    pub host_name: String,
    pub starts_at: jiff_sqlx::Timestamp,
    pub ends_at: jiff_sqlx::Timestamp,
    pub time_zone: String,
    pub venue: String,
    pub city: String,
}

/// What a member is asked to help with, and has not answered: events that are neither over nor
/// cancelled, of a series the next date; the latest first.
pub(in crate::events) async fn asked(
    db: impl PgExecutor<'_>,
    member: UserId,
    now: Timestamp,
    most: i64,
) -> Result<Vec<AskedRow>> {
    Ok(sqlx::query_as!(
        AskedRow,
        r#"select h.id, h.role, h.series_id is not null as "is_series!", e.title, u.handle as host_handle,
             u.display_name as host_name, o.starts_at, o.ends_at, o.time_zone, v.name as venue, v.city
         from event_hosts h
           join events e on e.id = coalesce(h.event_id, (
             select d.id from events d join event_occurrences p on p.event_id = d.id
             where d.series_id = h.series_id
             order by d.deleted_at is not null, p.state = 'cancelled' or p.ends_at <= $2,
               abs(extract(epoch from p.starts_at - $2)), d.id
             limit 1))
           join event_occurrences o on o.event_id = e.id join venues v on v.id = e.venue_id
           join users u on u.id = e.host_id
         where h.user_id = $1 and h.state = 'invited' and o.state <> 'cancelled' and o.ends_at > $2
           and e.deleted_at is null and not blocked(e.host_id, $1)
         order by h.id desc limit $3"#,
        member.0,
        now.to_sqlx() as jiff_sqlx::Timestamp,
        most
    )
    .fetch_all(db)
    .await?)
}

/// Forgets with what a member helps, and who helps with what is theirs; and who has said no.
pub(in crate::events) async fn forget(conn: &mut PgConnection, member: UserId) -> Result<()> {
    sqlx::query!(
        "delete from event_hosts where user_id = $1
           or event_id in (select id from events where host_id = $1)
           or series_id in (select id from event_series where host_id = $1)",
        member.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from event_host_answers where user_id = $1
           or event_id in (select id from events where host_id = $1)
           or series_id in (select id from event_series where host_id = $1)",
        member.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
