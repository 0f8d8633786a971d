//! Taking over what is known of a reading life from elsewhere: a file, or another book that turned
//! out to be the same. What stands here already is never overwritten.

use dogear_domain::fields::PrivateNote;
use dogear_domain::ids::{CopyId, EditionId, ReadingId, UserId, WorkId};
use dogear_domain::library::{Ending, Progress, Rating, RoughDay, Visibility};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::repo::{entries, readings};
use crate::Result;

/// A reading that is written down.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct NewReading {
    /// Which edition was read, if that is known.
    pub edition: Option<EditionId>,
    /// The reader's own copy, if it was that.
    pub copy: Option<CopyId>,
    pub started: Option<RoughDay>,
    pub ended: Option<RoughDay>,
    /// None while it goes on.
    pub ending: Option<Ending>,
    /// Since when it is put aside for a while; only while it goes on.
    pub paused_at: Option<Timestamp>,
    pub progress: Option<Progress>,
}

/// What is known of one book from elsewhere.
#[derive(Debug, Clone, Default)]
pub(crate) struct Record {
    pub wanted_at: Option<Timestamp>,
    pub readings: Vec<NewReading>,
    pub rating: Option<Rating>,
    /// When they rated it; now, if nobody knows.
    pub rated_at: Option<Timestamp>,
    pub note: PrivateNote,
    /// Who may see it, if they have said so of this book.
    pub visibility: Option<Visibility>,
}

/// What [`record`] wrote, by which [`take_back`] finds it again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Written {
    pub readings: Vec<ReadingId>,
    pub rating: Option<Rating>,
    /// The note, which stands behind the one that was there if there was one.
    pub note: String,
    pub wanted_at: Option<Timestamp>,
}

/// What [`record`] did. What was there and says something else is kept, and said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Recorded {
    /// What is new.
    pub written: Written,
    /// Readings of which the same was there.
    pub known: usize,
    /// It says that the book is being read now, and another reading of it goes on.
    pub second_open: bool,
    /// The other rating, which stays.
    pub rated_otherwise: Option<Rating>,
    /// Both notes together are too long: the one that was there stays.
    pub note_too_long: bool,
}

/// Writes down what is known of a book from elsewhere, beside what is there. Books are recorded in
/// the order of their ids when there are several.
///
/// # Errors
/// `NotFound` when the book is not there (any more).
pub(crate) async fn record(
    tx: &mut PgConnection,
    reader: UserId,
    work: WorkId,
    record: &Record,
    now: Timestamp,
) -> Result<Recorded> {
    let mut entry = entries::hold(&mut *tx, reader, work, now).await?;
    let mut done = Recorded::default();
    let known = readings::list(&mut *tx, reader, work).await?;
    let mut open = known.iter().any(|reading| reading.ending.is_none());
    let said = |ending, started, ended| (ending, started, ended);
    for (at, new) in record.readings.iter().enumerate() {
        let this = said(new.ending, new.started, new.ended);
        // Of two that nobody can tell apart, each counts.
        let before = record.readings[..at]
            .iter()
            .filter(|other| said(other.ending, other.started, other.ended) == this);
        let stand = known
            .iter()
            .filter(|old| said(old.ending, old.started, old.ended) == this);
        if before.count() < stand.count() {
            done.known += 1;
        } else if new.ending.is_none() && open {
            done.second_open = true;
        } else {
            open |= new.ending.is_none();
            let id = readings::insert(&mut *tx, reader, work, new, now).await?;
            done.written.readings.push(id);
        }
    }
    match (entry.rating, record.rating) {
        (Some(old), Some(new)) if old != new => done.rated_otherwise = Some(old),
        (None, Some(new)) => {
            let at = record.rated_at.unwrap_or(now);
            entries::rate(&mut *tx, reader, work, (None, Some(new)), at).await?;
            done.written.rating = Some(new);
        }
        _ => {}
    }
    let note = &**record.note;
    if !note.is_empty() && !entry.private_note.contains(note) {
        let both = if entry.private_note.is_empty() {
            note.to_owned()
        } else {
            format!("{}\n\n{note}", entry.private_note)
        };
        done.note_too_long = PrivateNote::parse(&both).is_err();
        if !done.note_too_long {
            entry.private_note = both;
            note.clone_into(&mut done.written.note);
        }
    }
    if entry.wanted_at.is_none() {
        entry.wanted_at = record.wanted_at;
        done.written.wanted_at = record.wanted_at;
    }
    entry.visibility = entry.visibility.or(record.visibility);
    entries::save(&mut *tx, reader, work, &entry, now).await?;
    Ok(done)
}

/// Takes out again what [`record`] has written, where it stands as it was written: what its reader
/// has changed since stays.
///
/// # Errors
/// `NotFound` when the book is not there (any more).
pub(crate) async fn take_back(
    tx: &mut PgConnection,
    reader: UserId,
    work: WorkId,
    written: &Written,
    now: Timestamp,
) -> Result<()> {
    let mut entry = entries::hold(&mut *tx, reader, work, now).await?;
    readings::delete_untouched(&mut *tx, reader, &written.readings).await?;
    if written.rating.is_some() && entry.rating == written.rating {
        entries::rate(&mut *tx, reader, work, (entry.rating, None), now).await?;
    }
    if !written.note.is_empty()
        && let Some(before) = entry.private_note.strip_suffix(&written.note)
    {
        entry.private_note = before.trim_end().to_owned();
    }
    if entry.wanted_at == written.wanted_at {
        entry.wanted_at = None;
    }
    entries::save(tx, reader, work, &entry, now).await
}
