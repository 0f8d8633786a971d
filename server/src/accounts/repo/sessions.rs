//! Sessions.

use dogear_domain::accounts::{AccountStatus, Role};
use dogear_domain::ids::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::users::User;
use crate::accounts::sessions::SessionRow;
use crate::{Actor, Result, Suspension};

/// A live session and whose it is.
struct ActorRow {
    id: UserId,
    handle: String,
    display_name: String,
    email: String,
    verified: bool,
    role: Role,
    status: AccountStatus,
    suspended_until: Option<jiff_sqlx::Timestamp>,
    suspension_reason: String,
    city: String,
    time_zone: String,
    session: Uuid,
    unread: i64,
    needs_you: i64,
    open_cases: i64,
    seen_long_ago: bool,
}

impl From<ActorRow> for (Actor, bool) {
    fn from(row: ActorRow) -> Self {
        let actor = Actor {
            id: row.id,
            handle: row.handle,
            display_name: row.display_name,
            email: row.email,
            verified: row.verified,
            role: row.role,
            status: row.status,
            suspension: (row.status == AccountStatus::Suspended).then(|| Suspension {
                until: row.suspended_until.map(jiff_sqlx::Timestamp::to_jiff),
                reason: row.suspension_reason,
            }),
            city: row.city,
            time_zone: row.time_zone,
            session: row.session,
            unread: row.unread,
            needs_you: row.needs_you,
            open_cases: row.open_cases,
        };
        (actor, row.seen_long_ago)
    }
}

/// Who somebody is, with what stands in the place of `$counts`, found as `$from` says with `$1`;
/// `$2` is the time. Statements of their own, since a plan for all would be made anew each time: to
/// leave the counts out is so much cheaper.
macro_rules! find_actor {
    ($db:expr, $counts:tt, $from:tt, $key:expr, $now:expr $(, $more:expr)*) => {
        sqlx::query_as!(
            ActorRow,
            r#"select u.id, u.handle, u.display_name, u.email,
               u.email_verified_at is not null as "verified!", u.role,
               standing(u, $2) as "status!: AccountStatus",
               u.suspended_until, u.suspension_reason,
               u.city, u.time_zone, "#
                + $counts
                + $from,
            $key,
            $now.to_sqlx()
            $(, $more)*
        )
        .fetch_optional($db)
        .await?
        .map(Into::into)
    };
}

/// The same, found by a live session.
macro_rules! of_session {
    ($db:expr, $counts:tt, $session:expr, $now:expr) => {
        find_actor!(
            $db,
            $counts,
            r#", s.id as session, s.last_seen_at < now() - interval '10 minutes' as "seen_long_ago!"
             from user_sessions s join users u on u.id = s.user_id
             where s.id = $1 and s.ended_at is null and s.auth_version = u.auth_version
               and u.status <> 'deleted'"#,
            $session,
            $now
        )
    };
}

/// Whoever a live session belongs to, with what the masthead counts; and whether it was last
/// noted long ago that the session is used.
pub(in crate::accounts) async fn actor(
    db: &PgPool,
    session: Uuid,
    now: Timestamp,
) -> Result<Option<(Actor, bool)>> {
    Ok(of_session!(
        db,
        r#"(select count(*) from notifications n where n.user_id = u.id and n.read_at is null) as "unread!",
           (select count(*) from waiting_trades(u.id)) as "needs_you!",
           case when u.role = 'member' then 0 else (select count(distinct (subject_kind, subject_id))
             from reports where state = 'open') end as "open_cases!""#,
        session,
        now
    ))
}

/// The same, with nothing counted.
pub(in crate::accounts) async fn caller(
    db: &PgPool,
    session: Uuid,
    now: Timestamp,
) -> Result<Option<(Actor, bool)>> {
    Ok(of_session!(
        db,
        r#"0::bigint as "unread!", 0::bigint as "needs_you!", 0::bigint as "open_cases!""#,
        session,
        now
    ))
}

/// Who acts by `token` in the name of `user`, whose account still has the version under which the
/// token was made; with nothing counted.
pub(in crate::accounts) async fn bearer(
    db: &PgPool,
    user: UserId,
    auth_version: i32,
    token: Uuid,
    now: Timestamp,
) -> Result<Option<Actor>> {
    let found: Option<(Actor, bool)> = find_actor!(
        db,
        r#"0::bigint as "unread!", 0::bigint as "needs_you!", 0::bigint as "open_cases!""#,
        r#", $4::uuid as "session!", false as "seen_long_ago!"
         from users u where u.id = $1 and u.auth_version = $3 and u.status <> 'deleted'"#,
        user.0,
        now,
        auth_version,
        token
    );
    Ok(found.map(|(actor, _)| actor))
}

/// Notes that the session is used.
pub(in crate::accounts) async fn note_use(db: &PgPool, session: Uuid) -> Result<()> {
    sqlx::query!(
        "update user_sessions set last_seen_at = now() where id = $1",
        session
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The live sessions of `user`: `this` one first, then the last seen first.
pub(in crate::accounts) async fn live(
    db: &PgPool,
    user: UserId,
    this: Uuid,
) -> Result<Vec<SessionRow>> {
    Ok(sqlx::query_as!(
        SessionRow,
        r#"select s.id, s.user_agent, s.ip, s.created_at as began, s.last_seen_at as last_seen,
           s.id = $2 as "this_one!"
         from user_sessions s join users u on u.id = s.user_id and u.auth_version = s.auth_version
         where s.user_id = $1 and s.ended_at is null
           and s.last_seen_at > now() - interval '30 days'
         order by s.id = $2 desc, s.last_seen_at desc limit 100"#,
        user.0,
        this
    )
    .fetch_all(db)
    .await?)
}

/// Begins a session under the version of the account that the caller has checked; false when
/// it has another one meanwhile.
pub(in crate::accounts) async fn insert(
    conn: &mut PgConnection,
    session: Uuid,
    user: &User,
    user_agent: &str,
    ip: &str,
) -> Result<bool> {
    let inserted = sqlx::query!(
        "insert into user_sessions (id, user_id, auth_version, user_agent, ip)
         select $1, id, auth_version, $4, $5 from users
         where id = $2 and auth_version = $3 and status <> 'deleted'",
        session,
        user.id.0,
        user.auth_version,
        user_agent,
        ip
    )
    .execute(conn)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Ends a session, whoever it belongs to.
pub(in crate::accounts) async fn end(
    conn: &mut PgConnection,
    session: Uuid,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update user_sessions set ended_at = $2 where id = $1 and ended_at is null",
        session,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends a session of `user`; false when it is not theirs.
pub(in crate::accounts) async fn end_own(
    db: &PgPool,
    session: Uuid,
    user: UserId,
    now: Timestamp,
) -> Result<bool> {
    let ended = sqlx::query!(
        "update user_sessions set ended_at = coalesce(ended_at, $3) where id = $1 and user_id = $2",
        session,
        user.0,
        now.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(ended.rows_affected() == 1)
}

/// Ends the sessions of `user`, all or all but `keep`, and tells how many those were.
pub(in crate::accounts) async fn end_all(
    conn: &mut PgConnection,
    user: UserId,
    keep: Option<Uuid>,
    now: Timestamp,
) -> Result<u64> {
    let ended = sqlx::query!(
        "update user_sessions set ended_at = $3
         where user_id = $1 and id is distinct from $2 and ended_at is null",
        user.0,
        keep,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(ended.rows_affected())
}

/// Puts a session under this version of its account.
pub(in crate::accounts) async fn set_version(
    conn: &mut PgConnection,
    session: Uuid,
    auth_version: i32,
) -> Result<()> {
    sqlx::query!(
        "update user_sessions set auth_version = $2 where id = $1",
        session,
        auth_version
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether somebody has signed in to this account from this address before.
pub(in crate::accounts) async fn signed_in_from(
    db: &PgPool,
    user: UserId,
    ip: &str,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from user_sessions where user_id = $1 and ip = $2) as "known!""#,
        user.0,
        ip
    )
    .fetch_one(db)
    .await?)
}

/// Deletes at most so many sessions that ended or were left long ago, and tells how many.
pub(in crate::accounts) async fn delete_old(db: &PgPool, most: i64) -> Result<u64> {
    let deleted = sqlx::query!(
        "delete from user_sessions where id in (select id from user_sessions
           where ended_at < now() - interval '30 days' or last_seen_at < now() - interval '90 days' limit $1)",
        most
    )
    .execute(db)
    .await?;
    Ok(deleted.rows_affected())
}
