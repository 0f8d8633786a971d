//! Access tokens in the hands of the operator at the machine, for scripts. No page calls this:
//! whoever can run the binary with its configuration can do all of it in the database anyway.

use uuid::Uuid;

use super::{Token, TokenForm, repo};
use crate::audit::{Entry, audit};
use crate::{Cx, Error, Result, accounts};

/// Stands in the audit log, where nobody signed in can.
const BY_OPERATOR: &str = "by the operator, from the command line";

/// Makes a token for a member, by handle or e-mail address, and gives it. Nobody is asked for a
/// password.
///
/// # Errors
/// `NotFound` when there is no such member; else as [`super::create`].
pub async fn create(cx: &Cx, who: &str, form: &TokenForm) -> Result<(Uuid, String)> {
    let (user, role) = accounts::operator::member(cx, who).await?;
    let wanted = form.parse(role)?;
    let mut tx = cx.begin().await?;
    let made = super::insert(&mut tx, cx, user, &wanted).await?;
    let entry = Entry {
        action: "token.create",
        subject_kind: "member",
        subject_id: Some(user.0),
        after: Some(serde_json::json!({ "scopes": wanted.scopes.words(), "days": wanted.days })),
        reason: BY_OPERATOR,
        ..Entry::default()
    };
    audit(&mut tx, cx, entry).await?;
    tx.commit().await?;
    Ok(made)
}

/// The tokens of a member that work.
///
/// # Errors
/// `NotFound` when there is no such member.
pub async fn list(cx: &Cx, who: &str) -> Result<Vec<Token>> {
    let (user, _) = accounts::operator::member(cx, who).await?;
    repo::live(cx.db(), user, cx.now()).await
}

/// Ends a token of a member, and gives its name.
///
/// # Errors
/// `NotFound` when there is no such member, or it is not theirs.
pub async fn revoke(cx: &Cx, who: &str, id: Uuid) -> Result<String> {
    let (user, _) = accounts::operator::member(cx, who).await?;
    let mut tx = cx.begin().await?;
    let name = repo::revoke(&mut tx, user, id, cx.now()).await?;
    let name = name.ok_or(Error::NotFound)?;
    let entry = Entry {
        action: "token.revoke",
        subject_kind: "member",
        subject_id: Some(user.0),
        reason: BY_OPERATOR,
        ..Entry::default()
    };
    audit(&mut tx, cx, entry).await?;
    tx.commit().await?;
    Ok(name)
}
