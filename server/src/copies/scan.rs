//! Scanning a shelf, book after book: each ISBN becomes a copy at once, or a question. What was
//! scanned stands in a list until the reader has finished.

use jiff::Timestamp;
use std::collections::HashMap;

use dogear_domain::copies::{CopyState, PHOTO_BYTES};
use dogear_domain::grade::Grade;
use dogear_domain::ids::{CopyId, EditionId, ScanId, UserId, WorkId};
use dogear_domain::isbn::Isbn13;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::change::{Change, Undo, apply, refresh};
use super::input::{CopyInput, NewCopy};
use super::photos::decoding;
use super::{imaging, insert, repo};
use crate::catalogue::{self, KnownEdition};
use crate::db::{IdempotencyKey, Once};
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
    pub id: ScanId,
    pub isbn: Isbn13,
    /// None while nobody has entered it.
    pub book: Option<KnownEdition>,
    pub state: ScanState,
}

/// How things stand with a line now: what was waited for may have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanState {
    Added {
        copy: CopyId,
        grade: Grade,
        state: CopyState,
    },
    /// The reader has this copy of it.
    Owned(CopyId, Grade, CopyState),
    /// The catalogue has learned of it since.
    Known,
    Unknown,
}

/// What [`finish_scans`] is to do with all copies of the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllOfThem {
    /// This grade, or each its own.
    pub grade: Option<Grade>,
    /// Listed, not listed, or each as it is.
    pub listed: Option<bool>,
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
    let isbns = decoding(move || imaging::isbns(&photo, MOST_IN_PHOTO)).await?;
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
        Once::Done(scanned) => return Ok(scanned),
        Once::New(once) => once,
    };
    lock(&mut once.tx, owner).await?;
    let editions = catalogue::by_isbns(&mut *once.tx, isbns).await?;
    let ids: Vec<EditionId> = editions.values().map(|book| book.edition).collect();
    let owned: Vec<EditionId> = repo::owned_of(&mut *once.tx, owner, &ids)
        .await?
        .into_iter()
        .map(|(edition, ..)| edition)
        .collect();
    let mut scanned = Vec::with_capacity(isbns.len());
    for isbn in isbns {
        let edition = editions.get(&isbn.to_string()).map(|book| book.edition);
        scanned.push(match edition {
            Some(edition) if owned.contains(&edition) => {
                wait(&mut once.tx, owner, *isbn).await?;
                Scanned::Owned
            }
            Some(edition) => {
                Scanned::Added(add(&mut once.tx, owner, *isbn, edition, &copy, cx.now()).await?)
            }
            None => {
                wait(&mut once.tx, owner, *isbn).await?;
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
        Once::Done(()) => return Ok(()),
        Once::New(once) => once,
    };
    lock(&mut once.tx, owner).await?;
    let (isbn, added): (Isbn13, Option<CopyId>) =
        sqlx::query_as("select isbn13::text, copy_id from scans where id = $1 and user_id = $2")
            .bind(scan)
            .bind(owner)
            .fetch_optional(&mut *once.tx)
            .await?
            .ok_or(Error::NotFound)?;
    if added.is_none() {
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
    sqlx::query("delete from scans where id = $1 and user_id = $2 and copy_id is null")
        .bind(scan)
        .bind(cx.reader()?.id)
        .execute(cx.db())
        .await?;
    Ok(())
}

/// The reader's list.
///
/// # Errors
/// `SignInRequired`.
pub async fn scans(cx: &Cx) -> Result<Scans> {
    let owner = cx.reader()?.id;
    let lines: Vec<Line> = sqlx::query_as(
        "select s.id, s.isbn13::text as isbn, c.id as copy, c.grade, c.state
         from scans s left join copies c on c.id = s.copy_id
         where s.user_id = $1 and (s.copy_id is null or c.state <> 'deleted' and c.owner_id = $1
             and s.scanned_at > now() - interval '1 day')
         order by s.scanned_at desc, s.id desc",
    )
    .bind(owner)
    .fetch_all(cx.db())
    .await?;
    let isbns: Vec<Isbn13> = lines.iter().map(|line| line.isbn).collect();
    let editions = catalogue::by_isbns(cx.db(), &isbns).await?;
    let ids: Vec<EditionId> = editions.values().map(|book| book.edition).collect();
    let owned: HashMap<EditionId, ScanState> = repo::owned_of(cx.db(), owner, &ids)
        .await?
        .into_iter()
        .map(|(edition, copy, grade, state)| (edition, ScanState::Owned(copy, grade, state)))
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
        Once::Done(finished) => return Ok(finished),
        Once::New(once) => once,
    };
    lock(&mut once.tx, owner).await?;
    let ids: Vec<CopyId> = sqlx::query_scalar(
        "select c.id from scans s join copies c on c.id = s.copy_id
         where s.user_id = $1 and c.state <> 'deleted' and s.scanned_at > now() - interval '1 day'",
    )
    .bind(owner)
    .fetch_all(&mut *once.tx)
    .await?;
    let copies = repo::lock_owned(&mut once.tx, owner, &ids).await?;
    let listed = all.listed.map(|listed| match listed {
        true => Change::List,
        false => Change::Unlist,
    });
    let mut before = Vec::new();
    for change in all.grade.map(Change::Grade).into_iter().chain(listed) {
        before.extend(apply(&mut once.tx, cx, &copies, change).await?);
    }
    before.sort_by_key(|copy| copy.id);
    before.dedup_by_key(|copy| copy.id);
    let works: Vec<WorkId> = before.iter().map(|copy| copy.work_id).collect();
    refresh(&mut once.tx, works, cx.now()).await?;
    // The questions about second copies end with it too.
    sqlx::query(
        "delete from scans s where user_id = $1 and (copy_id is not null or exists (
             select from copies c
             where c.edition_id = isbn_edition(s.isbn13) and c.owner_id = $1 and c.state <> 'deleted'))",
    )
    .bind(owner)
    .execute(&mut *once.tx)
    .await?;
    let finished = Finished {
        copies: copies.len(),
        changed: before.len(),
        undo: Undo::of_changed(&before),
    };
    once.commit(&finished).await?;
    Ok(finished)
}

/// Notes that a copy is the answer to the line that waited for its ISBN, if one did.
pub(super) async fn answered(tx: &mut PgConnection, owner: UserId, copy: CopyId) -> Result<()> {
    sqlx::query(
        "update scans set copy_id = $2, scanned_at = clock_timestamp()
         where user_id = $1 and copy_id is null
             and isbn_edition(isbn13) = (select edition_id from copies where id = $2)",
    )
    .bind(owner)
    .bind(copy)
    .execute(tx)
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Line {
    id: ScanId,
    isbn: Isbn13,
    copy: Option<CopyId>,
    grade: Option<Grade>,
    state: Option<CopyState>,
}

/// One scan of a reader at a time: a code that is sent twice at once finds the copy of the first.
async fn lock(tx: &mut PgConnection, owner: UserId) -> Result<()> {
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('scans of ' || $1, 0))")
        .bind(owner.to_string())
        .execute(tx)
        .await?;
    Ok(())
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
    wait(tx, owner, isbn).await?;
    answered(tx, owner, id).await?;
    Ok(id)
}

/// Puts a line that waits on top of the list; an ISBN waits once.
async fn wait(tx: &mut PgConnection, owner: UserId, isbn: Isbn13) -> Result<()> {
    sqlx::query(
        "insert into scans (user_id, isbn13) values ($1, $2)
         on conflict (user_id, isbn13) where copy_id is null
         do update set scanned_at = clock_timestamp()",
    )
    .bind(owner)
    .bind(isbn.to_string())
    .execute(tx)
    .await?;
    Ok(())
}

/// # Errors
/// `Conflict` when more books stand in the list, or wait, than may.
async fn refuse_full(tx: &mut PgConnection, owner: UserId) -> Result<()> {
    // What was added before this list, and never finished, is finished now.
    sqlx::query(
        "delete from scans s using copies c
         where s.user_id = $1 and c.id = s.copy_id
             and (c.state = 'deleted' or s.scanned_at <= now() - interval '1 day')",
    )
    .bind(owner)
    .execute(&mut *tx)
    .await?;
    let (added, waiting): (i64, i64) = sqlx::query_as(
        "select count(copy_id), count(*) - count(copy_id) from scans where user_id = $1",
    )
    .bind(owner)
    .fetch_one(tx)
    .await?;
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
