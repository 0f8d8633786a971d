//! Authors, series and genres, with their books.

use dogear_domain::ids::WorkId;
use dogear_server::pages::{self, AuthorSort};
use dogear_server::recommendations::{self, SimilarityReason};
use dogear_server::{Cx, catalogue};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::books::{GenreRef, PageOf, moved};
use super::search::BookSummary;
use crate::Site;
use crate::answer::{Answer, List, Reply};
use crate::caller::Caller;
use crate::cursor;
use crate::id::{At, Id};
use crate::moved::{AnswerOrMoved, Lasting, Moved};
use crate::query::{Nothing, Query};

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(get_author))
        .routes(routes!(list_books_of_author))
        .routes(routes!(get_series))
        .routes(routes!(list_genres))
        .routes(routes!(list_similar_books))
}

/// An author.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Author {
    id: Id,
    /// Their page.
    url: String,
    /// As it is printed on books.
    name: String,
    /// The same in their own script; may be empty.
    own_name: String,
    /// All of theirs that are entered here.
    books: i64,
    /// Copies of these that can be asked for now.
    copies_available: i64,
}

/// An author
///
/// Their books are at `/authors/{id}/books`.
#[utoipa::path(
    get,
    path = "/authors/{id}",
    tag = "Books",
    params(("id" = Id, Path, description = "Of the author.")),
    responses((status = 200, description = "The author.", body = Author)),
    security((), ("token" = []))
)]
async fn get_author(
    caller: Caller,
    At(id): At<Id>,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<Author> {
    let cx = &caller.cx;
    let author = pages::author(cx, id.of(), AuthorSort::default(), 1).await?;
    let url = dogear_urls::author(author.id);
    Ok(Reply::ok(Author {
        id: author.id.into(),
        url: cx.services.settings.link(&url),
        name: author.name,
        own_name: author.own_name,
        books: author.total,
        copies_available: author.copies,
    }))
}

/// Books of an author
///
/// Those that were entered last first. Books that are entered meanwhile do not move the pages.
#[utoipa::path(
    get,
    path = "/authors/{id}/books",
    tag = "Books",
    params(("id" = Id, Path, description = "Of the author."), PageOf),
    responses((status = 200, description = "A page of books.", body = List<BookSummary>)),
    security((), ("token" = [])),
    extensions(("x-cost" = json!(3)))
)]
async fn list_books_of_author(
    caller: Caller,
    At(id): At<Id>,
    Query(page): Query<PageOf>,
) -> Answer<List<BookSummary>> {
    let cx = &caller.cx;
    let name = format!("books of author {id}");
    let before: Option<WorkId> = cursor::read(cx, &name, page.cursor.as_deref())?;
    let most = page.most();
    let books = pages::books_of_author(cx, id.of(), before, most + 1).await?;
    let show = |line| BookSummary::of(cx, line);
    let list = cursor::page(cx, &name, (books, most), |line| line.id, show)?;
    Ok(Reply::ok(list))
}

/// Books that belong together, in an order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Series {
    id: Id,
    /// Its page.
    url: String,
    title: String,
    /// In its order, the first two hundred.
    volumes: Vec<Volume>,
}

/// A book in its series.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Volume {
    /// `3`, `1.5`; empty when it has no number.
    position: String,
    /// The volume.
    book: BookSummary,
}

/// A series
///
/// With its volumes.
#[utoipa::path(
    get,
    path = "/series/{id}",
    tag = "Books",
    params(("id" = Id, Path, description = "Of the series.")),
    responses((status = 200, description = "The series.", body = Series)),
    security((), ("token" = [])),
    extensions(("x-cost" = json!(3)))
)]
async fn get_series(
    caller: Caller,
    At(id): At<Id>,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<Series> {
    let cx = &caller.cx;
    let series = pages::series(cx, id.of()).await?;
    let url = dogear_urls::series(series.id);
    let volumes = series.works.into_iter().map(|volume| Volume {
        position: volume.position,
        book: BookSummary::of(cx, volume.work),
    });
    Ok(Reply::ok(Series {
        id: series.id.into(),
        url: cx.services.settings.link(&url),
        title: series.title,
        volumes: volumes.collect(),
    }))
}

/// Every genre
///
/// In the order of the site, all on one page. Their slugs are what filters and new books name.
#[utoipa::path(
    get,
    path = "/genres",
    tag = "Books",
    responses((status = 200, description = "The genres.", body = List<GenreRef>)),
    security((), ("token" = []))
)]
async fn list_genres(caller: Caller, Query(Nothing {}): Query<Nothing>) -> Answer<List<GenreRef>> {
    let genres = catalogue::genres(&caller.cx).await?.into_iter();
    Ok(Reply::ok(List {
        items: genres
            .map(|genre| GenreRef {
                slug: genre.slug,
                name: genre.name,
            })
            .collect(),
        next: None,
    }))
}

/// What stands beside a book.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SimilarBooks {
    /// What three or more of its readers also own, closest first.
    also_owned: Vec<AlsoOwned>,
    /// The next of its series, then what can be asked for, then the rest.
    like_this: Vec<SimilarBook>,
}

/// A book that readers of another one own, too.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AlsoOwned {
    /// So many have both.
    readers: i32,
    /// The other book.
    book: BookSummary,
}

/// A book that is like another one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SimilarBook {
    /// What they have in common: `next_in_series`, `same_series`, `same_author`,
    /// `genre_and_language`, `genre`, `language`; or `new`, when nothing is like it.
    reason: &'static str,
    /// The other book.
    book: BookSummary,
}

/// Books like a book
///
/// As they stand on its page. Who sends a token does not see books of which they have a copy.
#[utoipa::path(
    get,
    path = "/books/{id}/similar",
    tag = "Books",
    params(("id" = Id, Path, description = "Of the book.")),
    responses(
        (status = 200, description = "What is like it.", body = SimilarBooks),
        (status = 308, description = "The book was merged into another: `Location` has what is like that one.", body = Moved)
    ),
    security((), ("token" = [])),
    extensions(("x-cost" = json!(3)))
)]
async fn list_similar_books(
    caller: Caller,
    At(id): At<Id>,
    Query(Nothing {}): Query<Nothing>,
) -> AnswerOrMoved<SimilarBooks> {
    let cx = &caller.cx;
    if let Some(other) = moved(cx, id).await? {
        return Ok(Lasting::Moved(format!("/books/{other}/similar")));
    }
    Ok(Lasting::Here(Reply::ok(similar(cx, id).await?)))
}

async fn similar(cx: &Cx, id: Id) -> dogear_server::Result<SimilarBooks> {
    let found = recommendations::similar(cx, id.of()).await?;
    let owned = found.also_owned.into_iter();
    let alike = found.like_this.into_iter();
    Ok(SimilarBooks {
        also_owned: owned
            .map(|(readers, line)| AlsoOwned {
                readers,
                book: BookSummary::of(cx, line),
            })
            .collect(),
        like_this: alike
            .map(|other| SimilarBook {
                reason: match other.reason {
                    SimilarityReason::NextInSeries => "next_in_series",
                    SimilarityReason::SameSeries => "same_series",
                    SimilarityReason::SameAuthor => "same_author",
                    SimilarityReason::GenreAndLanguage => "genre_and_language",
                    SimilarityReason::Genre => "genre",
                    SimilarityReason::Language => "language",
                    SimilarityReason::New => "new",
                },
                book: BookSummary::of(cx, other.work),
            })
            .collect(),
    })
}
