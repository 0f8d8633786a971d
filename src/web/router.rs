//! The whole router: the app's routes inside their middleware, static files beside them.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::{Router, body::Body};
use dogear_app::http::{
    AccessTable, Actions, AppError, LARGEST_UPLOAD, Req, error_pages, fallback_error, files_of,
    guard, plain_page, request_context, session_cookie, timeout,
};
use dogear_app::{AppState, LAYOUTS};
use ipnet::IpNet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceBuilder;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::map_request_body::MapRequestBodyLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};

use super::api::ApiOrigins;
use super::page_cache::PageCache;
use super::session_store::Sessions;
use super::{
    api, arriving, client_ip, conditional, cookies, headers, health, host, read_again, readable,
    run_to_completion, webhooks,
};

/// Any form without files.
const LARGEST_FORM: usize = 512 * 1024;
/// For the answer to a request, from its last header on.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);
/// The same while photos arrive: the largest body in this time is 1.7 Mbit/s.
const UPLOAD_TIMEOUT: Duration = Duration::from_mins(2);
/// Of that time, what is left for the work when the body comes at the last moment.
const TIME_FOR_WORK: Duration = Duration::from_secs(2);

/// What the router needs beside the app's state.
pub struct Site {
    pub state: AppState,
    pub site_root: std::path::PathBuf,
    /// Where the files lie whose names are their hashes: see `kept_files`.
    pub hashed_files: std::path::PathBuf,
    pub trusted_proxies: Arc<[IpNet]>,
    /// How long pages for visitors are kept in memory; zero: not at all.
    pub page_cache: Duration,
    /// Pages elsewhere whose scripts may call the interface for programs.
    pub api_origins: ApiOrigins,
    /// Writes under way; awaited at shutdown.
    pub tracker: TaskTracker,
    /// Set when the process was asked to stop.
    pub stopping: CancellationToken,
}

/// Builds the router. The order of layers is the order in which a request meets them.
pub fn router(site: Site) -> Router {
    let settings = &site.state.services.settings;
    let https = settings.https();
    let development = settings.development;
    let own = (!development).then(|| Arc::new(settings.base_url.clone()));
    let sessions = SessionManagerLayer::new(Sessions::new(Arc::clone(&site.state.services)))
        .with_name(session_cookie(https))
        .with_secure(https)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(
            tower_sessions::cookie::time::Duration::days(30),
        ));
    let tracker = site.tracker.clone();
    let stopping = site.stopping.clone();

    let routes = dogear_app::routes(development);
    let access = routes.access();
    let known = Arc::clone(&access);
    let limits = Arc::clone(&access);
    let writers = Arc::clone(&access);
    let closing = site.stopping.clone();
    let guard = middleware::from_fn_with_state(Arc::clone(&access), guard);
    let pages = routes.into_router();
    // A form that is refused shows its page again, through the same door.
    let again = pages
        .clone()
        .layer(guard.clone())
        .with_state(site.state.clone());
    let actions = Actions::new(again.clone(), Arc::clone(&access));
    let pages = pages
        .route(
            "/api/{*function}",
            any(move |req: Req, request: Request| actions.clone().call(req, request)),
        )
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(
            ServiceBuilder::new()
                .layer(middleware::from_fn(fallback_error))
                .layer(middleware::from_fn(move |request: Request, next: Next| {
                    timeout(request_timeout(&access, &request), request, next)
                }))
                .layer(middleware::from_fn(move |request: Request, next: Next| {
                    let limit = request_timeout(&limits, &request).saturating_sub(TIME_FOR_WORK);
                    arriving::arriving(limit, closing.clone(), request, next)
                }))
                .layer(middleware::from_fn(move |request: Request, next: Next| {
                    run_to_completion::run_to_completion(tracker.clone(), request, next)
                }))
                .layer(sessions)
                .layer(middleware::from_fn(read_again::read_again))
                .layer(middleware::from_fn_with_state(
                    (site.state.clone(), LAYOUTS),
                    request_context,
                ))
                .layer(middleware::from_fn_with_state(again, error_pages))
                .layer(middleware::from_fn(readable::readable))
                // In here, so that what they refuse becomes a page too.
                .layer(RequestBodyLimitLayer::new(LARGEST_UPLOAD))
                .layer(MapRequestBodyLayer::new(Body::new))
                .layer(DefaultBodyLimit::max(LARGEST_FORM))
                .layer(
                    CsrfLayer::new()
                        .with_rejection_response(|error: ProtectionError| refuse_origin(&error)),
                )
                .layer(middleware::from_fn(
                    move |req: Req, request: Request, next: Next| {
                        same_origin(https, req, request, next)
                    },
                ))
                .layer(guard),
        )
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest));
    // Around the compression: what is kept need not be compressed again.
    let pages = if site.page_cache.is_zero() {
        pages
    } else {
        let cache = PageCache::new(site.page_cache, writers, https);
        pages.layer(middleware::from_fn(move |request: Request, next: Next| {
            cache.clone().answer(request, next)
        }))
    };
    // Around the memory of pages, which asks whose page it is.
    let pages = pages
        .layer(middleware::from_fn(conditional::conditional))
        .layer(middleware::from_fn(move |request: Request, next: Next| {
            cookies::cookies(https, request, next)
        }))
        .with_state(site.state.clone());

    let proxies = Arc::clone(&site.trusted_proxies);
    let api = api::routes(&site.state.services, site.tracker, site.api_origins);
    static_files(&site.site_root, &site.hashed_files)
        .route("/livez", get(health::livez))
        .route(
            "/readyz",
            get(move |state: State<AppState>| health::readyz(state, stopping.clone())),
        )
        .merge(webhooks::routes())
        .with_state(site.state)
        .merge(api)
        .merge(pages)
        .layer(
            ServiceBuilder::new()
                .layer(middleware::from_fn(move |request: Request, next: Next| {
                    client_ip::client_ip(Arc::clone(&proxies), request, next)
                }))
                .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
                .layer(PropagateRequestIdLayer::x_request_id())
                .layer(
                    TraceLayer::new_for_http()
                        .make_span_with(move |request: &Request| span(&known, request))
                        .on_request(())
                        .on_failure(())
                        .on_response(log_response),
                )
                .layer(middleware::from_fn(move |request: Request, next: Next| {
                    headers::headers(https, request, next)
                }))
                .layer(CatchPanicLayer::custom(panicked))
                .layer(middleware::from_fn(move |request: Request, next: Next| {
                    host::host(own.clone(), request, next)
                })),
        )
}

/// Built files never change under their hashed names.
fn static_files(root: &std::path::Path, hashed: &std::path::Path) -> Router<AppState> {
    let hashed = ServeDir::new(hashed)
        .precompressed_br()
        .precompressed_gzip();
    let mut router = Router::new().nest_service(
        "/pkg",
        ServiceBuilder::new()
            .layer(SetResponseHeaderLayer::if_not_present(
                header::CACHE_CONTROL,
                kept("max-age=31536000, immutable"),
            ))
            .service(hashed),
    );
    for name in [
        "favicon.svg",
        "site.webmanifest",
        "apple-touch-icon.png",
        "door-worker.js",
    ] {
        router = router.route_service(
            &format!("/{name}"),
            ServiceBuilder::new()
                .layer(SetResponseHeaderLayer::if_not_present(
                    header::CACHE_CONTROL,
                    kept("max-age=3600"),
                ))
                .service(ServeFile::new(root.join(name))),
        );
    }
    router
}

/// How long a file may be kept, once it is known that there is one.
fn kept<B>(
    value: &'static str,
) -> impl Fn(&axum::http::Response<B>) -> Option<HeaderValue> + Clone {
    move |response| {
        let there = [
            StatusCode::OK,
            StatusCode::PARTIAL_CONTENT,
            StatusCode::NOT_MODIFIED,
        ];
        let there = there.contains(&response.status());
        Some(HeaderValue::from_static(if there {
            value
        } else {
            "no-store"
        }))
    }
}

/// The CSRF layer lets a request pass that says nothing about where it comes
/// from. With a session cookie it must say so. It compares hosts only, since a proxy ends TLS: a
/// page that came without TLS, which anybody on the way may have written, is none of ours either.
async fn same_origin(https: bool, req: Req, request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN);
    let unprotected = origin.is_some_and(|origin| origin.as_bytes().starts_with(b"http:"));
    if !request.method().is_safe() && https && unprotected {
        return refuse_origin(&"it comes from a page without TLS");
    }
    let says_nothing = !request.headers().contains_key("sec-fetch-site")
        && !request.headers().contains_key(header::ORIGIN);
    if !request.method().is_safe() && says_nothing && req.cx.actor.is_some() {
        return refuse_origin(&"it names neither Sec-Fetch-Site nor Origin");
    }
    next.run(request).await
}

fn refuse_origin(reason: &dyn std::fmt::Display) -> Response {
    tracing::warn!(%reason, "a form was refused: does the proxy pass Host and Origin on?");
    AppError::foreign_form().into_response()
}

/// How long the answer may take.
fn request_timeout(access: &AccessTable, request: &Request) -> Duration {
    let takes_files = files_of(access, request.uri().path()).is_some();
    if request.method() == Method::POST && takes_files {
        UPLOAD_TIMEOUT
    } else {
        REQUEST_TIMEOUT
    }
}

fn span(access: &AccessTable, request: &Request) -> tracing::Span {
    let id = request
        .headers()
        .get(HeaderName::from_static("x-request-id"))
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    // The query is left out: it may hold what somebody searched for, or a token.
    let path = logged_path(access, request.uri().path());
    tracing::info_span!("request", method = %request.method(), path = &*path, id)
}

/// What the log says of an address: the pattern of its page, since the address itself may be a
/// secret. Of what is nowhere, only how it begins: it may be a link that somebody's mail program
/// has broken.
fn logged_path<'a>(access: &AccessTable, path: &'a str) -> Cow<'a, str> {
    if let Some(pattern) = dogear_urls::pattern_of(path) {
        return pattern.into();
    }
    let start = path.split('/').nth(1).unwrap_or_default();
    if access.contains_key(&("POST", path)) || start == "pkg" {
        return path.into();
    }
    let plain = |byte: u8| byte.is_ascii_lowercase() || b".-_".contains(&byte);
    match (
        start.len() <= 24 && start.bytes().all(plain),
        path.len() > start.len() + 1,
    ) {
        (true, false) => path.into(),
        (true, true) => format!("/{start}/…").into(),
        (false, _) => "/…".into(),
    }
}

/// One line per answer; method, path and id stand in the span around it.
fn log_response(response: &axum::http::Response<Body>, took: Duration, _: &tracing::Span) {
    let status = response.status().as_u16();
    tracing::info!(
        status,
        ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        "answered"
    );
}

/// The last resort, without the layout: rendering it may be what panicked.
fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let words = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no words");
    tracing::error!(panic = words, "a handler panicked");
    plain_page(
        StatusCode::INTERNAL_SERVER_ERROR,
        "Something broke on our side",
        "What happened stands in the log of this site. Try again in a minute.",
        "",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uploads_of_photos_have_more_time_than_everything_else() {
        let access = dogear_app::routes(false).access();
        let of = |method: &str, path: &str| {
            let request = Request::builder().method(method).uri(path);
            request_timeout(&access, &request.body(Body::empty()).expect("a request"))
        };
        for path in [
            "/api/copies/add-photos",
            "/api/copies/scan-photo",
            "/api/imports/upload",
            "/api/trades/report-problem",
        ] {
            assert_eq!(of("POST", path), UPLOAD_TIMEOUT, "{path}");
        }
        for (method, path) in [
            ("GET", "/copies/3/photos"),
            ("GET", "/api/copies/add-photos"),
            ("POST", "/api/copies/remove-photo"),
            ("POST", "/api/copies/edit"),
            ("POST", "/x/api/copies/add-photos"),
        ] {
            assert_eq!(of(method, path), REQUEST_TIMEOUT, "{method} {path}");
        }
        let megabits = LARGEST_UPLOAD as u64 * 8 / UPLOAD_TIMEOUT.as_secs() / 1_000_000;
        assert!(megabits < 2, "a phone on the move sends that much");
    }
}
