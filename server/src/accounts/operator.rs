//! Accounts in the hands of the operator at the machine. No page calls this: whoever
//! can run the binary with its configuration can do all of it in the database anyway.

use dogear_domain::accounts::Role;
use dogear_domain::fields::{DisplayName, Email, FieldErrors, Handle};
use dogear_domain::ids::UserId;
use rand::seq::IndexedRandom;
use serde_json::json;

use super::repo;
use super::repo::users::{self, NewUser, User};
use super::{ActiveAdmins, passwords, recovery};
use crate::audit::{Entry, audit};
use crate::{Cx, Error, Result};

/// Stands in the audit log, where nobody signed in can.
const BY_OPERATOR: &str = "by the operator, from the command line";

/// An account that needs no confirmation.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Nobody else's; counts as confirmed.
    pub email: String,
    /// Nobody else's, without the @.
    pub handle: String,
    /// What they want to be called.
    pub display_name: String,
    /// Checked as one that a reader chooses.
    pub password: String,
    /// What they may do here.
    pub role: Role,
}

/// Makes an account that can be used at once.
///
/// # Errors
/// `Invalid` with what is wrong; `Conflict` when address or handle are taken.
pub async fn create(cx: &Cx, new: &NewAccount) -> Result<UserId> {
    let mut errors = FieldErrors::new();
    let email = errors.take("email", Email::parse(&new.email));
    let handle = errors.take("handle", Handle::choose(&new.handle));
    let name = errors.take("display_name", DisplayName::parse(&new.display_name));
    let words = [
        new.email.as_str(),
        new.handle.as_str(),
        new.display_name.as_str(),
    ];
    errors.take("password", passwords::check(&new.password, &words));
    let ((email, handle), name) = errors
        .finish(email.zip(handle).zip(name))
        .map_err(Error::Invalid)?;
    let password_hash = passwords::hash(&new.password).await?;
    let now = cx.now();
    let row = NewUser {
        handle: handle.as_str(),
        handle_key: &handle.key(),
        email: email.as_str(),
        email_key: &email.key(),
        password_hash: &password_hash,
        display_name: name.as_str(),
        role: new.role,
        verified_at: Some(now),
        created_at: now,
    };
    let mut tx = cx.begin().await?;
    let id = users::insert(&mut tx, &row).await?.ok_or_else(|| {
        Error::Conflict("This address or this handle has an account already.".into())
    })?;
    let entry = Entry {
        action: "member.create",
        subject_kind: "member",
        subject_id: Some(id.0),
        after: Some(json!({ "role": new.role })),
        reason: BY_OPERATOR,
        ..Entry::default()
    };
    audit(&mut tx, cx, entry).await?;
    tx.commit().await?;
    Ok(id)
}

/// The account with this handle or address, and its role.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn member(cx: &Cx, who: &str) -> Result<(UserId, Role)> {
    let mut conn = cx.db().acquire().await?;
    let user = find(&mut conn, who).await?;
    Ok((user.id, user.role))
}

/// The role of the account with this handle or address.
///
/// # Errors
/// `NotFound`.
pub async fn role(cx: &Cx, who: &str) -> Result<Role> {
    Ok(member(cx, who).await?.1)
}

/// Gives the account with this handle or address another role, and tells which it had.
///
/// # Errors
/// `NotFound`; `Conflict` for the last admin, or when nothing would change.
pub async fn set_role(cx: &Cx, who: &str, role: Role) -> Result<Role> {
    let mut tx = cx.begin().await?;
    let admins = ActiveAdmins::lock(&mut tx, cx.now()).await?;
    let user = find(&mut tx, who).await?;
    if user.role == role {
        return Err(Error::Conflict(format!(
            "{} has this role already.",
            user.handle
        )));
    }
    admins.can_lose(user.id)?;
    repo::admins::set_role(&mut tx, user.id, role).await?;
    let entry = Entry {
        action: "member.role",
        subject_kind: "member",
        subject_id: Some(user.id.0),
        before: Some(json!({ "role": user.role })),
        after: Some(json!({ "role": role })),
        reason: BY_OPERATOR,
    };
    audit(&mut tx, cx, entry).await?;
    tx.commit().await?;
    Ok(user.role)
}

/// Sets a password, ends every session, and tells the owner by mail.
///
/// # Errors
/// `NotFound`; `Invalid` (field `password`).
pub async fn reset_password(cx: &Cx, who: &str, password: &str) -> Result<()> {
    let mut tx = cx.begin().await?;
    let user = find(&mut tx, who).await?;
    passwords::check(password, &user.words())
        .map_err(|problem| Error::field("password", problem))?;
    let hash = passwords::hash(password).await?;
    let version = recovery::set_password(&mut tx, &user, &hash).await?;
    repo::sessions::end_all(&mut tx, user.id, None, cx.now()).await?;
    recovery::password_was_changed(cx, &mut tx, &user, version).await?;
    let entry = Entry {
        action: "member.password",
        subject_kind: "member",
        subject_id: Some(user.id.0),
        reason: BY_OPERATOR,
        ..Entry::default()
    };
    audit(&mut tx, cx, entry).await?;
    tx.commit().await?;
    Ok(())
}

async fn find(conn: &mut sqlx::PgConnection, who: &str) -> Result<User> {
    let found = match (Email::parse(who), Handle::parse(who)) {
        (Ok(email), _) => users::by_email(&mut *conn, &email.key()).await?,
        (_, Ok(handle)) => users::by_handle(&mut *conn, &handle.key()).await?,
        _ => None,
    };
    found.ok_or(Error::NotFound)
}

/// A password of five pronounceable words: more than 90 bits, easy to type from a screen.
pub fn generate_password() -> String {
    const STARTS: &[&str] = &[
        "b", "br", "ch", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "kl", "l", "m", "n", "p",
        "pl", "r", "s", "sh", "st", "t", "tr", "v", "w", "z",
    ];
    const VOWELS: &[&str] = &["a", "e", "i", "o", "u", "ai", "ee", "oo"];
    const ENDS: &[&str] = &[
        "", "b", "d", "g", "k", "l", "m", "n", "nd", "p", "r", "rn", "s", "t", "x",
    ];
    let mut rng = rand::rng();
    let mut pick = |parts: &'static [&'static str]| -> &'static str {
        parts.choose(&mut rng).copied().unwrap_or_default()
    };
    let words: Vec<String> = (0..5)
        .map(|_| {
            let first = [pick(STARTS), pick(VOWELS)].concat();
            let second = [pick(STARTS), pick(VOWELS), pick(ENDS)].concat();
            first + &second
        })
        .collect();
    words.join("-")
}
