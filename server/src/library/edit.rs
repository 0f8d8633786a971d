//! Single readings, written down afterwards, corrected and removed.

use dogear_domain::ids::{EditionId, ReadingId, UserId, WorkId};
use dogear_domain::library::{Ending, Progress, RoughDay, check_days};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::ReadingLine;
use super::record::NewReading;
use super::repo::{entries, readings};
use super::{hold_reading, today};
use crate::db::{IdempotencyKey, Idempotent};
use crate::version::Version;
use crate::{Cx, Error, Result};

/// What a form says of a reading.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadingInput {
    /// When it began, if that is known.
    pub started: Option<RoughDay>,
    /// None while it goes on.
    pub ending: Option<Ending>,
    /// When it ended, if that is known.
    pub ended: Option<RoughDay>,
}

impl ReadingInput {
    /// By which a form says what it showed.
    ///
    /// # Errors
    /// None that happens.
    pub fn version(&self) -> Result<Version> {
        Version::of(self)
    }

    fn check(&self, cx: &Cx) -> Result<()> {
        if self.ending.is_none() && self.ended.is_some() {
            return Err(Error::field(
                "ending",
                "Say how it ended, or leave its last day empty.",
            ));
        }
        check_days(self.started, self.ended, today(cx))
            .map_err(|(field, problem)| Error::field(field, problem))
    }
}

/// A reading that was removed, as [`add_reading`] makes it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// Of which book.
    pub work: WorkId,
    /// What was known of it.
    pub input: ReadingInput,
    /// Which edition was read.
    pub edition: Option<EditionId>,
}

/// Said where a second reading of a book would go on.
const TWO: &str = "You are reading this book already. Say how this reading ended.";

/// Writes down a reading of a book. Gives its number.
///
/// # Errors
/// `SignInRequired`; `NotFound` for a book that is not there; `Invalid` with the form's fields:
/// `started_on`, `ended_on`, `ending`, the last also when another reading of it goes on.
pub async fn add_reading(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    work: WorkId,
    input: &ReadingInput,
    edition: Option<EditionId>,
) -> Result<ReadingId> {
    let reader = cx.reader()?.id;
    input.check(cx)?;
    let asked = ("library.add", work, input, edition);
    let mut tx = match cx.once(key, &asked).await? {
        Idempotent::Done(reading) => return Ok(reading),
        Idempotent::New(tx) => tx,
    };
    let now = cx.now();
    let entry = entries::hold(&mut tx.tx, reader, work, now).await?;
    let known = readings::list(&mut tx.tx, reader, work).await?;
    if input.ending.is_none() && known.iter().any(|other| other.ending.is_none()) {
        return Err(Error::field("ending", TWO));
    }
    let edition = match edition {
        Some(edition) => readings::edition_of(&mut tx.tx, edition, work).await?,
        None => None,
    };
    let new = NewReading {
        edition,
        started: input.started,
        ended: input.ended,
        ending: input.ending,
        ..NewReading::default()
    };
    let id = readings::insert(&mut tx.tx, reader, work, &new, now).await?;
    entries::save(&mut tx.tx, reader, work, &entry, now).await?;
    tx.commit(&id).await?;
    Ok(id)
}

/// Corrects a reading; `seen` is the version that the form showed. Gives the book.
///
/// # Errors
/// As [`add_reading`]; `NotFound` when it is not the reader's; `Conflict` when it was changed since
/// the form was opened.
pub async fn edit_reading(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    id: ReadingId,
    input: &ReadingInput,
    seen: &Version,
) -> Result<WorkId> {
    let reader = cx.reader()?;
    input.check(cx)?;
    let mut tx = match cx.once(key, &("library.edit", id, input)).await? {
        Idempotent::Done(work) => return Ok(work),
        Idempotent::New(tx) => tx,
    };
    let now = cx.now();
    let held = hold_reading(&mut tx.tx, cx, reader, id).await?;
    let stands = held.reading.input();
    if stands != *input {
        seen.check(&stands.version()?)?;
    }
    if input.ending.is_none() {
        refuse_second(&mut tx.tx, reader.id, held.work, id).await?;
    }
    readings::correct(&mut tx.tx, id, input, now).await?;
    entries::save(&mut tx.tx, reader.id, held.work, &held.entry, now).await?;
    tx.commit(&held.work).await?;
    Ok(held.work)
}

/// Corrects a reading that stands as `seen`, and how far it has come.
///
/// # Errors
/// As [`edit_reading`]; `Invalid` (field `progress`) for a reading that is over; `Conflict` when it
/// is another one by now.
pub async fn change_reading(
    cx: &Cx,
    id: ReadingId,
    input: &ReadingInput,
    new_progress: Option<Progress>,
    seen: &ReadingLine,
) -> Result<()> {
    let reader = cx.reader()?;
    input.check(cx)?;
    if new_progress.is_some() && input.ending.is_some() {
        return Err(Error::field(
            "progress",
            "This reading has ended: how far it has come stays as it is.",
        ));
    }
    let mut tx = cx.begin().await?;
    let now = cx.now();
    let held = hold_reading(&mut tx, cx, reader, id).await?;
    if ReadingLine::from(&held.reading) != *seen {
        return Err(Error::Conflict(
            "This reading was changed after you had read it. Read it again.".into(),
        ));
    }
    if input.ending.is_none() {
        refuse_second(&mut tx, reader.id, held.work, id).await?;
    }
    readings::correct(&mut tx, id, input, now).await?;
    if let Some(progress) = new_progress {
        readings::set_progress(&mut tx, id, progress, now).await?;
    }
    entries::save(&mut tx, reader.id, held.work, &held.entry, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Refuses to let a reading go on beside another one.
async fn refuse_second(
    tx: &mut PgConnection,
    reader: UserId,
    work: WorkId,
    id: ReadingId,
) -> Result<()> {
    let known = readings::list(tx, reader, work).await?;
    if known
        .iter()
        .any(|other| other.id != id && other.ending.is_none())
    {
        return Err(Error::field("ending", TWO));
    }
    Ok(())
}

/// Removes a reading. Gives what it was, for [`add_reading`] to take it back.
///
/// # Errors
/// `SignInRequired`; `NotFound` when it is not the reader's.
pub async fn remove_reading(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    id: ReadingId,
) -> Result<Removed> {
    let reader = cx.reader()?;
    let mut tx = match cx.once(key, &("library.remove", id)).await? {
        Idempotent::Done(removed) => return Ok(removed),
        Idempotent::New(tx) => tx,
    };
    let held = hold_reading(&mut tx.tx, cx, reader, id).await?;
    readings::delete(&mut tx.tx, id).await?;
    entries::save(&mut tx.tx, reader.id, held.work, &held.entry, cx.now()).await?;
    let removed = Removed {
        work: held.work,
        input: held.reading.input(),
        edition: held.reading.edition,
    };
    tx.commit(&removed).await?;
    Ok(removed)
}
