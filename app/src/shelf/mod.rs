//! Readers' own shelves, single copies, their photos, imports and the drawn covers.

mod add;
mod copy;
mod covers;
mod edit;
mod export;
mod fields;
mod import;
mod list;
mod many;
mod photos;
mod scan;
mod uploads;

pub use fields::{edition_line, formats, genre_options, languages};

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Multipart, Path};
use axum::handler::Handler;
use axum::http::HeaderMap;
use dogear_server::catalogue::Covers;

use self::uploads::Uploads;
use crate::access::Who::{Member, Reader};
use crate::http::{Req, Routes};
use crate::islands::{ImportProgress, LookUpBooks};
use dogear_urls::pages;

/// Files of one upload together: 24 MiB, as much as the site takes in one request.
const LARGEST_UPLOAD: usize = 24 * 1024 * 1024;

pub fn routes(routes: Routes) -> Routes {
    let drawn = Covers::default();
    let uploads = Arc::new(Uploads::default());
    let importing = Arc::clone(&uploads);
    let import = move |req: Req, file: Multipart| import::submit(req, Arc::clone(&importing), file);
    let scan_place = Arc::clone(&uploads);
    let scan_photo =
        move |req: Req, file: Multipart| async move { scan::photo(req, &scan_place, file).await };
    let upload = move |req: Req, Path(copy): Path<String>, files: Multipart| {
        photos::submit(req, Arc::clone(&uploads), copy, files)
    };
    routes
        .get(&pages::SHELF, list::show)
        .post("/shelf/bulk", list::bulk)
        .post("/shelf/undo", list::undo)
        .get(&pages::SHELF_CSV, export::csv)
        .get(&pages::SHELF_JSON, export::json)
        .get(&pages::SHELF_ADD, add::search)
        .get(&pages::SHELF_ADD_MANY, many::form)
        .post("/shelf/add/many", many::check)
        .post("/shelf/add/many/done", many::submit)
        .get(&pages::SHELF_ADD_SCAN, scan::form)
        .post("/shelf/add/scan", scan::submit)
        .post(
            "/shelf/add/scan/photo",
            scan_photo.layer(DefaultBodyLimit::max(LARGEST_UPLOAD)),
        )
        .post("/shelf/add/scan/change", scan::change)
        .post("/shelf/add/scan/finish", scan::finish)
        .get(&pages::SHELF_ADD_NEW, add::new_form)
        .post("/shelf/add/new", add::new_submit)
        .get(&pages::SHELF_ADD_EDITION, add::copy_form)
        .post("/shelf/add/{edition}", add::copy_submit)
        .get(&pages::SHELF_IMPORT, import::list)
        .post(
            "/shelf/import",
            import.layer(DefaultBodyLimit::max(LARGEST_UPLOAD)),
        )
        .get(&pages::SHELF_IMPORT_ONE, import::show)
        .post("/shelf/import/{id}/columns", import::columns)
        .get(&pages::SHELF_IMPORT_ROWS, import::rows)
        .post("/shelf/import/{id}/rows", import::choose)
        .post("/shelf/import/{id}/start", import::start)
        .post("/shelf/import/{id}/stop", import::stop)
        .post("/shelf/import/{id}/retry", import::retry)
        .post("/shelf/import/{id}/undo", import::undo)
        .get(&pages::COPY, copy::show)
        .get(&pages::COPY_EDIT, edit::form)
        .post("/copies/{id}/edit", edit::submit)
        .post("/copies/{id}/state", edit::state)
        .get(&pages::COPY_PHOTOS, photos::form)
        .post(
            "/copies/{id}/photos",
            upload.layer(DefaultBodyLimit::max(LARGEST_UPLOAD)),
        )
        .post("/copies/{id}/photos/change", photos::change)
        .post("/photos/undo", photos::undo)
        .get(&pages::PHOTO, photos::show)
        .look_up::<LookUpBooks>(Member)
        .look_up::<ImportProgress>(Reader)
        .get(
            &pages::COVER,
            move |req: Req, headers: HeaderMap, Path(file): Path<String>| {
                covers::show(req, drawn.clone(), headers, file)
            },
        )
}

/// The number in an address; anything else is no page of ours.
fn id<T: std::str::FromStr>(text: &str) -> Result<T, crate::http::AppError> {
    text.parse().map_err(|_| crate::http::AppError::not_found())
}
