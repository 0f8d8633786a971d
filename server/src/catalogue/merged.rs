//! Where a work went that a moderator merged into another.

use dogear_domain::ids::WorkId;

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
