//! Access tokens: secrets by which a program acts in the name of a member, within what the member
//! has opened to it and for a time. Stored as their SHA-256; shown once, when they are made.

pub mod operator;
mod repo;

#[cfg(test)]
mod tests;

use dogear_domain::access_tokens::{Scope, Scopes, TOKEN_DAYS};
use dogear_domain::accounts::Role;
use dogear_domain::fields::{FieldErrors, TokenName};
use dogear_domain::ids::UserId;
use futures::FutureExt;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::db::{IdempotencyKey, Idempotent};
use crate::jobs::schedule::{Interval, Schedule};
use crate::secrets::{self, open, seal};
use crate::{Actor, Cx, Error, Result, Services, accounts, db};

/// What every token begins with, so that programs which look for secrets in texts know it.
pub const PREFIX: &str = "dogear_";
/// So many tokens a member may have at a time.
pub const MOST_TOKENS: usize = 20;
/// So long a token can be looked at after it was made: to copy it, also when the page is opened
/// twice.
const SHOWN_FOR: SignedDuration = SignedDuration::from_mins(10);

/// A token, without what makes it one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// By which the form that ends it names it.
    pub id: Uuid,
    /// What its member calls it.
    pub name: String,
    /// Its last four characters.
    pub hint: String,
    /// What it opens.
    pub scopes: Scopes,
    /// Since when it works.
    pub made_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
    /// To a few minutes; none when it never was.
    pub last_used: Option<Timestamp>,
}

/// The form for a new token, as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct TokenForm {
    /// What it is for.
    pub name: String,
    /// Words of scopes.
    pub scopes: Vec<String>,
    /// One of [`TOKEN_DAYS`].
    pub days: String,
    /// The member's own, so that a browser left open makes no tokens.
    #[serde(skip)]
    pub password: String,
}

/// A checked [`TokenForm`].
struct Wanted {
    name: TokenName,
    scopes: Scopes,
    days: i32,
}

impl TokenForm {
    fn parse(&self, role: Role) -> Result<Wanted> {
        let mut errors = FieldErrors::new();
        let name = errors.take("name", TokenName::parse(&self.name));
        let words = self.scopes.iter().map(String::as_str);
        let scopes = errors.take(
            "scopes",
            Scopes::of_words(words).map_err(|_| "Choose from the list what the token may do."),
        );
        if scopes.is_some_and(Scopes::is_empty) {
            errors.add("scopes", "Choose at least one thing that the token may do.");
        }
        if scopes.is_some_and(|scopes| scopes.has(Scope::Desk)) && !role.can_moderate() {
            errors.add(
                "scopes",
                "You are no moderator: a token of yours cannot be one.",
            );
        }
        let days = self.days.trim().parse().ok();
        let days = errors.take(
            "days",
            days.filter(|days| TOKEN_DAYS.contains(days))
                .ok_or("Choose how long the token works."),
        );
        let wanted = name.zip(scopes).zip(days);
        let wanted = wanted.map(|((name, scopes), days)| Wanted { name, scopes, days });
        errors.finish(wanted).map_err(Error::Invalid)
    }
}

/// What is remembered under the key of the form: enough to show the token for a moment.
#[derive(Serialize, Deserialize)]
struct Made {
    id: Uuid,
    sealed: Vec<u8>,
}

/// The tokens of the reader that work, the youngest first.
///
/// # Errors
/// `SignInRequired`.
pub async fn list(cx: &Cx) -> Result<Vec<Token>> {
    repo::live(cx.db(), cx.reader()?.id, cx.now()).await
}

/// Makes a token. It is looked at by [`made`], under the same key.
///
/// # Errors
/// `Invalid` with what needs changing, also (field `password`) for a wrong password; `Conflict`
/// when the member has as many as they may; `Forbidden`, `SignInRequired`, `TooMany`.
pub async fn create(cx: &Cx, key: IdempotencyKey, form: &TokenForm) -> Result<()> {
    let member = cx.member()?;
    let wanted = form.parse(member.role)?;
    accounts::require_password(cx, "password", &form.password).await?;
    let mut once = match cx.once::<Made>(Some(key), &("make a token", form)).await? {
        Idempotent::Done(_) => return Ok(()),
        Idempotent::New(once) => once,
    };
    let (id, token) = insert(&mut once.tx, cx, member.id, &wanted).await?;
    let sealed = seal(&cx.services.settings.secret_key, &context(id), &token);
    once.commit(&Made { id, sealed }).await
}

/// A token that was just made by the form with this key, and what nobody is shown again.
///
/// # Errors
/// `NotFound` when there is none, or a while ago; `SignInRequired`.
pub async fn made(cx: &Cx, key: IdempotencyKey) -> Result<(Token, String)> {
    let reader = cx.reader()?.id;
    let made: Made = cx.answered(key).await?.ok_or(Error::NotFound)?;
    let token = repo::one(cx.db(), reader, made.id, cx.now()).await?;
    let token = token
        .filter(|token| cx.now() < token.made_at + SHOWN_FOR)
        .ok_or(Error::NotFound)?;
    let key = &cx.services.settings.secret_key;
    let secret = open(key, &context(made.id), &made.sealed).ok_or(Error::NotFound)?;
    Ok((token, secret))
}

/// Ends a token of the reader at once, and gives its name. Doing it twice is fine.
///
/// # Errors
/// `NotFound` when it is not theirs; `SignInRequired`.
pub async fn revoke(cx: &Cx, id: Uuid) -> Result<String> {
    let reader = cx.reader()?.id;
    let mut conn = cx.db().acquire().await?;
    let name = repo::revoke(&mut conn, reader, id, cx.now()).await?;
    name.ok_or(Error::NotFound)
}

/// Who acts by a token, and what they may.
#[derive(Debug, Clone)]
pub struct Bearer {
    /// The member; at the desk only with a token for it.
    pub actor: Actor,
    /// What the token opens.
    pub scopes: Scopes,
    /// The token.
    pub token: Uuid,
}

/// Whoever acts by this token; none when it does not work, or not any more: it has ended, or the
/// password of its member is another one.
///
/// # Errors
/// Those of the database.
pub async fn bearer(services: &Services, token: &str) -> Result<Option<Bearer>> {
    if !is_shaped(token) {
        return Ok(None);
    }
    let now = services.clock.now();
    let hash = secrets::token_hash(token);
    let Some(found) = repo::find(&services.db, &hash, now).await? else {
        return Ok(None);
    };
    let actor =
        accounts::sessions::bearer(services, found.user, found.auth_version, found.id).await?;
    let Some(mut actor) = actor else {
        return Ok(None);
    };
    if !found.scopes.has(Scope::Desk) {
        actor.role = Role::Member;
    }
    if found.used_long_ago {
        repo::note_use(&services.db, found.id, now).await?;
    }
    Ok(Some(Bearer {
        actor,
        scopes: found.scopes,
        token: found.id,
    }))
}

/// Whether it can be a token at all, so that nobody makes us ask the database for anything else.
fn is_shaped(token: &str) -> bool {
    token.strip_prefix(PREFIX).is_some_and(|rest| {
        rest.len() == 43
            && rest
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    })
}

fn context(id: Uuid) -> String {
    format!("access token {id}")
}

/// Stores a new token of this member, and gives it.
async fn insert(
    tx: &mut PgConnection,
    cx: &Cx,
    user: UserId,
    wanted: &Wanted,
) -> Result<(Uuid, String)> {
    let auth_version = repo::lock_member(&mut *tx, user).await?;
    let auth_version = auth_version.ok_or(Error::NotFound)?;
    let now = cx.now();
    if repo::live(&mut *tx, user, now).await?.len() >= MOST_TOKENS {
        return Err(Error::Conflict(format!(
            "You have {MOST_TOKENS} tokens already. End one that is no longer used, then make the new one."
        )));
    }
    let (random, _) = secrets::new_token();
    let token = format!("{PREFIX}{random}");
    let id = Uuid::now_v7();
    let new = repo::NewToken {
        id,
        user,
        auth_version,
        name: &wanted.name,
        hash: &secrets::token_hash(&token),
        hint: token.get(token.len() - 4..).unwrap_or_default(),
        scopes: wanted.scopes,
        made_at: now,
        expires_at: now + SignedDuration::from_hours(24 * i64::from(wanted.days)),
    };
    repo::insert(tx, &new).await?;
    Ok((id, token))
}

/// The tokens of a member who leaves work no longer, and are forgotten.
///
/// # Errors
/// Those of the database.
pub(crate) async fn erase(conn: &mut PgConnection, user: UserId) -> Result<()> {
    repo::erase(conn, user).await
}

/// What is done about tokens by the clock.
pub(crate) fn schedules() -> [Schedule; 1] {
    [Schedule {
        name: "clean up access tokens",
        when: Interval::Daily {
            hour: 3,
            minute: 50,
        },
        run: |cx| {
            async move { db::in_batches(|most| repo::delete_old(cx.db(), cx.now(), most)).await }
                .boxed()
        },
    }]
}
