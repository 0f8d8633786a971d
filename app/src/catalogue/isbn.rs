//! `/isbn/{isbn}`: the book with that number, in any notation.

use axum::extract::Path;
use axum::http::StatusCode;
use dogear_domain::isbn::Isbn13;
use dogear_server::search;
use leptos::prelude::*;

use super::browse::unknown_isbn;
use crate::http::{AppError, Nav, PageResult, Req};
use dogear_urls as urls;

pub(super) async fn show(req: Req, Path(isbn): Path<String>) -> PageResult {
    let isbn = Isbn13::parse(&isbn).map_err(|error| AppError {
        message: Some(error.to_string()),
        ..AppError::not_found()
    })?;
    if let Some((work, slug)) = search::by_isbn(&req.cx, isbn).await? {
        return Ok(req.redirect(&urls::book(work, &slug)));
    }
    Ok(req
        .page("Not in the catalogue")
        .status(StatusCode::NOT_FOUND)
        .nav(Nav::Browse)
        .render(move || {
            view! {
                <div class="wrap wrap-narrow page">
                    <h1 class="visually-hidden">"Not in the catalogue"</h1>
                    {unknown_isbn(isbn)}
                </div>
            }
        }))
}
