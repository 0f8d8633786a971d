//! Two editions of one work that are one: the copies of the dropped one move, and its ISBN
//! leads to the kept one from then on.
//!
//! Locks: rows of imports, editions, copies, each in the order of their keys.

mod edition;
mod list;

pub use edition::{Detail, Edition};
pub use list::{Line, Merged, by_number, of_work};

use dogear_domain::ids::EditionId;

use super::flow;
use crate::db::IdempotencyKey;
use crate::moderation::repo::edition_merges as repo;
use crate::{Cx, Result};

/// What a merge would do.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The one that stays.
    pub keep: Edition,
    /// The one that is merged away.
    pub drop: Edition,
    /// Of the work.
    pub title: String,
    /// Of the work's page.
    pub slug: String,
    /// What of the dropped one moves, and how much of it.
    pub moves: [(&'static str, i64); 3],
}

/// Both editions, and what would move.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins, and when one was never there;
/// `Conflict` when one was merged, both are the same, or they are editions of two works.
pub async fn preview(cx: &Cx, keep: EditionId, drop: EditionId) -> Result<Preview> {
    let (keep, drop) = flow::pair::<Edition>(cx, keep, drop).await?;
    let (title, slug) = repo::title(cx.db(), keep.work()).await?;
    let with_it = repo::belongings(cx.db(), drop.id).await?;
    Ok(Preview {
        keep,
        drop,
        title,
        slug,
        moves: [
            ("Copies", with_it.copies),
            ("Photos of them", with_it.photos),
            ("Catalogue records", with_it.sources),
        ],
    })
}

/// Merges `drop` into `keep`, which takes over what it does not say itself. Gives the number
/// of the merge.
///
/// # Errors
/// As [`preview`]; `Busy` when others hold one of the editions too long.
pub async fn merge(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    keep: EditionId,
    drop: EditionId,
) -> Result<i64> {
    flow::merge::<Edition>(cx, key, keep, drop, &[]).await
}

/// Takes a merge apart. Gives what could not be put back as it was, in words.
///
/// # Errors
/// As [`one`]; `Conflict` when it was taken back, is older than 30 days, the kept edition or
/// its book has itself been merged since, or another edition has the ISBN by now.
pub async fn undo(cx: &Cx, id: i64) -> Result<Vec<String>> {
    flow::undo::<Edition>(cx, id).await
}

/// The 50 newest merges.
///
/// # Errors
/// As [`of_work`].
pub async fn recent(cx: &Cx) -> Result<Vec<Merged>> {
    flow::recent::<Edition>(cx).await
}

/// One merge.
///
/// # Errors
/// As [`of_work`], and `NotFound` when there is none with this number.
pub async fn one(cx: &Cx, id: i64) -> Result<Merged> {
    flow::one::<Edition>(cx, id).await
}
