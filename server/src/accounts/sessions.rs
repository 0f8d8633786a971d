//! Sessions: who a session belongs to, and ending it. The record in Redis only
//! names a row of `user_sessions`; that row decides.

use dogear_domain::ids::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use super::repo::User;
use crate::{Actor, Cx, Error, Result, Services};

#[derive(FromRow)]
struct ActorRow {
    id: UserId,
    handle: String,
    display_name: String,
    email: String,
    verified: bool,
    role: String,
    status: String,
    city: String,
    time_zone: String,
    session: Uuid,
    unread: i64,
    needs_you: i64,
    seen_long_ago: bool,
}

/// Whoever the live session belongs to, with the counts the masthead shows.
///
/// # Errors
/// When the database does not answer.
pub async fn actor(services: &Services, session: Uuid) -> Result<Option<Actor>> {
    let row: Option<ActorRow> = sqlx::query_as(
        "select u.id, u.handle, u.display_name, u.email,
           u.email_verified_at is not null as verified, u.role,
           standing(u, $2) as status,
           u.city, u.time_zone, s.id as session,
           (select count(*) from notifications n where n.user_id = u.id and n.read_at is null) as unread,
           (select count(*) from waiting_trades(u.id)) as needs_you,
           s.last_seen_at < now() - interval '10 minutes' as seen_long_ago
         from user_sessions s join users u on u.id = s.user_id
         where s.id = $1 and s.ended_at is null and s.auth_version = u.auth_version and u.status <> 'deleted'",
    )
    .bind(session)
    .bind(services.clock.now().to_sqlx())
    .fetch_optional(&services.db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    if row.seen_long_ago {
        // Kept to a few minutes: the list of sessions needs no more, and most pages write nothing.
        sqlx::query("update user_sessions set last_seen_at = now() where id = $1")
            .bind(session)
            .execute(&services.db)
            .await?;
    }
    Ok(Some(Actor {
        id: row.id,
        handle: row.handle,
        display_name: row.display_name,
        email: row.email,
        verified: row.verified,
        role: row.role.parse().map_err(Error::internal)?,
        status: row.status.parse().map_err(Error::internal)?,
        city: row.city,
        time_zone: row.time_zone,
        session: row.session,
        unread: row.unread,
        needs_you: row.needs_you,
    }))
}

/// A signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    pub id: Uuid,
    /// As the browser names itself.
    pub user_agent: String,
    pub ip: String,
    pub began: Timestamp,
    /// To a few minutes.
    pub last_seen: Timestamp,
    /// The one that asks.
    pub this_one: bool,
}

#[derive(FromRow)]
struct LiveRow {
    id: Uuid,
    user_agent: String,
    ip: String,
    created_at: jiff_sqlx::Timestamp,
    last_seen_at: jiff_sqlx::Timestamp,
}

/// The reader's own live sessions: this one first, then the last seen first.
///
/// # Errors
/// `SignInRequired`.
pub async fn list(cx: &Cx) -> Result<Vec<SessionRow>> {
    let actor = cx.reader()?;
    let rows: Vec<LiveRow> = sqlx::query_as(
        "select s.id, s.user_agent, s.ip, s.created_at, s.last_seen_at
         from user_sessions s join users u on u.id = s.user_id and u.auth_version = s.auth_version
         where s.user_id = $1 and s.ended_at is null
           and s.last_seen_at > now() - interval '30 days'
         order by s.id = $2 desc, s.last_seen_at desc limit 100",
    )
    .bind(actor.id)
    .bind(actor.session)
    .fetch_all(cx.db())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| SessionRow {
            this_one: row.id == actor.session,
            id: row.id,
            user_agent: row.user_agent,
            ip: row.ip,
            began: row.created_at.to_jiff(),
            last_seen: row.last_seen_at.to_jiff(),
        })
        .collect())
}

/// Begins a session of `user`, and ends the one this browser had.
pub(super) async fn start(cx: &Cx, user: &User) -> Result<Uuid> {
    let id = Uuid::new_v4();
    let mut tx = cx.begin().await?;
    // Not while the password is being changed: the version has to be the one that was checked.
    let inserted = sqlx::query(
        "insert into user_sessions (id, user_id, auth_version, user_agent, ip)
         select $1, id, auth_version, $4, $5 from users
         where id = $2 and auth_version = $3 and status <> 'deleted'",
    )
    .bind(id)
    .bind(user.id)
    .bind(user.auth_version)
    .bind(&cx.user_agent)
    .bind(cx.ip_key())
    .execute(&mut *tx)
    .await?;
    if inserted.rows_affected() == 0 {
        return Err(Error::Conflict(
            "Your password was changed just now. Log in with the new one.".into(),
        ));
    }
    if let Some(actor) = &cx.actor {
        end_row(&mut tx, actor.session, cx.now()).await?;
    }
    tx.commit().await?;
    Ok(id)
}

/// Ends one session, whoever it belongs to.
pub(super) async fn end(cx: &Cx, session: Uuid) -> Result<()> {
    let mut conn = cx.db().acquire().await?;
    end_row(&mut conn, session, cx.now()).await
}

async fn end_row(conn: &mut PgConnection, session: Uuid, now: Timestamp) -> Result<()> {
    sqlx::query("update user_sessions set ended_at = $2 where id = $1 and ended_at is null")
        .bind(session)
        .bind(now.to_sqlx())
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends one of the reader's own sessions. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`; `NotFound` when it is not theirs.
pub async fn end_one(cx: &Cx, session: Uuid) -> Result<()> {
    let actor = cx.reader()?;
    let ended = sqlx::query(
        "update user_sessions set ended_at = coalesce(ended_at, $3) where id = $1 and user_id = $2",
    )
    .bind(session)
    .bind(actor.id)
    .bind(cx.now().to_sqlx())
    .execute(cx.db())
    .await?;
    if ended.rows_affected() == 0 {
        return Err(Error::NotFound);
    }
    Ok(())
}

/// Ends every session of the reader but this one, and tells how many those were.
///
/// # Errors
/// `SignInRequired`.
pub async fn end_others(cx: &Cx) -> Result<u64> {
    let actor = cx.reader()?;
    let mut conn = cx.db().acquire().await?;
    end_all(&mut conn, actor.id, Some(actor.session), cx.now()).await
}

/// Ends the sessions of `user`, all or all but `keep`.
pub(super) async fn end_all(
    conn: &mut PgConnection,
    user: UserId,
    keep: Option<Uuid>,
    now: Timestamp,
) -> Result<u64> {
    let ended = sqlx::query(
        "update user_sessions set ended_at = $3
         where user_id = $1 and id is distinct from $2 and ended_at is null",
    )
    .bind(user)
    .bind(keep)
    .bind(now.to_sqlx())
    .execute(conn)
    .await?;
    Ok(ended.rows_affected())
}

/// Lets a session live on under the account's new version.
pub(super) async fn carry_over(
    conn: &mut PgConnection,
    session: Uuid,
    auth_version: i32,
) -> Result<()> {
    sqlx::query("update user_sessions set auth_version = $2 where id = $1")
        .bind(session)
        .bind(auth_version)
        .execute(conn)
        .await?;
    Ok(())
}
