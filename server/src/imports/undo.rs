//! What an import has added is taken away again.

use dogear_domain::ids::{CopyId, ImportId};
use dogear_domain::imports::ImportState;

use super::repo;
use crate::{Cx, Result, copies};

/// Copies of one transaction.
const BATCH: i64 = 200;

/// Takes the next copies away; when none is left, the import is undone.
pub(super) async fn some(cx: &Cx, import: ImportId) -> Result<()> {
    let mut tx = cx.begin().await?;
    let locked = repo::lock(&mut tx, import, cx.now()).await?;
    let Some(locked) = locked.filter(|import| import.state == ImportState::Undoing) else {
        return Ok(());
    };
    let ids: Vec<CopyId> = sqlx::query_scalar(
        "select copy_id from shelf_import_rows
         where import_id = $1 and outcome = 'added' and copy_id is not null order by number limit $2",
    )
    .bind(import)
    .bind(BATCH)
    .fetch_all(&mut *tx)
    .await?;
    if ids.is_empty() {
        super::set_state(&mut tx, &locked, ImportState::Undone, cx.now()).await?;
    } else {
        let taken = copies::take_back(&mut tx, locked.user_id, &ids, cx.now()).await?;
        sqlx::query(
            "update shelf_import_rows set outcome = case when copy_id = any ($2) then 'removed' else 'kept' end
             where import_id = $1 and outcome = 'added' and copy_id = any ($3)",
        )
        .bind(import)
        .bind(&taken.removed)
        .bind(&ids)
        .execute(&mut *tx)
        .await?;
    }
    Ok(tx.commit().await?)
}
