//! What is said of a book with one press: it is wanted, begun, put aside, gone on with, and how
//! far its reader has come.

use dogear_domain::ids::{ReadingId, WorkId};
use dogear_domain::library::{Progress, RoughDay};

use super::record::NewReading;
use super::repo::{entries, readings};
use super::{hold_reading, today};
use crate::db::{IdempotencyKey, Idempotent};
use crate::{Cx, Error, Result};

/// Said of a reading that is over.
const OVER: &str = "This reading has ended. Open the page again to see how it stands.";

/// Notes that whoever asks wants to read a book. Noted already, it stays as it is.
///
/// # Errors
/// `SignInRequired`; `NotFound` for a book that is not there.
pub async fn want(cx: &Cx, key: Option<IdempotencyKey>, work: WorkId) -> Result<()> {
    wish(cx, key, work, true).await
}

/// Takes the wish back.
///
/// # Errors
/// As [`want`].
pub async fn want_no_more(cx: &Cx, key: Option<IdempotencyKey>, work: WorkId) -> Result<()> {
    wish(cx, key, work, false).await
}

async fn wish(cx: &Cx, key: Option<IdempotencyKey>, work: WorkId, wanted: bool) -> Result<()> {
    let reader = cx.reader()?.id;
    let mut tx = match cx.once(key, &("library.want", work, wanted)).await? {
        Idempotent::Done(()) => return Ok(()),
        Idempotent::New(tx) => tx,
    };
    let now = cx.now();
    let mut entry = entries::hold(&mut tx.tx, reader, work, now).await?;
    entry.wanted_at = entry.wanted_at.or(Some(now)).filter(|_| wanted);
    entries::save(&mut tx.tx, reader, work, &entry, now).await?;
    tx.commit(&()).await
}

/// Begins a reading of a book today, the first or one more; the wish is fulfilled with that. If
/// one goes on already, it goes on. Gives its number.
///
/// # Errors
/// `SignInRequired`; `NotFound` for a book that is not there.
pub async fn start(cx: &Cx, key: Option<IdempotencyKey>, work: WorkId) -> Result<ReadingId> {
    let reader = cx.reader()?.id;
    let mut tx = match cx.once(key, &("library.start", work)).await? {
        Idempotent::Done(reading) => return Ok(reading),
        Idempotent::New(tx) => tx,
    };
    let now = cx.now();
    let mut entry = entries::hold(&mut tx.tx, reader, work, now).await?;
    let known = readings::list(&mut tx.tx, reader, work).await?;
    let open = known.iter().find(|reading| reading.ending.is_none());
    let reading = if let Some(open) = open {
        readings::set_paused(&mut tx.tx, open.id, None, now).await?;
        open.id
    } else {
        let own = readings::own_copy(&mut tx.tx, reader, work).await?;
        let new = NewReading {
            edition: own.map(|(_, edition)| edition),
            copy: own.map(|(copy, _)| copy),
            started: Some(RoughDay::on(today(cx))),
            ..NewReading::default()
        };
        readings::insert(&mut tx.tx, reader, work, &new, now).await?
    };
    entry.wanted_at = None;
    entries::save(&mut tx.tx, reader, work, &entry, now).await?;
    tx.commit(&reading).await?;
    Ok(reading)
}

/// Puts a reading that goes on aside for a while.
///
/// # Errors
/// `SignInRequired`; `NotFound` when it is not the reader's; `Conflict` when it is over.
pub async fn pause(cx: &Cx, key: Option<IdempotencyKey>, reading: ReadingId) -> Result<WorkId> {
    set_paused(cx, key, reading, true).await
}

/// Goes on with a reading that was put aside.
///
/// # Errors
/// As [`pause`].
pub async fn go_on(cx: &Cx, key: Option<IdempotencyKey>, reading: ReadingId) -> Result<WorkId> {
    set_paused(cx, key, reading, false).await
}

async fn set_paused(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    reading: ReadingId,
    paused: bool,
) -> Result<WorkId> {
    let reader = cx.reader()?;
    let mut tx = match cx.once(key, &("library.pause", reading, paused)).await? {
        Idempotent::Done(work) => return Ok(work),
        Idempotent::New(tx) => tx,
    };
    let now = cx.now();
    let held = hold_reading(&mut tx.tx, cx, reader, reading).await?;
    if held.reading.ending.is_some() {
        return Err(Error::Conflict(OVER.into()));
    }
    let since = paused.then(|| held.reading.paused_at.unwrap_or(now));
    readings::set_paused(&mut tx.tx, reading, since, now).await?;
    entries::save(&mut tx.tx, reader.id, held.work, &held.entry, now).await?;
    tx.commit(&held.work).await?;
    Ok(held.work)
}

/// Notes how far the reader has come. Whoever reads on has not put it aside.
///
/// # Errors
/// As [`pause`].
pub async fn progress(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    reading: ReadingId,
    progress: Progress,
) -> Result<WorkId> {
    let reader = cx.reader()?;
    let mut tx = match cx
        .once(key, &("library.progress", reading, progress))
        .await?
    {
        Idempotent::Done(work) => return Ok(work),
        Idempotent::New(tx) => tx,
    };
    let now = cx.now();
    let held = hold_reading(&mut tx.tx, cx, reader, reading).await?;
    if held.reading.ending.is_some() {
        return Err(Error::Conflict(OVER.into()));
    }
    readings::set_progress(&mut tx.tx, reading, progress, now).await?;
    entries::save(&mut tx.tx, reader.id, held.work, &held.entry, now).await?;
    tx.commit(&held.work).await?;
    Ok(held.work)
}
