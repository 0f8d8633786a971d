//! The interface for programs: the same services as the pages, as JSON below `/api/v1`.
//!
//! A handler says what it is in one place, its `#[utoipa::path]`: address, scopes (`security`), what
//! it costs (`x-cost`), what it takes and gives. The router, the guard and the document that
//! developers read are made of that.

#![warn(missing_docs)]
#![warn(clippy::print_stdout, clippy::print_stderr)]

mod answer;
mod body;
mod caller;
mod cursor;
mod document;
mod guard;
mod id;
mod idempotency;
mod matching;
mod moved;
mod problem;
mod query;
mod resources;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use dogear_server::Services;

pub use caller::ClientAddress;
pub use document::described;
pub use guard::{Operation, operations};

use problem::{Code, Problem};

/// Where everything is: `/api/v1/books`.
pub const BASE: &str = "/api/v1";
/// Any body but photos and bulk.
const LARGEST_BODY: usize = 512 * 1024;
/// For an answer, from the last header of the request on.
const PATIENCE: Duration = Duration::from_secs(15);

/// Code, status and meaning of each problem that an answer can say.
pub fn problems() -> Vec<(&'static str, u16, String)> {
    let all = Code::ALL.iter();
    all.map(|code| (code.as_str(), code.status().as_u16(), code.meaning()))
        .collect()
}

/// What handlers are given beside the request.
pub(crate) type Site = Arc<Services>;

/// Everything below [`BASE`], and the document at `/api/openapi.json`. The client's address comes
/// with each request as [`ClientAddress`]; around it belong [`in_time`] and, inside of that, what lets
/// changes run to their end.
pub fn router(services: Arc<Services>) -> Router {
    let (routes, _) = document::parts();
    let rules = Arc::new(guard::Rules::new());
    let document = document::text();
    Router::new()
        .nest(BASE, routes)
        .route(
            "/api/openapi.json",
            axum::routing::get(async move || {
                (
                    [(
                        axum::http::header::CONTENT_TYPE,
                        "application/vnd.oai.openapi+json;version=3.1",
                    )],
                    document,
                )
            }),
        )
        .route("/api/v1/{*rest}", axum::routing::any(nowhere))
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn_with_state(
            (Arc::clone(&services), rules),
            guard::guard,
        ))
        .with_state(services)
}

async fn nowhere() -> Problem {
    Problem::new(Code::NotFound).saying("There is no such address in the interface.")
}

async fn wrong_method() -> Problem {
    Problem::new(Code::MethodNotAllowed)
}

/// Gives up what takes too long. What changes something runs on in a task of its own.
pub async fn in_time(request: Request, next: Next) -> Response {
    tokio::time::timeout(PATIENCE, next.run(request))
        .await
        .unwrap_or_else(|_| Problem::new(Code::Busy).into_response())
}
