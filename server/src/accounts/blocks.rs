//! Blocks: neither side of one can propose a trade to the other.

use dogear_domain::fields::Handle;
use dogear_domain::ids::UserId;
use jiff::Timestamp;

use super::repo;
use crate::{Cx, Error, Result, trades};

/// Somebody the reader has blocked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    pub id: UserId,
    pub handle: String,
    pub display_name: String,
    pub since: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: UserId,
    handle: String,
    display_name: String,
    created_at: jiff_sqlx::Timestamp,
}

/// Everybody the reader has blocked, the last one first.
///
/// # Errors
/// `SignInRequired`.
pub async fn blocked(cx: &Cx) -> Result<Vec<Blocked>> {
    let actor = cx.reader()?;
    let rows: Vec<Row> = sqlx::query_as(
        "select u.id, u.handle, u.display_name, b.created_at
         from blocks b join users u on u.id = b.blocked_id
         where b.blocker_id = $1 order by b.created_at desc, u.id",
    )
    .bind(actor.id)
    .fetch_all(cx.db())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Blocked {
            id: row.id,
            handle: row.handle,
            display_name: row.display_name,
            since: row.created_at.to_jiff(),
        })
        .collect())
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
    let user = repo::by_handle(cx.db(), &handle.key())
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
    trades::withdraw_between(&mut tx, cx, actor.id, user.id).await?;
    sqlx::query(
        "insert into blocks (blocker_id, blocked_id) values ($1, $2) on conflict do nothing",
    )
    .bind(actor.id)
    .bind(user.id)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(user.id)
}

/// Lifts a block. Gives the other's handle, for an undo.
///
/// # Errors
/// `SignInRequired`; `NotFound` when there was no such block.
pub async fn unblock(cx: &Cx, user: UserId) -> Result<String> {
    let actor = cx.reader()?;
    sqlx::query_scalar(
        "with gone as (delete from blocks where blocker_id = $1 and blocked_id = $2 returning blocked_id)
         select u.handle from gone join users u on u.id = gone.blocked_id",
    )
    .bind(actor.id)
    .bind(user)
    .fetch_optional(cx.db())
    .await?
    .ok_or(Error::NotFound)
}
