//! `/shelf/export.csv` and `/shelf/export.json`: my whole shelf as a file.

use axum::body::Body;
use axum::http::header;
use axum::response::IntoResponse;
use dogear_server::copies::{self, ExportForm};

use crate::http::{PageResult, Req};

pub(super) async fn csv(req: Req) -> PageResult {
    file(&req, ExportForm::Csv, "csv", "text/csv; charset=utf-8").await
}

pub(super) async fn json(req: Req) -> PageResult {
    file(&req, ExportForm::Json, "json", "application/json").await
}

async fn file(req: &Req, form: ExportForm, ending: &str, kind: &'static str) -> PageResult {
    let parts = copies::export(&req.cx, form).await?;
    let day = req.cx.now().to_zoned(req.zone()).date();
    let head = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"dogear-shelf-{day}.{ending}\""),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((head, Body::from_stream(parts)).into_response())
}
