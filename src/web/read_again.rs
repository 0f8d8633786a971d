//! Reads are tried once more when the database went away under them: after it was started again,
//! connections that the pool still keeps are dead, and a new one answers.

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use dogear_server::lost;

/// The middleware. What changes something is never done twice.
pub(super) async fn read_again(request: Request, next: Next) -> Response {
    if !request.method().is_safe() || !request.body().is_end_stream() {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let again = Request::from_parts(parts.clone(), Body::empty());
    let before = lost::count();
    let first = next.clone().run(Request::from_parts(parts, body)).await;
    let failed = first.status() == StatusCode::SERVICE_UNAVAILABLE;
    if failed && lost::count() != before {
        return next.run(again).await;
    }
    first
}
