//! Writes run to their end, also when the client is gone: the handler of an
//! unsafe method runs in a task of its own. A dropped handler could leave a
//! transaction open (sqlx up to 0.9.0 loses a `begin` that is dropped half way).

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio_util::task::TaskTracker;
use tracing::Instrument;

pub(super) async fn run_to_completion(
    tracker: TaskTracker,
    request: Request,
    next: Next,
) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    // The task keeps the request's span: its lines carry the id that the reader is shown.
    match tracker.spawn(next.run(request).in_current_span()).await {
        Ok(response) => response,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
