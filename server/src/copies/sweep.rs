//! Photo objects nobody refers to any more: removed photos, uploads that broke off.

use std::collections::HashSet;

use dogear_domain::ids::UserId;
use futures::{FutureExt, StreamExt};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::photos::{PhotoSize, object};
use super::repo;
use crate::jobs::schedule::{Interval, Schedule};
use crate::jobs::{self, Claim, Job};
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

/// Erases what a member has on the shelf, with the photos and, after the commit, their files. What
/// stands in a trade that was agreed belongs to its other party too.
///
/// # Errors
/// Those of the database.
pub(crate) async fn erase(conn: &mut PgConnection, user: UserId) -> Result<()> {
    let keys = repo::erase_photos(&mut *conn, user).await?;
    repo::erase(&mut *conn, user).await?;
    delete_files(conn, user, &keys).await
}

/// Has the files of photos deleted that a member who leaves had, after the commit.
///
/// # Errors
/// Those of the database.
pub(crate) async fn delete_files(
    conn: &mut PgConnection,
    user: UserId,
    keys: &[Uuid],
) -> Result<()> {
    for keys in keys.chunks(BATCH) {
        let name = format!("photos:{user}:{}", keys[0]);
        let job = DeletePhotos {
            keys: keys.to_vec(),
        };
        jobs::push(&mut *conn, &job, &name, None).await?;
    }
    Ok(())
}

/// Deletes the files of photos that nothing refers to any more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DeletePhotos {
    /// Of the photos that were taken off.
    keys: Vec<Uuid>,
}

impl Job for DeletePhotos {
    const KIND: &'static str = "delete_photos";
    const OWED: Option<&'static str> = Some(
        "This job deletes the photos of somebody who has left, and cannot be cancelled. Find out why it fails, then retry it.",
    );
    type Kept = ();

    async fn run(self, cx: &Cx, (): &(), claim: &Claim) -> Result<()> {
        let used: HashSet<Uuid> = repo::keys_in_use(cx.db(), &self.keys)
            .await?
            .into_iter()
            .collect();
        for &key in self.keys.iter().filter(|key| !used.contains(key)) {
            for size in [PhotoSize::Full, PhotoSize::Small] {
                match cx.services.photos.delete(&object(key, size)).await {
                    // As when it was done before and not noted.
                    Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                    Err(error) => return Err(Error::internal(error)),
                }
            }
        }
        let mut conn = cx.db().acquire().await?;
        claim.finish(&mut conn).await
    }
}

/// Deletes old objects that no photo, no trade, no problem and no evidence refers to. Tells how many.
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

/// What has become of the files of photos.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhotoFiles {
    /// How many photos there are.
    pub photos: usize,
    /// The keys of those of which a file is missing or is not whole.
    pub damaged: Vec<Uuid>,
}

/// Looks whether every photo has its files, each as long as it was.
///
/// # Errors
/// Those of the database, and of a store that cannot be read.
pub async fn check_photos(db: &PgPool, store: &dyn ObjectStore) -> Result<PhotoFiles> {
    let mut found = PhotoFiles {
        photos: 0,
        damaged: Vec::new(),
    };
    let mut last = Uuid::nil();
    loop {
        let photos = repo::kept(db, last).await?;
        let Some(newest) = photos.last() else {
            return Ok(found);
        };
        last = newest.key;
        found.photos += photos.len();
        for photo in photos {
            let mut bytes = Some(0);
            for size in [PhotoSize::Full, PhotoSize::Small] {
                let of_file = match store.head(&object(photo.key, size)).await {
                    Ok(file) if file.size > 0 => Some(file.size),
                    Ok(_) | Err(object_store::Error::NotFound { .. }) => None,
                    Err(error) => return Err(error.into()),
                };
                bytes = bytes.zip(of_file).map(|(bytes, more)| bytes + more);
            }
            if bytes != u64::try_from(photo.bytes).ok() {
                found.damaged.push(photo.key);
            }
        }
    }
}
