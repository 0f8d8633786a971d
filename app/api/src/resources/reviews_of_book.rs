//! What readers say of books.

use dogear_domain::ids::WorkId;
use dogear_server::Cx;
use dogear_server::reviews::{self, Place, ReviewLine, ReviewOf, ReviewSort};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::books::{at_most, most, moved};
use crate::Site;
use crate::answer::{Answer, List, Reply};
use crate::caller::Caller;
use crate::cursor;
use crate::id::{At, Id};
use crate::moved::{AnswerOrMoved, Lasting, Moved};
use crate::problem::{Code, Problem};
use crate::query::{Nothing, Query};

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_reviews_of_book))
        .routes(routes!(get_review))
}

/// What a reader says of a book to everybody.
#[derive(Debug, Serialize, ToSchema)]
#[allow(clippy::struct_excessive_bools)] // as the service gives them
pub(crate) struct BookReview {
    id: Id,
    /// What it is about.
    book: Id,
    /// Of the book, without the subtitle.
    book_title: String,
    /// The page of the book.
    book_url: String,
    /// Handle of its author.
    user: String,
    /// What its author wants to be called.
    user_name: String,
    /// As it was written, with the marks of its spoilers.
    text: String,
    /// All of it gives the story away.
    spoiler: bool,
    /// How its author rates the book: of five stars, in quarters.
    stars: Option<f64>,
    /// Its author has given or got the book in a completed trade.
    traded: bool,
    /// How many readers it has helped.
    helpful: i32,
    /// Whoever asks has said that it was helpful.
    helped_me: bool,
    /// It is of whoever asks.
    mine: bool,
    /// A moderator has hidden it: nobody but its author sees it.
    hidden: bool,
    /// When it was written.
    created_at: Timestamp,
    /// When it was changed last; null when it never was.
    edited_at: Option<Timestamp>,
}

impl BookReview {
    /// The review, with the book that it is about.
    pub(super) fn of(cx: &Cx, review: ReviewOf) -> Self {
        Self::about(cx, (review.work, &review.slug, review.title), review.line)
    }

    fn about(cx: &Cx, (work, slug, title): (WorkId, &str, String), line: ReviewLine) -> Self {
        Self {
            id: line.id.into(),
            book: work.into(),
            book_title: title,
            book_url: cx.services.settings.link(&dogear_urls::book(work, slug)),
            user: line.handle,
            user_name: line.name,
            text: line.body,
            spoiler: line.spoiler,
            stars: line.rating.map(|rating| f64::from(rating.quarters()) / 4.0),
            traded: line.traded,
            helpful: line.helpful,
            helped_me: line.voted,
            mine: line.mine,
            hidden: line.hidden,
            created_at: line.created_at,
            edited_at: line.edited_at,
        }
    }
}

/// Which reviews of a book.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ReviewsOf {
    /// Those first that have helped most readers, or those that were written last.
    #[serde(default)]
    #[param(inline)]
    sort: Order,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// At most so many, up to 100.
    #[serde(default = "most")]
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: u32,
}

/// The order of the reviews of a book: those first that have helped most readers, or those that
/// were written last.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Order {
    #[default]
    Helpful,
    Newest,
}

/// Reviews of a book
///
/// Who sends a token finds their own first on the first page, beside the others, and none of readers
/// with whom they have a block.
#[utoipa::path(
    get,
    path = "/books/{id}/reviews",
    tag = "Reviews",
    params(("id" = Id, Path, description = "Of the book."), ReviewsOf),
    responses(
        (status = 200, description = "A page of reviews.", body = List<BookReview>),
        (status = 308, description = "The book was merged into another: `Location` has its reviews.", body = Moved)
    ),
    security((), ("token" = [])),
    extensions(("x-cost" = json!(3)))
)]
async fn list_reviews_of_book(
    caller: Caller,
    At(id): At<Id>,
    Query(page): Query<ReviewsOf>,
) -> AnswerOrMoved<List<BookReview>> {
    let cx = &caller.cx;
    let sort = match page.sort {
        Order::Helpful => ReviewSort::Helpful,
        Order::Newest => ReviewSort::Newest,
    };
    let name = format!("reviews of {id} {}", sort.as_str());
    let after: Option<String> = cursor::read(cx, &name, page.cursor.as_deref())?;
    let after: Option<Place> = after
        .map(|place| place.parse())
        .transpose()
        .map_err(|_| Problem::new(Code::CursorInvalid))?;
    let most = at_most(page.limit) as usize;
    let found = match reviews::most_of_book(cx, id.of(), sort, after, most).await {
        Err(dogear_server::Error::NotFound) => {
            let other = moved(cx, id).await?.ok_or(dogear_server::Error::NotFound)?;
            return Ok(Lasting::Moved(format!("/books/{other}/reviews")));
        }
        found => found?,
    };
    let next = found.next.map(|place| place.to_string());
    let (work, slug, title) = (found.work, found.slug, found.title);
    let items = found
        .lines
        .into_iter()
        .map(|line| BookReview::about(cx, (work, &slug, title.clone()), line));
    Ok(Lasting::Here(Reply::ok(List {
        next: next.map(|key| cursor::write(cx, &name, &key)).transpose()?,
        items: items.collect(),
    })))
}

/// A review
///
/// As others read it. One that a moderator has hidden is not found.
#[utoipa::path(
    get,
    path = "/reviews/{id}",
    tag = "Reviews",
    params(("id" = Id, Path, description = "Of the review.")),
    responses((status = 200, description = "The review.", body = BookReview)),
    security((), ("token" = []))
)]
async fn get_review(
    caller: Caller,
    At(id): At<Id>,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<BookReview> {
    let review = reviews::one(&caller.cx, id.of()).await?;
    Ok(Reply::ok(BookReview::of(&caller.cx, review)))
}
