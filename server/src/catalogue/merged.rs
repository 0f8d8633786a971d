//! Where works and editions went that a moderator merged into others.

use std::collections::{HashMap, HashSet};

use dogear_domain::ids::{EditionId, WorkId};
use sqlx::PgConnection;

use super::repo;
use crate::{Cx, Error, Result};

/// The work, with its slug, into which `work` was merged, through however many merges;
/// `None` when nothing of the kind happened to it.
///
/// # Errors
/// Those of the database.
pub async fn moved_to(cx: &Cx, work: WorkId) -> Result<Option<(WorkId, String)>> {
    repo::works::moved_to(cx.db(), work).await
}

/// The work itself, or the one into which it was merged.
///
/// # Errors
/// `NotFound` when there is neither.
pub async fn standing_work(cx: &Cx, work: WorkId) -> Result<WorkId> {
    let standing = repo::works::standing(cx.db(), work).await?;
    standing.ok_or(Error::NotFound)
}

/// The editions that stand where these stood, in this order; `None` for those that were never
/// there. Waits for merges, and keeps others out until the end of the transaction.
///
/// # Errors
/// Those of the database.
pub(crate) async fn standing(
    conn: &mut PgConnection,
    editions: &[EditionId],
) -> Result<Vec<Option<EditionId>>> {
    let mut found: Vec<Option<EditionId>> = editions.iter().copied().map(Some).collect();
    loop {
        let asked: Vec<EditionId> = found.iter().copied().flatten().collect();
        let there = repo::works::lock_editions(conn, &asked).await?;
        let there: HashSet<EditionId> = there.into_iter().collect();
        let gone: Vec<EditionId> = asked.into_iter().filter(|id| !there.contains(id)).collect();
        if gone.is_empty() {
            return Ok(found);
        }
        // A statement of its own: it has to see the merge that was waited for.
        let into = repo::works::merged_into(conn, &gone).await?;
        let into: HashMap<EditionId, Option<EditionId>> = into.into_iter().collect();
        for edition in &mut found {
            if let Some(other) = edition.and_then(|id| into.get(&id)) {
                *edition = *other;
            }
        }
    }
}
