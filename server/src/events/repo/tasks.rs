//! What is to be done for events, and who does it. Whoever a host has a block with does nothing, as
//! far as anybody is shown or counted.

use dogear_domain::events::tasks::{Hands, VolunteerState};
use dogear_domain::ids::{EventId, EventTaskId, UserId};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;
use crate::events::tasks::TaskText;

/// A task, as whoever reads it stands with it.
pub(in crate::events) struct TaskRow {
    pub id: EventTaskId,
    pub title: String,
    pub note: String,
    pub hands: Hands,
    pub due: Option<Date>,
    pub done_at: Option<Timestamp>,
    /// Who said so; none of one who has left.
    pub done_by: Option<String>,
    pub own: Option<VolunteerState>,
}

/// The tasks of an event: by their days, then as they were written.
pub(in crate::events) async fn list(
    db: impl PgExecutor<'_>,
    event: EventId,
    reader: UserId,
    most: i64,
) -> Result<Vec<TaskRow>> {
    let rows = sqlx::query!(
        r#"select t.id, t.title, t.note, t.wanted, t.percent, t.due_day as "due?: jiff_sqlx::Date", t.done_at,
             d.display_name as "done_by?", own.state as "own?",
             (select count(*) from event_task_volunteers v where v.task_id = t.id and v.state = 'doing'
                and not blocked(e.host_id, v.user_id)) as "doing!"
         from event_tasks t join events e on e.id = t.event_id left join users d on d.id = t.done_by
           left join event_task_volunteers own on own.task_id = t.id and own.user_id = $2
         where t.event_id = $1 and not blocked(e.host_id, $2) order by t.due_day nulls last, t.id limit $3"#,
        event.0,
        reader.0,
        most
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| TaskRow {
            id: row.id,
            title: row.title,
            note: row.note,
            hands: Hands {
                wanted: row.wanted,
                doing: row.doing,
                percent: row.percent,
            },
            due: row.due.map(jiff_sqlx::Date::to_jiff),
            done_at: row.done_at.map(jiff_sqlx::Timestamp::to_jiff),
            done_by: row.done_by,
            own: row.own,
        })
        .collect())
}

/// Somebody who does a task, or was asked.
pub(in crate::events) struct VolunteerRow {
    pub task: EventTaskId,
    pub handle: String,
    pub name: String,
    pub state: VolunteerState,
    /// They have a seat there.
    pub comes: bool,
}

/// Who does the tasks of an event, or was asked, the first first.
pub(in crate::events) async fn volunteers(
    db: impl PgExecutor<'_>,
    event: EventId,
) -> Result<Vec<VolunteerRow>> {
    Ok(sqlx::query_as!(
        VolunteerRow,
        r#"select v.task_id as task, u.handle, u.display_name as name, v.state,
             exists (select from event_occurrences o join seat_bookings b on b.occurrence_id = o.id
               where o.event_id = e.id and b.user_id = v.user_id and b.state = 'confirmed') as "comes!"
         from event_tasks t join events e on e.id = t.event_id join event_task_volunteers v on v.task_id = t.id
           join users u on u.id = v.user_id
         where t.event_id = $1 and not blocked(e.host_id, v.user_id)
           and (v.state <> 'declined' or v.was_asked)
         order by v.since, v.user_id"#,
        event.0
    )
    .fetch_all(db)
    .await?)
}

/// The event of a task.
pub(in crate::events) async fn event_of(
    db: impl PgExecutor<'_>,
    task: EventTaskId,
) -> Result<Option<EventId>> {
    Ok(
        sqlx::query_scalar!("select event_id from event_tasks where id = $1", task.0)
            .fetch_optional(db)
            .await?,
    )
}

/// A task under its lock, and where a member stands with it.
pub(in crate::events) struct Locked {
    pub title: String,
    pub note: String,
    pub due: Option<Date>,
    pub hands: Hands,
    /// Whose event it is.
    pub owner: UserId,
    pub state: Option<VolunteerState>,
    /// By a host, some time.
    pub was_asked: bool,
}

/// Locks a task: after the date of its event and the members whom it is about. None for a member
/// with whom its host has a block.
pub(in crate::events) async fn lock(
    conn: &mut PgConnection,
    task: EventTaskId,
    member: UserId,
) -> Result<Option<Locked>> {
    sqlx::query!(
        "select from event_tasks where id = $1 for no key update",
        task.0
    )
    .execute(&mut *conn)
    .await?;
    // A statement of its own: it has to see what was committed while the row was waited for.
    let row = sqlx::query!(
        r#"select t.title, t.note, t.wanted, t.percent, t.due_day as "due?: jiff_sqlx::Date", e.host_id as owner,
             own.state as "own?", coalesce(own.was_asked, false) as "was_asked!",
             (select count(*) from event_task_volunteers v where v.task_id = t.id and v.state = 'doing'
                and not blocked(e.host_id, v.user_id)) as "doing!"
         from event_tasks t join events e on e.id = t.event_id
           left join event_task_volunteers own on own.task_id = t.id and own.user_id = $2
         where t.id = $1 and not blocked(e.host_id, $2)"#,
        task.0,
        member.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Locked {
        title: row.title,
        note: row.note,
        due: row.due.map(jiff_sqlx::Date::to_jiff),
        hands: Hands {
            wanted: row.wanted,
            doing: row.doing,
            percent: row.percent,
        },
        owner: row.owner,
        state: row.own,
        was_asked: row.was_asked,
    }))
}

/// How many tasks an event has.
pub(in crate::events) async fn count(conn: &mut PgConnection, event: EventId) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from event_tasks where event_id = $1"#,
        event.0
    )
    .fetch_one(conn)
    .await?)
}

/// Writes a new task.
pub(in crate::events) async fn insert(
    conn: &mut PgConnection,
    event: EventId,
    text: &TaskText,
    now: Timestamp,
) -> Result<EventTaskId> {
    Ok(sqlx::query_scalar!(
        "insert into event_tasks (event_id, title, note, wanted, due_day, created_at)
         values ($1, $2, $3, $4, $5, $6) returning id",
        event.0,
        &**text.title,
        &**text.note,
        text.wanted,
        text.due.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Date>,
        now.to_sqlx()
    )
    .fetch_one(conn)
    .await?)
}

/// Changes what a task says. The caller holds its lock.
pub(in crate::events) async fn update(
    conn: &mut PgConnection,
    task: EventTaskId,
    text: &TaskText,
) -> Result<()> {
    sqlx::query!(
        "update event_tasks set title = $2, note = $3, wanted = $4, due_day = $5 where id = $1",
        task.0,
        &**text.title,
        &**text.note,
        text.wanted,
        text.due.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Date>
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes a task for good. The caller holds its lock.
pub(in crate::events) async fn delete(conn: &mut PgConnection, task: EventTaskId) -> Result<()> {
    sqlx::query!("delete from event_tasks where id = $1", task.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Says how much is done, and when all of it is, by whom. The caller holds the lock.
pub(in crate::events) async fn set_percent(
    conn: &mut PgConnection,
    task: EventTaskId,
    percent: i32,
    by: UserId,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update event_tasks set percent = $2, done_at = case when $2 = 100 then $4::timestamptz end,
           done_by = case when $2 = 100 then $3::bigint end where id = $1",
        task.0,
        percent,
        by.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A member stands otherwise with a task from now on. The caller holds its lock, and the member.
pub(in crate::events) async fn put(
    conn: &mut PgConnection,
    task: EventTaskId,
    member: UserId,
    (state, was_asked): (VolunteerState, bool),
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into event_task_volunteers (task_id, user_id, state, was_asked, since) values ($1, $2, $3, $4, $5)
         on conflict (task_id, user_id) do update
           set state = excluded.state, since = excluded.since,
             was_asked = event_task_volunteers.was_asked or excluded.was_asked",
        task.0,
        member.0,
        state.as_str(),
        was_asked,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How many were asked to do a task. The caller holds its lock.
pub(in crate::events) async fn asked(conn: &mut PgConnection, task: EventTaskId) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from event_task_volunteers where task_id = $1 and was_asked"#,
        task.0
    )
    .fetch_one(conn)
    .await?)
}

/// Who does a task, or has not answered yet.
pub(in crate::events) async fn hands_of(
    conn: &mut PgConnection,
    task: EventTaskId,
) -> Result<Vec<UserId>> {
    Ok(sqlx::query_scalar!(
        "select user_id from event_task_volunteers where task_id = $1 and state in ('asked', 'doing') order by user_id",
        task.0
    )
    .fetch_all(conn)
    .await?)
}

/// Of some members those who may be told of an event: in good standing, and without a block between
/// them and its host.
pub(in crate::events) async fn may_be_told(
    conn: &mut PgConnection,
    event: EventId,
    members: &[UserId],
    now: Timestamp,
) -> Result<Vec<UserId>> {
    Ok(sqlx::query_scalar!(
        "select u.id from events e, users u
         where e.id = $1 and u.id = any($2) and in_good_standing(u, $3) and not blocked(e.host_id, u.id)
         order by u.id",
        event.0,
        members as &[UserId],
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_all(conn)
    .await?)
}

/// Who does something for an event, or is asked to, and is told of it neither as a guest nor as
/// somebody who helps to host it.
pub(in crate::events) async fn to_tell(
    conn: &mut PgConnection,
    event: EventId,
    now: Timestamp,
) -> Result<Vec<UserId>> {
    Ok(sqlx::query_scalar!(
        r#"select distinct u.id as "id!: UserId"
         from events e join event_tasks t on t.event_id = e.id join event_task_volunteers v on v.task_id = t.id
           join users u on u.id = v.user_id
         where e.id = $1 and v.state in ('asked', 'doing') and u.id <> e.host_id
           and in_good_standing(u, $2) and not blocked(e.host_id, u.id)
           and not exists (select from event_hosts h where h.user_id = u.id and h.state = 'active'
             and (h.event_id = e.id or h.series_id = e.series_id))
           and not exists (select from event_occurrences o join seat_bookings b on b.occurrence_id = o.id
             where o.event_id = e.id and b.user_id = u.id
               and (b.state = 'confirmed' or b.state = 'held' and b.hold_minutes is null or b.cancelled_by = 'host' and b.given_on_at is null))
           and not exists (select from event_occurrences o join seat_waitlist w on w.occurrence_id = o.id
             where o.event_id = e.id and w.user_id = u.id and w.state in ('waiting', 'offered', 'cancelled'))
         order by 1"#,
        event.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_all(conn)
    .await?)
}

/// Writes the tasks of an event for another, without volunteers and with nothing done: due as many
/// days before or after it.
pub(in crate::events) async fn copy(
    conn: &mut PgConnection,
    (like, event): (EventId, EventId),
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into event_tasks (event_id, title, note, wanted, due_day, created_at)
         select $2::bigint, t.title, t.note, t.wanted,
           t.due_day + ((n.starts_at at time zone n.time_zone)::date - (o.starts_at at time zone o.time_zone)::date),
           $3::timestamptz
         from event_tasks t join event_occurrences o on o.event_id = t.event_id
           join event_occurrences n on n.event_id = $2
         where t.event_id = $1 order by t.id",
        like.0,
        event.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets what a member does for events and what they have written for their own: of those to come
/// the words alone, since whoever does something has to be told that they are cancelled.
pub(in crate::events) async fn forget(conn: &mut PgConnection, member: UserId) -> Result<()> {
    sqlx::query!(
        "delete from event_task_volunteers where user_id = $1",
        member.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update event_tasks set done_by = null where done_by = $1",
        member.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from event_tasks where event_id in (select e.id from events e
           join event_occurrences o on o.event_id = e.id where e.host_id = $1 and o.ends_at <= now())",
        member.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update event_tasks set title = '', note = ''
         where event_id in (select id from events where host_id = $1)",
        member.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
