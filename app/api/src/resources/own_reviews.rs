//! The member's own review of a book, and whether those of others were helpful to them.

use dogear_domain::ids::WorkId;
use dogear_server::Error;
use dogear_server::reviews::{self, Draft, ReviewForm};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::libraries::{rating, stars};
use crate::Site;
use crate::answer::{Answer, NoContent, Reply};
use crate::body::Json;
use crate::caller::Caller;
use crate::id::{At, Id};
use crate::idempotency::Once;
use crate::matching::IfMatch;
use crate::problem::{Code, Problem};
use crate::query::{Nothing, Query};

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(get_own_review, put_own_review, delete_own_review))
        .routes(routes!(vote_on_review))
}

/// The member's review of a book.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct OwnReview {
    id: Id,
    /// What it is about.
    book: Id,
    /// As it was written, with the marks of its spoilers.
    body: String,
    /// All of it gives the story away.
    spoiler: bool,
    /// A moderator says so.
    spoiler_by_moderator: bool,
    /// In stars, from 0.25 to 5 in quarters.
    rating: Option<f64>,
    /// What the moderator who has hidden it has said; null while others see it.
    hidden: Option<String>,
}

impl OwnReview {
    fn of(form: &ReviewForm) -> Option<Self> {
        let own = form.own.clone()?;
        Some(Self {
            id: own.id.into(),
            book: form.work.into(),
            body: own.body,
            spoiler: own.spoiler,
            spoiler_by_moderator: own.is_marked,
            rating: form.rating.map(stars),
            hidden: own.hidden,
        })
    }

    async fn read(caller: &Caller, book: WorkId) -> Answer<Self> {
        let form = reviews::form(&caller.cx, book).await?;
        let own = Self::of(&form).ok_or(Error::NotFound)?;
        Ok(Reply::ok(own))
    }
}

/// The own review of a book
#[utoipa::path(
    get,
    path = "/books/{id}/review",
    tag = "Reviews",
    params(("id" = Id, Path, description = "Of the book.")),
    responses((status = 200, description = "The review.", body = OwnReview)),
    security(("token" = ["read"]))
)]
async fn get_own_review(
    caller: Caller,
    At(id): At<Id>,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<OwnReview> {
    OwnReview::read(&caller, id.of()).await
}

/// A review to be published.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OwnReviewSent {
    /// In plain words; what stands between `[spoiler]` and `[/spoiler]` is shown to whoever asks for
    /// it.
    body: String,
    /// All of it gives the story away.
    #[serde(default)]
    spoiler: bool,
    /// How the member rates the book, in stars from 0.25 to 5 in quarters; null takes the rating
    /// back.
    #[serde(default)]
    rating: Option<f64>,
}

/// Review a book
///
/// Publishes the member's review, or replaces the one that is there, and rates the book with it.
#[utoipa::path(
    put,
    path = "/books/{id}/review",
    tag = "Reviews",
    params(("id" = Id, Path, description = "Of the book."),
        ("Idempotency-Key" = Option<String>, Header, description = "Sent again with the same key, it does nothing more."),
        ("If-Match" = Option<String>, Header, description = "The ETag of what was read: another version is refused.")),
    request_body = OwnReviewSent,
    responses((status = 200, description = "The review.", body = OwnReview)),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(5)))
)]
async fn put_own_review(
    caller: Caller,
    At(id): At<Id>,
    Once(key): Once,
    if_match: IfMatch,
    Json(sent): Json<OwnReviewSent>,
) -> Answer<OwnReview> {
    let (cx, book) = (&caller.cx, id.of::<WorkId>());
    let (whole, quarters) = match rating(sent.rating)? {
        None => (String::new(), String::new()),
        Some(rating) => {
            let (whole, quarters) = rating.parts();
            (whole.to_string(), quarters.to_string())
        }
    };
    let draft = Draft::read(&sent.body, sent.spoiler, &whole, &quarters)
        .map_err(|fields| Problem::from(Error::Invalid(fields)).renamed(&[("stars", "rating")]))?;
    let mut version = String::new().into();
    if if_match.is_named() {
        let seen = reviews::form(cx, book).await?;
        let own = OwnReview::of(&seen).ok_or_else(|| {
            Problem::new(Code::VersionMismatch)
                .saying("There is no review of this book by you, so that no version of it is.")
        })?;
        if_match.check(&own)?;
        version = reviews::version(&seen)?;
    }
    match reviews::write(cx, key, book, &draft, &version).await {
        Err(Error::Conflict(problem)) if if_match.is_named() => {
            if let Some(own) = OwnReview::of(&reviews::form(cx, book).await?) {
                if_match.check(&own)?;
            }
            return Err(Problem::new(Code::Conflict).saying(problem));
        }
        done => done?,
    };
    OwnReview::read(&caller, book).await
}

/// Delete the own review of a book
///
/// The rating stays.
#[utoipa::path(
    delete,
    path = "/books/{id}/review",
    tag = "Reviews",
    params(("id" = Id, Path, description = "Of the book."),
        ("Idempotency-Key" = Option<String>, Header, description = "Sent again with the same key, it does nothing more.")),
    responses((status = 204, description = "It is deleted.")),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(2)))
)]
async fn delete_own_review(
    caller: Caller,
    At(id): At<Id>,
    Once(key): Once,
) -> Result<NoContent, Problem> {
    reviews::delete(&caller.cx, key, id.of()).await?;
    Ok(NoContent)
}

/// What is said of a review.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReviewVote {
    /// It was helpful; false takes that back.
    helpful: bool,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
struct ReviewVotes {
    /// The book that the review is about.
    book: Id,
    /// How many members it has helped now.
    helpful: i32,
}

/// Say that a review was helpful
///
/// Or not after all. Doing it twice is fine: a member counts once, and not for their own.
#[utoipa::path(
    post,
    path = "/reviews/{id}/vote",
    tag = "Reviews",
    params(("id" = Id, Path, description = "Of the review.")),
    request_body = ReviewVote,
    responses((status = 200, description = "How many it has helped.", body = ReviewVotes)),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(2)))
)]
async fn vote_on_review(
    caller: Caller,
    At(id): At<Id>,
    Json(vote): Json<ReviewVote>,
) -> Answer<ReviewVotes> {
    let voted = reviews::vote(&caller.cx, id.of(), vote.helpful).await?;
    Ok(Reply::ok(ReviewVotes {
        book: voted.work.into(),
        helpful: voted.helpful,
    }))
}
