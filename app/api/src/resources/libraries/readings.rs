//! Readings: each time that a member read a book, or tried to.

use dogear_domain::ids::{EditionId, ReadingId, WorkId};
use dogear_domain::library::{Ending, Progress, ProgressUnit, RoughDay};
use dogear_server::Error;
use dogear_server::library::{self, BookHead, ReadingInput, ReadingLine};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Site;
use crate::answer::{Answer, List, NoContent, Reply};
use crate::body::{Change, Json};
use crate::caller::Caller;
use crate::id::{At, Id};
use crate::idempotency::Once;
use crate::matching::IfMatch;
use crate::problem::Problem;
use crate::query::{Nothing, Query};

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_readings_of_book, create_reading))
        .routes(routes!(get_reading, change_reading, delete_reading))
}

/// How far somebody has come in a book.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReadingProgress {
    /// Pages or hundredths that are behind them.
    done: i32,
    /// Of how many pages, if that is known; 100 in percent.
    #[serde(default)]
    of: Option<i32>,
    /// What both are counted in: `page` or `percent`.
    #[schema(value_type = String)]
    unit: ProgressUnit,
}

impl From<Progress> for ReadingProgress {
    fn from(progress: Progress) -> Self {
        Self {
            done: progress.done,
            of: progress.of,
            unit: progress.unit,
        }
    }
}

impl ReadingProgress {
    fn read(self) -> Result<Progress, Problem> {
        Progress::new(self.done, self.of, self.unit)
            .map_err(|problem| Problem::field("progress", problem.to_string()))
    }
}

/// Once that the member read a book, or tried to. Only they see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Reading {
    id: Id,
    /// What was read.
    book: Id,
    /// Which edition, if that is known.
    edition: Option<Id>,
    /// As exactly as it is known: `2026`, `2026-05` or `2026-05-12`.
    started_on: Option<String>,
    /// As exactly as it is known.
    ended_on: Option<String>,
    /// `finished` or `stopped`; null while it goes on.
    #[schema(value_type = Option<String>)]
    ending: Option<Ending>,
    /// Since when it is put aside.
    paused_at: Option<Timestamp>,
    /// How far it had come.
    progress: Option<ReadingProgress>,
}

impl Reading {
    fn of(book: WorkId, line: ReadingLine) -> Self {
        let day = |day: Option<RoughDay>| day.map(|day| day.to_string());
        Self {
            id: line.id.into(),
            book: book.into(),
            edition: line.edition.map(Id::from),
            started_on: day(line.input.started),
            ended_on: day(line.input.ended),
            ending: line.input.ending,
            paused_at: line.paused_at,
            progress: line.progress.map(ReadingProgress::from),
        }
    }

    async fn own(caller: &Caller, id: ReadingId) -> Result<Self, Problem> {
        let (book, line) = library::reading(&caller.cx, id).await?;
        Ok(Self::of(book.id, line))
    }
}

/// A day, a month or a year.
fn day(field: &str, text: Option<String>) -> Result<Option<RoughDay>, Problem> {
    let read = text.as_deref().map(RoughDay::parse).transpose();
    read.map_err(|problem| Problem::field(field, problem.to_string()))
}

/// Readings of a book
///
/// Those of the member: the one that goes on first, then from the last that ended. On one page.
#[utoipa::path(
    get,
    path = "/libraries/me/books/{book}/readings",
    tag = "Libraries",
    params(("book" = Id, Path, description = "Of the book.")),
    responses((status = 200, description = "The readings.", body = List<Reading>)),
    security(("token" = ["read"])),
    extensions(("x-cost" = json!(2)))
)]
async fn list_readings_of_book(
    caller: Caller,
    At(book): At<Id>,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<List<Reading>> {
    let (BookHead { id: book, .. }, lines) =
        library::readings_of_book(&caller.cx, book.of()).await?;
    Ok(Reply::ok(List {
        items: lines
            .into_iter()
            .map(|line| Reading::of(book, line))
            .collect(),
        next: None,
    }))
}

/// A reading to be written down.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewReading)]
struct New {
    /// As exactly as it is known: `2026`, `2026-05` or `2026-05-12`.
    #[serde(default)]
    started_on: Option<String>,
    /// As exactly as it is known.
    #[serde(default)]
    ended_on: Option<String>,
    /// `finished` or `stopped`; null while it goes on.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    ending: Option<Ending>,
    /// Which edition was read. One of another book is passed over.
    #[serde(default)]
    edition: Option<Id>,
}

/// Write down a reading
///
/// Of a book that goes on being read there is one at most.
#[utoipa::path(
    post,
    path = "/libraries/me/books/{book}/readings",
    tag = "Libraries",
    params(("book" = Id, Path, description = "Of the book."),
        ("Idempotency-Key" = Option<String>, Header, description = "Sent again with the same key, it is written down once.")),
    request_body = New,
    responses((status = 201, description = "The new reading.", body = Reading),
        (status = 409, description = "The key was used for another reading.")),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(2)))
)]
async fn create_reading(
    caller: Caller,
    At(book): At<Id>,
    Once(key): Once,
    Json(new): Json<New>,
) -> Answer<Reading> {
    let input = ReadingInput {
        started: day("started_on", new.started_on)?,
        ending: new.ending,
        ended: day("ended_on", new.ended_on)?,
    };
    let edition = new.edition.map(Id::of::<EditionId>);
    let id = library::add_reading(&caller.cx, key, book.of(), &input, edition).await?;
    let path = format!("/libraries/me/readings/{id}");
    Ok(Reply::created(Reading::own(&caller, id).await?, &path))
}

/// A reading
#[utoipa::path(
    get,
    path = "/libraries/me/readings/{id}",
    tag = "Libraries",
    params(("id" = Id, Path, description = "Of the reading.")),
    responses((status = 200, description = "The reading.", body = Reading)),
    security(("token" = ["read"]))
)]
async fn get_reading(
    caller: Caller,
    At(id): At<Id>,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<Reading> {
    Ok(Reply::ok(Reading::own(&caller, id.of()).await?))
}

/// What is to be different about a reading.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeOfReading)]
struct Changed {
    /// `2026`, `2026-05` or `2026-05-12`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    started_on: Change<String>,
    /// The same.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    ended_on: Change<String>,
    /// `finished` or `stopped`; null has it go on.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    ending: Change<Ending>,
    /// How far it has come: of one that goes on, and not null.
    #[serde(default)]
    #[schema(value_type = Option<ReadingProgress>)]
    progress: Change<ReadingProgress>,
}

impl Changed {
    /// What was read, and this laid over it.
    fn over(self, seen: &ReadingLine) -> Result<(ReadingInput, Option<Progress>), Problem> {
        let text = |day: Option<RoughDay>| day.map(|day| day.to_string());
        let started = self.started_on.over(text(seen.input.started));
        let ended = self.ended_on.over(text(seen.input.ended));
        let input = ReadingInput {
            started: day("started_on", started)?,
            ending: self.ending.over(seen.input.ending),
            ended: day("ended_on", ended)?,
        };
        let progress = match self.progress {
            Change::Keep => None,
            Change::Set(progress) => Some(progress.read()?),
            Change::Clear => {
                return Err(Problem::field(
                    "progress",
                    "Say how far it has come: 0 for the beginning.",
                ));
            }
        };
        Ok((input, progress))
    }
}

/// Change a reading
///
/// What is not sent stays as it is; null empties it. One that is put aside goes on with any
/// progress.
#[utoipa::path(
    patch,
    path = "/libraries/me/readings/{id}",
    tag = "Libraries",
    params(("id" = Id, Path, description = "Of the reading."),
        ("If-Match" = Option<String>, Header, description = "The ETag of what was read: another version is refused.")),
    request_body = Changed,
    responses((status = 200, description = "The reading as it is now.", body = Reading)),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(2)))
)]
async fn change_reading(
    caller: Caller,
    At(id): At<Id>,
    if_match: IfMatch,
    Json(change): Json<Changed>,
) -> Answer<Reading> {
    let (cx, id) = (&caller.cx, id.of::<ReadingId>());
    let mut tries = 0;
    loop {
        let (book, seen) = library::reading(cx, id).await?;
        if_match.check(&Reading::of(book.id, seen))?;
        let (input, progress) = change.clone().over(&seen)?;
        match library::change_reading(cx, id, &input, progress, &seen).await {
            // It was changed in between: what is asked for is laid over that, if any version is meant.
            Err(Error::Conflict(_)) if tries < 2 => tries += 1,
            done => break done?,
        }
    }
    Ok(Reply::ok(Reading::own(&caller, id).await?))
}

/// Remove a reading
///
/// This cannot be undone.
#[utoipa::path(
    delete,
    path = "/libraries/me/readings/{id}",
    tag = "Libraries",
    params(("id" = Id, Path, description = "Of the reading."),
        ("Idempotency-Key" = Option<String>, Header, description = "Sent again with the same key, it does nothing more.")),
    responses((status = 204, description = "It is gone.")),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(2)))
)]
async fn delete_reading(
    caller: Caller,
    At(id): At<Id>,
    Once(key): Once,
) -> Result<NoContent, Problem> {
    library::remove_reading(&caller.cx, key, id.of()).await?;
    Ok(NoContent)
}
