//! The reading of members: what they want, read and have read, how they liked it, and what they
//! note for themselves.
//!
//! Whether somebody *owns* a book is never said here: that is a copy on their shelf. What is here
//! stays when the copy leaves.
//!
//! Locks: the reader's own row, shared, so that nobody is suspended between a rating and its sum;
//! the row of the reader and the book in `reader_books`; that of the book in `work_ratings`. Of
//! several books, in the order of their ids.

mod book;
mod edit;
mod export;
mod finish;
mod kept;
mod list;
mod mark;
pub(crate) mod merging;
mod public;
mod record;
mod repo;
mod settings;
mod sweeps;
#[cfg(test)]
mod tests;
mod year;

pub use book::{BookHead, BookReading, Panel, ReadingLine, book, panel, reading, readings_of_book};
pub use edit::{ReadingInput, Removed, add_reading, change_reading, edit_reading, remove_reading};
pub use export::{EXPORT_COLUMNS, export};
pub(crate) use finish::rate_in;
pub use finish::{Finish, finish, rate, reopen};
pub use kept::{KeepForm, Kept, KeptFilter, OwnKept, forget, keep, kept, kept_book, kept_by};
pub use list::{Counts, Library, LibraryQuery, LibraryRow, Sort as ListSort, Tab, library};
pub use mark::{go_on, pause, progress, start, want, want_no_more};
pub use public::{PublicReading, ShownBook, public, shown_by};
pub(crate) use record::{NewReading, Record, Recorded, Written, record, take_back};
pub(crate) use repo::invariants::INVARIANTS;
pub use settings::{EntryForm, is_public, save_entry, set_public};
pub(crate) use sweeps::{erase, schedules};
pub use year::{YEAR_LIST, Year, YearBook, set_goal, year};

use dogear_domain::ids::{ReadingId, WorkId};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sqlx::PgConnection;

use self::repo::entries::{self, Entry};
use self::repo::readings::{self, Reading};
use crate::{Actor, Cx, Error, Result};

/// What day it is where whoever asks lives; of visitors by UTC.
#[must_use]
pub fn today(cx: &Cx) -> Date {
    let zone = cx
        .actor
        .as_ref()
        .and_then(|actor| TimeZone::get(&actor.time_zone).ok())
        .unwrap_or(TimeZone::UTC);
    cx.now().to_zoned(zone).date()
}

/// A reading of whoever asks, whose entry is held.
struct Held {
    work: WorkId,
    entry: Entry,
    reading: Reading,
}

/// Holds the entry of a reading. `NotFound` when it is not the reader's.
async fn hold_reading(
    tx: &mut PgConnection,
    cx: &Cx,
    reader: &Actor,
    id: ReadingId,
) -> Result<Held> {
    let work = readings::work_of(&mut *tx, reader.id, id)
        .await?
        .ok_or(Error::NotFound)?;
    let entry = entries::hold(&mut *tx, reader.id, work, cx.now()).await?;
    // It may have been removed, or gone to another book, while we waited.
    let reading = readings::list(tx, reader.id, work)
        .await?
        .into_iter()
        .find(|reading| reading.id == id)
        .ok_or(Error::NotFound)?;
    Ok(Held {
        work,
        entry,
        reading,
    })
}
