//! The table of access tokens: its statements, checked against the schema when they are compiled.

use dogear_domain::access_tokens::Scopes;
use dogear_domain::ids::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

use super::Token;
use crate::{Error, Result};

/// A token as it is stored.
struct Row {
    id: Uuid,
    name: String,
    hint: String,
    scopes: Vec<String>,
    created_at: jiff_sqlx::Timestamp,
    expires_at: jiff_sqlx::Timestamp,
    last_used_at: Option<jiff_sqlx::Timestamp>,
}

impl TryFrom<Row> for Token {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            name: row.name,
            hint: row.hint,
            scopes: read_scopes(&row.scopes)?,
            made_at: row.created_at.to_jiff(),
            expires_at: row.expires_at.to_jiff(),
            last_used: row.last_used_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }
}

fn read_scopes(words: &[String]) -> Result<Scopes> {
    Scopes::of_words(words.iter().map(String::as_str)).map_err(Error::internal)
}

/// The tokens of a member that work, the youngest first.
pub(super) async fn live(
    db: impl PgExecutor<'_>,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<Token>> {
    let rows = sqlx::query_as!(
        Row,
        "select t.id, t.name, t.hint, t.scopes, t.created_at, t.expires_at, t.last_used_at
         from access_tokens t join users u on u.id = t.user_id and u.auth_version = t.auth_version
         where t.user_id = $1 and t.revoked_at is null and t.expires_at > $2
         order by t.created_at desc, t.id limit 200",
        user.0,
        now.to_sqlx()
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Token::try_from).collect()
}

/// A token of this member that works.
pub(super) async fn one(
    db: &PgPool,
    user: UserId,
    id: Uuid,
    now: Timestamp,
) -> Result<Option<Token>> {
    let row = sqlx::query_as!(
        Row,
        "select t.id, t.name, t.hint, t.scopes, t.created_at, t.expires_at, t.last_used_at
         from access_tokens t join users u on u.id = t.user_id and u.auth_version = t.auth_version
         where t.id = $2 and t.user_id = $1 and t.revoked_at is null and t.expires_at > $3",
        user.0,
        id,
        now.to_sqlx()
    )
    .fetch_optional(db)
    .await?;
    row.map(Token::try_from).transpose()
}

/// Lets one token of a member be made at a time, so that they can be counted; gives the version of
/// their account. None when there is no such member.
pub(super) async fn lock_member(conn: &mut PgConnection, user: UserId) -> Result<Option<i32>> {
    Ok(sqlx::query_scalar!(
        "select auth_version from users where id = $1 and status <> 'deleted' for no key update",
        user.0
    )
    .fetch_optional(conn)
    .await?)
}

/// What is stored of a new token.
pub(super) struct NewToken<'a> {
    pub id: Uuid,
    pub user: UserId,
    pub auth_version: i32,
    pub name: &'a str,
    pub hash: &'a [u8],
    pub hint: &'a str,
    pub scopes: Scopes,
    pub made_at: Timestamp,
    pub expires_at: Timestamp,
}

/// Stores a token.
pub(super) async fn insert(conn: &mut PgConnection, new: &NewToken<'_>) -> Result<()> {
    sqlx::query!(
        "insert into access_tokens (id, user_id, auth_version, name, token_hash, hint, scopes,
           created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        new.id,
        new.user.0,
        new.auth_version,
        new.name,
        new.hash,
        new.hint,
        &new.scopes.words(),
        new.made_at.to_sqlx(),
        new.expires_at.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends a token, and gives its name; none when it is not this member's. Doing it twice is fine.
pub(super) async fn revoke(
    conn: &mut PgConnection,
    user: UserId,
    id: Uuid,
    now: Timestamp,
) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "update access_tokens set revoked_at = coalesce(revoked_at, $3)
         where id = $2 and user_id = $1 returning name",
        user.0,
        id,
        now.to_sqlx()
    )
    .fetch_optional(conn)
    .await?)
}

/// Whose token it is, and for what.
pub(super) struct Found {
    pub id: Uuid,
    pub user: UserId,
    /// That of the account under which it was made.
    pub auth_version: i32,
    pub scopes: Scopes,
    /// Its use was last noted long ago, or never.
    pub used_long_ago: bool,
}

/// The token with this hash, if it works.
pub(super) async fn find(db: &PgPool, hash: &[u8], now: Timestamp) -> Result<Option<Found>> {
    let row = sqlx::query!(
        r#"select id, user_id, auth_version, scopes,
           last_used_at is null or last_used_at < $2::timestamptz - interval '10 minutes' as "used_long_ago!"
         from access_tokens where token_hash = $1 and revoked_at is null and expires_at > $2"#,
        hash,
        now.to_sqlx() as _
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(Found {
            id: row.id,
            user: row.user_id,
            auth_version: row.auth_version,
            scopes: read_scopes(&row.scopes)?,
            used_long_ago: row.used_long_ago,
        })
    })
    .transpose()
}

/// Notes that a token is used.
pub(super) async fn note_use(db: &PgPool, id: Uuid, now: Timestamp) -> Result<()> {
    sqlx::query!(
        "update access_tokens set last_used_at = $2 where id = $1",
        id,
        now.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets tokens that have not worked for a month, at most so many; tells how many those were.
pub(super) async fn delete_old(db: &PgPool, now: Timestamp, most: i64) -> Result<u64> {
    let deleted = sqlx::query!(
        "delete from access_tokens where id in (
           select id from access_tokens
           where least(revoked_at, expires_at) < $1::timestamptz - interval '30 days' limit $2)",
        now.to_sqlx() as _,
        most
    )
    .execute(db)
    .await?;
    Ok(deleted.rows_affected())
}

/// Erases the tokens of a member.
pub(super) async fn erase(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!("delete from access_tokens where user_id = $1", user.0)
        .execute(conn)
        .await?;
    Ok(())
}
