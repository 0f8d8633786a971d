//! `/covers/{id}.svg`: pictures drawn from title and author.

use axum::http::header;
use axum::response::IntoResponse;
use dogear_domain::ids::WorkId;
use dogear_server::catalogue::Covers;

use crate::http::{AppError, PageResult, Req};

/// Nothing may run or load from a picture that is opened by itself.
pub(super) const PICTURE_POLICY: &str = "sandbox; default-src 'none'";

/// The cover named `file`.
pub(super) async fn show(req: Req, covers: Covers, file: String) -> PageResult {
    let id: WorkId = file
        .strip_suffix(".svg")
        .and_then(|id| id.parse().ok())
        .ok_or_else(AppError::not_found)?;
    let drawing = covers.of(&req.cx, id).await?;
    let head = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CONTENT_SECURITY_POLICY, PICTURE_POLICY),
        (header::CACHE_CONTROL, "max-age=86400"),
        (header::ETAG, &drawing.etag),
    ];
    Ok((head, drawing.svg.to_string()).into_response())
}
