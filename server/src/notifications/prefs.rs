//! Which kinds reach a reader, and how.

use std::collections::HashMap;

use dogear_domain::ids::UserId;
use sqlx::PgConnection;

use super::Kind;
use crate::{Cx, Result};

/// One row of the settings page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pref {
    pub kind: Kind,
    pub in_app: bool,
    pub mail: bool,
}

impl Pref {
    const fn default_of(kind: Kind) -> Self {
        Self {
            kind,
            in_app: true,
            mail: kind.mail_by_default(),
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
    let rows: Vec<(String, bool, bool)> =
        sqlx::query_as("select kind, in_app, mail from notification_prefs where user_id = $1")
            .bind(user)
            .fetch_all(cx.db())
            .await?;
    let chosen: HashMap<String, (bool, bool)> = rows
        .into_iter()
        .map(|(kind, in_app, mail)| (kind, (in_app, mail)))
        .collect();
    Ok(Kind::ALL
        .iter()
        .map(|&kind| match chosen.get(kind.as_str()) {
            Some(&(in_app, mail)) if !kind.required() => Pref { kind, in_app, mail },
            _ => Pref::default_of(kind),
        })
        .collect())
}

/// Stores the reader's choices. Kinds not named stay as they are; required ones are passed over.
///
/// # Errors
/// `SignInRequired`.
pub async fn save_prefs(cx: &Cx, choices: &[Pref]) -> Result<()> {
    let user = cx.reader()?.id;
    let free: Vec<&Pref> = choices
        .iter()
        .filter(|pref| !pref.kind.required())
        .collect();
    let kinds: Vec<&str> = free.iter().map(|pref| pref.kind.as_str()).collect();
    let in_app: Vec<bool> = free.iter().map(|pref| pref.in_app).collect();
    let mail: Vec<bool> = free.iter().map(|pref| pref.mail).collect();
    // `distinct on`: a form may name a kind twice, and one statement may not change a row twice.
    sqlx::query(
        "insert into notification_prefs (user_id, kind, in_app, mail)
         select distinct on (kind) $1, kind, in_app, mail
         from unnest($2::text[], $3::boolean[], $4::boolean[]) as choice (kind, in_app, mail)
         on conflict (user_id, kind) do update set in_app = excluded.in_app, mail = excluded.mail",
    )
    .bind(user)
    .bind(kinds)
    .bind(in_app)
    .bind(mail)
    .execute(cx.db())
    .await?;
    Ok(())
}

/// What reaches `user` for `kind`.
pub(crate) async fn of(conn: &mut PgConnection, user: UserId, kind: Kind) -> Result<Pref> {
    if kind.required() {
        return Ok(Pref {
            kind,
            in_app: true,
            mail: true,
        });
    }
    let chosen: Option<(bool, bool)> = sqlx::query_as(
        "select in_app, mail from notification_prefs where user_id = $1 and kind = $2",
    )
    .bind(user)
    .bind(kind.as_str())
    .fetch_optional(conn)
    .await?;
    Ok(
        chosen.map_or(Pref::default_of(kind), |(in_app, mail)| Pref {
            kind,
            in_app,
            mail,
        }),
    )
}

/// Turns the mails of one kind off.
pub(crate) async fn stop_mail(conn: &mut PgConnection, user: UserId, kind: Kind) -> Result<()> {
    sqlx::query(
        "insert into notification_prefs (user_id, kind, in_app, mail) values ($1, $2, true, false)
         on conflict (user_id, kind) do update set mail = false",
    )
    .bind(user)
    .bind(kind.as_str())
    .execute(conn)
    .await?;
    Ok(())
}
