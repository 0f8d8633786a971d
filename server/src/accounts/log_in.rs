//! Logging in and out. Every refusal looks the same and takes the same time.

use dogear_domain::fields::{Email, Handle};
use uuid::Uuid;

use super::repo;
use super::repo::users::{self, User};
use super::{passwords, sessions};
use crate::{Cx, Error, Result, limits};

/// Also for an address that is not confirmed: whoever has registered with somebody
/// else's address knows the password, and must not learn whether the account was made.
const REFUSED: &str = "The address or handle and the password do not belong together. Check both; if you have just registered, confirm your address first.";

/// The form, as typed.
#[derive(Debug, Clone, Default)]
pub struct Credentials {
    /// An e-mail address or a handle.
    pub login: String,
    /// Of any length; a wrong one is refused.
    pub password: String,
}

/// Opens a session and gives its row in `user_sessions`; the caller puts that into a new
/// session record. Suspended and closing accounts may log in.
///
/// # Errors
/// `Invalid` (fields `login`, `password`), `TooMany`, `Busy`.
pub async fn log_in(cx: &Cx, form: &Credentials) -> Result<Uuid> {
    if form.login.trim().is_empty() {
        return Err(Error::field(
            "login",
            "Enter your e-mail address or handle.",
        ));
    }
    if form.password.is_empty() {
        return Err(Error::field("password", "Enter your password."));
    }
    let ip = cx.ip_key();
    cx.limit_by_address(limits::LOG_IN, "").await?;
    let (user, account) = find(cx, &form.login).await?;
    let known_here = match &user {
        Some(user) => repo::sessions::signed_in_from(cx.db(), user.id, &ip).await?,
        None => repo::sessions::signed_in_from(cx.db(), dogear_domain::ids::UserId(0), &ip).await?,
    };
    // Somebody else's guesses from elsewhere do not keep the owner out.
    if !known_here {
        cx.limit(limits::LOG_IN_TO_ACCOUNT, &account).await?;
    }
    let known = user.as_ref().map(|user| user.password_hash.as_str());
    let right = passwords::verify(&form.password, known).await?;
    match user.filter(|user| right && user.verified) {
        Some(user) => sessions::start(cx, &user).await,
        None => Err(Error::field("login", REFUSED)),
    }
}

/// Whoever is meant, and a name for the account that limits can use also when nobody is.
async fn find(cx: &Cx, login: &str) -> Result<(Option<User>, String)> {
    let login = login.trim();
    let looks_like_address = login.rfind('@').is_some_and(|at| at > 0);
    if looks_like_address {
        let Ok(email) = Email::parse(login) else {
            return Ok((None, "nobody".into()));
        };
        let user = users::by_address(&mut *cx.db().acquire().await?, &email).await?;
        Ok((user, email.key()))
    } else {
        let Ok(handle) = Handle::parse(login) else {
            return Ok((None, "nobody".into()));
        };
        let key = handle.key();
        let user = users::by_handle(cx.db(), &key).await?;
        // An exact handle only: look-alikes are one name for registering, not for guessing.
        let user = user.filter(|user| user.handle.eq_ignore_ascii_case(handle.as_str()));
        Ok((user, key))
    }
}

/// Ends a session that [`log_in`] has opened, when its record could not be kept.
///
/// # Errors
/// Those of the database.
pub async fn abandon(cx: &Cx, session: Uuid) -> Result<()> {
    sessions::end(cx, session).await
}

/// Ends the session of this call; its record is the caller's to remove.
///
/// # Errors
/// `SignInRequired`.
pub async fn log_out(cx: &Cx) -> Result<()> {
    let actor = cx.reader()?;
    sessions::end(cx, actor.session).await
}
