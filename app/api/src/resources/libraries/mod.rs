//! Libraries: what members want, read and have read.

mod readings;
mod years;

use axum::response::{IntoResponse, Response};
use dogear_domain::access_tokens::Scope;
use dogear_domain::ids::WorkId;
use dogear_domain::library::{Rating, ReadingStatus, Visibility};
use dogear_server::Error;
use dogear_server::library::{self, BookHead, KeepForm, Kept, KeptFilter, OwnKept};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::readings::ReadingProgress;
use crate::Site;
use crate::answer::{Answer, List, NoContent, Reply};
use crate::body::Json;
use crate::caller::Caller;
use crate::cursor;
use crate::id::{At, Id};
use crate::matching::IfMatch;
use crate::problem::{Code, Problem};
use crate::query::{Nothing, Query};

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_library))
        .routes(routes!(
            get_book_of_library,
            put_book_of_library,
            delete_book_of_library
        ))
        .merge(readings::routes())
        .merge(years::routes())
}

/// A book, as it is named in lists.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = NamedBook)]
pub(super) struct Named {
    pub(super) id: Id,
    /// Its page.
    pub(super) url: String,
    /// Without the subtitle.
    pub(super) title: String,
    /// All authors in one line; may be empty.
    pub(super) author_line: String,
    /// ISO 639-1; may be empty.
    pub(super) language: String,
}

impl Named {
    fn of(book: BookHead, caller: &Caller) -> Self {
        let path = dogear_urls::book(book.id, &book.slug);
        Self {
            id: book.id.into(),
            url: caller.cx.services.settings.link(&path),
            title: book.title,
            author_line: book.author_line,
            language: book.language,
        }
    }
}

/// Stars, as they are shown: 3.75.
pub(super) fn stars(rating: Rating) -> f64 {
    f64::from(rating.quarters()) / 4.0
}

/// Stars, as they are sent.
pub(super) fn rating(stars: Option<f64>) -> Result<Option<Rating>, Problem> {
    let Some(stars) = stars else { return Ok(None) };
    match Rating::parse_stars(&stars.to_string()) {
        Ok(Some(rating)) => Ok(Some(rating)),
        Ok(None) => Err(Problem::field(
            "rating",
            "The least is a quarter of a star. Send null for no rating.",
        )),
        Err(problem) => Err(Problem::field("rating", problem.to_string())),
    }
}

/// A book in a library.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct LibraryEntry {
    /// The book.
    book: Named,
    /// `want`, `reading`, `paused`, `read` or `stopped`; null when it is only rated or noted.
    #[schema(value_type = Option<String>)]
    status: Option<ReadingStatus>,
    /// How often it was read to the end.
    times_read: i32,
    /// In stars, from 0.25 to 5 in quarters.
    rating: Option<f64>,
    /// When it was read to the end last, as exactly as that is known: `2026`, `2026-05` or
    /// `2026-05-12`.
    read_on: Option<String>,
    /// What only the reader is told; null for everybody else.
    own: Option<OwnPart>,
}

/// What only the reader is told of a book in their library.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = OwnPartOfLibraryEntry)]
pub(crate) struct OwnPart {
    /// It is to be read, perhaps once more.
    wanted: bool,
    /// The reading that goes on, put aside or not.
    open_reading: Option<Id>,
    /// How far that one has come.
    progress: Option<ReadingProgress>,
    /// May be empty.
    note: String,
    /// `private` or `public`; null: as for all books.
    #[schema(value_type = Option<String>)]
    visibility: Option<Visibility>,
    /// Others see the book in the library.
    shown: bool,
}

impl LibraryEntry {
    fn of(kept: Kept, caller: &Caller) -> Self {
        Self {
            book: Named::of(kept.book, caller),
            status: kept.status,
            times_read: kept.times_read,
            rating: kept.rating.map(stars),
            read_on: kept.read_on.map(|day| day.to_string()),
            own: kept.own.map(OwnPart::from),
        }
    }
}

impl From<OwnKept> for OwnPart {
    fn from(own: OwnKept) -> Self {
        Self {
            wanted: own.wanted,
            open_reading: own.open.map(Id::from),
            progress: own.progress.map(ReadingProgress::from),
            note: own.note,
            visibility: own.visibility,
            shown: own.shown,
        }
    }
}

/// Which books of a library.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Books {
    /// `want`, `reading`, `paused`, `read` or `stopped`.
    #[param(value_type = Option<String>)]
    status: Option<ReadingStatus>,
    /// Read to the end last in this year.
    year: Option<i16>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// At most so many, up to 100.
    #[serde(default = "super::books::most")]
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: u32,
}

/// Books in a library
///
/// What the member shows; `me`, or the caller's own handle, with a token that opens `read`: all of
/// it, with what only they are told. The book that was entered into the catalogue last comes first.
#[utoipa::path(
    get,
    path = "/libraries/{handle}",
    tag = "Libraries",
    params(("handle" = String, Path, description = "Of the member, or `me`."), Books),
    responses((status = 200, description = "A page of books.", body = List<LibraryEntry>)),
    security((), ("token" = [])),
    extensions(("x-cost" = json!(3)))
)]
async fn list_library(
    caller: Caller,
    At(handle): At<String>,
    Query(asked): Query<Books>,
) -> Answer<List<LibraryEntry>> {
    let cx = &caller.cx;
    let handle = match handle.as_str() {
        "me" => caller.member()?.handle.clone(),
        _ => handle,
    };
    let mine = cx
        .actor
        .as_ref()
        .is_some_and(|actor| actor.handle.eq_ignore_ascii_case(&handle));
    let whole = mine && caller.scopes.has(Scope::Read);
    let filter = KeptFilter {
        status: asked.status,
        year: asked.year,
    };
    let name = format!("library {handle} {whole} {filter:?}");
    let before = cursor::read(cx, &name, asked.cursor.as_deref())?;
    let most = asked.limit.clamp(1, 100);
    let mut books = if whole {
        library::kept(cx, filter, before, most + 1).await?
    } else {
        library::kept_by(cx, &handle, filter, before, most + 1).await?
    };
    let more = books.len() > most as usize;
    books.truncate(most as usize);
    let next = books.last().filter(|_| more).map(|kept| kept.book.id);
    Ok(Reply::ok(List {
        next: next.map(|key| cursor::write(cx, &name, &key)).transpose()?,
        items: books
            .into_iter()
            .map(|kept| LibraryEntry::of(kept, &caller))
            .collect(),
    }))
}

/// A book in the own library
#[utoipa::path(
    get,
    path = "/libraries/me/books/{book}",
    tag = "Libraries",
    params(("book" = Id, Path, description = "Of the book.")),
    responses((status = 200, description = "What it is to the member.", body = LibraryEntry)),
    security(("token" = ["read"]))
)]
async fn get_book_of_library(
    caller: Caller,
    At(book): At<Id>,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<LibraryEntry> {
    let kept = library::kept_book(&caller.cx, book.of()).await?;
    Ok(Reply::ok(LibraryEntry::of(kept, &caller)))
}

/// What a book is to be to a member. What is not sent is empty.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LibraryEntrySent)]
struct Sent {
    /// `want`, `reading`, `paused`, `read` or `stopped`. Where it stands otherwise, a reading is begun
    /// or ended today; of a book without readings nobody knows when. Null takes a wish back and
    /// leaves readings as they are.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    status: Option<ReadingStatus>,
    /// In stars, from 0.25 to 5 in quarters.
    #[serde(default)]
    rating: Option<f64>,
    /// For the member alone.
    #[serde(default)]
    note: String,
    /// `private` or `public`; null: as for all books.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    visibility: Option<Visibility>,
}

/// Put a book into the own library
///
/// Replaces all that is said here of the book: status, rating, note and visibility. Readings are
/// changed one by one.
#[utoipa::path(
    put,
    path = "/libraries/me/books/{book}",
    tag = "Libraries",
    params(("book" = Id, Path, description = "Of the book."),
        ("If-Match" = Option<String>, Header, description = "The ETag of what was read: another version is refused.")),
    request_body = Sent,
    responses((status = 200, description = "What it is to the member now.", body = LibraryEntry),
        (status = 204, description = "Nothing at all is said of it now.")),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(2)))
)]
async fn put_book_of_library(
    caller: Caller,
    At(book): At<Id>,
    if_match: IfMatch,
    Json(sent): Json<Sent>,
) -> Result<Response, Problem> {
    let (cx, work) = (&caller.cx, book.of::<WorkId>());
    let form = KeepForm {
        status: sent.status,
        rating: rating(sent.rating)?,
        note: sent.note,
        visibility: sent.visibility,
    };
    let mut seen = None;
    if if_match.is_named() {
        seen = Some(checked(&caller, work, &if_match).await?);
    }
    match library::keep(cx, work, &form, seen).await {
        // Another program was quicker, and is looked at for its version.
        Err(Error::Conflict(problem)) if seen.is_some() => {
            checked(&caller, work, &if_match).await?;
            return Err(Problem::new(Code::VersionMismatch).saying(problem));
        }
        done => done?,
    }
    match library::kept_book(cx, work).await {
        Ok(kept) => Ok(Reply::ok(LibraryEntry::of(kept, &caller)).into_response()),
        Err(Error::NotFound) => Ok(NoContent.into_response()),
        Err(error) => Err(error.into()),
    }
}

/// The number of the version that the request names. What is not there is no version.
async fn checked(caller: &Caller, work: WorkId, if_match: &IfMatch) -> Result<i32, Problem> {
    match library::kept_book(&caller.cx, work).await {
        Ok(kept) => {
            let version = kept.own.as_ref().map_or(0, |own| own.version);
            if_match.check(&LibraryEntry::of(kept, caller))?;
            Ok(version)
        }
        Err(Error::NotFound) => Err(Problem::new(Code::VersionMismatch)
            .saying("The book is not in the library, so that no version of it is.")),
        Err(error) => Err(error.into()),
    }
}

/// Take a book out of the own library
///
/// With the wish, all readings, the rating and the note. This cannot be undone. Doing it twice is
/// fine.
#[utoipa::path(
    delete,
    path = "/libraries/me/books/{book}",
    tag = "Libraries",
    params(("book" = Id, Path, description = "Of the book.")),
    responses((status = 204, description = "Nothing is known of it any more.")),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(2)))
)]
async fn delete_book_of_library(caller: Caller, At(book): At<Id>) -> Result<NoContent, Problem> {
    library::forget(&caller.cx, book.of()).await?;
    Ok(NoContent)
}
