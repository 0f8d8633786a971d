//! Books: works with their editions, and the copies of them that can be asked for.

use dogear_domain::edition::Format;
use dogear_domain::grade::{Defect, Grade};
use dogear_server::pages::{self, BookFacts, CopyLine, EditionLine};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::parts::{OffersShown, RatingsShown};
use crate::Site;
use crate::answer::{Answer, List, Reply};
use crate::caller::Caller;
use crate::cursor;
use crate::id::{At, Id};
use crate::query::{Nothing, Query};

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(get_book))
        .routes(routes!(list_copies_of_book))
}

/// A book: what an author wrote, whatever its editions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Book {
    id: Id,
    /// Its page.
    url: String,
    title: String,
    /// May be empty.
    subtitle: String,
    /// In the order in which they are named.
    authors: Vec<AuthorRef>,
    /// ISO 639-1, of the one it was written in; may be empty.
    language: String,
    /// When it came out first.
    first_year: Option<i32>,
    /// In plain words; may be empty.
    description: String,
    genre: Option<GenreRef>,
    series: Option<SeriesRef>,
    /// The first fifty that were entered.
    editions: Vec<Edition>,
    /// That can be asked for now, of all editions.
    copies_available: i64,
    ratings: RatingsShown,
}

/// An author, by name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuthorRef {
    pub(super) id: Id,
    pub(super) name: String,
}

/// A genre, by name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GenreRef {
    /// As it stands in addresses.
    pub(super) slug: String,
    pub(super) name: String,
}

/// The place of a book in a series.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SeriesRef {
    pub(super) id: Id,
    pub(super) title: String,
    /// `3`, `1.5`; empty when the series is not numbered.
    pub(super) position: String,
}

/// One published edition of a book.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Edition {
    id: Id,
    /// Empty when it is the book's.
    title: String,
    /// Empty when it is the book's.
    subtitle: String,
    /// `paperback`, `hardback`, `mass-market`, `large-print`, `audio`, `other` or `unknown`.
    #[schema(value_type = String)]
    format: Format,
    /// May be empty.
    publisher: String,
    year: Option<i32>,
    pages: Option<i32>,
    /// ISO 639-1; may be empty.
    language: String,
    /// Thirteen digits.
    isbn13: Option<String>,
    /// That can be asked for now.
    copies_available: i64,
}

impl From<EditionLine> for Edition {
    fn from(line: EditionLine) -> Self {
        Self {
            id: line.id.into(),
            title: line.title,
            subtitle: line.subtitle,
            format: line.format,
            publisher: line.publisher,
            year: line.year,
            pages: line.pages,
            language: line.language,
            isbn13: line.isbn13.map(|isbn| isbn.to_string()),
            copies_available: line.copies,
        }
    }
}

impl Book {
    /// The book, with the address of its page on this site.
    fn of(facts: BookFacts, link: impl Fn(&str) -> String) -> Self {
        Self {
            id: facts.id.into(),
            url: link(&dogear_urls::book(facts.id, &facts.slug)),
            title: facts.title,
            subtitle: facts.subtitle,
            authors: facts
                .authors
                .into_iter()
                .map(|author| AuthorRef {
                    id: author.id.into(),
                    name: author.name,
                })
                .collect(),
            language: facts.language,
            first_year: facts.first_year,
            description: facts.description,
            genre: facts.genre.map(|(slug, name)| GenreRef { slug, name }),
            series: facts.series.map(|place| SeriesRef {
                id: place.id.into(),
                title: place.title,
                position: place.position,
            }),
            copies_available: facts.editions.iter().map(|edition| edition.copies).sum(),
            editions: facts.editions.into_iter().map(Edition::from).collect(),
            ratings: facts.ratings.into(),
        }
    }
}

/// A book
///
/// With its editions, how many of its copies can be asked for, and what readers make of it. Who
/// sends a token does not see copies of readers they have blocked, or who have blocked them.
#[utoipa::path(
    get,
    path = "/books/{id}",
    tag = "Books",
    params(("id" = Id, Path, description = "Of the book.")),
    responses((status = 200, description = "The book.", body = Book)),
    security((), ("token" = []))
)]
async fn get_book(
    caller: Caller,
    At(id): At<Id>,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<Book> {
    let facts = pages::book_facts(&caller.cx, id.of()).await?;
    let settings = &caller.cx.services.settings;
    Ok(Reply::ok(Book::of(facts, |path| settings.link(path))))
}

/// A copy that can be asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfferedCopy {
    id: Id,
    edition: Id,
    /// `as-new`, `fine`, `very-good`, `good`, `fair` or `reading-copy`.
    #[schema(value_type = String)]
    grade: Grade,
    /// What the owner owns up to.
    #[schema(value_type = Vec<String>)]
    defects: Vec<Defect>,
    /// In the owner's words; may be empty.
    note: String,
    offers: OffersShown,
    /// Addresses of the photos, in the owner's order.
    photos: Vec<String>,
    /// Handle.
    owner: String,
    /// As the owner writes it; may be empty.
    city: String,
    /// ISO 3166-1 alpha-2; may be empty.
    country: String,
    /// It is given away in this round: one asks for it there.
    give_away: Option<Id>,
    /// Until when.
    give_away_closes_at: Option<Timestamp>,
}

impl OfferedCopy {
    fn of(copy: CopyLine, link: impl Fn(&str) -> String) -> Self {
        Self {
            id: copy.id.into(),
            edition: copy.edition.into(),
            grade: copy.grade,
            defects: copy.defects,
            note: copy.note,
            offers: copy.offers.into(),
            photos: copy
                .photos
                .iter()
                .map(|key| link(&dogear_urls::photo(*key)))
                .collect(),
            owner: copy.owner,
            city: copy.whereabouts.city,
            country: copy.whereabouts.country,
            give_away: copy.round.map(|(round, _)| round.into()),
            give_away_closes_at: copy.round.map(|(_, closes_at)| closes_at),
        }
    }
}

/// Where a page of a list begins, and how long it is.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageOf {
    /// The `next` of the page before.
    pub cursor: Option<String>,
    /// At most so many, up to 100.
    #[serde(default = "most")]
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: u32,
}

pub(super) fn most() -> u32 {
    50
}

/// Copies of a book
///
/// Those that can be asked for, the last entered first. Copies that are listed meanwhile do not
/// move the pages.
#[utoipa::path(
    get,
    path = "/books/{id}/copies",
    tag = "Books",
    params(("id" = Id, Path, description = "Of the book."), PageOf),
    responses((status = 200, description = "A page of copies.", body = List<OfferedCopy>)),
    security((), ("token" = [])),
    extensions(("x-cost" = json!(3)))
)]
async fn list_copies_of_book(
    caller: Caller,
    At(id): At<Id>,
    Query(page): Query<PageOf>,
) -> Answer<List<OfferedCopy>> {
    let cx = &caller.cx;
    let name = format!("copies of {id}");
    let before = cursor::read(cx, &name, page.cursor.as_deref())?;
    let most = page.limit.clamp(1, 100);
    let mut copies = pages::copies_of_book(cx, id.of(), before, most + 1).await?;
    let more = copies.len() > most as usize;
    copies.truncate(most as usize);
    let next = copies.last().filter(|_| more).map(|copy| copy.id);
    Ok(Reply::ok(List {
        next: next.map(|key| cursor::write(cx, &name, &key)).transpose()?,
        items: copies
            .into_iter()
            .map(|copy| OfferedCopy::of(copy, |path| cx.services.settings.link(path)))
            .collect(),
    }))
}
