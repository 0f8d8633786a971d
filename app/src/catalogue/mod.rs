//! Browse, books, authors, series, genres, languages, readers' public shelves, and saved
//! searches.

pub mod actions;
pub mod browse;

mod author;
mod book;
mod correct;
mod feeds;
mod isbn;
mod reader;
mod searches;
mod similar;
mod subject;

use axum::extract::RawQuery;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use dogear_domain::ids::WorkId;
use dogear_server::search::Browse;

use self::actions::*;
use crate::http::{Req, Routes, Slugged};
use crate::islands::{CountBooks, Suggest};
use dogear_urls::Access::{Anyone, Member, Reader};
use dogear_urls::pages;

pub fn routes(routes: Routes) -> Routes {
    let counted = Browse::default();
    let fed = counted.clone();
    routes
        .get(&pages::SEARCH_FEED, move |req: Req, raw: RawQuery| {
            feeds::search(req, fed.clone(), raw)
        })
        .get(&pages::AUTHOR_FEED, feeds::author)
        .get(&pages::READER_FEED, feeds::reader)
        .get(&pages::BROWSE, move |req: Req, raw: RawQuery| {
            browse::show(req, counted.clone(), raw)
        })
        .get(&pages::BOOK, book::show)
        .get(&pages::BOOK_CORRECT, correct::form)
        .get(&pages::ISBN, isbn::show)
        .get(&pages::AUTHOR, author::show)
        .get(&pages::SERIES, author::series)
        .get(&pages::GENRES, subject::list)
        .get(&pages::GENRE, subject::genre)
        .get(&pages::LANGUAGE, subject::language)
        .get(&pages::READER, reader::show)
        .get(&pages::SEARCHES, searches::list)
        .action::<SuggestCorrection>(Member)
        .action::<WithdrawCorrection>(Member)
        .action::<SaveSearch>(Member)
        .action::<RemoveSearch>(Reader)
        .action::<AlertOfSearch>(Reader)
        .look_up::<Suggest>(Anyone)
        .look_up::<CountBooks>(Anyone)
}

/// 308 to the book into which this one was merged. Asked again each time, because a merge can
/// be taken back.
fn gone_to(path: &str) -> Response {
    (
        StatusCode::PERMANENT_REDIRECT,
        [
            (header::LOCATION, path.to_owned()),
            (header::CACHE_CONTROL, "no-cache".to_owned()),
        ],
    )
        .into_response()
}

/// `?page=`; 1 when it is absent or no number.
fn page_number(raw: &RawQuery) -> u32 {
    raw.0
        .as_deref()
        .and_then(|raw| {
            url::form_urlencoded::parse(raw.as_bytes()).find(|(name, _)| name == "page")
        })
        .and_then(|(_, page)| page.parse().ok())
        .unwrap_or(1)
        .clamp(1, 1000)
}

/// How an address names a book.
type BookName = Slugged<WorkId>;
