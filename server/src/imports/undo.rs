//! What an import has added is taken away again.

use dogear_domain::ids::ImportId;
use dogear_domain::imports::ImportState;

use super::repo;
use crate::{Cx, Result, copies};

/// Copies of one transaction.
const BATCH: i64 = 200;

/// Takes the next copies away, then what the library has of it; when nothing is left, the import is
/// undone.
pub(super) async fn process_batch(cx: &Cx, import: ImportId) -> Result<()> {
    let mut tx = cx.begin().await?;
    let locked = repo::lock(&mut tx, import, cx.now()).await?;
    let Some(locked) = locked.filter(|import| import.state == ImportState::Undoing) else {
        return Ok(());
    };
    let ids = repo::added_copies(&mut tx, import, BATCH).await?;
    if ids.is_empty() && !super::record::take_back(&mut tx, &locked, cx.now()).await? {
        super::set_state(&mut tx, &locked, ImportState::Undone, cx.now()).await?;
    } else if !ids.is_empty() {
        let taken = copies::take_back(&mut tx, locked.user_id, &ids, cx.now()).await?;
        repo::record_taken_back(&mut tx, import, &ids, &taken.removed).await?;
    }
    tx.commit().await
}
