//! Addresses that hold what no text of ours can hold: a NUL, which PostgreSQL does not take, or
//! bytes that are no UTF-8. Nothing can be there, so nobody behind this has to ask.

use std::borrow::Cow;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use dogear_app::http::AppError;
use dogear_urls::pages;
use percent_encoding::percent_decode_str;

/// The middleware: 404 for such a path, 400 for such a query. Only searching takes whatever
/// somebody pastes into its box, and passes over what cannot be searched for.
pub(super) async fn readable(request: Request, next: Next) -> Response {
    let uri = request.uri();
    if !is_text(uri.path()) {
        return AppError::not_found().into_response();
    }
    let lenient = pages::BROWSE.fits(uri.path());
    if !lenient && uri.query().is_some_and(|query| !is_text(query)) {
        return AppError::status(StatusCode::BAD_REQUEST).into_response();
    }
    next.run(request).await
}

fn is_text(encoded: &str) -> bool {
    let decoded: Result<Cow<'_, str>, _> = percent_decode_str(encoded).decode_utf8();
    decoded.is_ok_and(|text| !text.contains('\0'))
}
