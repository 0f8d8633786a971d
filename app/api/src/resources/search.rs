//! Search: books by everything that browse knows, and anything by a few words.

use axum::Extension;
use dogear_domain::edition::Format;
use dogear_domain::grade::Grade;
use dogear_domain::money::{Currency, Money};
use dogear_domain::offers::Offer;
use dogear_server::search::{self, Browse, Choice, Facets, Found, Listing, Sort, WorkLine};
use dogear_server::{Cx, events};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::books::AuthorRef;
use crate::Site;
use crate::answer::{Answer, Reply};
use crate::caller::Caller;
use crate::cursor;
use crate::id::Id;
use crate::problem::{Problem, ProblemBody};
use crate::query::Query;

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(search_books))
        .routes(routes!(search_everything))
        // What it remembers of counts is shared by all calls.
        .layer(Extension(Browse::default()))
}

/// A book as it stands in lists.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BookSummary {
    id: Id,
    /// Its page.
    url: String,
    /// Without the subtitle.
    title: String,
    /// All authors in one line.
    author_line: String,
    /// ISO 639-1, of the one it was written in; may be empty.
    language: String,
    /// Copies that can be asked for now.
    copies_available: i32,
    /// The best among them: `as-new`, `fine`, `very-good`, `good`, `fair` or `reading-copy`.
    #[schema(value_type = Option<String>)]
    best_grade: Option<Grade>,
}

impl BookSummary {
    /// The book, with the address of its page on this site.
    pub(super) fn of(cx: &Cx, line: WorkLine) -> Self {
        let path = dogear_urls::book(line.id, &line.slug);
        Self {
            id: line.id.into(),
            url: cx.services.settings.link(&path),
            title: line.title,
            author_line: line.author_line,
            language: line.language,
            copies_available: line.copies,
            best_grade: line.best_grade,
        }
    }
}

/// What is looked for. A parameter that can be there several times means any of its values.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct BookSearch {
    /// Words of title and author, a part in quotes, words to leave out with a minus; or an ISBN. At
    /// most 200 characters.
    q: String,
    /// The slug of one; several times for any of them.
    genre: Vec<String>,
    /// ISO 639-1; several times for any of them.
    language: Vec<String>,
    /// `paperback`, `hardback`, `mass-market`, `large-print`, `audio` or `other`; several times for
    /// any of them.
    #[param(value_type = Vec<String>)]
    format: Vec<Format>,
    /// A copy at least so good: `as-new`, `fine`, `very-good`, `good`, `fair` or `reading-copy`.
    #[param(value_type = Option<String>)]
    grade: Option<Grade>,
    /// A copy that is offered so: `trade`, `give`, `lend` or `sale`; several times for any of them.
    #[param(value_type = Vec<String>)]
    offer: Vec<Offer>,
    /// A copy that is for sale for at most so much, in the smallest unit of `currency`.
    max_price: Option<i32>,
    /// ISO 4217, of `max_price`: the euro when it is not there.
    #[param(value_type = Option<String>)]
    currency: Option<Currency>,
    /// A copy in this town or region.
    near: String,
    /// Or in a town at most so many kilometres from `near`: 10, 25, 50, 100 or 250.
    within: Option<u32>,
    /// From this year on; negative before our era.
    from: Option<i32>,
    /// Up to this year.
    to: Option<i32>,
    /// `true`: also books of which there is no copy to be had now.
    all: bool,
    /// `best` (when nothing is there), `newest`, `nearest`, `wanted`, `title` or `copies`.
    sort: String,
    /// `true`: words are meant as they are, and no typing error is looked for.
    verbatim: bool,
    /// `true`: with how many books each further filter would leave.
    facets: bool,
    /// The `next` of the page before.
    cursor: Option<String>,
}

impl BookSearch {
    fn question(self) -> Result<search::Query, Problem> {
        let sort = match self.sort.as_str() {
            "" => Sort::default(),
            word => *Sort::ALL
                .iter()
                .find(|sort| sort.as_str() == word)
                .ok_or_else(|| {
                    let words = Sort::ALL.map(Sort::as_str).join(", ");
                    Problem::field("sort", format!("Choose one of: {words}."))
                })?,
        };
        let currency = self.currency.unwrap_or(Currency::Eur);
        let query = search::Query {
            q: self.q,
            genres: self.genre,
            languages: self.language,
            formats: self.format,
            grade: self.grade,
            offers: self.offer,
            most: self.max_price.map(|minor| Money { minor, currency }),
            near: self.near,
            within: self.within,
            from: self.from,
            to: self.to,
            all: self.all,
            sort,
            page: 1,
            verbatim: self.verbatim,
            any_word: false,
        };
        query
            .checked()
            .map_err(|error| Problem::from(error).renamed(&[("most", "max_price")]))
    }
}

/// A page of books that were found.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct FoundBooks {
    /// In the order that was asked for.
    items: Vec<BookSummary>,
    /// The `cursor` of the next page; null on the last one.
    next: Option<String>,
    /// Books on all pages; from 5,000 on there may be more.
    total: i64,
    /// What was searched for instead, when nothing fits what was asked.
    searched_for: Option<String>,
    /// Only some of the words fit these books.
    any_word: bool,
    /// Other words that were perhaps meant: they find more.
    did_you_mean: Option<Spelling>,
    /// `q` is meant as an ISBN, and this is wrong with it.
    isbn_problem: Option<String>,
    /// When they were asked for.
    facets: Option<SearchFacets>,
}

/// Words that were perhaps meant.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Spelling {
    /// The words.
    q: String,
    /// How many books they find.
    books: i64,
}

/// How many books each filter would leave, given the others.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SearchFacets {
    /// In the order of the site.
    genres: Vec<FacetValue>,
    /// Most frequent first.
    languages: Vec<FacetValue>,
    /// In no order.
    formats: Vec<FacetValue>,
    /// Books whose best copy has exactly this grade.
    grades: Vec<FacetValue>,
    /// In no order.
    offers: Vec<FacetValue>,
    /// The six most frequent towns and regions, for `near`.
    places: Vec<FacetValue>,
    /// Kilometres from the place asked for; empty when nobody knows where that is.
    within: Vec<FacetValue>,
    /// By the first year of each span.
    years: Vec<FacetValue>,
}

/// A value of a filter.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FacetValue {
    /// As the parameter takes it.
    value: String,
    /// As people read it; empty where `value` says it.
    label: String,
    /// Books that choosing it leaves.
    books: i64,
    /// There may be more than that.
    at_least: bool,
}

impl From<&Facets> for SearchFacets {
    fn from(facets: &Facets) -> Self {
        fn shown(choices: &[Choice]) -> Vec<FacetValue> {
            let choices = choices.iter().cloned();
            choices
                .map(|choice| FacetValue {
                    value: choice.value,
                    label: choice.label,
                    books: choice.books,
                    at_least: choice.at_least,
                })
                .collect()
        }
        Self {
            genres: shown(&facets.genres),
            languages: shown(&facets.languages),
            formats: shown(&facets.formats),
            grades: shown(&facets.grades),
            offers: shown(&facets.offers),
            places: shown(&facets.places),
            within: shown(&facets.within),
            years: shown(&facets.years),
        }
    }
}

/// Books
///
/// Everything that the page `/browse` finds, by the same filters and in the same order, 24 at a
/// time. Search is ranked anew at each call: a book that is entered, listed or taken while you page
/// may move the others, so that one comes twice or not at all. There are at most a hundred pages:
/// filters find better. For a whole shelf or a whole author take the lists of these, which keep
/// still. Words that find nothing are corrected unless `verbatim` says otherwise.
#[utoipa::path(
    get,
    path = "/books",
    tag = "Search",
    params(BookSearch),
    responses(
        (status = 200, description = "A page of books.", body = FoundBooks),
        (status = 422, description = "A parameter has a value that cannot be asked for.",
            body = ProblemBody, content_type = "application/problem+json")
    ),
    security((), ("token" = [])),
    extensions(("x-cost" = json!(10)))
)]
async fn search_books(
    caller: Caller,
    Extension(browse): Extension<Browse>,
    Query(mut asked): Query<BookSearch>,
) -> Answer<FoundBooks> {
    let cx = &caller.cx;
    let (facets, cursor) = (asked.facets, asked.cursor.take());
    let mut query = asked.question()?;
    let name = format!("books {query:?}");
    if let Some(page) = cursor::read(cx, &name, cursor.as_deref())? {
        query.page = page;
    }
    let (q, page) = (query.q.clone(), query.page);
    let found = match browse.find(cx, query).await? {
        Found::Book(..) => {
            let books = search::suggest(cx, &q).await?.books.into_iter();
            let items: Vec<_> = books.map(|line| BookSummary::of(cx, line)).collect();
            FoundBooks {
                total: 1,
                items,
                ..FoundBooks::default()
            }
        }
        // There are fewer by now than when the cursor was given out.
        Found::Listing(listing) if listing.query.page != page => FoundBooks::default(),
        Found::TooDeep => FoundBooks::default(),
        Found::Listing(listing) => {
            let next = (page < listing.pages)
                .then(|| cursor::write(cx, &name, &(page + 1)))
                .transpose()?;
            FoundBooks {
                next,
                ..listed(cx, *listing, facets)
            }
        }
    };
    Ok(Reply::ok(found))
}

fn listed(cx: &Cx, listing: Listing, facets: bool) -> FoundBooks {
    let (any_word, words) = (listing.query.any_word, listing.query.q);
    let works = listing.works.into_iter();
    FoundBooks {
        items: works.map(|line| BookSummary::of(cx, line)).collect(),
        next: None,
        total: listing.facets.total(),
        searched_for: listing.instead_of.map(|_| words),
        any_word,
        did_you_mean: listing.alike.map(|(q, books)| Spelling { q, books }),
        isbn_problem: match listing.isbn {
            Some(Err(problem)) => Some(problem.to_string()),
            _ => None,
        },
        facets: facets.then(|| SearchFacets::from(&*listing.facets)),
    }
}

/// What somebody may mean by a few words.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoundAnything {
    /// What was typed is this ISBN: thirteen digits.
    isbn: Option<String>,
    /// At most six, likeliest first.
    books: Vec<BookSummary>,
    /// At most three, those with most books first.
    authors: Vec<AuthorRef>,
    /// At most three, those with most books first.
    series: Vec<FoundSeries>,
    /// At most three readers by handle or name.
    users: Vec<FoundUser>,
    /// The next events that are called so.
    events: Vec<FoundEvent>,
}

/// A series that was found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoundSeries {
    id: Id,
    title: String,
    /// How many it has.
    books: i64,
}

/// A reader who was found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoundUser {
    /// Without the @.
    handle: String,
    /// What they want to be called.
    name: String,
    /// Their page.
    url: String,
}

/// An event that was found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoundEvent {
    id: Id,
    title: String,
    /// Its page.
    url: String,
    /// Of its next date.
    starts_at: Timestamp,
    /// The town; may be empty.
    city: String,
}

/// A few words.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Words {
    /// Words, which may be unfinished, or an ISBN. Two letters bring titles alone; more than 200
    /// characters are cut.
    q: String,
}

/// Anything by a few words
///
/// The books, authors, series, readers and events that somebody may mean who has typed so much so
/// far: what a search box shows. For all books that fit take `GET /books`.
#[utoipa::path(
    get,
    path = "/search",
    tag = "Search",
    params(Words),
    responses((status = 200, description = "What may be meant.", body = FoundAnything)),
    security((), ("token" = [])),
    extensions(("x-cost" = json!(5)))
)]
async fn search_everything(
    caller: Caller,
    Query(Words { q }): Query<Words>,
) -> Answer<FoundAnything> {
    let cx = &caller.cx;
    let link = |path: &str| cx.services.settings.link(path);
    let found = search::suggest(cx, &q).await?;
    let events = match found.isbn {
        Some(_) => Vec::new(),
        None => events::beside_books(cx, &q).await?,
    };
    let (books, authors) = (found.books.into_iter(), found.authors.into_iter());
    let (series, readers) = (found.series.into_iter(), found.readers.into_iter());
    Ok(Reply::ok(FoundAnything {
        isbn: found.isbn.map(|isbn| isbn.to_string()),
        books: books.map(|line| BookSummary::of(cx, line)).collect(),
        authors: authors
            .map(|author| AuthorRef {
                id: author.id.into(),
                name: author.name,
            })
            .collect(),
        series: series
            .map(|series| FoundSeries {
                id: series.id.into(),
                title: series.title,
                books: series.works,
            })
            .collect(),
        users: readers
            .map(|reader| FoundUser {
                url: link(&dogear_urls::reader(&reader.handle)),
                handle: reader.handle,
                name: reader.display_name,
            })
            .collect(),
        events: events
            .into_iter()
            .map(|event| FoundEvent {
                id: event.event.into(),
                url: link(&dogear_urls::event(event.event, &event.slug)),
                title: event.title,
                starts_at: event.starts_at,
                city: event.city,
            })
            .collect(),
    }))
}
