//! Which kinds reach a reader, and how.

use std::collections::HashMap;

use dogear_domain::ids::UserId;
use serde::Serialize;
use sqlx::PgConnection;

use super::Kind;
use super::repo::{self, PrefRow};
use crate::version::Version;
use crate::{Cx, Result};

/// One row of the settings page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Pref {
    /// What it is about.
    pub kind: Kind,
    /// It is told in the inbox.
    pub in_app: bool,
    /// It is told by mail.
    pub mail: bool,
}

impl Pref {
    /// As it was chosen. Required kinds are on, and so is what nobody has chosen, its mails as
    /// the kind has it.
    fn of(kind: Kind, chosen: Option<&PrefRow>) -> Self {
        match chosen.filter(|_| !kind.required()) {
            Some(row) => Self {
                kind,
                in_app: row.in_app,
                mail: row.mail,
            },
            None => Self {
                kind,
                in_app: true,
                mail: kind.required() || kind.mail_by_default(),
            },
        }
    }
}

/// The reader's choice for every kind, in the order of the settings page. Kinds
/// that are [`Kind::required`] are always on.
///
/// # Errors
/// `SignInRequired`.
pub async fn prefs(cx: &Cx) -> Result<Vec<Pref>> {
    let user = cx.reader()?.id;
    let mut conn = cx.db().acquire().await?;
    all(&mut conn, user).await
}

/// The choice for every kind, in the order of the settings page.
async fn all(conn: &mut PgConnection, user: UserId) -> Result<Vec<Pref>> {
    let chosen: HashMap<String, PrefRow> = repo::prefs(conn, user, None)
        .await?
        .into_iter()
        .map(|row| (row.kind.clone(), row))
        .collect();
    Ok(Kind::ALL
        .iter()
        .map(|&kind| Pref::of(kind, chosen.get(kind.as_str())))
        .collect())
}

/// By which the settings page says what it showed.
///
/// # Errors
/// None that happens.
pub fn version(prefs: &[Pref]) -> Result<Version> {
    Version::of(&prefs)
}

/// Stores the reader's choices. Kinds not named stay as they are; required ones are passed over.
///
/// # Errors
/// `SignInRequired`; `Conflict` when other choices are stored by now than at `seen`, [`version`].
pub async fn save_prefs(cx: &Cx, choices: &[Pref], seen: &Version) -> Result<()> {
    let user = cx.reader()?.id;
    let free: Vec<&Pref> = choices
        .iter()
        .filter(|pref| !pref.kind.required())
        .collect();
    let kinds: Vec<String> = free
        .iter()
        .map(|pref| pref.kind.as_str().to_owned())
        .collect();
    let in_app: Vec<bool> = free.iter().map(|pref| pref.in_app).collect();
    let mail: Vec<bool> = free.iter().map(|pref| pref.mail).collect();
    let mut tx = cx.begin().await?;
    repo::lock_prefs(&mut tx, user).await?;
    let current = all(&mut tx, user).await?;
    if free.iter().any(|pref| !current.contains(pref)) {
        seen.check(&version(&current)?)?;
    }
    repo::save_prefs(&mut tx, user, &kinds, &in_app, &mail).await?;
    tx.commit().await
}

/// What reaches `user` for `kind`.
pub(crate) async fn of(conn: &mut PgConnection, user: UserId, kind: Kind) -> Result<Pref> {
    if kind.required() {
        return Ok(Pref::of(kind, None));
    }
    let chosen = repo::prefs(conn, user, Some(kind.as_str())).await?;
    Ok(Pref::of(kind, chosen.first()))
}

/// Turns the mails of one kind off.
pub(crate) async fn stop_mail(conn: &mut PgConnection, user: UserId, kind: Kind) -> Result<()> {
    repo::stop_mail(conn, user, kind.as_str()).await
}
