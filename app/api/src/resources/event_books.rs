//! The books that guests bring to swap meets.

use dogear_domain::grade::Grade;
use dogear_server::events::{self, BookKey, Brought};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Site;
use crate::answer::{Answer, List, Reply};
use crate::caller::Caller;
use crate::cursor;
use crate::id::{At, Id};
use crate::query::Query;

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list_books_at_event))
}

fn most() -> u32 {
    50
}

/// A book that somebody brings to a swap meet.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BroughtBook {
    /// What it is a copy of.
    book: Id,
    title: String,
    /// All authors in one line.
    authors: String,
    /// ISO 639-1; may be empty.
    language: String,
    /// `as-new`, `fine`, `very-good`, `good`, `fair` or `reading-copy`.
    #[schema(value_type = String)]
    grade: Grade,
    /// The copy, for those who take part.
    copy: Option<Id>,
    /// Handle of whoever brings it, for those who take part.
    owner: Option<String>,
    /// The caller would like it.
    is_wished: bool,
}

impl From<Brought> for BroughtBook {
    fn from(brought: Brought) -> Self {
        Self {
            book: brought.book.work.into(),
            title: brought.book.title,
            authors: brought.book.author_line,
            language: brought.book.language,
            grade: brought.book.grade,
            copy: brought.by.as_ref().map(|by| by.copy.into()),
            owner: brought.by.map(|by| by.handle),
            is_wished: brought.wished,
        }
    }
}

/// Which of the books, and which page of them.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct BroughtAsked {
    /// Part of a title or an author's name.
    #[serde(default)]
    #[param(max_length = 200)]
    q: String,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// At most so many, up to 100.
    #[serde(default = "most")]
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: u32,
}

/// Books at a swap meet
///
/// What others bring, by title, until it is over. An event of another kind has none: it is 404.
#[utoipa::path(
    get,
    path = "/events/{id}/books",
    tag = "Events",
    params(("id" = Id, Path, description = "Of the event."), BroughtAsked),
    responses((status = 200, description = "A page of books.", body = List<BroughtBook>)),
    security((), ("token" = [])),
    extensions(("x-cost" = json!(3)))
)]
async fn list_books_at_event(
    caller: Caller,
    At(id): At<Id>,
    Query(asked): Query<BroughtAsked>,
) -> Answer<List<BroughtBook>> {
    let cx = &caller.cx;
    let name = format!("books at event {id} {}", asked.q);
    let after = cursor::read::<BookKey>(cx, &name, asked.cursor.as_deref())?;
    let most = asked.limit.clamp(1, 100).into();
    let (books, next) = events::books_behind(cx, id.of(), &asked.q, after.as_ref(), most).await?;
    Ok(Reply::ok(List {
        next: next.map(|key| cursor::write(cx, &name, &key)).transpose()?,
        items: books.into_iter().map(BroughtBook::from).collect(),
    }))
}
