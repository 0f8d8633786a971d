//! The rows of accounts.

use dogear_domain::accounts::Role;
use dogear_domain::fields::Email;
use dogear_domain::ids::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor, PgPool};

use crate::Result;

/// An account as its own services see it.
#[derive(Debug, Clone)]
pub(in crate::accounts) struct User {
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
    pub(crate) fn words(&self) -> [&str; 3] {
        [&self.email, &self.handle, &self.display_name]
    }

    /// What a mail calls them: nothing until somebody has confirmed that the address is theirs.
    pub(crate) fn name_for_mail(&self) -> Option<&str> {
        self.verified.then_some(self.display_name.as_str())
    }
}

/// The account, unless it is deleted, for which this holds of `$1`.
macro_rules! account_where {
    ($condition:tt, $key:expr) => {
        sqlx::query_as!(
            User,
            r#"select id, handle, email, email_verified_at is not null as "verified!", password_hash,
               display_name, role, auth_version
             from users where status <> 'deleted' and "# + $condition,
            $key
        )
    };
}

/// The account with this number.
pub(in crate::accounts) async fn by_id(
    db: impl PgExecutor<'_>,
    id: UserId,
) -> Result<Option<User>> {
    let account = account_where!("id = $1", id.0);
    Ok(account.fetch_optional(db).await?)
}

/// The account with this address.
pub(in crate::accounts) async fn by_email(
    db: impl PgExecutor<'_>,
    email_key: &str,
) -> Result<Option<User>> {
    let account = account_where!("email_key = $1", email_key);
    Ok(account.fetch_optional(db).await?)
}

/// The account that somebody means by this address. One that was made when the two spellings of a
/// domain were two has the address as it was typed for its key, until its owner enters it anew.
pub(in crate::accounts) async fn by_address(
    conn: &mut PgConnection,
    email: &Email,
) -> Result<Option<User>> {
    let (key, typed) = (email.key(), email.as_str().to_lowercase());
    match by_email(&mut *conn, &key).await? {
        None if typed != key => by_email(conn, &typed).await,
        found => Ok(found),
    }
}

/// The account with this handle, or one that looks like it.
pub(in crate::accounts) async fn by_handle(
    db: impl PgExecutor<'_>,
    handle_key: &str,
) -> Result<Option<User>> {
    let account = account_where!("handle_key = $1", handle_key);
    Ok(account.fetch_optional(db).await?)
}

/// A row to be made.
pub(in crate::accounts) struct NewUser<'a> {
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
pub(in crate::accounts) async fn insert(
    conn: &mut PgConnection,
    new: &NewUser<'_>,
) -> Result<Option<UserId>> {
    Ok(sqlx::query_scalar!(
        "insert into users (handle, handle_key, email, email_key, password_hash, display_name,
             role, email_verified_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict do nothing returning id",
        new.handle,
        new.handle_key,
        new.email,
        new.email_key,
        new.password_hash,
        new.display_name,
        new.role.as_str(),
        new.verified_at.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        new.created_at.to_sqlx()
    )
    .fetch_optional(conn)
    .await?)
}

/// Handles and display names of the staff, but for one's own.
pub(in crate::accounts) async fn names_of_staff(
    db: &PgPool,
    own: Option<UserId>,
) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        r#"select unnest(array[handle, display_name]) as "name!" from users
         where role <> 'member' and status <> 'deleted' and id is distinct from $1"#,
        own.map(|user| user.0)
    )
    .fetch_all(db)
    .await?)
}

/// Those of `keys` that are taken or reserved. What somebody who has left was called is known
/// by its hash only.
pub(in crate::accounts) async fn taken_handles(
    conn: &mut PgConnection,
    keys: &[String],
    now: Timestamp,
) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        r#"select handle_key as "key!" from users where handle_key = any($1)
         union select key from unnest($1::text[]) as key join reserved_handles r
             on r.handle_key in (key, hashed_handle(key)) where r.until > $2"#,
        keys,
        now.to_sqlx()
    )
    .fetch_all(conn)
    .await?)
}

/// Keeps a handle for nobody until then.
pub(in crate::accounts) async fn reserve_handle(
    conn: &mut PgConnection,
    key: &str,
    until: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into reserved_handles (handle_key, until) values ($1, $2)
         on conflict (handle_key) do update set until = excluded.until",
        key,
        until.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps the handle of a member who leaves until then, as a hash.
pub(in crate::accounts) async fn reserve_left_handle(
    conn: &mut PgConnection,
    user: UserId,
    until: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into reserved_handles (handle_key, until)
         select hashed_handle(handle_key), $2 from users where id = $1
         on conflict (handle_key) do update set until = excluded.until",
        user.0,
        until.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Frees the handles that were kept until `now` at most.
pub(in crate::accounts) async fn free_handles(db: &PgPool, now: Timestamp) -> Result<()> {
    sqlx::query!(
        "delete from reserved_handles where until <= $1",
        now.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Marks the address as confirmed if it is still the account's.
pub(in crate::accounts) async fn set_verified(
    conn: &mut PgConnection,
    user: UserId,
    email: &str,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update users set email_verified_at = coalesce(email_verified_at, $3)
         where id = $1 and email = $2",
        user.0,
        email,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Stores a password and ends what the old one opened: every session has an older version now.
/// Gives the new version, and nothing when the account's is not `known` any more.
pub(in crate::accounts) async fn set_password(
    conn: &mut PgConnection,
    user: UserId,
    hash: &str,
    known: i32,
) -> Result<Option<i32>> {
    Ok(sqlx::query_scalar!(
        "update users set password_hash = $2, auth_version = auth_version + 1
         where id = $1 and auth_version = $3 returning auth_version",
        user.0,
        hash,
        known
    )
    .fetch_optional(conn)
    .await?)
}

/// Gives the account another, confirmed address.
///
/// # Errors
/// A violation of `users_email_key` when it belongs to somebody meanwhile.
pub(in crate::accounts) async fn set_email(
    conn: &mut PgConnection,
    user: UserId,
    email: &str,
    key: &str,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update users set email = $2, email_key = $3, email_verified_at = $4 where id = $1",
        user.0,
        email,
        key,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}
