//! Single-use tokens. Only their SHA-256 is stored.

use dogear_domain::ids::UserId;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};

use crate::{Result, secrets};

/// What a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Verify,
    Reset,
    EmailChange,
}

impl Use {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Reset => "reset",
            Self::EmailChange => "email_change",
        }
    }

    /// How long it works.
    const fn lasts(self) -> SignedDuration {
        match self {
            Self::Verify | Self::EmailChange => SignedDuration::from_hours(48),
            Self::Reset => SignedDuration::from_mins(60),
        }
    }
}

/// A token to be sent, once.
pub(super) struct Issued {
    pub token: String,
    /// Names the mail that carries it.
    pub dedupe_key: String,
    pub expires_at: Timestamp,
}

/// What a token that works stands for.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Bearer {
    pub user_id: UserId,
    /// The address it was sent to, or that is to become the account's.
    pub email: String,
}

/// Makes a token; older ones for the same use stop working.
pub(super) async fn issue(
    conn: &mut PgConnection,
    purpose: Use,
    user: UserId,
    email: &str,
    now: Timestamp,
) -> Result<Issued> {
    void(conn, user, &[purpose], now).await?;
    let (token, hash) = secrets::new_token();
    let expires_at = now + purpose.lasts();
    let id: i64 = sqlx::query_scalar(
        "insert into auth_tokens (user_id, kind, token_sha256, email, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6) returning id",
    )
    .bind(user)
    .bind(purpose.as_str())
    .bind(hash)
    .bind(email)
    .bind(now.to_sqlx())
    .bind(expires_at.to_sqlx())
    .fetch_one(conn)
    .await?;
    Ok(Issued {
        token,
        dedupe_key: format!("token:{id}"),
        expires_at,
    })
}

/// What `token` stands for, when it works; it goes on working.
pub(super) async fn peek(
    db: &PgPool,
    purpose: Use,
    token: &str,
    now: Timestamp,
) -> Result<Option<Bearer>> {
    Ok(sqlx::query_as(
        "select user_id, email from auth_tokens
         where token_sha256 = $1 and kind = $2 and used_at is null and expires_at > $3",
    )
    .bind(secrets::token_hash(token))
    .bind(purpose.as_str())
    .bind(now.to_sqlx())
    .fetch_optional(db)
    .await?)
}

/// Uses `token` up. Of several at once, one gets it.
pub(super) async fn take(
    conn: &mut PgConnection,
    purpose: Use,
    token: &str,
    now: Timestamp,
) -> Result<Option<Bearer>> {
    Ok(sqlx::query_as(
        "update auth_tokens set used_at = $3
         where token_sha256 = $1 and kind = $2 and used_at is null and expires_at > $3
         returning user_id, email",
    )
    .bind(secrets::token_hash(token))
    .bind(purpose.as_str())
    .bind(now.to_sqlx())
    .fetch_optional(conn)
    .await?)
}

/// Ends the open tokens of these uses.
pub(super) async fn void(
    conn: &mut PgConnection,
    user: UserId,
    purposes: &[Use],
    now: Timestamp,
) -> Result<()> {
    let kinds: Vec<&str> = purposes.iter().map(|purpose| purpose.as_str()).collect();
    sqlx::query(
        "update auth_tokens set used_at = $3
         where user_id = $1 and kind = any($2) and used_at is null",
    )
    .bind(user)
    .bind(kinds)
    .bind(now.to_sqlx())
    .execute(conn)
    .await?;
    Ok(())
}
