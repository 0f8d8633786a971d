//! A member suggests.

use std::collections::BTreeMap;

use dogear_domain::corrections::BookField;
use dogear_domain::fields::{CorrectionNote, FieldErrors, OtherBook};
use dogear_domain::ids::{CorrectionId, WorkId};
use dogear_domain::isbn::Isbn13;
use serde::Serialize;

use super::facts::{Facts, name};
use super::{Change, input, repo};
use crate::catalogue;
use crate::db::{IdempotencyKey, Idempotent};
use crate::version::Version;
use crate::{Cx, Error, Result, limits};

/// Digits of the longest number of a book; the shortest ISBN has ten.
const LONGEST_NUMBER: usize = 9;

/// The form as it was filled in.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Typed {
    /// By [`name`]. What is absent stays as it is.
    pub texts: BTreeMap<String, String>,
    /// The other book: an address, a number, an ISBN, or words of its title.
    pub same_as: OtherBook,
    /// For the moderators; may be empty.
    pub note: CorrectionNote,
    /// [`version`] of what the form showed. No part of what is asked: whoever sends the same again
    /// may have looked again before.
    #[serde(skip_serializing)]
    pub seen: Version,
}

/// What a member has suggested for a book and nobody has decided yet.
#[derive(Debug, Clone, Serialize)]
pub struct Own {
    /// By which the form that withdraws it names it.
    pub id: CorrectionId,
    /// What they suggest.
    pub changes: Vec<Change>,
    /// The other book, when they suggest a duplicate.
    pub same_as: Option<WorkId>,
    /// Their words; may be empty.
    pub note: String,
}

/// What the book says, and what the member has suggested for it.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` when there is no such book.
pub async fn form(cx: &Cx, work: WorkId) -> Result<(Facts, Option<Own>)> {
    let member = cx.member()?.id;
    let mut conn = cx.db().acquire().await?;
    let facts = repo::facts(&mut conn, &[work])
        .await?
        .remove(&work)
        .ok_or(Error::NotFound)?;
    let own = repo::own(&mut conn, member, work).await?;
    Ok((facts, own))
}

/// By which the form says what it showed: what the book says, and what the member has suggested
/// for it in another tab.
///
/// # Errors
/// None that happens.
pub fn version(facts: &Facts, own: Option<&Own>) -> Result<Version> {
    match own {
        Some(own) => Version::of(&(facts.version()?, own)),
        None => facts.version(),
    }
}

/// Suggests to correct what differs from the book. Replaces what the member has suggested for
/// it before, as long as that is not decided.
///
/// # Errors
/// As [`form`]; `Invalid`, also when nothing differs and nothing is said; `Conflict` when the
/// book, or what the member suggests for it, has changed since the form was shown; `TooMany`.
pub async fn suggest(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    work: WorkId,
    typed: &Typed,
) -> Result<CorrectionId> {
    let member = cx.member()?.id;
    cx.limit(limits::CORRECT, &member.to_string()).await?;
    let genres: Vec<String> = catalogue::genres(cx)
        .await?
        .into_iter()
        .map(|genre| genre.slug)
        .collect();
    let mut errors = FieldErrors::new();
    let (same_as, unclear) = match same_as(cx, work, &typed.same_as).await {
        Ok(same_as) => (same_as, FieldErrors::new()),
        Err(Error::Invalid(unclear)) => (None, unclear),
        Err(error) => return Err(error),
    };
    let mut once = match cx.once(key, &(work, typed)).await? {
        Idempotent::Done(id) => return Ok(id),
        Idempotent::New(once) => once,
    };
    let tx = &mut *once.tx;
    catalogue::repo::lock(tx, &format!("correction {member} {work}")).await?;
    let facts = repo::facts(tx, &[work])
        .await?
        .remove(&work)
        .ok_or(Error::NotFound)?;
    let own = repo::own(&mut *tx, member, work).await?;
    typed.seen.check(&version(&facts, own.as_ref())?)?;
    let changes = changes(&facts, typed, &genres, &mut errors);
    for (name, problem) in unclear.iter() {
        errors.add(name.to_owned(), problem);
    }
    if errors.is_empty() && changes.is_empty() && same_as.is_none() && typed.note.is_empty() {
        errors.add("note", "Change something above, or say here what is wrong.");
    }
    errors.finish(Some(())).map_err(Error::Invalid)?;
    repo::withdraw(&mut *tx, member, work).await?;
    let new = repo::NewCorrection {
        work,
        member,
        changes: &changes,
        same_as,
        note: &typed.note,
        now: cx.now(),
    };
    let id = repo::insert(tx, &new).await?;
    once.commit(&id).await?;
    Ok(id)
}

/// Takes back what the member has suggested for a book. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`, `Forbidden`.
pub async fn withdraw(cx: &Cx, work: WorkId) -> Result<()> {
    let member = cx.member()?.id;
    repo::withdraw(cx.db(), member, work).await
}

/// Every field of the form that says something else than the book.
fn changes(
    facts: &Facts,
    typed: &Typed,
    genres: &[String],
    errors: &mut FieldErrors,
) -> Vec<Change> {
    let mut changes = Vec::new();
    for (edition, field) in facts.fields() {
        let name = name(edition, field);
        let (Some(text), Some(before)) = (typed.texts.get(&name), facts.text(edition, field))
        else {
            continue;
        };
        if input::is_unchanged(field, before, text) {
            continue;
        }
        match input::parse(field, text, genres) {
            Ok(after) if after == before => {}
            Ok(after) => changes.push(Change {
                edition,
                field,
                before: before.to_owned(),
                after,
            }),
            Err(problem) => errors.add(name, problem),
        }
    }
    let after = |field| {
        changes
            .iter()
            .find(|change| change.field == field)
            .map_or_else(
                || facts.text(None, field).unwrap_or_default(),
                |change| change.after.as_str(),
            )
    };
    if after(BookField::Series).is_empty() && !after(BookField::SeriesPosition).is_empty() {
        errors.add("series", "Enter the series that the number belongs to.");
    }
    changes
}

/// The book that is meant, in whatever way it is named.
async fn same_as(cx: &Cx, work: WorkId, typed: &OtherBook) -> Result<Option<WorkId>> {
    if typed.is_empty() {
        return Ok(None);
    }
    let number = dogear_urls::book_number(typed).unwrap_or(typed.trim_start_matches('#'));
    let found: Vec<(WorkId, String)> =
        if let (true, Ok(number)) = (number.len() <= LONGEST_NUMBER, number.parse::<i64>()) {
            repo::standing(cx.db(), WorkId(number)).await?
        } else {
            if let Ok(isbn) = typed.parse::<Isbn13>() {
                if let Some((other, _)) = crate::search::by_isbn(cx, isbn).await? {
                    return different(work, other);
                }
                return Err(Error::field("same_as", "No book here has this ISBN."));
            }
            let mut found: Vec<(WorkId, String)> = Vec::new();
            for known in catalogue::lookup(cx, typed).await?.editions {
                if known.work != work && !found.iter().any(|(id, _)| *id == known.work) {
                    found.push((known.work, known.title));
                }
            }
            found
        };
    match found.as_slice() {
        [] => Err(Error::field(
            "same_as",
            "No other book fits. Enter its ISBN, or copy the address of its page.",
        )),
        [(other, _)] => different(work, *other),
        several => {
            let names: Vec<String> = several
                .iter()
                .take(4)
                .map(|(id, title)| format!("“{title}” ({id})"))
                .collect();
            Err(Error::field(
                "same_as",
                format!(
                    "Several books fit: {}. Enter the number of the one you mean.",
                    names.join(", ")
                ),
            ))
        }
    }
}

fn different(work: WorkId, other: WorkId) -> Result<Option<WorkId>> {
    if work == other {
        return Err(Error::field(
            "same_as",
            "That is this book itself. Enter the other one.",
        ));
    }
    Ok(Some(other))
}
