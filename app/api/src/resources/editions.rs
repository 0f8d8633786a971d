//! Editions by their ids and ISBNs.

use dogear_domain::edition::Format;
use dogear_domain::isbn::Isbn13;
use dogear_server::catalogue::{self, KnownEdition};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Site;
use crate::answer::{Answer, Reply};
use crate::caller::Caller;
use crate::id::{At, Id};
use crate::moved::{AnswerOrMoved, Lasting, Moved};
use crate::problem::{Code, Problem, ProblemBody};
use crate::query::{Nothing, Query};

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(get_edition))
        .routes(routes!(get_edition_by_isbn))
}

/// An edition, and the book that it is an edition of.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EditionOfBook {
    id: Id,
    /// What it is an edition of.
    book: Id,
    /// The page of the book.
    url: String,
    /// Its own, or the book's.
    title: String,
    /// Its own, or the book's; may be empty.
    subtitle: String,
    /// Names, in the order of the title page.
    authors: Vec<String>,
    /// Its own, or the year in which the book came out first.
    year: Option<i32>,
    /// `paperback`, `hardback`, `mass-market`, `large-print`, `audio`, `other` or `unknown`.
    #[schema(value_type = String)]
    format: Format,
    /// May be empty.
    publisher: String,
    /// ISO 639-1; may be empty.
    language: String,
    /// Thirteen digits.
    isbn13: Option<String>,
    /// That readers of this site own, offered or not.
    copies_owned: i64,
}

impl EditionOfBook {
    /// The edition, with the address of its book's page on this site.
    pub(super) fn of(known: KnownEdition, link: impl Fn(&str) -> String) -> Self {
        Self {
            id: known.edition.into(),
            book: known.work.into(),
            url: link(&dogear_urls::book(known.work, &known.slug)),
            title: known.title,
            subtitle: known.subtitle,
            authors: known.authors,
            year: known.year,
            format: known.format,
            publisher: known.publisher,
            language: known.language,
            isbn13: known.isbn13,
            copies_owned: known.copies,
        }
    }
}

/// An edition
///
/// With the book that it is an edition of. An edition that was merged into another leads to that
/// one.
#[utoipa::path(
    get,
    path = "/editions/{id}",
    tag = "Books",
    params(("id" = Id, Path, description = "Of the edition.")),
    responses(
        (status = 200, description = "The edition.", body = EditionOfBook),
        (status = 308, description = "It was merged into another: `Location` has that one.", body = Moved)
    ),
    security((), ("token" = []))
)]
async fn get_edition(
    caller: Caller,
    At(id): At<Id>,
    Query(Nothing {}): Query<Nothing>,
) -> AnswerOrMoved<EditionOfBook> {
    let known = catalogue::edition(&caller.cx, id.of()).await?;
    let settings = &caller.cx.services.settings;
    let edition = EditionOfBook::of(known, |path| settings.link(path));
    Ok(if edition.id == id {
        Lasting::Here(Reply::ok(edition))
    } else {
        Lasting::Moved(format!("/editions/{}", edition.id))
    })
}

/// The edition with an ISBN
///
/// With ten digits or thirteen, with dashes or without. 404 says that nobody has entered it here:
/// enter it with `POST /books`. An ISBN of an edition that was merged into another finds that one.
#[utoipa::path(
    get,
    path = "/isbn/{isbn}",
    tag = "Books",
    params(("isbn" = String, Path, description = "For example 0-14-143958-0 or 9780141439587.")),
    responses(
        (status = 200, description = "The edition.", body = EditionOfBook),
        (status = 422, description = "It is no ISBN; `errors` says what is wrong with it.",
            body = ProblemBody, content_type = "application/problem+json")
    ),
    security((), ("token" = []))
)]
async fn get_edition_by_isbn(
    caller: Caller,
    At(isbn): At<String>,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<EditionOfBook> {
    let cx = &caller.cx;
    let isbn = Isbn13::parse(&isbn).map_err(|error| Problem::field("isbn", error.to_string()))?;
    let found = catalogue::lookup(cx, &isbn.to_string()).await?;
    let known = found.editions.into_iter().next().ok_or_else(|| {
        Problem::new(Code::NotFound).saying("Nobody has entered a book with this ISBN here.")
    })?;
    let settings = &cx.services.settings;
    let edition = EditionOfBook::of(known, |path| settings.link(path));
    Ok(Reply::ok(edition))
}
