//! Years of reading in numbers, and how many books a member sets out to read in one.

use dogear_domain::library::parse_goal;
use dogear_server::library::{self, Year};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Site;
use crate::answer::{Answer, NoContent, Reply};
use crate::body::Json;
use crate::caller::Caller;
use crate::id::At;
use crate::idempotency::Once;
use crate::problem::Problem;
use crate::query::{Nothing, Query};

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(get_reading_year))
        .routes(routes!(
            get_reading_goal,
            put_reading_goal,
            delete_reading_goal
        ))
}

/// A year of reading in numbers. Only the member sees it.
#[derive(Debug, Serialize, ToSchema)]
struct ReadingYear {
    year: i16,
    /// Read to the end; one that was read twice counts twice.
    books: usize,
    /// Of all books whose pages are known.
    pages: i64,
    /// Books of which nobody has counted the pages.
    books_without_pages: usize,
    /// Different ones.
    authors: usize,
    /// The most read first.
    languages: Vec<BooksInLanguage>,
    /// Books in each month, from January; those of which only the year is known are in none.
    months: [i64; 12],
    /// Books of which only the year is known.
    books_without_month: i64,
    /// Copies given away in trades.
    copies_given: i64,
    /// Copies got in trades.
    copies_received: i64,
    /// How many books they set out to read; null when they did not.
    goal: Option<i32>,
    /// Years in which they have read something to the end, this one and the one that is asked for;
    /// the last first.
    years: Vec<i16>,
}

/// How many books of one language were read.
#[derive(Debug, Serialize, ToSchema)]
struct BooksInLanguage {
    /// ISO 639-1.
    language: String,
    /// So many.
    books: i64,
}

impl From<Year> for ReadingYear {
    fn from(year: Year) -> Self {
        Self {
            year: year.year,
            books: year.books.len(),
            pages: year.pages,
            books_without_pages: year.without_pages,
            authors: year.authors,
            languages: year
                .languages
                .into_iter()
                .map(|(language, books)| BooksInLanguage { language, books })
                .collect(),
            months: year.months,
            books_without_month: year.no_month,
            copies_given: year.given,
            copies_received: year.got,
            goal: year.goal,
            years: year.years,
        }
    }
}

/// A year of reading
///
/// In numbers. Its books are those of `GET /libraries/me?year=`.
#[utoipa::path(
    get,
    path = "/libraries/me/years/{year}",
    tag = "Libraries",
    params(("year" = i16, Path, description = "From 1900 to 2200.")),
    responses((status = 200, description = "The numbers.", body = ReadingYear)),
    security(("token" = ["read"])),
    extensions(("x-cost" = json!(3)))
)]
async fn get_reading_year(
    caller: Caller,
    At(year): At<i16>,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<ReadingYear> {
    let year = library::year(&caller.cx, year).await?;
    Ok(Reply::ok(year.into()))
}

/// How many books a member sets out to read in a year.
#[derive(Debug, Serialize, ToSchema)]
struct ReadingGoal {
    year: i16,
    /// So many; null when they set out to nothing.
    books: Option<i32>,
    /// Read to the end so far.
    read: usize,
}

async fn goal(caller: &Caller, year: i16) -> Answer<ReadingGoal> {
    let year = library::year(&caller.cx, year).await?;
    Ok(Reply::ok(ReadingGoal {
        year: year.year,
        books: year.goal,
        read: year.books.len(),
    }))
}

/// The goal of a year
#[utoipa::path(
    get,
    path = "/libraries/me/goals/{year}",
    tag = "Libraries",
    params(("year" = i16, Path, description = "From 1900 to 2200.")),
    responses((status = 200, description = "The goal.", body = ReadingGoal)),
    security(("token" = ["read"])),
    extensions(("x-cost" = json!(2)))
)]
async fn get_reading_goal(
    caller: Caller,
    At(year): At<i16>,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<ReadingGoal> {
    goal(&caller, year).await
}

/// A goal to be set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReadingGoalSent {
    /// How many, up to 10,000.
    #[schema(minimum = 1, maximum = 10000)]
    books: i64,
}

/// Set the goal of a year
#[utoipa::path(
    put,
    path = "/libraries/me/goals/{year}",
    tag = "Libraries",
    params(("year" = i16, Path, description = "From 1900 to 2200."),
        ("Idempotency-Key" = Option<String>, Header, description = "Sent again with the same key, it does nothing more.")),
    request_body = ReadingGoalSent,
    responses((status = 200, description = "The goal now.", body = ReadingGoal)),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(2)))
)]
async fn put_reading_goal(
    caller: Caller,
    At(year): At<i16>,
    Once(key): Once,
    Json(sent): Json<ReadingGoalSent>,
) -> Answer<ReadingGoal> {
    let books = parse_goal(&sent.books.to_string());
    let books = books.map_err(|problem| Problem::field("books", problem.to_string()))?;
    library::set_goal(&caller.cx, key, year, Some(books)).await?;
    goal(&caller, year).await
}

/// Take the goal of a year back
///
/// Doing it twice is fine.
#[utoipa::path(
    delete,
    path = "/libraries/me/goals/{year}",
    tag = "Libraries",
    params(("year" = i16, Path, description = "From 1900 to 2200."),
        ("Idempotency-Key" = Option<String>, Header, description = "Sent again with the same key, it does nothing more.")),
    responses((status = 204, description = "There is none.")),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(2)))
)]
async fn delete_reading_goal(
    caller: Caller,
    At(year): At<i16>,
    Once(key): Once,
) -> Result<NoContent, Problem> {
    library::set_goal(&caller.cx, key, year, None).await?;
    Ok(NoContent)
}
