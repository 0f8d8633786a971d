//! What the browser has already is not sent once more.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use axum_extra::headers::{ETag, HeaderMapExt as _, IfNoneMatch};

/// Answers 304, with the headers alone, when the request names the `ETag` of what is there
/// (RFC 9110, section 13.1.2). Pages and pictures name theirs where they are made.
pub(super) async fn conditional(request: Request, next: Next) -> Response {
    let known = request
        .method()
        .is_safe()
        .then(|| request.headers().typed_get::<IfNoneMatch>())
        .flatten();
    let mut response = next.run(request).await;
    let (Some(known), Some(there)) = (known, response.headers().typed_get::<ETag>()) else {
        return response;
    };
    if response.status() != StatusCode::OK || known.precondition_passes(&there) {
        return response;
    }
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    // Of no known length: what is empty would be given the length 0, which is not the page's.
    *response.body_mut() = Body::from_stream(futures::stream::empty::<Result<Bytes, Infallible>>());
    for of_body in [header::CONTENT_TYPE, header::CONTENT_ENCODING] {
        response.headers_mut().remove(of_body);
    }
    response
}
