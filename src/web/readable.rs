//! Addresses that hold what no text of ours can hold: a NUL, which PostgreSQL does not take, or,
//! in a path, bytes that are no UTF-8. Nothing can be there, so nobody behind this has to ask.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use dogear_app::http::AppError;
use dogear_urls::pages;
use percent_encoding::percent_decode_str;

/// The middleware: 404 for such a path, 400 for a query with a NUL; other bytes of a query are
/// read as a sign for what is no letter. Only searching takes whatever somebody pastes into its
/// box, and passes over what cannot be searched for.
pub(super) async fn readable(request: Request, next: Next) -> Response {
    let uri = request.uri();
    let path = percent_decode_str(uri.path()).decode_utf8();
    if !path.is_ok_and(|path| !path.contains('\0')) {
        return AppError::not_found().into_response();
    }
    let lenient = pages::BROWSE.fits(uri.path());
    let query = uri.query().unwrap_or_default();
    if !lenient && percent_decode_str(query).any(|byte| byte == 0) {
        return AppError::status(StatusCode::BAD_REQUEST).into_response();
    }
    next.run(request).await
}
