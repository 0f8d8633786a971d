//! What a book is to a reader, as programs read and write it: in pages by the number of the book,
//! and as a whole.

use dogear_domain::fields::{Handle, PrivateNote};
use dogear_domain::ids::{ReadingId, WorkId};
use dogear_domain::library::{Ending, Progress, Rating, ReadingStatus, RoughDay, Visibility};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::BookHead;
use super::record::NewReading;
use super::repo::entries::{self, Entry};
use super::repo::readings::{self, Reading};
use super::repo::{kept as repo, public};
use super::today;
use crate::{Actor, Cx, Error, Result};

/// A book in somebody's library.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// The book.
    pub book: BookHead,
    /// Where it stands; none when it is only rated or noted.
    pub status: Option<ReadingStatus>,
    /// How often they read it to the end.
    pub times_read: i32,
    /// Theirs.
    pub rating: Option<Rating>,
    /// When they read it to the end last, as far as that is known.
    pub read_on: Option<RoughDay>,
    /// What only the reader is told.
    pub own: Option<OwnKept>,
}

/// What only the reader is told of a book in their library.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnKept {
    /// They want to read it, perhaps once more.
    pub wanted: bool,
    /// The reading that goes on, paused or not.
    pub open: Option<ReadingId>,
    /// How far that one has come.
    pub progress: Option<Progress>,
    /// May be empty.
    pub note: String,
    /// None: as for all books.
    pub visibility: Option<Visibility>,
    /// Others see it.
    pub shown: bool,
    /// Counts what is changed about it.
    pub version: i32,
}

/// Which books; what is none narrows nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KeptFilter {
    /// Where they stand.
    pub status: Option<ReadingStatus>,
    /// Read to the end last in this year.
    pub year: Option<i16>,
}

/// The library of whoever asks, from behind the book `before`, the highest number first.
///
/// # Errors
/// `SignInRequired`.
pub async fn kept(
    cx: &Cx,
    filter: KeptFilter,
    before: Option<WorkId>,
    most: u32,
) -> Result<Vec<Kept>> {
    let part = repo::Part {
        reader: cx.reader()?.id,
        own: true,
        filter,
        only: None,
        before,
        most: most.into(),
    };
    repo::rows(cx.db(), &part).await
}

/// What the reader with this handle shows to whoever asks, in the same order.
///
/// # Errors
/// `NotFound` when nobody has that handle, or whoever asks may not see them.
pub async fn kept_by(
    cx: &Cx,
    handle: &str,
    filter: KeptFilter,
    before: Option<WorkId>,
    most: u32,
) -> Result<Vec<Kept>> {
    let key = Handle::parse(handle).map_err(|_| Error::NotFound)?.key();
    let asker = cx.actor.as_ref().map(|actor| actor.id);
    let reader = public::reader(cx.db(), &key, asker, cx.now()).await?;
    let reader = reader.filter(|reader| reader.open);
    let part = repo::Part {
        reader: reader.ok_or(Error::NotFound)?.id,
        own: false,
        filter,
        only: None,
        before,
        most: most.into(),
    };
    repo::rows(cx.db(), &part).await
}

/// What one book is to whoever asks.
///
/// # Errors
/// `SignInRequired`; `NotFound` when it is not in their library.
pub async fn kept_book(cx: &Cx, work: WorkId) -> Result<Kept> {
    let part = repo::Part {
        reader: cx.reader()?.id,
        own: true,
        filter: KeptFilter::default(),
        only: Some(work),
        before: None,
        most: 1,
    };
    let book = repo::rows(cx.db(), &part).await?.pop();
    book.ok_or(Error::NotFound)
}

/// What a book is to be to a reader.
#[derive(Debug, Clone, Default)]
pub struct KeepForm {
    /// Where it is to stand; whatever is not `want` fulfils the wish. None leaves readings as they
    /// are.
    pub status: Option<ReadingStatus>,
    /// None takes it back.
    pub rating: Option<Rating>,
    /// For the reader alone; may be empty.
    pub note: String,
    /// None: as for all books.
    pub visibility: Option<Visibility>,
}

/// Has a book stand so in the library of whoever asks. `seen` is [`OwnKept::version`] of what they
/// have seen, if that has to be what stands.
///
/// # Errors
/// `SignInRequired`; `NotFound` for a book that is not there; `Invalid` (fields `note` and
/// `status`, which cannot be `paused` while no reading goes on); `Conflict` when it is another
/// version.
pub async fn keep(cx: &Cx, work: WorkId, form: &KeepForm, seen: Option<i32>) -> Result<()> {
    let reader = cx.reader()?;
    let note = PrivateNote::parse(&form.note).map_err(|problem| Error::field("note", problem))?;
    let now = cx.now();
    let mut tx = cx.begin().await?;
    let mut entry = entries::hold(&mut tx, reader.id, work, now).await?;
    if seen.is_some_and(|seen| seen != entry.version) {
        return Err(Error::Conflict(
            "This was changed after you had read it. Read it again.".into(),
        ));
    }
    stand(&mut tx, cx, reader, work, &mut entry, form.status).await?;
    if entry.rating != form.rating {
        let change = (entry.rating, form.rating);
        entries::rate(&mut tx, reader.id, work, change, now).await?;
    }
    (**note).clone_into(&mut entry.private_note);
    entry.visibility = form.visibility;
    entries::save(&mut tx, reader.id, work, &entry, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Begins or ends a reading where the book does not stand so already.
async fn stand(
    tx: &mut PgConnection,
    cx: &Cx,
    reader: &Actor,
    work: WorkId,
    entry: &mut Entry,
    status: Option<ReadingStatus>,
) -> Result<()> {
    let now = cx.now();
    let known = readings::list(tx, reader.id, work).await?;
    let open = known.iter().find(|reading| reading.ending.is_none());
    let is_wanted = status == Some(ReadingStatus::Want);
    entry.wanted_at = entry.wanted_at.or(Some(now)).filter(|_| is_wanted);
    match status {
        None | Some(ReadingStatus::Want) => {}
        Some(ReadingStatus::Reading) => {
            if let Some(open) = open {
                readings::set_paused(tx, open.id, None, now).await?;
            } else {
                let own = readings::own_copy(tx, reader.id, work).await?;
                let new = NewReading {
                    edition: own.map(|(_, edition)| edition),
                    copy: own.map(|(copy, _)| copy),
                    started: Some(RoughDay::on(today(cx))),
                    ..NewReading::default()
                };
                readings::insert(tx, reader.id, work, &new, now).await?;
            }
        }
        Some(ReadingStatus::Paused) => {
            let open = open.ok_or_else(|| {
                Error::field(
                    "status",
                    "No reading of this book goes on. Begin one before you put it aside.",
                )
            })?;
            let since = open.paused_at.unwrap_or(now);
            readings::set_paused(tx, open.id, Some(since), now).await?;
        }
        Some(ReadingStatus::Read) => {
            ended(tx, cx, (reader, work), &known, Ending::Finished).await?;
        }
        Some(ReadingStatus::Stopped) => {
            ended(tx, cx, (reader, work), &known, Ending::Stopped).await?;
        }
    }
    Ok(())
}

/// Has the last reading of a book end so: the one that goes on ends today, and of a book that was
/// read before nobody knows when.
async fn ended(
    tx: &mut PgConnection,
    cx: &Cx,
    (reader, work): (&Actor, WorkId),
    known: &[Reading],
    ending: Ending,
) -> Result<()> {
    let today = Some(RoughDay::on(today(cx)));
    match known.first() {
        Some(open) if open.ending.is_none() => {
            readings::end(tx, open.id, Some((ending, today)), cx.now()).await
        }
        Some(last) if last.ending == Some(ending) => Ok(()),
        last => {
            let new = NewReading {
                ending: Some(ending),
                // Behind the others, it would not be the last one.
                ended: today.filter(|_| last.is_some()),
                ..NewReading::default()
            };
            readings::insert(tx, reader.id, work, &new, cx.now()).await?;
            Ok(())
        }
    }
}

/// Takes a book out of the library of whoever asks: wish, readings, rating and note. Doing it
/// twice is fine.
///
/// # Errors
/// `SignInRequired`; `NotFound` for a book that is not there.
pub async fn forget(cx: &Cx, work: WorkId) -> Result<()> {
    let reader = cx.reader()?.id;
    let now: Timestamp = cx.now();
    let mut tx = cx.begin().await?;
    let entry = entries::hold(&mut tx, reader, work, now).await?;
    for reading in readings::list(&mut tx, reader, work).await? {
        readings::delete(&mut tx, reading.id).await?;
    }
    if entry.rating.is_some() {
        entries::rate(&mut tx, reader, work, (entry.rating, None), now).await?;
    }
    let nothing = Entry {
        wanted_at: None,
        private_note: String::new(),
        visibility: None,
        ..entry
    };
    entries::save(&mut tx, reader, work, &nothing, now).await?;
    tx.commit().await?;
    Ok(())
}
