//! Where works and editions went that a moderator merged into others.

use std::collections::{HashMap, HashSet};

use dogear_domain::ids::{EditionId, WorkId};
use sqlx::PgConnection;

use crate::{Cx, Result};

/// The work, with its slug, into which `work` was merged, through however many merges;
/// `None` when nothing of the kind happened to it.
///
/// # Errors
/// Those of the database.
pub async fn moved_to(cx: &Cx, work: WorkId) -> Result<Option<(WorkId, String)>> {
    Ok(
        sqlx::query_as("select id, slug from works where id = merged_work($1) and id <> $1")
            .bind(work)
            .fetch_optional(cx.db())
            .await?,
    )
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
        let there: Vec<EditionId> = sqlx::query_scalar(
            "select id from editions where id = any ($1) order by id for key share",
        )
        .bind(&asked)
        .fetch_all(&mut *conn)
        .await?;
        let there: HashSet<EditionId> = there.into_iter().collect();
        let gone: Vec<EditionId> = asked.into_iter().filter(|id| !there.contains(id)).collect();
        if gone.is_empty() {
            return Ok(found);
        }
        // A statement of its own: it has to see the merge that was waited for.
        let into: Vec<(EditionId, Option<EditionId>)> =
            sqlx::query_as("select id, merged_edition(id) from unnest($1::bigint[]) as gone (id)")
                .bind(&gone)
                .fetch_all(&mut *conn)
                .await?;
        let into: HashMap<EditionId, Option<EditionId>> = into.into_iter().collect();
        for edition in &mut found {
            if let Some(other) = edition.and_then(|id| into.get(&id)) {
                *edition = *other;
            }
        }
    }
}
