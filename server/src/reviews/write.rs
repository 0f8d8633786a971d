//! A reader writes, changes and deletes their review of a book.

use dogear_domain::fields::{FieldErrors, ReviewBody};
use dogear_domain::ids::{ReviewId, UserId, WorkId};
use dogear_domain::library::Rating;
use dogear_domain::reviews::parts;
use jiff::Timestamp;
use serde::Serialize;
use sqlx::PgConnection;

use super::{KEPT, repo};
use crate::db::{IdempotencyKey, Idempotent};
use crate::version::Version;
use crate::{Cx, Error, Result, library, limits};

/// What a reader sees of their own review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnReview {
    /// By which it is named.
    pub id: ReviewId,
    /// As it was written, with the marks of its spoilers.
    pub body: String,
    /// All of it gives the story away, says its author.
    pub spoiler: bool,
    /// So says a moderator.
    pub is_marked: bool,
    /// What the moderator who has hidden it has said; none while others see it.
    pub hidden: Option<String>,
}

/// The book that is reviewed, and what its reader has said of it.
#[derive(Debug, Clone)]
pub struct ReviewForm {
    /// The book.
    pub work: WorkId,
    /// Of its page.
    pub slug: String,
    /// Without the subtitle.
    pub title: String,
    /// All in one line; may be empty.
    pub author_line: String,
    /// None before they have written one.
    pub own: Option<OwnReview>,
    /// How they rate the book.
    pub rating: Option<Rating>,
    /// They have deleted one that a moderator had hidden or marked: another one is so again.
    pub moderated: bool,
    /// What the moderator said who had hidden it.
    pub was_hidden: Option<String>,
}

/// A review as it is about to be saved.
#[derive(Debug, Clone, Serialize)]
pub struct Draft {
    body: ReviewBody,
    spoiler: bool,
    rating: Option<Rating>,
}

impl Draft {
    /// Reads the form.
    ///
    /// # Errors
    /// On `body` and `stars`.
    pub fn read(
        body: &str,
        spoiler: bool,
        stars: &str,
        quarters: &str,
    ) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        let body = ReviewBody::parse(body).and_then(|body| {
            if parts(&body).is_empty() {
                return Err("Write something between [spoiler] and [/spoiler].".into());
            }
            Ok(body)
        });
        let body = errors.take("body", body);
        let rating = errors.take("stars", Rating::parse_parts(stars, quarters));
        let (body, rating) = errors.finish(body.zip(rating))?;
        Ok(Self {
            body,
            spoiler,
            rating,
        })
    }
}

/// The book, and what the reader has said of it so far.
///
/// # Errors
/// `SignInRequired`; `NotFound` when there is no such book.
pub async fn form(cx: &Cx, work: WorkId) -> Result<ReviewForm> {
    let reader = cx.reader()?.id;
    let mut conn = cx.db().acquire().await?;
    repo::form(&mut conn, reader, work)
        .await?
        .ok_or(Error::NotFound)
}

/// By which the form says what it showed.
///
/// # Errors
/// None that happens.
pub fn version(form: &ReviewForm) -> Result<Version> {
    let own = form.own.as_ref().map(|own| (&own.body, own.spoiler));
    Version::of(&(own, form.rating.map(Rating::quarters)))
}

/// Writes a review of a book, or changes the one that is there, and rates the book. One that is
/// hidden stays hidden, also when its author deletes it and writes another.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` when there is no such book; `Conflict` when it was
/// changed after the form was shown; `TooMany`.
pub async fn write(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    work: WorkId,
    draft: &Draft,
    seen: &Version,
) -> Result<ReviewId> {
    let member = cx.member()?.id;
    cx.limit(limits::REVIEW, &member.to_string()).await?;
    let mut once = match cx.once(key, &("review", work, draft)).await? {
        Idempotent::Done(id) => return Ok(id),
        Idempotent::New(once) => once,
    };
    let tx = &mut *once.tx;
    repo::hold(tx, member, work).await?;
    let stands = repo::form(tx, member, work).await?.ok_or(Error::NotFound)?;
    seen.check(&version(&stands)?)?;
    let new = repo::NewReview {
        author: member,
        work,
        body: &draft.body,
        spoiler: draft.spoiler,
        now: cx.now(),
    };
    let id = match stands.own {
        Some(own) => {
            repo::change(tx, own.id, &new).await?;
            own.id
        }
        None if stands.moderated => match repo::take_up(tx, &new).await? {
            Some(id) => id,
            None => repo::insert(tx, &new).await?,
        },
        None => repo::insert(tx, &new).await?,
    };
    library::rate_in(tx, member, work, draft.rating, cx.now()).await?;
    once.commit(&id).await?;
    Ok(id)
}

/// Publishes a review that comes from elsewhere, if the reader has none of the book, nor had one that
/// a moderator has hidden or marked. Gives its number.
///
/// # Errors
/// Those of the database.
pub(crate) async fn record(
    tx: &mut PgConnection,
    author: UserId,
    work: WorkId,
    (body, spoiler): (&ReviewBody, bool),
    now: Timestamp,
) -> Result<Option<ReviewId>> {
    repo::hold(tx, author, work).await?;
    let stands = repo::form(tx, author, work).await?;
    if stands.is_none_or(|form| form.own.is_some() || form.moderated) {
        return Ok(None);
    }
    let new = repo::NewReview {
        author,
        work,
        body,
        spoiler,
        now,
    };
    repo::insert(tx, &new).await.map(Some)
}

/// Takes a review out again that [`record`] has published, if its author has not changed it since.
///
/// # Errors
/// Those of the database.
pub(crate) async fn take_out(
    tx: &mut PgConnection,
    author: UserId,
    review: ReviewId,
    now: Timestamp,
) -> Result<()> {
    repo::delete_untouched(tx, author, review, now).await
}

/// Deletes the reader's review of a book; the rating stays. They can have it back for a day.
///
/// # Errors
/// `SignInRequired`; `NotFound` when there is none.
pub async fn delete(cx: &Cx, key: Option<IdempotencyKey>, work: WorkId) -> Result<ReviewId> {
    let reader = cx.reader()?.id;
    let mut once = match cx.once(key, &("delete review", work)).await? {
        Idempotent::Done(id) => return Ok(id),
        Idempotent::New(once) => once,
    };
    let id = repo::delete(&mut once.tx, reader, work, cx.now())
        .await?
        .ok_or(Error::NotFound)?;
    once.commit(&id).await?;
    Ok(id)
}

/// Takes back that a review was deleted, within a day. Doing it twice is fine. Gives the book.
///
/// # Errors
/// `SignInRequired`; `NotFound` when it is not theirs, or forgotten; `Conflict` when they have
/// written another one since.
pub async fn put_back(cx: &Cx, review: ReviewId) -> Result<WorkId> {
    let reader = cx.reader()?.id;
    repo::undelete(cx.db(), reader, review, cx.now() - KEPT)
        .await?
        .ok_or(Error::NotFound)
}
