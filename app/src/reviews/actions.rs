//! What can be done with reviews.

use dogear_domain::ids::{ReviewId, WorkId};
use dogear_server::reviews::{self, Draft};
use leptos::prelude::*;

use crate::action::{ActionError, Done, FormKey, HtmlForm};
use crate::http::{context, own_path};
use dogear_urls as urls;

/// Writes what the reader says of a book, or changes it, and rates the book: `stars` and `quarters`
/// as the form has them.
#[server(endpoint = "reviews/write", input = HtmlForm)]
pub async fn write_review(
    work: WorkId,
    #[server(default)] body: String,
    #[server(default)] spoiler: String,
    #[server(default)] stars: String,
    #[server(default)] quarters: String,
    #[server(default)] version: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let draft = Draft::read(&body, !spoiler.is_empty(), &stars, &quarters)?;
    reviews::write(&req.cx, once.into(), work, &draft, &version.into()).await?;
    Ok(Done::go(reviews_of(work)).saying("Your review is saved."))
}

/// Deletes what the reader says of a book.
#[server(endpoint = "reviews/delete", input = HtmlForm)]
pub async fn delete_review(
    work: WorkId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let review = reviews::delete(&req.cx, once.into(), work).await?;
    Ok(Done::go(reviews_of(work))
        .saying("Your review is deleted.")
        .undo(&UndeleteReview { review }))
}

/// Takes back that a review was deleted.
#[server(endpoint = "reviews/undelete", input = HtmlForm)]
pub async fn undelete_review(review: ReviewId) -> Result<Done, ActionError> {
    let req = context()?;
    let work = reviews::undelete(&req.cx, review).await?;
    Ok(Done::go(reviews_of(work)).saying("Your review is back."))
}

/// Says that a review was helpful, or not after all; the reader comes back to `next`.
#[server(endpoint = "reviews/vote", input = HtmlForm)]
pub async fn vote_for_review(
    review: ReviewId,
    helpful: bool,
    #[server(default)] next: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let voted = reviews::vote(&req.cx, review, helpful).await?;
    Ok(Done::go(match own_path(&next) {
        "/" => reviews_of(voted.work),
        next => next.to_owned(),
    }))
}

/// Where the reviews stand on the page of a book.
fn reviews_of(work: WorkId) -> String {
    format!("{}#reviews", urls::book_by_id(work))
}
