//! Single-use tokens. Only their SHA-256 is stored.

use dogear_domain::ids::UserId;
use jiff::{SignedDuration, Timestamp};
use sqlx::{PgConnection, PgPool};

use super::repo::tokens::{self as repo, Bearer, NewToken};
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

/// What a new member's token remembers.
#[derive(Debug, Default)]
pub(super) struct Joining {
    /// Where they wanted to go: a path of this site.
    next: Option<String>,
    /// The hash of their browser's secret.
    browser: Option<Vec<u8>>,
}

impl Joining {
    /// Both may be empty.
    pub(super) fn new(next: &str, browser: &str) -> Self {
        Self {
            next: (!next.is_empty()).then(|| next.to_owned()),
            browser: (!browser.is_empty()).then(|| secrets::token_hash(browser)),
        }
    }
}

/// Makes a token; older ones for the same use stop working, and what `joining` leaves out is as
/// with the last of them.
pub(super) async fn issue(
    conn: &mut PgConnection,
    purpose: Use,
    user: UserId,
    email: &str,
    joining: &Joining,
    now: Timestamp,
) -> Result<Issued> {
    void(conn, user, &[purpose], now).await?;
    let (token, hash) = secrets::new_token();
    let expires_at = now + purpose.lasts();
    let stored = NewToken {
        user,
        kind: purpose.as_str(),
        hash: &hash,
        email,
        next: joining.next.as_deref(),
        browser: joining.browser.as_deref(),
        created_at: now,
        expires_at,
    };
    let id = repo::insert(conn, &stored).await?;
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
    repo::read(db, purpose.as_str(), &secrets::token_hash(token), now).await
}

/// Uses `token` up. Of several at once, one gets it.
pub(super) async fn take(
    conn: &mut PgConnection,
    purpose: Use,
    token: &str,
    now: Timestamp,
) -> Result<Option<Bearer>> {
    repo::take(conn, purpose.as_str(), &secrets::token_hash(token), now).await
}

/// Ends the open tokens of these uses.
pub(super) async fn void(
    conn: &mut PgConnection,
    user: UserId,
    purposes: &[Use],
    now: Timestamp,
) -> Result<()> {
    let kinds: Vec<String> = purposes
        .iter()
        .map(|purpose| purpose.as_str().to_owned())
        .collect();
    repo::void(conn, user, &kinds, now).await
}
