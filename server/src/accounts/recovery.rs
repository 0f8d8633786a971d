//! Forgotten and changed passwords.

use dogear_domain::fields::FieldErrors;
use sqlx::PgConnection;

use super::links::{self, Link};
use super::repo::users::{self, User};
use super::tokens::{self, Use};
use super::{passwords, repo};
use crate::db::{IdempotencyKey, Idempotent};
use crate::mail::templates;
use crate::notifications::{self, Facts, Kind};
use crate::{Cx, Error, Result, limits};

/// What the key of a changed password is remembered by: nothing of either password.
const CHANGE: &str = "change-password";

/// Sends a link that sets a new password, once per `key`, if `email` has an account. Says
/// nothing about whether it has.
///
/// # Errors
/// `Invalid` (field `email`), `TooMany`.
pub async fn ask_for_reset(cx: &Cx, key: Option<IdempotencyKey>, email: &str) -> Result<()> {
    links::ask(cx, key, email, Link::Reset).await
}

/// Whether the link still works. Changes nothing: mail scanners open links.
///
/// # Errors
/// When the database does not answer.
pub async fn can_reset(cx: &Cx, token: &str) -> Result<bool> {
    Ok(tokens::peek(cx.db(), Use::Reset, token, cx.now())
        .await?
        .is_some())
}

/// Sets a new password by the link from a mail: works once, ends every session, opens none.
/// Whoever has the mail has the address, so that it counts as confirmed.
///
/// # Errors
/// `NotFound` for a link that was used, has run out or never was; `Invalid` (field `password`).
pub async fn reset_password(cx: &Cx, token: &str, password: &str) -> Result<()> {
    cx.limit_by_address(limits::LOG_IN, "reset:").await?;
    let bearer = tokens::peek(cx.db(), Use::Reset, token, cx.now())
        .await?
        .ok_or(Error::NotFound)?;
    let user = users::by_id(cx.db(), bearer.user_id)
        .await?
        .ok_or(Error::NotFound)?;
    passwords::check(password, &user.words())
        .map_err(|problem| Error::field("password", problem))?;
    let hash = passwords::hash(password).await?;

    let mut tx = cx.begin().await?;
    let bearer = tokens::take(&mut tx, Use::Reset, token, cx.now())
        .await?
        .ok_or(Error::NotFound)?;
    users::set_verified(&mut tx, user.id, &bearer.email, cx.now()).await?;
    let version = set_password(&mut tx, &user, &hash).await?;
    repo::sessions::end_all(&mut tx, user.id, None, cx.now()).await?;
    password_was_changed(cx, &mut tx, &user, version).await?;
    tx.commit().await?;
    Ok(())
}

/// The form, as typed.
#[derive(Debug, Clone, Default)]
pub struct NewPassword {
    /// The one that holds until now.
    pub current: String,
    /// The one that is to hold from now on.
    pub password: String,
}

/// Changes the reader's password, once per `key`, and ends all their other sessions; this one
/// lives on.
///
/// # Errors
/// `SignInRequired`; `Invalid` (fields `current`, `password`); `TooMany`, `Busy`.
pub async fn change_password(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    form: &NewPassword,
) -> Result<()> {
    let actor = cx.reader()?;
    let user = match confirm_password(cx, "current", &form.current).await {
        // The same form has changed it: what is typed there as the present one is the old one.
        Err(Error::Invalid(_)) if key.is_some() && is_done(cx, key).await? => return Ok(()),
        checked => checked?,
    };
    let mut errors = FieldErrors::new();
    errors.take("password", passwords::check(&form.password, &user.words()));
    if form.password == form.current {
        errors.add(
            "password",
            "This is the password you have now. Choose another one.",
        );
    }
    errors.finish(Some(())).map_err(Error::Invalid)?;
    let hash = passwords::hash(&form.password).await?;

    let mut once = match cx.once(key, CHANGE).await? {
        Idempotent::Done(()) => return Ok(()),
        Idempotent::New(once) => once,
    };
    let tx = &mut once.tx;
    let version = set_password(tx, &user, &hash).await?;
    repo::sessions::end_all(tx, user.id, Some(actor.session), cx.now()).await?;
    repo::sessions::set_version(tx, actor.session, version).await?;
    password_was_changed(cx, tx, &user, version).await?;
    once.commit(&()).await?;
    Ok(())
}

/// Whether the form with this key has changed the password before.
async fn is_done(cx: &Cx, key: Option<IdempotencyKey>) -> Result<bool> {
    Ok(matches!(
        cx.once::<()>(key, CHANGE).await?,
        Idempotent::Done(())
    ))
}

/// The reader's own account, when `password` (typed into `field`) is theirs.
///
/// # Errors
/// `Invalid` for `field` when it is not; `TooMany`.
pub(super) async fn confirm_password(cx: &Cx, field: &'static str, password: &str) -> Result<User> {
    let actor = cx.reader()?;
    if password.is_empty() {
        return Err(Error::field(field, "Enter your password."));
    }
    cx.limit(limits::LOG_IN, &format!("reader:{}", actor.id))
        .await?;
    let user = users::by_id(cx.db(), actor.id)
        .await?
        .ok_or(Error::NotFound)?;
    if !passwords::verify(password, Some(&user.password_hash)).await? {
        return Err(Error::field(
            field,
            "This is not your password. Type it again.",
        ));
    }
    Ok(user)
}

/// The same for steps that need the password and nothing else of the account.
///
/// # Errors
/// As [`confirm_password`].
pub(crate) async fn require_password(cx: &Cx, field: &'static str, password: &str) -> Result<()> {
    confirm_password(cx, field, password).await.map(drop)
}

/// Stores a password in place of the one that was checked, and gives the account's new version.
///
/// # Errors
/// `Conflict` when the password was changed meanwhile.
pub(super) async fn set_password(conn: &mut PgConnection, user: &User, hash: &str) -> Result<i32> {
    users::set_password(conn, user.id, hash, user.auth_version)
        .await?
        .ok_or_else(|| {
            Error::Conflict(
                "Your password was changed somewhere else just now. Log in with it.".into(),
            )
        })
}

/// Ends what the old password and its mails could still open, and tells the reader.
pub(super) async fn password_was_changed(
    cx: &Cx,
    conn: &mut PgConnection,
    user: &User,
    version: i32,
) -> Result<()> {
    tokens::void(conn, user.id, &[Use::Reset, Use::EmailChange], cx.now()).await?;
    let settings = &cx.services.settings;
    let letter = templates::password_changed(
        settings,
        &user.display_name,
        &settings.link(dogear_urls::FORGOT),
    );
    let facts = Facts {
        reason: "Your password was changed, and all other sessions were ended.".into(),
        path: dogear_urls::SETTINGS_ACCOUNT.into(),
        ..Facts::default()
    };
    notifications::notify(
        cx,
        conn,
        user.id,
        Kind::Security,
        &facts,
        &format!("password:{}:{version}", user.id),
        Some(letter),
    )
    .await
}
