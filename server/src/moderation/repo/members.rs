//! Members, as moderators see them.

use dogear_domain::accounts::{AccountStatus, Role};
use dogear_domain::fields::Handle;
use dogear_domain::ids::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};

use crate::Result;
use crate::db::MaybeTimestamp;
use crate::moderation::members::Person;

/// Which members.
pub(in crate::moderation) struct Which<'a> {
    /// In lower case; one of handle, name or whole address holds it.
    pub words: &'a str,
    pub suspended: bool,
    pub staff: bool,
    pub before: Option<UserId>,
    pub most: i64,
}

/// Role and standing of an account.
pub(in crate::moderation) struct StandingRow {
    pub role: Role,
    pub status: AccountStatus,
    pub suspended_until: Option<Timestamp>,
    pub suspension_reason: String,
}

/// Members, newest first; all of them, or the one with this number.
pub(in crate::moderation) async fn list(
    db: &PgPool,
    only: Option<UserId>,
    which: &Which<'_>,
    now: Timestamp,
) -> Result<Vec<Person>> {
    Ok(sqlx::query_as!(
        Person,
        r#"select u.id, u.handle, u.display_name, u.city, u.country, u.about, u.role,
             standing(u, $6) as "status!: AccountStatus",
             u.suspended_until as "suspended_until!: MaybeTimestamp", u.suspension_reason,
             u.email_verified_at is not null as "verified!",
             left(split_part(u.email, '@', 1), 1) || '…@' || split_part(u.email, '@', 2) as "email_hint!",
             u.created_at, u.trades_completed,
             (select count(*) from copies c where c.owner_id = u.id and is_listed(c)) as "listings!",
             (select count(*) from reports r where r.accused_id = u.id) as "reports!",
             (select count(*) from reports r where r.accused_id = u.id and r.state = 'actioned') as "upheld!"
         from users u
         where ($1 = '' or strpos(lower(u.handle), $1) > 0 or strpos(lower(u.display_name), $1) > 0
                or u.email_key = $1)
           and (not $2::boolean or standing(u, $6) = 'suspended')
           and (not $3::boolean or u.role <> 'member') and ($4::bigint is null or u.id < $4)
           and ($7::bigint is null or u.id = $7)
         order by u.id desc limit $5"#,
        which.words,
        which.suspended,
        which.staff,
        which.before.map(|user| user.0),
        which.most,
        now.to_sqlx(),
        only.map(|user| user.0)
    )
    .fetch_all(db)
    .await?)
}

/// The member with this handle, in any case.
pub(in crate::moderation) async fn by_handle(
    db: &PgPool,
    handle: &Handle,
) -> Result<Option<UserId>> {
    Ok(sqlx::query_scalar!(
        "select id from users where handle_key = $1 and lower(handle) = lower($2)",
        handle.key(),
        handle.as_str()
    )
    .fetch_optional(db)
    .await?)
}

/// Role and standing of an account, held until the end of the transaction.
pub(in crate::moderation) async fn lock(
    conn: &mut PgConnection,
    user: UserId,
) -> Result<Option<StandingRow>> {
    Ok(sqlx::query_as!(
        StandingRow,
        r#"select role, status, suspended_until as "suspended_until!: MaybeTimestamp", suspension_reason
         from users where id = $1 for update"#,
        user.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Role and handle of a member who is there, held until the end of the transaction.
pub(in crate::moderation) async fn lock_role(
    conn: &mut PgConnection,
    user: UserId,
) -> Result<Option<(Role, String)>> {
    let found = sqlx::query!(
        "select role, handle from users where id = $1 and status <> 'deleted' for update",
        user.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(found.map(|row| (row.role, row.handle)))
}

/// The role of a member now.
pub(in crate::moderation) async fn role(conn: &mut PgConnection, user: UserId) -> Result<Role> {
    Ok(
        sqlx::query_scalar!("select role from users where id = $1", user.0)
            .fetch_one(conn)
            .await?,
    )
}

/// The time zone of a member.
pub(in crate::moderation) async fn time_zone(
    conn: &mut PgConnection,
    user: UserId,
) -> Result<Option<String>> {
    Ok(
        sqlx::query_scalar!("select time_zone from users where id = $1", user.0)
            .fetch_optional(conn)
            .await?,
    )
}

/// Members whose term of suspension has passed, at most `most`.
pub(in crate::moderation) async fn lapsed(
    db: &PgPool,
    now: Timestamp,
    most: i64,
) -> Result<Vec<UserId>> {
    Ok(sqlx::query_scalar!(
        "select id from users u where suspension_lapsed(u, $1) order by id limit $2",
        now.to_sqlx(),
        most
    )
    .fetch_all(db)
    .await?)
}
