//! Who has connected a Google Calendar, and what of it is being given back.

use dogear_domain::ids::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use crate::Result;

/// How things stand with somebody's Google Calendar.
pub(in crate::calendars) struct StandingRow {
    pub connected_at: Option<jiff_sqlx::Timestamp>,
    pub ended_at: Option<jiff_sqlx::Timestamp>,
    pub synced_at: Option<jiff_sqlx::Timestamp>,
    /// Entries that are still to be written.
    pub waiting: i64,
    /// Those that could not be.
    pub failed: i64,
    /// What they had is still being given back.
    pub leaving: bool,
}

/// How things stand with the Google Calendar of a member.
pub(in crate::calendars) async fn standing(
    db: impl PgExecutor<'_>,
    member: UserId,
) -> Result<StandingRow> {
    Ok(sqlx::query_as!(
        StandingRow,
        r#"select c.connected_at as "connected_at?", c.ended_at, c.synced_at,
             count(g.booking_id) filter (where g.done < g.wanted and not g.failed) as "waiting!",
             count(g.booking_id) filter (where g.failed) as "failed!",
             exists (select from google_farewells where user_id = $1) as "leaving!"
         from (select $1::bigint as id) u left join google_connections c on c.user_id = u.id
           left join google_entries g on g.user_id = u.id and g.grant_id = c.grant_id
         group by c.connected_at, c.ended_at, c.synced_at"#,
        member.0
    )
    .fetch_one(db)
    .await?)
}

/// Notes that a way to Google and back was gone, for the first time; otherwise `false`.
pub(in crate::calendars) async fn use_way(
    db: impl PgExecutor<'_>,
    hash: &[u8],
    now: Timestamp,
) -> Result<bool> {
    let used = sqlx::query!(
        "insert into google_ways (hash, used_at) values ($1, $2) on conflict do nothing",
        hash,
        now.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(used.rows_affected() == 1)
}

/// Forgets at most so many ways that were gone before `then`, and tells how many.
pub(in crate::calendars) async fn forget_ways(
    db: impl PgExecutor<'_>,
    then: Timestamp,
    most: i64,
) -> Result<u64> {
    let forgotten = sqlx::query!(
        "delete from google_ways where hash in
           (select hash from google_ways where used_at < $1 limit $2)",
        then.to_sqlx(),
        most
    )
    .execute(db)
    .await?;
    Ok(forgotten.rows_affected())
}

/// What has come of a permission that a reader has brought.
pub(in crate::calendars) enum Brought {
    /// It is kept.
    Kept,
    /// There is one that holds, and it stays.
    HasOne,
    /// The member has left, or their last one is still being given back: with that Google would end
    /// the new one, too.
    Refused,
}

/// Keeps a permission, in the place of one that Google has ended.
pub(in crate::calendars) async fn connect(
    conn: &mut PgConnection,
    member: UserId,
    grant: Uuid,
    token: &[u8],
    now: Timestamp,
) -> Result<Brought> {
    let kept = sqlx::query!(
        "insert into google_connections (user_id, grant_id, refresh_token, connected_at)
         select id, $2, $3, $4 from users where id = $1 and status <> 'deleted'
           and not exists (select from google_farewells f where f.user_id = $1) for key share
         on conflict (user_id) do update set grant_id = excluded.grant_id,
           refresh_token = excluded.refresh_token, connected_at = excluded.connected_at,
           ended_at = null, synced_at = null, not_before = null
           where google_connections.ended_at is not null",
        member.0,
        grant,
        token,
        now.to_sqlx()
    )
    .execute(&mut *conn)
    .await?;
    if kept.rows_affected() == 1 {
        return Ok(Brought::Kept);
    }
    let has_one = sqlx::query_scalar!(
        r#"select exists (select from google_connections where user_id = $1 and ended_at is null) as "has_one!""#,
        member.0
    )
    .fetch_one(conn)
    .await?;
    Ok(if has_one {
        Brought::HasOne
    } else {
        Brought::Refused
    })
}

/// Notes that a permission that was never used is to be given back.
pub(in crate::calendars) async fn refuse(
    conn: &mut PgConnection,
    member: UserId,
    grant: Uuid,
    token: &[u8],
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into google_farewells (grant_id, user_id, refresh_token, event_ids, since)
         values ($2, (select id from users where id = $1 and status <> 'deleted'), $3, '{}', $4)",
        member.0,
        grant,
        token,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that Google does not take a permission any more; `false` when it was not in use.
pub(in crate::calendars) async fn end(
    conn: &mut PgConnection,
    member: UserId,
    grant: Uuid,
    now: Timestamp,
) -> Result<bool> {
    let ended = sqlx::query!(
        "update google_connections set ended_at = $3, refresh_token = null
         where user_id = $1 and grant_id = $2 and ended_at is null",
        member.0,
        grant,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(ended.rows_affected() == 1)
}

/// Notes that Google has taken an entry.
pub(in crate::calendars) async fn note_synced(
    conn: &mut PgConnection,
    member: UserId,
    grant: Uuid,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update google_connections set synced_at = $3 where user_id = $1 and grant_id = $2",
        member.0,
        grant,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that Google wants to be left alone.
pub(in crate::calendars) async fn rest(
    conn: &mut PgConnection,
    member: UserId,
    grant: Uuid,
    until: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update google_connections set not_before = $3
         where user_id = $1 and grant_id = $2 and (not_before is null or not_before < $3)",
        member.0,
        grant,
        until.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A permission that is to be given back, and from when on: not while an entry is on its way.
pub(in crate::calendars) struct LeavingRow {
    pub grant: Uuid,
    pub from: Option<jiff_sqlx::Timestamp>,
}

/// Turns a member's connection into one that is given back, with the entries of what is not over
/// if they are to be removed. Nothing when there is none, or Google has ended it itself.
pub(in crate::calendars) async fn leave(
    conn: &mut PgConnection,
    member: UserId,
    remove: bool,
    now: Option<Timestamp>,
) -> Result<Option<LeavingRow>> {
    let left = sqlx::query_as!(
        LeavingRow,
        r#"with gone as (
             delete from google_connections where user_id = $1 returning user_id, grant_id, refresh_token),
           entries as (delete from google_entries where user_id = $1
             returning grant_id, event_id, ends_at, taken_until),
           kept as (
             insert into google_farewells (grant_id, user_id, refresh_token, event_ids, since)
             select c.grant_id, c.user_id, c.refresh_token, array(
                 select e.event_id from entries e where $2 and e.grant_id = c.grant_id
                   and e.event_id is not null and e.ends_at > coalesce($3, now())),
               coalesce($3, now())
             from gone c where c.refresh_token is not null returning grant_id)
         select k.grant_id as "grant!", (select max(taken_until) from entries) as "from"
         from kept k"#,
        member.0,
        remove,
        now.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>
    )
    .fetch_optional(conn)
    .await?;
    Ok(left)
}

/// Forgets whose permissions were being given back.
pub(in crate::calendars) async fn forget_member(
    conn: &mut PgConnection,
    member: UserId,
) -> Result<()> {
    sqlx::query!(
        "update google_farewells set user_id = null where user_id = $1",
        member.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A permission that is being given back.
pub(in crate::calendars) struct FarewellRow {
    pub refresh_token: Vec<u8>,
    pub event_ids: Vec<String>,
    /// Another one of the same member still has entries to take out. It may be of the same account,
    /// where Google ends both at once.
    pub is_behind: bool,
}

/// What is still to be done before it is given back.
pub(in crate::calendars) async fn farewell(
    db: impl PgExecutor<'_>,
    grant: Uuid,
) -> Result<Option<FarewellRow>> {
    Ok(sqlx::query_as!(
        FarewellRow,
        r#"select f.refresh_token, f.event_ids,
             f.event_ids = '{}' and exists (select from google_farewells o
               where o.user_id = f.user_id and o.event_ids <> '{}') as "is_behind!"
         from google_farewells f where f.grant_id = $1"#,
        grant
    )
    .fetch_optional(db)
    .await?)
}

/// Notes that an entry is out.
pub(in crate::calendars) async fn note_removed(
    db: impl PgExecutor<'_>,
    grant: Uuid,
    event: &str,
) -> Result<()> {
    sqlx::query!(
        "update google_farewells set event_ids = array_remove(event_ids, $2) where grant_id = $1",
        grant,
        event
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets a permission: it was given back, or Google cannot be told.
pub(in crate::calendars) async fn forget_farewell(
    conn: &mut PgConnection,
    grant: Uuid,
) -> Result<()> {
    sqlx::query!("delete from google_farewells where grant_id = $1", grant)
        .execute(conn)
        .await?;
    Ok(())
}
