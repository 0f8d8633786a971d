//! Photo objects nobody refers to any more: removed photos, uploads that broke off.

use std::collections::HashSet;

use futures::{FutureExt, StreamExt};
use object_store::ObjectStoreExt;
use object_store::path::Path;
use uuid::Uuid;

use super::repo;
use crate::jobs::schedule::{Interval, Schedule};
use crate::{Cx, Error, Result};

/// Objects looked up in one statement.
const BATCH: usize = 500;
/// Younger objects may belong to an upload under way, or to an undo.
const KEPT_SECONDS: i64 = 24 * 3600;

/// What the site does with photos by itself.
pub(crate) fn schedules() -> [Schedule; 1] {
    [Schedule {
        name: "clean up photos",
        when: Interval::Daily {
            hour: 4,
            minute: 10,
        },
        run: |cx| async move { sweep(&cx).await.map(drop) }.boxed(),
    }]
}

/// Deletes old objects that no photo, no trade and no evidence refers to. Tells how many.
///
/// # Errors
/// Those of the store and the database.
pub(super) async fn sweep(cx: &Cx) -> Result<usize> {
    let store = &cx.services.photos;
    let now = cx.now().as_second();
    let mut listed = store.list(Some(&Path::from("copies"))).ready_chunks(BATCH);
    let mut deleted = 0;
    while let Some(chunk) = listed.next().await {
        let mut old: Vec<(Uuid, Path)> = Vec::new();
        for meta in chunk {
            let meta = meta.map_err(Error::internal)?;
            if now - meta.last_modified.timestamp() >= KEPT_SECONDS
                && let Some(key) = key_of(&meta.location)
            {
                old.push((key, meta.location));
            }
        }
        let keys: Vec<Uuid> = old.iter().map(|(key, _)| *key).collect();
        let known: HashSet<Uuid> = repo::keys_in_use(cx.db(), &keys)
            .await?
            .into_iter()
            .collect();
        for (_, path) in old.iter().filter(|(key, _)| !known.contains(key)) {
            store.delete(path).await.map_err(Error::internal)?;
            deleted += 1;
        }
    }
    Ok(deleted)
}

/// The key in `copies/{key}.jpg` and `copies/{key}-small.jpg`.
fn key_of(path: &Path) -> Option<Uuid> {
    let name = path.filename()?.strip_suffix(".jpg")?;
    name.strip_suffix("-small").unwrap_or(name).parse().ok()
}
