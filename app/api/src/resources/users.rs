//! Readers as others see them.

use dogear_domain::grade::{Defect, Grade};
use dogear_domain::ids::{CopyId, ReviewId, WorkId};
use dogear_domain::library::ReadingStatus;
use dogear_server::library::{self, ShownBook};
use dogear_server::pages::{self, PublicList, Reader, ShelfLine};
use dogear_server::{Cx, reviews};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::books::PageOf;
use super::parts::OffersShown;
use super::reviews_of_book::BookReview;
use crate::Site;
use crate::answer::{Answer, List, Reply};
use crate::caller::Caller;
use crate::cursor;
use crate::id::{At, Id};
use crate::query::{Nothing, Query};

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(get_user))
        .routes(routes!(list_copies_of_user))
        .routes(routes!(list_reviews_of_user))
        .routes(routes!(list_reading_of_user))
        .routes(routes!(list_lists_of_user))
}

/// A reader, as their page shows them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct User {
    /// Stays the same when the handle changes.
    id: Id,
    /// Without the @, as they spell it.
    handle: String,
    /// What they want to be called.
    name: String,
    /// Their page.
    url: String,
    /// As they wrote it; may be empty.
    city: String,
    /// As they wrote it; may be empty.
    region: String,
    /// ISO 3166-1 alpha-2; may be empty.
    country: String,
    /// They send parcels to other countries.
    posts_abroad: bool,
    /// In their words; may be empty.
    about: String,
    /// When they joined.
    since: Timestamp,
    /// Trades in which they took part.
    trades_completed: i32,
    /// The mean time to their answer, in seconds; null before the first answer.
    reply_seconds: Option<i64>,
    /// How many they have sent.
    parcels_sent: i32,
    /// Those of them that were sent by the agreed day.
    parcels_on_time: i32,
    /// Away until then: nothing can be asked for.
    away_until: Option<Timestamp>,
    /// How many of their reviews others see.
    reviews: i64,
    /// How many of their lists everybody sees.
    lists: usize,
    /// Events to come that they host; a series counts once.
    events: i64,
    /// They show something of what they read.
    shows_reading: bool,
}

impl User {
    fn of(cx: &Cx, reader: Reader) -> Self {
        let url = dogear_urls::reader(&reader.handle);
        Self {
            id: reader.id.into(),
            url: cx.services.settings.link(&url),
            handle: reader.handle,
            name: reader.display_name,
            city: reader.city,
            region: reader.region,
            country: reader.country,
            posts_abroad: reader.posts_abroad,
            about: reader.about,
            since: reader.trust.since,
            trades_completed: reader.trust.trades_completed,
            reply_seconds: reader.trust.reply_seconds,
            parcels_sent: reader.trust.parcels_sent,
            parcels_on_time: reader.trust.parcels_on_time,
            away_until: reader.away_until,
            reviews: reader.reviews,
            lists: reader.lists.len(),
            events: reader.hosts,
            shows_reading: reader.shows_reading,
        }
    }
}

/// A reader
///
/// As their page shows them, by their handle in any spelling of case. A reader who is suspended or
/// has left, or with whom the caller has a block, is not found.
#[utoipa::path(
    get,
    path = "/users/{handle}",
    tag = "Users",
    params(("handle" = String, Path, description = "Without the @.")),
    responses((status = 200, description = "The reader.", body = User)),
    security((), ("token" = []))
)]
async fn get_user(
    caller: Caller,
    At(handle): At<String>,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<User> {
    let reader = pages::reader_facts(&caller.cx, &handle).await?;
    Ok(Reply::ok(User::of(&caller.cx, reader)))
}

/// A copy that a reader has listed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListedCopy {
    id: Id,
    /// What it is a copy of.
    book: Id,
    /// Of the book, the one it is a copy of.
    edition: Id,
    /// Of the book, without the subtitle.
    title: String,
    /// All authors in one line.
    author_line: String,
    /// The page of the book.
    book_url: String,
    /// ISO 639-1, of the book; may be empty.
    language: String,
    /// `as-new`, `fine`, `very-good`, `good`, `fair` or `reading-copy`.
    #[schema(value_type = String)]
    grade: Grade,
    /// What the owner owns up to.
    #[schema(value_type = Vec<String>)]
    defects: Vec<Defect>,
    /// In the owner's words; may be empty.
    note: String,
    offers: OffersShown,
    /// Address of the first photo.
    photo: Option<String>,
    /// It is promised in a trade, or lent: it cannot be asked for now.
    held: bool,
    /// It is given away in this round: one asks for it there.
    give_away: Option<Id>,
    /// Until when.
    give_away_closes_at: Option<Timestamp>,
}

impl ListedCopy {
    fn of(cx: &Cx, line: ShelfLine) -> Self {
        let link = |path: &str| cx.services.settings.link(path);
        Self {
            id: line.copy.into(),
            book: line.work.into(),
            edition: line.edition.into(),
            book_url: link(&dogear_urls::book(line.work, &line.slug)),
            title: line.title,
            author_line: line.author_line,
            language: line.language,
            grade: line.grade,
            defects: line.defects,
            note: line.note,
            offers: line.offers.into(),
            photo: line.photo.map(|key| link(&dogear_urls::photo(key))),
            held: line.held,
            give_away: line.round.map(|(round, _)| round.into()),
            give_away_closes_at: line.round.map(|(_, closes_at)| closes_at),
        }
    }
}

/// Copies that a reader has listed
///
/// Those that were entered last first. Copies that are listed meanwhile do not move the pages.
#[utoipa::path(
    get,
    path = "/users/{handle}/copies",
    tag = "Users",
    params(("handle" = String, Path, description = "Without the @."), PageOf),
    responses((status = 200, description = "A page of copies.", body = List<ListedCopy>)),
    security((), ("token" = [])),
    extensions(("x-cost" = json!(3)))
)]
async fn list_copies_of_user(
    caller: Caller,
    At(handle): At<String>,
    Query(page): Query<PageOf>,
) -> Answer<List<ListedCopy>> {
    let cx = &caller.cx;
    let name = format!("copies of user {}", handle.to_lowercase());
    let before: Option<CopyId> = cursor::read(cx, &name, page.cursor.as_deref())?;
    let most = page.most();
    let copies = pages::copies_of_reader(cx, &handle, before, most + 1).await?;
    let show = |line| ListedCopy::of(cx, line);
    let list = cursor::page(cx, &name, (copies, most), |line| line.copy, show)?;
    Ok(Reply::ok(list))
}

/// Reviews of a reader
///
/// Of all books, those that were written last first.
#[utoipa::path(
    get,
    path = "/users/{handle}/reviews",
    tag = "Users",
    params(("handle" = String, Path, description = "Without the @."), PageOf),
    responses((status = 200, description = "A page of reviews.", body = List<BookReview>)),
    security((), ("token" = [])),
    extensions(("x-cost" = json!(3)))
)]
async fn list_reviews_of_user(
    caller: Caller,
    At(handle): At<String>,
    Query(page): Query<PageOf>,
) -> Answer<List<BookReview>> {
    let cx = &caller.cx;
    let name = format!("reviews of user {}", handle.to_lowercase());
    let before: Option<ReviewId> = cursor::read(cx, &name, page.cursor.as_deref())?;
    let most = page.most() as usize;
    let found = reviews::most_of_reader(cx, &handle, before, most).await?;
    let next = found.next.map(|key| cursor::write(cx, &name, &key));
    let items = found.lines.into_iter();
    Ok(Reply::ok(List {
        next: next.transpose()?,
        items: items.map(|review| BookReview::of(cx, review)).collect(),
    }))
}

/// A book that a reader shows in their reading.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadBook {
    /// By which it is named.
    book: Id,
    /// Without the subtitle.
    title: String,
    /// All authors in one line; may be empty.
    author_line: String,
    /// The page of the book.
    book_url: String,
    /// ISO 639-1; may be empty.
    language: String,
    /// `want`, `reading`, `paused`, `read` or `stopped`; null when it is only rated.
    #[schema(value_type = Option<String>)]
    status: Option<ReadingStatus>,
    /// How often they read it to the end.
    times_read: i32,
    /// How they rate it: of five stars, in quarters.
    stars: Option<f64>,
    /// When they read it to the end last, as far as it is known: `2026-05-03`, `2026-05` or `2026`.
    read_on: Option<String>,
    /// When something about it was changed last.
    changed_at: Timestamp,
}

impl ReadBook {
    fn of(cx: &Cx, book: ShownBook) -> Self {
        let path = dogear_urls::book(book.work, &book.slug);
        Self {
            book: book.work.into(),
            book_url: cx.services.settings.link(&path),
            title: book.title,
            author_line: book.author_line,
            language: book.language,
            status: book.status,
            times_read: book.times_read,
            stars: book.rating.map(|rating| f64::from(rating.quarters()) / 4.0),
            read_on: book.read_on.map(|day| day.to_string()),
            changed_at: book.changed_at,
        }
    }
}

/// What a reader shows of their reading
///
/// What was changed last first; nothing when they show nothing. A book that is changed while you
/// page goes to the first page.
#[utoipa::path(
    get,
    path = "/users/{handle}/reading",
    tag = "Users",
    params(("handle" = String, Path, description = "Without the @."), PageOf),
    responses((status = 200, description = "A page of books.", body = List<ReadBook>)),
    security((), ("token" = [])),
    extensions(("x-cost" = json!(3)))
)]
async fn list_reading_of_user(
    caller: Caller,
    At(handle): At<String>,
    Query(page): Query<PageOf>,
) -> Answer<List<ReadBook>> {
    let cx = &caller.cx;
    let name = format!("reading of user {}", handle.to_lowercase());
    let before: Option<(Timestamp, WorkId)> = cursor::read(cx, &name, page.cursor.as_deref())?;
    let most = page.most();
    let books = library::shown_by(cx, &handle, before, most + 1).await?;
    let key = |book: &ShownBook| (book.changed_at, book.work);
    let show = |book| ReadBook::of(cx, book);
    Ok(Reply::ok(cursor::page(
        cx,
        &name,
        (books, most),
        key,
        show,
    )?))
}

/// A list of books that a reader shows to everybody.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListOfUser {
    id: Id,
    name: String,
    /// Its page.
    url: String,
    /// How many are in it.
    books: i64,
}

/// Lists of a reader
///
/// Those that everybody may see, the one that was changed last first, all on one page.
#[utoipa::path(
    get,
    path = "/users/{handle}/lists",
    tag = "Users",
    params(("handle" = String, Path, description = "Without the @.")),
    responses((status = 200, description = "The lists.", body = List<ListOfUser>)),
    security((), ("token" = [])),
    extensions(("x-cost" = json!(3)))
)]
async fn list_lists_of_user(
    caller: Caller,
    At(handle): At<String>,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<List<ListOfUser>> {
    let cx = &caller.cx;
    let lists = pages::reader_facts(cx, &handle).await?.lists.into_iter();
    let show = |list: PublicList| ListOfUser {
        id: list.id.into(),
        url: cx
            .services
            .settings
            .link(&dogear_urls::list(list.id, &list.slug)),
        name: list.name,
        books: list.books,
    };
    Ok(Reply::ok(List {
        items: lists.map(show).collect(),
        next: None,
    }))
}
