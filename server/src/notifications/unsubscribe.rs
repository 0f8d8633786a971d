//! Links that stop one kind of mail without logging in (RFC 8058). The page asks
//! at GET and acts at POST; mail programs send the POST by themselves.

use dogear_domain::ids::UserId;

use super::{Kind, prefs};
use crate::secrets::{sign, unsign};
use crate::{Cx, Error, Result, Settings};

const PURPOSE: &str = "unsubscribe";

/// What an unsubscribe page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unsubscribe {
    /// Whose mails stop.
    pub user: UserId,
    /// The kind whose mails stop.
    pub kind: Kind,
}

/// The address of the page that stops mails of `kind` to `user`.
pub fn link(settings: &Settings, user: UserId, kind: Kind) -> String {
    let payload = format!("{user}:{}", kind.as_str());
    let token = sign(&settings.secret_key, PURPOSE, payload.as_bytes());
    settings.link(&dogear_urls::unsubscribe(&token))
}

/// What the link would do.
///
/// # Errors
/// `NotFound` for a token we did not make.
pub fn describe_unsubscribe(cx: &Cx, token: &str) -> Result<Unsubscribe> {
    let read = || {
        let payload = unsign(&cx.services.settings.secret_key, PURPOSE, token)?;
        let (user, kind) = std::str::from_utf8(&payload).ok()?.split_once(':')?;
        Some(Unsubscribe {
            user: user.parse().ok()?,
            kind: Kind::parse(kind).filter(|kind| !kind.required())?,
        })
    };
    read().ok_or(Error::NotFound)
}

/// Whether mails of that kind still go to that reader.
///
/// # Errors
/// Those of the database.
pub async fn is_sent(cx: &Cx, wish: &Unsubscribe) -> Result<bool> {
    let mut conn = cx.db().acquire().await?;
    Ok(prefs::of(&mut conn, wish.user, wish.kind).await?.mail)
}

/// Stops the mails; doing it twice is fine.
///
/// # Errors
/// As [`describe_unsubscribe`], and those of the database.
pub async fn unsubscribe(cx: &Cx, token: &str) -> Result<Unsubscribe> {
    let wish = describe_unsubscribe(cx, token)?;
    let mut conn = cx.db().acquire().await?;
    prefs::stop_mail(&mut conn, wish.user, wish.kind).await?;
    Ok(wish)
}
