//! `/covers/{id}.svg`: pictures drawn from title and author.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dogear_domain::ids::WorkId;
use dogear_server::catalogue::Covers;

use crate::http::{AppError, PageResult, Req};

/// Nothing may run or load from a picture that is opened by itself.
pub(super) const PICTURE_POLICY: &str = "sandbox; default-src 'none'";

/// The cover named `file`, or 304 when the browser has it.
pub(super) async fn show(req: Req, covers: Covers, headers: HeaderMap, file: String) -> PageResult {
    let id: WorkId = file
        .strip_suffix(".svg")
        .and_then(|id| id.parse().ok())
        .ok_or_else(AppError::not_found)?;
    let drawing = covers.of(&req.cx, id).await?;
    let known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|etag| etag.as_bytes() == drawing.etag.as_bytes());
    let head = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CONTENT_SECURITY_POLICY, PICTURE_POLICY),
        (header::CACHE_CONTROL, "public, max-age=86400"),
        (header::ETAG, &drawing.etag),
    ];
    let response: Response = if known {
        (StatusCode::NOT_MODIFIED, head).into_response()
    } else {
        (head, drawing.svg.to_string()).into_response()
    };
    Ok(response)
}
