//! Who is asking: built once per request, shared by the guard, the handlers and
//! the error pages.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::Cookie;
use dogear_server::accounts::sessions;
use dogear_server::mail::dev_mailbox::DevMailbox;
use dogear_server::{Actor, Cx};
use dogear_urls::pages;
use serde::{Deserialize, Serialize};
use tower::ServiceExt;
use tower_sessions::Session;
use uuid::Uuid;

use super::{AppError, Flash, Layouts, PageBuilder};
use crate::state::{AppState, Assets};
use crate::ui::form_state::FormState;

/// When to come back after the database did not say who asks.
const RETRY_AFTER: Duration = Duration::from_secs(5);
/// A day.
const RENEW_AFTER_SECONDS: i64 = 24 * 60 * 60;
/// The only entry of a session record.
pub const SESSION_KEY: &str = "reader";

/// What the session record in Redis says. Everything else is in PostgreSQL.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SessionData {
    /// The row in `user_sessions`.
    pub id: Uuid,
    /// When record and cookie last got their full time, in seconds since 1970.
    #[serde(default)]
    pub renewed: i64,
}

impl SessionData {
    /// A record made or renewed now.
    pub fn new(id: Uuid, now: jiff::Timestamp) -> Self {
        Self {
            id,
            renewed: now.as_second(),
        }
    }
}

/// What every handler knows of its request: who asks, in which session, with which page around it.
#[derive(Clone)]
pub struct RequestContext {
    pub cx: Cx,
    pub session: Session,
    /// There is a session, and nobody can say whose: Redis does not answer.
    pub reader_unknown: bool,
    /// Whether the browser has been signed in, by its cookie, however that has ended.
    pub known: bool,
    /// What the browser keeps from having registered, or nothing.
    pub joining: String,
    /// How pages are drawn around their content.
    pub layouts: Layouts,
    pub assets: Arc<Assets>,
    /// Where mail ends in development.
    pub dev_mailbox: Option<DevMailbox>,
    /// `light`, `dark`, `sepia`, or empty for the device's own.
    pub theme: &'static str,
    pub flash: Option<Flash>,
    pub method: Method,
    /// Path and query, for "log in, then come back".
    pub here: String,
    /// The page of ours that led here, as far as the browser says, or the home page.
    pub from: String,
    /// What the page's forms show: nothing yet, or what was just refused.
    pub form: FormState,
}

/// Set by the outermost middleware: the client's address after trusted proxies.
#[derive(Debug, Clone, Copy)]
pub struct ClientIp(pub IpAddr);

/// Builds the [`RequestContext`] and puts it into the request.
pub async fn request_context(
    State((state, layouts)): State<(AppState, Layouts)>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let context = match build(&state, layouts, &mut parts).await {
        Ok(context) => context,
        // Nobody knows who asks: `fallback_error` makes a page without the layout of it.
        Err(error) => return error.into_response(),
    };
    let had_flash = context.flash.is_some();
    let settings = &state.services.settings;
    let session = context.session.clone();
    parts.extensions.insert(Arc::new(context));
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let shown = response
        .extensions()
        .get::<super::page::Rendered>()
        .is_some();
    if had_flash && shown {
        Flash::clear(response.headers_mut(), settings.https());
    }
    // Only here is it known in which session the next page will be asked for.
    if let Some(flash) = response.extensions_mut().remove::<Flash>() {
        let session = session_of(&session).await.ok().flatten();
        flash.write(
            response.headers_mut(),
            &settings.secret_key,
            settings.https(),
            session.map(|data| data.id),
        );
    }
    response
}

/// Whether the address is a server function's. It shows no page, unless it is refused.
pub(super) fn is_function(path: &str) -> bool {
    path.starts_with("/api/")
}

async fn session_of(
    session: &Session,
) -> Result<Option<SessionData>, tower_sessions::session::Error> {
    session.get::<SessionData>(SESSION_KEY).await
}

async fn build(
    state: &AppState,
    layouts: Layouts,
    parts: &mut Parts,
) -> Result<RequestContext, AppError> {
    let services = Arc::clone(&state.services);
    let session = Session::from_request_parts(parts, &())
        .await
        .map_err(|(status, _)| AppError::status(status))?;
    let jar = CookieJar::from_headers(&parts.headers);
    let path = parts.uri.path();
    let for_all = pages::ALL
        .iter()
        .any(|page| page.sessionless && page.fits(path));
    let https = services.settings.https();
    let signed_in = jar.get(session_cookie(https)).is_some();
    let looked = if signed_in && !for_all {
        session_of(&session).await
    } else {
        Ok(None)
    };
    let reader_unknown = looked.is_err();
    let data = looked.unwrap_or_else(|error| {
        // Pages for everybody still answer, as for somebody who is not signed in.
        tracing::warn!(%error, "session not read");
        None
    });
    let actor = match &data {
        Some(data) if is_function(path) => sessions::caller(&services, data.id).await,
        Some(data) => sessions::actor(&services, data.id).await,
        None => Ok(None),
    };
    let actor = actor.map_err(|error| AppError {
        retry_after: Some(RETRY_AFTER),
        ..AppError::from(error).with_status(StatusCode::SERVICE_UNAVAILABLE)
    })?;
    let flash = Flash::read(
        &jar,
        &services.settings.secret_key,
        https,
        data.as_ref().map(|data| data.id),
    );
    let theme = match jar.get(theme_cookie(https)).map(Cookie::value) {
        Some("light") => "light",
        Some("dark") => "dark",
        Some("sepia") => "sepia",
        _ => "",
    };
    let ip = parts
        .extensions
        .get::<ClientIp>()
        .map(|ip| ip.0)
        .or_else(|| {
            parts
                .extensions
                .get::<ConnectInfo<SocketAddr>>()
                .map(|info| info.0.ip())
        })
        .unwrap_or(IpAddr::from([127, 0, 0, 1]));
    let request_id = request_id(&parts.headers);
    let from = came_from(&parts.headers);
    let cx = Cx {
        services,
        actor,
        ip,
        user_agent: text_header(&parts.headers, header::USER_AGENT.as_str(), 200),
        request_id,
    };
    let context = RequestContext {
        cx,
        session,
        reader_unknown,
        known: signed_in,
        joining: jar
            .get(joining_cookie(https))
            .map_or_else(String::new, |cookie| cookie.value().to_owned()),
        layouts,
        assets: Arc::clone(&state.assets),
        dev_mailbox: state.dev_mailbox.clone(),
        theme,
        flash,
        method: parts.method.clone(),
        here: parts
            .uri
            .path_and_query()
            .map_or_else(|| "/".to_owned(), |path| path.as_str().to_owned()),
        from,
        form: FormState::new(),
    };
    if let Some(data) = data {
        renew(&context, &data).await;
    }
    Ok(context)
}

/// The session cookie's name: bound to this host and to TLS where there is TLS.
pub fn session_cookie(https: bool) -> &'static str {
    if https { "__Host-sid" } else { "sid" }
}

/// The name of the cookie with the chosen colours; bound as [`session_cookie`].
pub fn theme_cookie(https: bool) -> &'static str {
    if https { "__Host-theme" } else { "theme" }
}

/// The name of the cookie by which a browser that has registered is known again; bound as
/// [`session_cookie`].
pub fn joining_cookie(https: bool) -> &'static str {
    if https { "__Host-joining" } else { "joining" }
}

/// Gives record and cookie their full time again, once a day, so that a session ends
/// when its reader stays away and not while they are here. Not on writes: those may
/// be ending the session themselves.
async fn renew(context: &RequestContext, data: &SessionData) {
    let now = context.cx.now();
    let due = context.cx.actor.is_some()
        && context.method.is_safe()
        && now.as_second() - data.renewed >= RENEW_AFTER_SECONDS;
    if !due {
        return;
    }
    let renewed = SessionData::new(data.id, now);
    if let Err(error) = context.session.insert(SESSION_KEY, renewed).await {
        tracing::warn!(%error, "session not renewed");
    }
}

/// Path and query of the Referer when it has our own host. Not the whole origin: behind
/// a proxy that ends TLS we do not see our own scheme, and only the path is used.
fn came_from(headers: &HeaderMap) -> String {
    let referer = headers
        .get(header::REFERER)
        .and_then(|value| value.to_str().ok());
    let host = headers
        .get(header::HOST)
        .and_then(|value| value.to_str().ok());
    referer
        .zip(host)
        .and_then(|(referer, host)| {
            let (_, rest) = referer.split_once("://")?;
            rest.strip_prefix(host)
        })
        .map_or("/", own_path)
        .to_owned()
}

/// The name of this request in the logs.
pub(super) fn request_id(headers: &HeaderMap) -> String {
    text_header(headers, "x-request-id", 64)
}

fn text_header(headers: &HeaderMap, name: &str, longest: usize) -> String {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .chars()
        .take(longest)
        .collect()
}

/// What a handler takes to know who asks and to answer with a page.
#[derive(Clone)]
pub struct Req(Arc<RequestContext>);

impl std::ops::Deref for Req {
    type Target = RequestContext;

    fn deref(&self) -> &RequestContext {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for Req {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        parts
            .extensions
            .get::<Arc<RequestContext>>()
            .map(|context| Self(Arc::clone(context)))
            .ok_or_else(|| StatusCode::INTERNAL_SERVER_ERROR.into_response())
    }
}

impl Req {
    /// The same reader on the page at `path`, whose form was answered with `form`.
    pub(super) fn on_page(&self, path: &str, form: FormState) -> Self {
        Self(Arc::new(RequestContext {
            method: Method::GET,
            here: path.to_owned(),
            form,
            ..RequestContext::clone(&self.0)
        }))
    }

    /// The same, with what the masthead counts: for a page that answers a server function. Without
    /// the counts when they cannot be had.
    pub(super) async fn counted(self) -> Self {
        let Some(session) = self.cx.actor.as_ref().map(|actor| actor.session) else {
            return self;
        };
        match sessions::actor(&self.cx.services, session).await {
            Ok(Some(actor)) => self.seen_by(Some(actor)),
            _ => self,
        }
    }

    /// The same, by somebody else: who has just logged in, or nobody.
    pub(super) fn seen_by(mut self, actor: Option<Actor>) -> Self {
        Arc::make_mut(&mut self.0).cx.actor = actor;
        self
    }

    /// The same, with a sentence above the page.
    pub(super) fn saying(mut self, flash: Flash) -> Self {
        Arc::make_mut(&mut self.0).flash = Some(flash);
        self
    }

    /// The page at `here`, out of the site's `pages`; None when there is none for this reader.
    pub(super) async fn shown(self, pages: Router) -> Option<Response> {
        let mut request = Request::get(&*self.here).body(Body::empty()).ok()?;
        request.extensions_mut().insert(self.0);
        let page = pages.oneshot(request).await.ok()?;
        let is_page = page.extensions().get::<super::page::Rendered>().is_some();
        is_page.then_some(page)
    }

    /// The same, for a reader who has read `notices` more by now.
    #[must_use]
    pub fn having_read(mut self, notices: i64) -> Self {
        if let Some(actor) = &mut Arc::make_mut(&mut self.0).cx.actor {
            // Those that came in since the request began were never counted.
            actor.unread = (actor.unread - notices).max(0);
        }
        self
    }

    /// Whether to show what members may do: to them, and to visitors, who may join. Not to readers
    /// who are suspended or closing their account: it is not open to them.
    pub fn may_begin(&self) -> bool {
        self.cx.actor.is_none() || self.cx.member().is_ok()
    }

    /// Starts a page with this title; the site's name is added to it.
    pub fn page(&self, title: impl Into<String>) -> PageBuilder {
        PageBuilder::new(self.clone(), title.into())
    }

    /// 303 to one of our own paths, after something was done.
    pub fn redirect(&self, path: &str) -> Response {
        (
            StatusCode::SEE_OTHER,
            [(header::LOCATION, own_path(path).to_owned())],
        )
            .into_response()
    }

    /// As [`Req::redirect`], with a sentence that the next page shows once.
    pub fn redirect_saying(&self, path: &str, sentence: impl Into<String>) -> Response {
        self.redirect_with(path, Flash::new(sentence))
    }

    /// As [`Req::redirect`], with a flash that may carry an undo button.
    pub fn redirect_with(&self, path: &str, flash: Flash) -> Response {
        let mut response = self.redirect(path);
        response.extensions_mut().insert(flash);
        response
    }

    /// The signed-in reader's time zone, or UTC.
    pub fn zone(&self) -> jiff::tz::TimeZone {
        self.cx
            .actor
            .as_ref()
            .and_then(|actor| jiff::tz::TimeZone::get(&actor.time_zone).ok())
            .unwrap_or(jiff::tz::TimeZone::UTC)
    }
}

/// `path` when it is a plain path of this site, else the home page.
pub fn own_path(path: &str) -> &str {
    let plain = path.starts_with('/')
        && !path.starts_with("//")
        && path.len() <= 2000
        && path
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if plain { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn a_redirect_never_leaves_the_site() {
        for path in [
            "//evil.example",
            "/\\evil.example",
            "https:evil.example",
            "javascript:alert(1)",
            "/a\r\nSet-Cookie: a=b",
            "/\u{202e}",
            "",
        ] {
            assert_eq!(own_path(path), "/", "{path:?}");
        }
        assert_eq!(own_path("/trades/12?f=open#last"), "/trades/12?f=open#last");
    }
}
