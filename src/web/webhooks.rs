//! Messages of other services: a door of its own, without session, forms, layout or memory of pages.
//! Whoever knocks shows by a signature who they are.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::IntoResponse;
use axum::routing::post;
use dogear_app::AppState;
use dogear_app::http::timeout;
use dogear_server::Cx;
use dogear_server::trades::{self, Received, SIGNATURE};

/// Real messages have a few thousand bytes.
const LARGEST: usize = 64 * 1024;
/// For a message to arrive and to be kept.
const PATIENCE: Duration = Duration::from_secs(10);

/// The addresses that others send messages to.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/webhooks/payments/{provider}", post(payment))
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(middleware::from_fn(|request: Request, next: Next| {
            timeout(PATIENCE, request, next)
        }))
}

/// A payment service tells that something has happened. Nothing is said to it but whether to tell it
/// again.
async fn payment(
    State(state): State<AppState>,
    Path(provider): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> impl IntoResponse {
    let status = match body {
        Err(refused) => refused.status(),
        Ok(body) => {
            let header = headers.get(SIGNATURE).and_then(|value| value.to_str().ok());
            let cx = Cx::system(state.services);
            let header = header.unwrap_or_default();
            match trades::receive_message(&cx, &provider, header, &body).await {
                Ok(Received::Kept) => StatusCode::OK,
                Ok(Received::Nowhere) => StatusCode::NOT_FOUND,
                Ok(Received::Refused) => StatusCode::BAD_REQUEST,
                Err(error) => {
                    tracing::error!(%error, "a message of a payment service could not be kept");
                    StatusCode::SERVICE_UNAVAILABLE
                }
            }
        }
    };
    (status, [(header::CACHE_CONTROL, "no-store")])
}
