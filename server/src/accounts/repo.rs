//! The rows of accounts.

use dogear_domain::accounts::Role;
use dogear_domain::ids::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor, PgPool};

use crate::error::OnConstraint;
use crate::{Error, Result};

/// An account as its own services see it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct User {
    pub id: UserId,
    pub handle: String,
    pub email: String,
    pub verified: bool,
    pub password_hash: String,
    pub display_name: String,
    pub role: Role,
    pub auth_version: i32,
}

impl User {
    /// Words that make a bad password for them.
    pub fn words(&self) -> [&str; 3] {
        [&self.email, &self.handle, &self.display_name]
    }
}

pub(super) async fn by_id(db: impl PgExecutor<'_>, id: UserId) -> Result<Option<User>> {
    Ok(sqlx::query_as(
        "select id, handle, email, email_verified_at is not null as verified, password_hash,
             display_name, role, auth_version
         from users where id = $1 and status <> 'deleted'",
    )
    .bind(id)
    .fetch_optional(db)
    .await?)
}

pub(super) async fn by_email(db: impl PgExecutor<'_>, email_key: &str) -> Result<Option<User>> {
    Ok(sqlx::query_as(
        "select id, handle, email, email_verified_at is not null as verified, password_hash,
             display_name, role, auth_version
         from users where email_key = $1 and status <> 'deleted'",
    )
    .bind(email_key)
    .fetch_optional(db)
    .await?)
}

pub(super) async fn by_handle(db: impl PgExecutor<'_>, handle_key: &str) -> Result<Option<User>> {
    Ok(sqlx::query_as(
        "select id, handle, email, email_verified_at is not null as verified, password_hash,
             display_name, role, auth_version
         from users where handle_key = $1 and status <> 'deleted'",
    )
    .bind(handle_key)
    .fetch_optional(db)
    .await?)
}

/// A row to be made.
pub(super) struct NewUser<'a> {
    pub handle: &'a str,
    pub handle_key: &'a str,
    pub email: &'a str,
    pub email_key: &'a str,
    pub password_hash: &'a str,
    pub display_name: &'a str,
    pub role: Role,
    pub verified_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

/// Makes the account, or nothing when handle or address belong to somebody: two at the
/// same instant wait for each other here, and one of them gets nothing.
pub(super) async fn insert(conn: &mut PgConnection, new: &NewUser<'_>) -> Result<Option<UserId>> {
    Ok(sqlx::query_scalar(
        "insert into users (handle, handle_key, email, email_key, password_hash, display_name,
             role, email_verified_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict do nothing returning id",
    )
    .bind(new.handle)
    .bind(new.handle_key)
    .bind(new.email)
    .bind(new.email_key)
    .bind(new.password_hash)
    .bind(new.display_name)
    .bind(new.role)
    .bind(new.verified_at.map(ToSqlx::to_sqlx))
    .bind(new.created_at.to_sqlx())
    .fetch_optional(conn)
    .await?)
}

/// Those of `keys` that are taken or reserved.
pub(super) async fn taken_handles(
    conn: &mut PgConnection,
    keys: &[String],
    now: Timestamp,
) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(
        "select handle_key from users where handle_key = any($1)
         union select handle_key from reserved_handles where handle_key = any($1) and until > $2",
    )
    .bind(keys)
    .bind(now.to_sqlx())
    .fetch_all(conn)
    .await?)
}

pub(super) async fn reserve_handle(
    conn: &mut PgConnection,
    key: &str,
    until: Timestamp,
) -> Result<()> {
    sqlx::query(
        "insert into reserved_handles (handle_key, until) values ($1, $2)
         on conflict (handle_key) do update set until = excluded.until",
    )
    .bind(key)
    .bind(until.to_sqlx())
    .execute(conn)
    .await?;
    Ok(())
}

/// Marks the address as confirmed if it is still the account's.
pub(super) async fn set_verified(
    conn: &mut PgConnection,
    user: UserId,
    email: &str,
    now: Timestamp,
) -> Result<()> {
    sqlx::query(
        "update users set email_verified_at = coalesce(email_verified_at, $3)
         where id = $1 and email = $2",
    )
    .bind(user)
    .bind(email)
    .bind(now.to_sqlx())
    .execute(conn)
    .await?;
    Ok(())
}

/// Stores a password and ends what the old one opened: every session has an older
/// version now. `known` is the version the caller has checked.
///
/// # Errors
/// `Conflict` when the password was changed meanwhile.
pub(super) async fn set_password(
    conn: &mut PgConnection,
    user: UserId,
    hash: &str,
    known: i32,
) -> Result<i32> {
    sqlx::query_scalar(
        "update users set password_hash = $2, auth_version = auth_version + 1
         where id = $1 and auth_version = $3 returning auth_version",
    )
    .bind(user)
    .bind(hash)
    .bind(known)
    .fetch_optional(conn)
    .await?
    .ok_or_else(|| {
        Error::Conflict("Your password was changed somewhere else just now. Log in with it.".into())
    })
}

/// Gives the account another, confirmed address.
///
/// # Errors
/// `Conflict` when it belongs to somebody meanwhile.
pub(super) async fn set_email(
    conn: &mut PgConnection,
    user: UserId,
    email: &str,
    key: &str,
    now: Timestamp,
) -> Result<()> {
    sqlx::query(
        "update users set email = $2, email_key = $3, email_verified_at = $4 where id = $1",
    )
    .bind(user)
    .bind(email)
    .bind(key)
    .bind(now.to_sqlx())
    .execute(conn)
    .await
    .on_constraint("users_email_key", || {
        Error::Conflict(
            "This address cannot be used here any more. Choose another one in your settings."
                .into(),
        )
    })?;
    Ok(())
}

pub(super) async fn set_role(conn: &mut PgConnection, user: UserId, role: Role) -> Result<()> {
    sqlx::query("update users set role = $2 where id = $1")
        .bind(user)
        .bind(role)
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether somebody has signed in to this account from this address before.
pub(super) async fn signed_in_from(db: &PgPool, user: UserId, ip: &str) -> Result<bool> {
    Ok(sqlx::query_scalar(
        "select exists (select from user_sessions where user_id = $1 and ip = $2)",
    )
    .bind(user)
    .bind(ip)
    .fetch_one(db)
    .await?)
}
