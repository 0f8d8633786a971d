//! `/shelf/import`: books from a file of another program, or of our own.

pub(super) mod actions;
mod files;
mod page;
mod plan;
mod rows;

use axum::extract::{Path, Query};

use self::rows::Params;
use super::id;
use crate::http::{PageResult, Req};

pub(super) async fn list(req: Req) -> PageResult {
    files::page(&req).await
}

pub(super) async fn show(req: Req, Path(import): Path<String>) -> PageResult {
    page::page(&req, id(&import)?).await
}

pub(super) async fn rows(
    req: Req,
    Path(import): Path<String>,
    Query(params): Query<Params>,
) -> PageResult {
    rows::page(&req, id(&import)?, params).await
}
