//! `/reading/export.csv`: all that a reader has in the library as a file.

use axum::body::Body;
use axum::http::header;
use axum::response::IntoResponse;
use dogear_server::library;

use crate::http::{PageResult, Req};

pub(super) async fn csv(req: Req) -> PageResult {
    let parts = library::export(&req.cx).await?;
    let day = library::today(&req.cx);
    let head = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"dogear-reading-{day}.csv\""),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((head, Body::from_stream(parts)).into_response())
}
