//! Scanning a shelf, book after book: each ISBN becomes a copy at once, or a question. What was
//! scanned stands in a list until the reader has finished.

use jiff::Timestamp;
use std::collections::HashMap;

use dogear_domain::copies::{CopyState, PHOTO_BYTES};
use dogear_domain::grade::Grade;
use dogear_domain::ids::{CopyId, EditionId, ScanId, UserId, WorkId};
use dogear_domain::isbn::Isbn13;
use dogear_domain::offers::Offers;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::change::{Change, Undo, apply, refresh};
use super::input::{CopyInput, NewCopy};
use super::photos::decoding;
use super::repo::{self, Scan};
use super::{imaging, insert};
use crate::catalogue::{self, KnownEdition};
use crate::db::{IdempotencyKey, Idempotent};
use crate::{Cx, Error, Result};

/// Books that one list takes, and ISBNs that wait: as many as one change takes.
const MOST: i64 = 100;
/// ISBNs that are taken from one photo.
const MOST_IN_PHOTO: usize = 20;

/// What became of a scanned ISBN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scanned {
    /// There is a new copy of it on the reader's shelf.
    Added(CopyId),
    /// The reader has it already: it waits for their word.
    Owned,
    /// Nobody has entered it yet: it waits for a title.
    Unknown,
}

/// What was scanned since the reader last finished, and what of earlier times still waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scans {
    /// Newest first.
    pub rows: Vec<ScanRow>,
    /// Copies among them.
    pub added: usize,
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanRow {
    /// By which forms name it.
    pub id: ScanId,
    /// As it was scanned or typed.
    pub isbn: Isbn13,
    /// None while nobody has entered it.
    pub book: Option<KnownEdition>,
    /// What came of it.
    pub state: ScanState,
}

/// How things stand with a line now: what was waited for may have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanState {
    /// A copy of it was added from this list.
    Added {
        /// The one that was added.
        copy: CopyId,
        /// As it is judged now.
        grade: Grade,
        /// Where it stands now.
        state: CopyState,
    },
    /// The reader has this copy of it.
    Owned(CopyId, Grade, CopyState),
    /// The catalogue has learned of it since.
    Known,
    /// Nobody has entered it yet.
    Unknown,
}

/// What [`finish_scans`] is to do with all copies of the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllOfThem {
    /// This grade, or each its own.
    pub grade: Option<Grade>,
    /// Listed for this, not listed (nothing), or each as it is.
    pub offer: Option<Option<Offers>>,
}

/// What [`finish_scans`] did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finished {
    /// Copies on the list.
    pub copies: usize,
    /// How many of them are different now.
    pub changed: usize,
    /// Takes the changes back, not the copies.
    pub undo: Undo,
}

/// Puts a copy of the book with this ISBN, as a scanner or a person types it, on the reader's
/// shelf. What is there already, and what nobody has entered yet, waits in the list instead.
///
/// # Errors
/// `Invalid` (field `isbn`) when it is no ISBN, (field `grade`) without a grade; `Conflict` when
/// the list is full; `Forbidden`, `SignInRequired`.
pub async fn scan(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    isbn: &str,
    input: &CopyInput,
) -> Result<Scanned> {
    cx.member()?;
    let isbn = Isbn13::typed_by_scanner(isbn).map_err(|problem| Error::field("isbn", problem))?;
    let scanned = take(cx, key, &[isbn], input).await?;
    scanned.first().copied().ok_or(Error::NotFound)
}

/// The same for every ISBN that can be read as a barcode in a photo. The photo is not kept.
///
/// # Errors
/// `Invalid` (field `photo`) when it is no photo that can be read, or there is no barcode of a
/// book in it; otherwise as [`scan`].
pub async fn scan_photo(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    photo: Vec<u8>,
    input: &CopyInput,
) -> Result<Vec<Scanned>> {
    cx.member()?;
    let refuse = |message: &str| Err(Error::field("photo", message));
    if photo.is_empty() {
        return refuse("Choose or take a photo of the barcode first.");
    }
    if photo.len() > PHOTO_BYTES {
        return refuse("The photo is larger than 8 MB. Send a smaller version of it.");
    }
    let isbns = decoding(photo, |photo| imaging::isbns(&photo, MOST_IN_PHOTO)).await?;
    match isbns {
        Ok(isbns) if isbns.is_empty() => refuse(
            "No barcode of a book can be read in this photo. Take it from closer, straight and without a shadow, or type the number.",
        ),
        Ok(isbns) => take(cx, key, &isbns, input).await,
        Err(problem) => refuse(&format!("The photo {problem}")),
    }
}

async fn take(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    isbns: &[Isbn13],
    input: &CopyInput,
) -> Result<Vec<Scanned>> {
    let owner = cx.member()?.id;
    let copy = input.parse()?;
    let mut once = match cx.once(key, &("scan", isbns, input)).await? {
        Idempotent::Done(scanned) => return Ok(scanned),
        Idempotent::New(once) => once,
    };
    repo::lock_scans(&mut once.tx, owner).await?;
    let editions = catalogue::by_isbns(&mut *once.tx, isbns).await?;
    let ids: Vec<EditionId> = editions.values().map(|book| book.edition).collect();
    let owned: Vec<EditionId> = repo::owned_of(&mut *once.tx, owner, &ids)
        .await?
        .into_iter()
        .map(|copy| copy.edition_id)
        .collect();
    let mut scanned = Vec::with_capacity(isbns.len());
    for isbn in isbns {
        let edition = editions.get(&isbn.to_string()).map(|book| book.edition);
        scanned.push(match edition {
            Some(edition) if owned.contains(&edition) => {
                repo::wait(&mut once.tx, owner, *isbn).await?;
                Scanned::Owned
            }
            Some(edition) => {
                Scanned::Added(add(&mut once.tx, owner, *isbn, edition, &copy, cx.now()).await?)
            }
            None => {
                repo::wait(&mut once.tx, owner, *isbn).await?;
                Scanned::Unknown
            }
        });
    }
    refuse_full(&mut once.tx, owner).await?;
    once.commit(&scanned).await?;
    Ok(scanned)
}

/// Says yes to a line that waits: puts a copy of it on the shelf, also a second one. What is
/// not waiting any more stays as it is.
///
/// # Errors
/// `NotFound` when the line is not the reader's; `Conflict` while nobody has entered the book,
/// or when the list is full; `Invalid` (field `grade`); `Forbidden`, `SignInRequired`.
pub async fn scan_again(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    scan: ScanId,
    input: &CopyInput,
) -> Result<()> {
    let owner = cx.member()?.id;
    let copy = input.parse()?;
    let mut once = match cx.once(key, &("scan-again", scan, input)).await? {
        Idempotent::Done(()) => return Ok(()),
        Idempotent::New(once) => once,
    };
    repo::lock_scans(&mut once.tx, owner).await?;
    let Scan { isbn, copy_id } = repo::own_scan(&mut once.tx, owner, scan)
        .await?
        .ok_or(Error::NotFound)?;
    if copy_id.is_none() {
        let known = catalogue::by_isbns(&mut *once.tx, &[isbn]).await?;
        let Some(book) = known.get(&isbn.to_string()) else {
            return Err(Error::Conflict(format!(
                "Nobody has entered {} yet. Enter its title first.",
                isbn.grouped()
            )));
        };
        add(&mut once.tx, owner, isbn, book.edition, &copy, cx.now()).await?;
        refuse_full(&mut once.tx, owner).await?;
    }
    once.commit(&()).await
}

/// Takes a line that waits off the list. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`.
pub async fn dismiss_scan(cx: &Cx, scan: ScanId) -> Result<()> {
    repo::delete_waiting(cx.db(), cx.reader()?.id, scan).await
}

/// The reader's list.
///
/// # Errors
/// `SignInRequired`.
pub async fn scans(cx: &Cx) -> Result<Scans> {
    let owner = cx.reader()?.id;
    let lines = repo::lines(cx.db(), owner).await?;
    let isbns: Vec<Isbn13> = lines.iter().map(|line| line.isbn).collect();
    let editions = catalogue::by_isbns(cx.db(), &isbns).await?;
    let ids: Vec<EditionId> = editions.values().map(|book| book.edition).collect();
    let owned: HashMap<EditionId, ScanState> = repo::owned_of(cx.db(), owner, &ids)
        .await?
        .into_iter()
        .map(|copy| {
            (
                copy.edition_id,
                ScanState::Owned(copy.id, copy.grade, copy.state),
            )
        })
        .collect();
    let added = lines.iter().filter(|line| line.copy.is_some()).count();
    let rows = lines
        .into_iter()
        .map(|line| {
            let book = editions.get(&line.isbn.to_string()).cloned();
            let state = match (line.copy.zip(line.grade).zip(line.state), &book) {
                (Some(((copy, grade), state)), _) => ScanState::Added { copy, grade, state },
                (None, Some(book)) => match owned.get(&book.edition) {
                    Some(owned) => *owned,
                    None => ScanState::Known,
                },
                (None, None) => ScanState::Unknown,
            };
            ScanRow {
                id: line.id,
                isbn: line.isbn,
                book,
                state,
            }
        })
        .collect();
    Ok(Scans { rows, added })
}

/// Ends the list: gives all its copies this grade and puts them on offer or takes them off it,
/// all or none, and then empties it. ISBNs that nobody has entered stay.
///
/// # Errors
/// `Conflict` naming the first copy that is to be changed but is promised in a trade; `Invalid`
/// (field `grade`) when the grade does not go with the defects of one; `Forbidden`,
/// `SignInRequired`.
pub async fn finish_scans(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    all: AllOfThem,
) -> Result<Finished> {
    let owner = cx.member()?.id;
    let mut once = match cx.once(key, &("finish-scans", all)).await? {
        Idempotent::Done(finished) => return Ok(finished),
        Idempotent::New(once) => once,
    };
    repo::lock_scans(&mut once.tx, owner).await?;
    let ids = repo::copies_of_list(&mut once.tx, owner).await?;
    let copies = repo::lock_owned(&mut once.tx, owner, &ids).await?;
    let listed = all
        .offer
        .map(|offers| offers.map_or(Change::Unlist, Change::Offer));
    let mut before = Vec::new();
    for change in all.grade.map(Change::Grade).into_iter().chain(listed) {
        before.extend(apply(&mut once.tx, cx, &copies, change).await?);
    }
    before.sort_by_key(|copy| copy.id);
    before.dedup_by_key(|copy| copy.id);
    let works: Vec<WorkId> = before.iter().map(|copy| copy.work_id).collect();
    refresh(&mut once.tx, works, cx.now()).await?;
    // The questions about second copies end with it too.
    repo::clear_answered(&mut once.tx, owner).await?;
    let finished = Finished {
        copies: copies.len(),
        changed: before.len(),
        undo: Undo::of_changed(&before),
    };
    once.commit(&finished).await?;
    Ok(finished)
}

async fn add(
    tx: &mut PgConnection,
    owner: UserId,
    isbn: Isbn13,
    edition: EditionId,
    copy: &NewCopy,
    now: Timestamp,
) -> Result<CopyId> {
    let (id, _) = insert(tx, owner, edition, copy, now).await?;
    // Where it did not wait, as most do not, there is a line of its own.
    repo::wait(tx, owner, isbn).await?;
    repo::answer(tx, owner, id).await?;
    Ok(id)
}

/// # Errors
/// `Conflict` when more books stand in the list, or wait, than may.
async fn refuse_full(tx: &mut PgConnection, owner: UserId) -> Result<()> {
    // What was added before this list, and never finished, is finished now.
    repo::delete_finished(tx, owner).await?;
    let (added, waiting) = repo::count_scans(tx, owner).await?;
    if added > MOST {
        return Err(Error::Conflict(format!(
            "There are {MOST} books on this list, which is as many as it takes. Finish it below, then go on with this one."
        )));
    }
    if waiting > MOST {
        return Err(Error::Conflict(format!(
            "{MOST} books wait for a title or an answer, which is as many as may. Enter some of them, or take them off the list."
        )));
    }
    Ok(())
}
