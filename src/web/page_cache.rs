//! Pages for visitors, kept in memory for a moment. Nobody who is signed in is ever
//! answered from here, and nothing that they are shown is kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use axum_extra::extract::CookieJar;
use dogear_app::http::{AccessTable, flash_cookie, session_cookie, theme_cookie};
use dogear_urls::Access;
use moka::future::Cache;

/// Bytes of all pages together.
const ROOM: u64 = 16 * 1024 * 1024;
/// Larger pages are not kept.
const LARGEST: usize = 256 * 1024;
/// Longer addresses and headers are nobody else's.
const LONGEST_KEY: usize = 512;

/// What makes one visitor's page another's: nothing else of a request is shown on it.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    /// Of all writes so far: a page is read either before a write or after it.
    version: u64,
    address: String,
    theme: String,
    encodings: String,
}

/// A page as it was sent, compressed or not.
#[derive(Clone)]
struct Kept {
    headers: HeaderMap,
    body: Bytes,
}

/// Cheap to clone; all clones hold the same pages.
#[derive(Clone)]
pub(super) struct PageCache {
    pages: Cache<Arc<Key>, Kept>,
    version: Arc<AtomicU64>,
    access: Arc<AccessTable>,
    https: bool,
}

impl PageCache {
    /// Keeps pages for `time`: writes through another process show that much later.
    /// `https` as in [`session_cookie`].
    /// `access` says which writes are open to anyone.
    pub(super) fn new(time: Duration, access: Arc<AccessTable>, https: bool) -> Self {
        Self {
            pages: Cache::builder()
                .weigher(|key: &Arc<Key>, kept: &Kept| {
                    let size = kept.body.len() + key.address.len() + 1024;
                    u32::try_from(size).unwrap_or(u32::MAX)
                })
                .max_capacity(ROOM)
                .time_to_live(time)
                .build(),
            version: Arc::default(),
            access,
            https,
        }
    }

    /// The middleware.
    pub(super) async fn answer(self, request: Request, next: Next) -> Response {
        if !request.method().is_safe() {
            let rule = self.access.get(&("POST", request.uri().path()));
            let open = rule.is_some_and(|rule| rule.who == Access::Anyone);
            let response = next.run(request).await;
            // What was written may stand on any page. What was refused wrote nothing; what is
            // open to anyone stands on no page that is kept, and nobody counts how often it is
            // sent. An account that is confirmed gets a page, but that there was none is not kept.
            if !open && !response.status().is_client_error() {
                self.version.fetch_add(1, Ordering::AcqRel);
            }
            return response;
        }
        let Some(key) = self.key(&request) else {
            return next.run(request).await;
        };
        if let Some(kept) = self.pages.get(&key).await {
            return kept.into_response();
        }
        let response = next.run(request).await;
        if !may_be_kept(&response) {
            return response;
        }
        let (parts, body) = response.into_parts();
        let Ok(body) = axum::body::to_bytes(body, usize::MAX).await else {
            return Response::from_parts(parts, Body::empty());
        };
        if body.len() <= LARGEST {
            let kept = Kept {
                headers: parts.headers.clone(),
                body: body.clone(),
            };
            self.pages.insert(Arc::new(key), kept).await;
        }
        Response::from_parts(parts, Body::from(body))
    }

    /// None when the answer is for this visitor alone.
    fn key(&self, request: &Request) -> Option<Key> {
        let address = request.uri().path_and_query()?.as_str();
        if request.method() != Method::GET || !is_hot(request.uri().path()) {
            return None;
        }
        let headers = request.headers();
        let jar = CookieJar::from_headers(headers);
        if jar.get(session_cookie(self.https)).is_some()
            || jar.get(flash_cookie(self.https)).is_some()
        {
            return None;
        }
        let encodings = match headers.get(header::ACCEPT_ENCODING) {
            Some(value) => value.to_str().ok()?,
            None => "",
        };
        let theme = jar
            .get(theme_cookie(self.https))
            .map_or("", |cookie| cookie.value());
        (address.len() + encodings.len() + theme.len() <= LONGEST_KEY).then(|| Key {
            version: self.version.load(Ordering::Acquire),
            address: address.to_owned(),
            theme: theme.to_owned(),
            encodings: encodings.to_owned(),
        })
    }
}

impl Kept {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.headers_mut() = self.headers;
        response
    }
}

/// Whether it is a page that many visitors ask for.
fn is_hot(path: &str) -> bool {
    dogear_urls::pages::ALL
        .iter()
        .any(|page| page.cached && page.fits(path))
}

/// A page for everybody: found, whole, and without a cookie.
fn may_be_kept(response: &Response) -> bool {
    let headers = response.headers();
    let says = |name, value: &str| {
        headers
            .get(name)
            .is_some_and(|header: &axum::http::HeaderValue| {
                header.as_bytes().starts_with(value.as_bytes())
            })
    };
    response.status() == StatusCode::OK
        && says(header::CONTENT_TYPE, "text/html")
        && says(header::CACHE_CONTROL, "no-cache")
        && !headers.contains_key(header::SET_COOKIE)
        && response.body().size_hint().lower() <= LARGEST as u64
}
