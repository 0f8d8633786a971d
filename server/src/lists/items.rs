//! The books in a list: added, moved, noted, taken out and put back.

use dogear_domain::fields::{FieldErrors, ListNote};
use dogear_domain::ids::{CopyId, ListId, UserId, WorkId};
use dogear_domain::lists::{Step, place, room_for_book};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::repo::items::HeldWork;
use super::repo::manage::HeldList;
use super::repo::{items as repo, manage};
use crate::db::{IdempotencyKey, Idempotent};
use crate::{Cx, Error, Result};

/// What was added, or taken out, and of which list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    /// Of the book.
    pub title: String,
    /// What the list is called.
    pub list: String,
    /// The readable part of its address.
    pub slug: String,
    /// False when that was so before.
    pub is_new: bool,
}

/// The work with this number, or that into which it was merged, which stays until the end of the
/// transaction.
pub(super) async fn stand(conn: &mut PgConnection, work: WorkId) -> Result<HeldWork> {
    if let Some(work) = repo::work(conn, work).await? {
        return Ok(work);
    }
    // A merge that was waited for: now it is known where the work went.
    repo::work(conn, work).await?.ok_or(Error::NotFound)
}

async fn hold(conn: &mut PgConnection, cx: &Cx, list: ListId, owner: UserId) -> Result<HeldList> {
    manage::hold(conn, list, owner, cx.now())
        .await?
        .ok_or(Error::NotFound)
}

/// Puts a book at the end of a list of whoever asks. One that is in it stays where it is.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` when it is not their list, or there is no such work;
/// `Conflict` when the list is full.
pub async fn add(cx: &Cx, list: ListId, work: WorkId) -> Result<Added> {
    let owner = cx.member()?.id;
    let mut tx = cx.begin().await?;
    let held = hold(&mut tx, cx, list, owner).await?;
    let work = stand(&mut tx, work).await?;
    let (books, known) = repo::count(&mut tx, list, work.id).await?;
    if !known {
        room_for_book(books).map_err(|problem| Error::Conflict(problem.to_string()))?;
        repo::append(&mut tx, list, work.id, cx.now()).await?;
        tx.commit().await?;
    }
    Ok(Added {
        title: work.title,
        list: held.name,
        slug: held.slug,
        is_new: !known,
    })
}

/// Takes a book out of a list of whoever asks; [`put_back`] puts it where it was. Doing it twice is
/// fine.
///
/// # Errors
/// `SignInRequired`; `NotFound` when it is not their list, or there is no such work.
pub async fn remove(cx: &Cx, list: ListId, work: WorkId) -> Result<Added> {
    let owner = cx.reader()?.id;
    let mut tx = cx.begin().await?;
    let held = hold(&mut tx, cx, list, owner).await?;
    let work = stand(&mut tx, work).await?;
    let removed = repo::remove(&mut tx, list, work.id, cx.now()).await?;
    tx.commit().await?;
    Ok(Added {
        title: work.title,
        list: held.name,
        slug: held.slug,
        is_new: removed,
    })
}

/// Puts a book back that was taken out of a list of whoever asks: where it was, with its note. Doing
/// it twice is fine.
///
/// # Errors
/// As [`add`]; `NotFound` too when it was not in the list, or too long ago.
pub async fn put_back(cx: &Cx, list: ListId, work: WorkId) -> Result<Added> {
    let owner = cx.reader()?.id;
    let mut tx = cx.begin().await?;
    let held = hold(&mut tx, cx, list, owner).await?;
    let standing = stand(&mut tx, work).await?;
    let (books, known) = repo::count(&mut tx, list, standing.id).await?;
    if !known {
        let removed = repo::removed(&mut tx, list, work).await?;
        let removed = removed.ok_or(Error::NotFound)?;
        room_for_book(books).map_err(|problem| Error::Conflict(problem.to_string()))?;
        repo::make_room(&mut tx, list, removed.position).await?;
        repo::put_back(&mut tx, list, work, standing.id).await?;
        tx.commit().await?;
    }
    Ok(Added {
        title: standing.title,
        list: held.name,
        slug: held.slug,
        is_new: !known,
    })
}

/// Takes a book one place on in a list of whoever asks. At the ends it stays.
///
/// # Errors
/// `SignInRequired`; `NotFound` when it is not their list, or the book is not in it.
pub async fn step(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    list: ListId,
    work: WorkId,
    step: Step,
) -> Result<Added> {
    let owner = cx.reader()?.id;
    let asked = ("move a book in a list", list, work, step);
    let mut once = match cx.once(key, &asked).await? {
        Idempotent::Done(moved) => return Ok(moved),
        Idempotent::New(once) => once,
    };
    let held = hold(&mut once.tx, cx, list, owner).await?;
    let work = stand(&mut once.tx, work).await?;
    let from = repo::position(&mut once.tx, list, work.id).await?;
    let from = from.ok_or(Error::NotFound)?;
    let to = repo::beside(&mut once.tx, list, from, step == Step::Up).await?;
    if let Some(to) = to {
        repo::move_to(&mut once.tx, list, from, to).await?;
    }
    let moved = Added {
        title: work.title,
        list: held.name,
        slug: held.slug,
        is_new: to.is_some(),
    };
    once.commit(&moved).await?;
    Ok(moved)
}

/// What is written for a book in a list, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryForm {
    /// May stay empty.
    pub note: String,
    /// A number from 1; empty leaves the book where it is.
    pub place: String,
    /// Which of their own copies the owner means, if any.
    pub copy: Option<CopyId>,
}

/// Notes something for a book in a list of whoever asks, and takes it to a place.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` when it is not their list, the book is not in it, or the
/// copy is not theirs or of another book; `Invalid` on `note` and `place`.
pub async fn edit(cx: &Cx, list: ListId, work: WorkId, form: &EntryForm) -> Result<Added> {
    let owner = cx.member()?.id;
    let mut errors = FieldErrors::new();
    let note = errors.take("note", ListNote::parse(&form.note));
    let place = errors.take("place", place(&form.place));
    let (note, place) = errors.finish(note.zip(place)).map_err(Error::Invalid)?;
    let mut tx = cx.begin().await?;
    let held = hold(&mut tx, cx, list, owner).await?;
    let work = stand(&mut tx, work).await?;
    let from = repo::position(&mut tx, list, work.id).await?;
    let from = from.ok_or(Error::NotFound)?;
    if let Some(copy) = form.copy
        && !repo::has_copy(&mut tx, owner, work.id, copy).await?
    {
        return Err(Error::NotFound);
    }
    repo::note(&mut tx, list, work.id, &note, form.copy).await?;
    if let Some(place) = place
        && let Some(to) = repo::at_place(&mut tx, list, place).await?
        && to != from
    {
        repo::move_to(&mut tx, list, from, to).await?;
    }
    tx.commit().await?;
    Ok(Added {
        title: work.title,
        list: held.name,
        slug: held.slug,
        is_new: true,
    })
}
