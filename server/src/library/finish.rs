//! How a reading ends, and how its reader liked the book.

use dogear_domain::ids::{ReadingId, UserId, WorkId};
use dogear_domain::library::{Ending, Rating, RoughDay, check_days};
use jiff::Timestamp;
use serde::Serialize;
use sqlx::PgConnection;

use super::repo::{entries, readings};
use super::{hold_reading, today};
use crate::db::{IdempotencyKey, Idempotent};
use crate::{Cx, Error, Result};

/// How a reading ends.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Finish {
    /// The one that goes on.
    pub reading: ReadingId,
    /// With the last page, or before.
    pub ending: Ending,
    /// None when nobody remembers.
    pub ended: Option<RoughDay>,
    /// What the book's rating is from now on, `Some(None)` for no rating; none leaves it as it is.
    pub rating: Option<Option<Rating>>,
}

/// Ends a reading of whoever asks, and rates the book with it. Gives the book.
///
/// # Errors
/// `SignInRequired`; `NotFound` when it is not the reader's; `Invalid` (field `ended_on`) for a day
/// to come or before the beginning; `Conflict` when it has ended already.
pub async fn finish(cx: &Cx, key: Option<IdempotencyKey>, what: &Finish) -> Result<WorkId> {
    let reader = cx.reader()?;
    let mut tx = match cx.once(key, &("library.finish", what)).await? {
        Idempotent::Done(work) => return Ok(work),
        Idempotent::New(tx) => tx,
    };
    let now = cx.now();
    let held = hold_reading(&mut tx.tx, cx, reader, what.reading).await?;
    if held.reading.ending.is_some() {
        return Err(Error::Conflict(
            "This reading has ended already, perhaps in another window. Open the page again to see it.".into(),
        ));
    }
    check_days(held.reading.started, what.ended, today(cx))
        .map_err(|(_, problem)| Error::field("ended_on", problem))?;
    readings::end(
        &mut tx.tx,
        what.reading,
        Some((what.ending, what.ended)),
        now,
    )
    .await?;
    if let Some(rating) = what.rating
        && rating != held.entry.rating
    {
        let change = (held.entry.rating, rating);
        entries::rate(&mut tx.tx, reader.id, held.work, change, now).await?;
    }
    entries::save(&mut tx.tx, reader.id, held.work, &held.entry, now).await?;
    tx.commit(&held.work).await?;
    Ok(held.work)
}

/// Takes the end of a reading back: it goes on.
///
/// # Errors
/// `SignInRequired`; `NotFound` when it is not the reader's; `Conflict` when the book is being read
/// once more by now.
pub async fn reopen(cx: &Cx, key: Option<IdempotencyKey>, reading: ReadingId) -> Result<WorkId> {
    let reader = cx.reader()?;
    let mut tx = match cx.once(key, &("library.reopen", reading)).await? {
        Idempotent::Done(work) => return Ok(work),
        Idempotent::New(tx) => tx,
    };
    let now = cx.now();
    let held = hold_reading(&mut tx.tx, cx, reader, reading).await?;
    if held.reading.ending.is_some() {
        let known = readings::list(&mut tx.tx, reader.id, held.work).await?;
        if known.iter().any(|other| other.ending.is_none()) {
            return Err(Error::Conflict(
                "You are reading this book once more by now. End that reading first.".into(),
            ));
        }
        readings::end(&mut tx.tx, reading, None, now).await?;
        entries::save(&mut tx.tx, reader.id, held.work, &held.entry, now).await?;
    }
    tx.commit(&held.work).await?;
    Ok(held.work)
}

/// Rates a book, or takes the rating back. Gives the rating before.
///
/// # Errors
/// `SignInRequired`; `NotFound` for a book that is not there.
pub async fn rate(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    work: WorkId,
    rating: Option<Rating>,
) -> Result<Option<Rating>> {
    let reader = cx.reader()?.id;
    let mut tx = match cx.once(key, &("library.rate", work, rating)).await? {
        Idempotent::Done(before) => return Ok(before),
        Idempotent::New(tx) => tx,
    };
    let before = rate_in(&mut tx.tx, reader, work, rating, cx.now()).await?;
    tx.commit(&before).await?;
    Ok(before)
}

/// As [`rate`], in the transaction of something else that they do with the book.
pub(crate) async fn rate_in(
    tx: &mut PgConnection,
    reader: UserId,
    work: WorkId,
    rating: Option<Rating>,
    now: Timestamp,
) -> Result<Option<Rating>> {
    let entry = entries::hold(&mut *tx, reader, work, now).await?;
    if entry.rating != rating {
        entries::rate(&mut *tx, reader, work, (entry.rating, rating), now).await?;
    }
    entries::save(tx, reader, work, &entry, now).await?;
    Ok(entry.rating)
}
