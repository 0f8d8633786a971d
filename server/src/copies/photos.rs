//! Photos of copies: kept as two JPEG objects under a random name.

use dogear_domain::copies::{PHOTO_BYTES, PHOTOS_PER_COPY, PHOTOS_PER_READER};
use dogear_domain::ids::{CopyId, PhotoId, UserId};
use object_store::path::Path;
use object_store::{ObjectStoreExt, PutPayload};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::change::terms_changed;
use super::imaging::{Picture, is_large, process};
use super::page::sees;
use super::repo::{self, DeletedPhoto, PhotoRow};
use super::{held_back, refuse_held};
use crate::db::{IdempotencyKey, Idempotent};
use crate::{Cx, Error, Result, Services, blocking, secrets};

/// Decodings at one time in this process: each may take up to 200 MB, and of the large ones there is
/// one at a time.
static DECODERS: Semaphore = Semaphore::const_new(2);

/// Keeps the undo of a removed photo from being accepted for anything else.
const UNDO: &str = "photo-undo";

/// A photo of a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Photo {
    /// By which forms name it.
    pub id: PhotoId,
    /// Names it in addresses; cannot be guessed.
    pub key: Uuid,
    /// In pixels.
    pub width: i32,
    /// In pixels.
    pub height: i32,
}

/// Which of the two stored sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhotoSize {
    /// At most 1600 pixels a side.
    Full,
    /// At most 400 pixels a side.
    Small,
}

/// One place to the front or to the back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Shift {
    /// To the front.
    Earlier,
    /// To the back.
    Later,
}

/// What is needed to put a removed photo back.
#[derive(Serialize, Deserialize)]
struct Removed {
    copy: CopyId,
    #[serde(flatten)]
    photo: DeletedPhoto,
}

/// Where an object is kept.
pub(super) fn object(key: Uuid, size: PhotoSize) -> Path {
    match size {
        PhotoSize::Full => Path::from(format!("copies/{key}.jpg")),
        PhotoSize::Small => Path::from(format!("copies/{key}-small.jpg")),
    }
}

/// What became of the files of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddedPhotos {
    /// Photos that the copy has now and had not before.
    pub added: usize,
    /// A sentence for each file that was not taken.
    pub refused: Vec<String>,
}

/// Adds photos to one of the reader's copies, behind those it has. A file that cannot be taken
/// costs the others nothing. Names are only used to say which file is meant.
///
/// # Errors
/// `Invalid` (field `photos`) when no file can be taken, naming each and why, or for the limit
/// that is reached; `NotFound` when the copy is not the reader's; `Conflict` while it
/// is held for a trade.
pub async fn add_photos(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    copy: CopyId,
    files: Vec<(String, Vec<u8>)>,
) -> Result<AddedPhotos> {
    let owner = cx.member()?.id;
    if files.is_empty() {
        return Err(Error::field("photos", "Choose at least one photo."));
    }
    if files.len() > PHOTOS_PER_COPY {
        return Err(Error::field(
            "photos",
            format!("A copy has at most {PHOTOS_PER_COPY} photos."),
        ));
    }
    // Refused here before any work is done, and again below under the lock.
    let before = super::owned(cx, copy).await?;
    if let Some(by) = before.held_by {
        return Err(held_back(copy, &before.book.title, by));
    }
    let digest: Vec<u8> = files
        .iter()
        .flat_map(|(_, file)| Sha256::digest(file))
        .collect();
    let (pictures, refused) = pictures(files).await?;
    if pictures.is_empty() {
        return Err(Error::field("photos", refused.join(" ")));
    }
    let mut once = match cx.once(key, &(copy, digest)).await? {
        Idempotent::Done(added) => return Ok(AddedPhotos { added, refused }),
        Idempotent::New(once) => once,
    };
    let stored = match store(cx, &mut once.tx, owner, copy, &pictures).await {
        Ok(stored) => stored,
        Err((error, keys)) => {
            discard(&cx.services, &keys).await;
            return Err(error);
        }
    };
    // When this fails, nobody knows here whether it was kept: the sweep takes the objects if not.
    once.commit(&stored.len()).await?;
    Ok(AddedPhotos {
        added: stored.len(),
        refused,
    })
}

/// Decodes all files, two at a time over the whole process; and says what is wrong with those that
/// cannot be taken.
///
/// # Errors
/// As [`blocking::run`].
pub(crate) async fn pictures(files: Vec<(String, Vec<u8>)>) -> Result<(Vec<Picture>, Vec<String>)> {
    let mut pictures = Vec::with_capacity(files.len());
    let mut problems = Vec::new();
    for (name, file) in files {
        let name: String = name
            .chars()
            .filter(|symbol| !symbol.is_control())
            .take(60)
            .collect();
        if file.len() > PHOTO_BYTES {
            problems.push(format!(
                "“{name}” is larger than 8 MB. Send a smaller version of it."
            ));
            continue;
        }
        match decoding(file, |file| process(&file)).await? {
            Ok(picture) => pictures.push(picture),
            Err(problem) => problems.push(format!("“{name}” {problem}")),
        }
    }
    Ok((pictures, problems))
}

/// Runs the decoding of one photo, when it is its turn.
///
/// # Errors
/// As [`blocking::run`].
pub(super) async fn decoding<T: Send + 'static>(
    file: Vec<u8>,
    work: impl FnOnce(Vec<u8>) -> T + Send + 'static,
) -> Result<T> {
    let places = if is_large(&file) { 2 } else { 1 };
    let permit = DECODERS
        .acquire_many(places)
        .await
        .map_err(Error::internal)?;
    blocking::run(move || {
        let outcome = work(file);
        drop(permit);
        outcome
    })
    .await
}

/// Writes objects and rows. On failure, gives the keys of objects that may be there.
async fn store(
    cx: &Cx,
    tx: &mut PgConnection,
    owner: UserId,
    copy: CopyId,
    pictures: &[Picture],
) -> std::result::Result<Vec<Uuid>, (Error, Vec<Uuid>)> {
    let mut keys = Vec::new();
    match try_store(cx, tx, owner, copy, pictures, &mut keys).await {
        Ok(()) => Ok(keys),
        Err(error) => Err((error, keys)),
    }
}

async fn try_store(
    cx: &Cx,
    tx: &mut PgConnection,
    owner: UserId,
    copy: CopyId,
    pictures: &[Picture],
    keys: &mut Vec<Uuid>,
) -> Result<()> {
    let locked = repo::lock_owned(tx, owner, &[copy]).await?;
    refuse_held(locked.first().ok_or(Error::NotFound)?)?;
    // One upload of a reader at a time, or two could pass the quota together.
    repo::lock_photos(tx, owner).await?;
    let (of_copy, of_reader) = repo::count_photos(tx, owner, copy).await?;
    let [of_copy, of_reader] =
        [of_copy, of_reader].map(|n| usize::try_from(n).unwrap_or(usize::MAX));
    if of_copy + pictures.len() > PHOTOS_PER_COPY {
        return Err(Error::field(
            "photos",
            format!(
                "A copy has at most {PHOTOS_PER_COPY} photos, and this one has {of_copy} already."
            ),
        ));
    }
    if of_reader + pictures.len() > PHOTOS_PER_READER {
        return Err(Error::field(
            "photos",
            format!(
                "You can keep {PHOTOS_PER_READER} photos in all. Remove some from other copies first."
            ),
        ));
    }
    for picture in pictures {
        let key = Uuid::new_v4();
        keys.push(key);
        let photo = put(&cx.services, key, picture).await?;
        repo::add_photo(tx, copy, &photo).await?;
    }
    repo::raise_terms(tx, copy).await?;
    terms_changed(tx, cx, copy).await
}

/// Writes the objects of a photo under this key. The caller keeps the row; objects without one are
/// the sweep's after a day.
///
/// # Errors
/// Those of the store.
pub(crate) async fn put(services: &Services, key: Uuid, picture: &Picture) -> Result<PhotoRow> {
    for (size, bytes) in [
        (PhotoSize::Full, &picture.full),
        (PhotoSize::Small, &picture.small),
    ] {
        services
            .photos
            .put(&object(key, size), PutPayload::from(bytes.clone()))
            .await?;
    }
    Ok(PhotoRow {
        key,
        width: picture.width.cast_signed(),
        height: picture.height.cast_signed(),
        bytes: i32::try_from(picture.full.len() + picture.small.len()).unwrap_or(i32::MAX),
    })
}

/// Deletes objects nobody refers to. What fails is left to the sweep.
async fn discard(services: &Services, keys: &[Uuid]) {
    for key in keys {
        for size in [PhotoSize::Full, PhotoSize::Small] {
            if let Err(error) = services.photos.delete(&object(*key, size)).await {
                tracing::debug!(%error, "photo object not deleted");
            }
        }
    }
}

/// Takes a photo off one of the reader's copies, once per `key`. Its objects stay until the
/// sweep, so that [`put_back_photo`] can undo it with the text this returns.
///
/// # Errors
/// As [`Cx::member`]; `NotFound` when it is not the reader's; `Conflict` while the copy is held.
pub async fn remove_photo(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    copy: CopyId,
    photo: PhotoId,
) -> Result<String> {
    let owner = cx.member()?.id;
    let mut once = match cx.once(key, &("remove-photo", copy, photo)).await? {
        Idempotent::Done(undo) => return Ok(undo),
        Idempotent::New(once) => once,
    };
    let tx = &mut once.tx;
    let locked = repo::lock_owned(tx, owner, &[copy]).await?;
    refuse_held(locked.first().ok_or(Error::NotFound)?)?;
    let photo = repo::delete_photo(tx, copy, photo)
        .await?
        .ok_or(Error::NotFound)?;
    repo::raise_terms(tx, copy).await?;
    terms_changed(tx, cx, copy).await?;
    let removed = serde_json::to_vec(&Removed { copy, photo })?;
    let undo = secrets::sign(&cx.services.settings.secret_key, UNDO, &removed);
    once.commit(&undo).await?;
    Ok(undo)
}

/// Undoes [`remove_photo`]. Doing it twice is fine.
///
/// # Errors
/// As [`Cx::member`]; `NotFound` when the copy is not the reader's or the text is not ours;
/// `Conflict` when the photo is gone for good, or the copy is full or held.
pub async fn put_back_photo(cx: &Cx, undo: &str) -> Result<CopyId> {
    let owner = cx.member()?.id;
    let removed: Removed = secrets::unsign(&cx.services.settings.secret_key, UNDO, undo)
        .and_then(|json| serde_json::from_slice(&json).ok())
        .ok_or(Error::NotFound)?;
    if cx
        .services
        .photos
        .head(&object(removed.photo.key, PhotoSize::Full))
        .await
        .is_err()
    {
        return Err(Error::Conflict(
            "That photo is gone for good. Add it again from your device.".into(),
        ));
    }
    let copy = removed.copy;
    let mut tx = cx.begin().await?;
    let locked = repo::lock_owned(&mut tx, owner, &[copy]).await?;
    refuse_held(locked.first().ok_or(Error::NotFound)?)?;
    let most = PHOTOS_PER_COPY as i64;
    if repo::put_back(&mut tx, copy, &removed.photo, most).await? {
        repo::raise_terms(&mut tx, copy).await?;
        terms_changed(&mut tx, cx, copy).await?;
    }
    tx.commit().await?;
    Ok(copy)
}

/// Moves a photo one place, once per `key`; at the end it stays. The first photo is the one
/// shown in lists.
///
/// # Errors
/// As [`Cx::member`]; `NotFound` when it is not the reader's; `Conflict` while the copy is held.
pub async fn move_photo(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    copy: CopyId,
    photo: PhotoId,
    shift: Shift,
) -> Result<()> {
    let owner = cx.member()?.id;
    let mut once = match cx.once(key, &("move-photo", copy, photo, shift)).await? {
        Idempotent::Done(()) => return Ok(()),
        Idempotent::New(once) => once,
    };
    let tx = &mut once.tx;
    let locked = repo::lock_owned(tx, owner, &[copy]).await?;
    refuse_held(locked.first().ok_or(Error::NotFound)?)?;
    let mut order = repo::photo_order(tx, copy).await?;
    let at = order
        .iter()
        .position(|id| *id == photo)
        .ok_or(Error::NotFound)?;
    let to = match shift {
        Shift::Earlier => at.saturating_sub(1),
        Shift::Later => (at + 1).min(order.len() - 1),
    };
    order.swap(at, to);
    repo::set_photo_order(tx, copy, &order).await?;
    once.commit(&()).await
}

/// The JPEG behind a key, for whoever may see its copy, or is party to a trade in whose
/// terms it stands, or a problem with which it shows: there it stays when its owner has removed it, or the trade has ended. For
/// moderators also as long as it stands in what was reported, or stood there before.
///
/// # Errors
/// `NotFound`.
pub async fn open_photo(cx: &Cx, key: Uuid, size: PhotoSize) -> Result<Vec<u8>> {
    let with_copy = match repo::copy_of_photo(cx.db(), key).await? {
        Some(copy) => sees(cx, copy).await?,
        None => false,
    };
    if !with_copy && !stands_in_trade(cx, key).await? {
        return Err(Error::NotFound);
    }
    let missing = |error| match error {
        object_store::Error::NotFound { .. } => Error::NotFound,
        other => Error::internal(other),
    };
    let found = cx
        .services
        .photos
        .get(&object(key, size))
        .await
        .map_err(missing)?;
    Ok(found.bytes().await.map_err(missing)?.to_vec())
}

/// Whether a photo is part of what was agreed in a trade that the asker sees, or of a problem
/// with it.
async fn stands_in_trade(cx: &Cx, key: Uuid) -> Result<bool> {
    let Some(actor) = &cx.actor else {
        return Ok(false);
    };
    repo::stands_in_trade(cx.db(), key, actor.id, cx.moderator().is_ok()).await
}
