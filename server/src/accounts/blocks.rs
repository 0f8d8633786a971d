//! Blocks: neither side of one can propose a trade to the other.

use dogear_domain::fields::Handle;
use dogear_domain::ids::UserId;
use jiff::Timestamp;

use super::repo::{blocks as repo, users};
use crate::{Cx, Error, Result, rounds, trades};

/// Somebody the reader has blocked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    /// Who is blocked.
    pub id: UserId,
    /// Without the @.
    pub handle: String,
    /// What they want to be called.
    pub display_name: String,
    /// When the reader blocked them.
    pub since: Timestamp,
}

/// Everybody the reader has blocked, the last one first.
///
/// # Errors
/// `SignInRequired`.
pub async fn blocked(cx: &Cx) -> Result<Vec<Blocked>> {
    let actor = cx.reader()?;
    repo::list(cx.db(), actor.id).await
}

/// The same, at most `most` of them, from those on that were blocked before `before`.
///
/// # Errors
/// `SignInRequired`.
pub async fn blocked_before(
    cx: &Cx,
    before: Option<(Timestamp, UserId)>,
    most: i64,
) -> Result<Vec<Blocked>> {
    let actor = cx.reader()?;
    repo::list_before(cx.db(), actor.id, before, most).await
}

/// Blocks the reader with this handle, and gives their number. They are not told; open
/// proposals between the two are withdrawn.
///
/// # Errors
/// `SignInRequired`; `Invalid` (field `handle`) for a handle nobody has, or one's own.
pub async fn block(cx: &Cx, handle: &str) -> Result<UserId> {
    let actor = cx.reader()?;
    let unknown = || Error::field("handle", "Nobody here has this handle. Check its spelling.");
    let handle = Handle::parse(handle).map_err(|_| unknown())?;
    let user = users::by_handle(cx.db(), &handle.key())
        .await?
        .filter(|user| user.verified && user.handle.eq_ignore_ascii_case(handle.as_str()))
        .ok_or_else(unknown)?;
    if user.id == actor.id {
        return Err(Error::field(
            "handle",
            "This is you. Enter the handle of another reader.",
        ));
    }
    let mut tx = cx.begin().await?;
    // Rounds are locked before trades.
    rounds::part(&mut tx, cx, actor.id, user.id).await?;
    trades::withdraw_between(&mut tx, cx, actor.id, user.id).await?;
    repo::insert(&mut tx, actor.id, user.id).await?;
    tx.commit().await?;
    Ok(user.id)
}

/// Lifts a block. Gives the other's handle, for an undo.
///
/// # Errors
/// `SignInRequired`; `NotFound` when there was no such block.
pub async fn unblock(cx: &Cx, user: UserId) -> Result<String> {
    let actor = cx.reader()?;
    repo::delete(cx.db(), actor.id, user)
        .await?
        .ok_or(Error::NotFound)
}

/// Lifts a block of the reader with this handle. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`; `NotFound` for a handle that nobody has.
pub async fn unblock_handle(cx: &Cx, handle: &str) -> Result<()> {
    let actor = cx.reader()?;
    let handle = Handle::parse(handle).map_err(|_| Error::NotFound)?;
    let user = users::by_handle(cx.db(), &handle.key()).await?;
    let user = user.filter(|user| user.verified).ok_or(Error::NotFound)?;
    repo::delete(cx.db(), actor.id, user.id).await?;
    Ok(())
}
