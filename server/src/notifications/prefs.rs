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

/// A choice for all kinds at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// All of it comes into the inbox, and by mail what does before anything is chosen.
    Suggested,
    /// All of it comes into the inbox, and by mail what waits for the reader.
    NeedsReader,
    /// All of it comes into the inbox, and nothing by mail but what always does.
    InboxOnly,
}

impl Preset {
    /// From the most mails to the fewest.
    pub const ALL: [Self; 3] = [Self::Suggested, Self::NeedsReader, Self::InboxOnly];

    /// As it stands in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Suggested => "suggested",
            Self::NeedsReader => "needs-reader",
            Self::InboxOnly => "inbox",
        }
    }

    /// The preset of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.as_str() == word)
    }

    /// The one that these choices are; none when they are the reader's own.
    pub fn of(prefs: &[Pref]) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|preset| prefs.iter().all(|pref| preset.pref(pref.kind) == *pref))
    }

    fn pref(self, kind: Kind) -> Pref {
        Pref {
            kind,
            in_app: true,
            mail: kind.required()
                || match self {
                    Self::Suggested => kind.mail_by_default(),
                    Self::NeedsReader => kind.needs_reader(),
                    Self::InboxOnly => false,
                },
        }
    }
}

/// Stores a choice for all kinds at once, whatever was chosen before: it says all of it.
///
/// # Errors
/// `SignInRequired`.
pub async fn save_preset(cx: &Cx, preset: Preset) -> Result<()> {
    let user = cx.reader()?.id;
    let mut tx = cx.begin().await?;
    repo::lock_prefs(&mut tx, user).await?;
    let all: Vec<Pref> = Kind::ALL.iter().map(|&kind| preset.pref(kind)).collect();
    write(&mut tx, user, &all).await?;
    tx.commit().await
}

/// The reader's choice for every kind, in the order of the settings page. Kinds
/// that are [`Kind::required`] are always on.
///
/// # Errors
/// `SignInRequired`.
pub async fn prefs(cx: &Cx) -> Result<Vec<Pref>> {
    let user = cx.reader()?.id;
    let mut conn = cx.db().acquire().await?;
    all(cx, &mut conn, user).await
}

/// The choice for every kind that this site tells of, in the order of the settings page.
async fn all(cx: &Cx, conn: &mut PgConnection, user: UserId) -> Result<Vec<Pref>> {
    // Where no calendar can be connected, none is disconnected.
    let has_google = cx.services.settings.google.is_some();
    let chosen: HashMap<String, PrefRow> = repo::prefs(conn, user, None)
        .await?
        .into_iter()
        .map(|row| (row.kind.clone(), row))
        .collect();
    Ok(Kind::ALL
        .iter()
        .filter(|&&kind| has_google || kind != Kind::CalendarEnded)
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
    let mut tx = cx.begin().await?;
    repo::lock_prefs(&mut tx, user).await?;
    let current = all(cx, &mut tx, user).await?;
    if free.iter().any(|pref| !current.contains(pref)) {
        seen.check(&version(&current)?)?;
    }
    write(&mut tx, user, choices).await?;
    tx.commit().await
}

/// Writes choices; those for required kinds are passed over.
async fn write(conn: &mut PgConnection, user: UserId, choices: &[Pref]) -> Result<()> {
    let free = || choices.iter().filter(|pref| !pref.kind.required());
    let kinds: Vec<String> = free().map(|pref| pref.kind.as_str().to_owned()).collect();
    let in_app: Vec<bool> = free().map(|pref| pref.in_app).collect();
    let mail: Vec<bool> = free().map(|pref| pref.mail).collect();
    repo::save_prefs(conn, user, &kinds, &in_app, &mail).await
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
