//! Single-use tokens, of which only the hashes are stored.

use dogear_domain::ids::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};

use crate::Result;

/// A token to be stored.
pub(in crate::accounts) struct NewToken<'a> {
    pub user: UserId,
    pub kind: &'a str,
    pub hash: &'a [u8],
    pub email: &'a str,
    /// As with the last one of this kind when there is none.
    pub next: Option<&'a str>,
    /// As `next`.
    pub browser: Option<&'a [u8]>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

/// What a token that works stands for.
#[derive(Debug)]
pub(in crate::accounts) struct Bearer {
    pub user_id: UserId,
    /// The address it was sent to, or that is to become the account's.
    pub email: String,
    /// Where a new member wanted to go.
    pub next: Option<String>,
    /// The hash of the secret of the browser that registered.
    pub browser: Option<Vec<u8>>,
}

/// Stores a token and gives its number.
pub(in crate::accounts) async fn insert(
    conn: &mut PgConnection,
    token: &NewToken<'_>,
) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        "insert into auth_tokens (user_id, kind, token_sha256, email, created_at, expires_at,
             next, browser_sha256)
         values ($1, $2, $3, $4, $5, $6,
             coalesce($7, (select next from auth_tokens
                 where user_id = $1 and kind = $2 order by id desc limit 1)),
             coalesce($8, (select browser_sha256 from auth_tokens
                 where user_id = $1 and kind = $2 order by id desc limit 1)))
         returning id",
        token.user.0,
        token.kind,
        token.hash,
        token.email,
        token.created_at.to_sqlx(),
        token.expires_at.to_sqlx(),
        token.next,
        token.browser
    )
    .fetch_one(conn)
    .await?)
}

/// The bearer of an unused token that has not run out.
pub(in crate::accounts) async fn read(
    db: &PgPool,
    kind: &str,
    hash: &[u8],
    now: Timestamp,
) -> Result<Option<Bearer>> {
    Ok(sqlx::query_as!(
        Bearer,
        "select user_id, email, next, browser_sha256 as browser from auth_tokens
         where token_sha256 = $1 and kind = $2 and used_at is null and expires_at > $3",
        hash,
        kind,
        now.to_sqlx()
    )
    .fetch_optional(db)
    .await?)
}

/// As [`read`], and uses the token up. Of several at once, one gets it.
pub(in crate::accounts) async fn take(
    conn: &mut PgConnection,
    kind: &str,
    hash: &[u8],
    now: Timestamp,
) -> Result<Option<Bearer>> {
    Ok(sqlx::query_as!(
        Bearer,
        "update auth_tokens set used_at = $3
         where token_sha256 = $1 and kind = $2 and used_at is null and expires_at > $3
         returning user_id, email, next, browser_sha256 as browser",
        hash,
        kind,
        now.to_sqlx()
    )
    .fetch_optional(conn)
    .await?)
}

/// Ends the unused tokens of these kinds.
pub(in crate::accounts) async fn void(
    conn: &mut PgConnection,
    user: UserId,
    kinds: &[String],
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update auth_tokens set used_at = $3
         where user_id = $1 and kind = any($2) and used_at is null",
        user.0,
        kinds,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes at most so many tokens that ran out long ago, and tells how many.
pub(in crate::accounts) async fn delete_old(db: &PgPool, most: i64) -> Result<u64> {
    let deleted = sqlx::query!(
        "delete from auth_tokens where id in (select id from auth_tokens
           where expires_at < now() - interval '7 days' limit $1)",
        most
    )
    .execute(db)
    .await?;
    Ok(deleted.rows_affected())
}
