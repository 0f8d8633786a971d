//! `/dev/errors/{status}`: the page of each error, to be looked at without breaking anything.

use std::time::Duration;

use axum::extract::Path;
use axum::http::StatusCode;

use crate::http::{AppError, PageResult};

pub(super) async fn show(Path(status): Path<String>) -> PageResult {
    let status = status
        .parse()
        .ok()
        .filter(|status: &StatusCode| status.is_client_error() || status.is_server_error())
        .unwrap_or(StatusCode::NOT_FOUND);
    Err(AppError {
        retry_after: (status == StatusCode::TOO_MANY_REQUESTS).then_some(Duration::from_secs(90)),
        ..AppError::status(status)
    })
}
