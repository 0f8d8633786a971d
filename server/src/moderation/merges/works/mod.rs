//! Two works that are one: the kept one takes the editions, the copies, the readings and the
//! provenance of the dropped one.
//!
//! Locks: editions, copies, what readers have of the works, works, each in the order of their ids,
//! as whoever adds a copy, trades one or reads takes them.

mod fact;
mod list;
mod work;

pub use fact::Fact;
pub use list::{Found, Merge, Pair, find, likely};
pub use work::Work;

use dogear_domain::ids::WorkId;

use super::flow;
use crate::db::IdempotencyKey;
use crate::moderation::repo::work_merges as repo;
use crate::{Cx, Error, Result};

/// What a merge would do.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The one that stays.
    pub keep: Work,
    /// The one that is merged away.
    pub drop: Work,
    /// What of it, and how many of the dropped work's rows in it move.
    pub moves: [(&'static str, i64); 2],
}

impl Preview {
    /// The facts in which the two differ, and whether the dropped one's is proposed: only
    /// where the kept one says nothing.
    pub fn differences(&self) -> Vec<(Fact, bool)> {
        Fact::ALL
            .into_iter()
            .filter(|fact| self.keep.say(*fact) != self.drop.say(*fact))
            .map(|fact| (fact, self.keep.say(fact).is_empty()))
            .collect()
    }
}

/// One work, with its facts.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins, and when it is not there.
pub async fn book(cx: &Cx, id: WorkId) -> Result<Work> {
    cx.moderator()?;
    let mut conn = cx.db().acquire().await?;
    flow::read(&mut conn, id).await?.ok_or(Error::NotFound)
}

/// Both works, and what would move.
///
/// # Errors
/// As [`find`]; `NotFound` when one was never there; `Conflict` when one was merged, or both
/// are the same.
pub async fn preview(cx: &Cx, keep: WorkId, drop: WorkId) -> Result<Preview> {
    let (keep, drop) = flow::pair::<Work>(cx, keep, drop).await?;
    let (editions, copies) = repo::belongings(cx.db(), drop.id).await?;
    let moves = [("editions", editions), ("copies", copies)];
    Ok(Preview { keep, drop, moves })
}

/// Merges `drop` into `keep`, which takes over `facts`. Gives the number of the merge.
///
/// # Errors
/// As [`preview`]; `Busy` when others hold one of the books too long.
pub async fn merge(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    keep: WorkId,
    drop: WorkId,
    facts: &[Fact],
) -> Result<i64> {
    flow::merge::<Work>(cx, key, keep, drop, facts).await
}

/// Takes a merge apart. Gives what could not be put back as it was, in words.
///
/// # Errors
/// As [`one`]; `Conflict` when it was taken back, is older than 30 days, or the kept work or
/// one of the editions has itself been merged since.
pub async fn undo(cx: &Cx, id: i64) -> Result<Vec<String>> {
    flow::undo::<Work>(cx, id).await
}

/// The 50 newest merges.
///
/// # Errors
/// As [`find`].
pub async fn recent(cx: &Cx) -> Result<Vec<Merge>> {
    flow::recent::<Work>(cx).await
}

/// One merge.
///
/// # Errors
/// As [`find`], and `NotFound` when there is none with this number.
pub async fn one(cx: &Cx, id: i64) -> Result<Merge> {
    flow::one::<Work>(cx, id).await
}
