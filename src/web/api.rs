//! The interface for programs: a door of its own, without session, cookies, layout or memory of
//! pages. Programs show by a token in whose name they ask.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{self, Next};
use dogear_api::ClientAddress;
use dogear_app::http::ClientIp;
use dogear_server::Services;
use tokio_util::task::TaskTracker;
use tower::ServiceBuilder;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::{conditional, read_again, run_to_completion};

/// How long a browser need not ask again whether a page may call.
const ASKED_FOR: Duration = Duration::from_hours(1);

/// Pages elsewhere whose scripts may call the interface. Without one, none may.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApiOrigins(Vec<HeaderValue>);

impl ApiOrigins {
    /// From origins such as `https://reader.example`, or `*` for those of every page.
    ///
    /// # Errors
    /// Names the one that is none.
    pub fn parse(origins: &[String]) -> Result<Self, String> {
        let read = |text: &String| {
            let whole = text == "*"
                || url::Url::parse(text).is_ok_and(|url| {
                    ["http", "https"].contains(&url.scheme())
                        && url.origin().ascii_serialization() == *text
                });
            let value = whole.then(|| HeaderValue::from_str(text).ok()).flatten();
            value.ok_or_else(|| {
                format!("“{text}” is no origin: write https://reader.example, without a path")
            })
        };
        origins.iter().map(read).collect::<Result<_, _>>().map(Self)
    }

    fn layer(self) -> CorsLayer {
        let origins = if self.0.iter().any(|origin| origin == "*") {
            AllowOrigin::any()
        } else {
            AllowOrigin::list(self.0)
        };
        // Never with credentials: cookies mean nothing here.
        CorsLayer::new()
            .allow_origin(origins)
            .allow_methods([
                Method::GET,
                Method::POST,
                Method::PUT,
                Method::PATCH,
                Method::DELETE,
            ])
            .allow_headers([
                header::AUTHORIZATION,
                header::CONTENT_TYPE,
                header::IF_MATCH,
                header::IF_NONE_MATCH,
                HeaderName::from_static("idempotency-key"),
            ])
            .expose_headers([
                header::ETAG,
                header::LOCATION,
                header::RETRY_AFTER,
                HeaderName::from_static("x-ratelimit-limit"),
                HeaderName::from_static("x-ratelimit-remaining"),
                HeaderName::from_static("x-ratelimit-reset"),
                HeaderName::from_static("x-request-id"),
            ])
            .max_age(ASKED_FOR)
    }
}

/// The interface and the document of it.
pub(super) fn routes(
    services: &Arc<Services>,
    tracker: TaskTracker,
    origins: ApiOrigins,
) -> Router {
    dogear_api::router(Arc::clone(services)).layer(
        ServiceBuilder::new()
            .layer(origins.layer())
            .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
            .layer(middleware::from_fn(conditional::conditional))
            .layer(middleware::from_fn(known_address))
            .layer(middleware::from_fn(dogear_api::in_time))
            .layer(middleware::from_fn(move |request: Request, next: Next| {
                run_to_completion::run_to_completion(tracker.clone(), request, next)
            }))
            .layer(middleware::from_fn(read_again::read_again)),
    )
}

/// Hands the client's address on.
async fn known_address(mut request: Request, next: Next) -> axum::response::Response {
    if let Some(ClientIp(ip)) = request.extensions().get().copied() {
        request.extensions_mut().insert(ClientAddress(ip));
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let read = |text: &str| ApiOrigins::parse(&[text.to_owned()]);
        for whole in ["https://reader.example", "http://127.0.0.1:8080", "*"] {
            assert!(read(whole).is_ok(), "{whole}");
        }
        for other in [
            "reader.example",
            "https://reader.example/",
            "https://a.example/b",
            "null",
            "",
        ] {
            assert!(read(other).is_err(), "{other}");
        }
    }
}
