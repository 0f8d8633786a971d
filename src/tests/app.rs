//! One site behind its router, and browsers that talk to it.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, Response, StatusCode, header};
use axum::response::IntoResponse;
use dogear_app::http::{SESSION_KEY, SessionData};
use dogear_app::{AppState, Assets};
use dogear_domain::accounts::Role;
use dogear_server::Cx;
use dogear_server::settings::GoogleSettings;
use dogear_server::testing::TestSite;
use dogear_server::testing::payments::Stub;
use http_body_util::BodyExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;
use tower_sessions::SessionStore;
use tower_sessions::cookie::time::{Duration, OffsetDateTime};
use tower_sessions::session::{Id, Record};
use tower_sessions_redis_store::RedisStore;
use uuid::Uuid;

use crate::web::{ApiOrigins, Site, router};

/// A running site.
pub(super) struct TestApp {
    pub site: TestSite,
    pub router: Router,
    pub tracker: TaskTracker,
}

impl TestApp {
    pub(super) async fn new() -> Self {
        Self::around(TestSite::new().await)
    }

    /// One that is known to what stands for Google at this address.
    pub(super) async fn known_to_google(url: &str) -> Self {
        let google = GoogleSettings {
            client_id: "books.example".into(),
            client_secret: "site-secret".into(),
            instead: Some(url.parse().expect("a URL")),
        };
        Self::around(TestSite::with(|settings| settings.google = Some(google)).await)
    }

    /// As [`TestApp::known_to_google`], with this payment service.
    pub(super) async fn paying_at(stub: &Stub) -> Self {
        let google = GoogleSettings {
            client_id: "books.example".into(),
            client_secret: "site-secret".into(),
            instead: "http://127.0.0.1:9".parse().ok(),
        };
        let payments = stub.settings();
        let site = TestSite::with(|settings| {
            settings.google = Some(google);
            settings.payments = Some(payments);
        });
        Self::around(site.await)
    }

    pub(super) fn around(site: TestSite) -> Self {
        Self::with_page_cache(site, std::time::Duration::ZERO)
    }

    /// Pages for visitors are kept for that long.
    pub(super) fn with_page_cache(site: TestSite, page_cache: std::time::Duration) -> Self {
        Self::behind(site, page_cache, &[])
    }

    /// As [`TestApp::with_page_cache`], behind proxies of these networks.
    pub(super) fn behind(
        site: TestSite,
        page_cache: std::time::Duration,
        proxies: &[ipnet::IpNet],
    ) -> Self {
        Self::with(site, page_cache, proxies, ApiOrigins::default())
    }

    /// A site whose interface for programs may be called by pages of these origins.
    pub(super) fn open_to(site: TestSite, origins: ApiOrigins) -> Self {
        Self::with(site, std::time::Duration::ZERO, &[], origins)
    }

    fn with(
        site: TestSite,
        page_cache: std::time::Duration,
        proxies: &[ipnet::IpNet],
        api_origins: ApiOrigins,
    ) -> Self {
        let tracker = TaskTracker::new();
        let router = router(Site {
            state: AppState {
                services: Arc::clone(&site.services),
                assets: Arc::new(Assets::default()),
                dev_mailbox: Some(site.dev_mailbox.clone()),
            },
            site_root: "target/site".into(),
            hashed_files: "target/site/pkg".into(),
            trusted_proxies: Arc::from(proxies),
            api_origins,
            page_cache,
            tracker: tracker.clone(),
            stopping: CancellationToken::new(),
        });
        Self {
            site,
            router,
            tracker,
        }
    }

    /// The secret of the last link that was mailed to this address and has `start` before it.
    pub(super) fn mailed_link(&self, to: &str, start: &str) -> Option<String> {
        let mails = self.site.dev_mailbox.messages().into_iter();
        mails
            .filter(|mail| mail.to.iter().any(|address| address == to))
            .find_map(|mail| {
                let (_, rest) = mail.text.split_once(start)?;
                Some(rest.split_whitespace().next()?.to_owned())
            })
    }

    /// A browser without cookies.
    pub(super) fn browser(&self) -> Browser {
        Browser {
            router: self.router.clone(),
            cookies: Mutex::default(),
        }
    }

    /// A browser in which `handle` is signed in.
    pub(super) async fn signed_in(&self, handle: &str, role: Role) -> (Browser, Cx) {
        let cx = self.site.account(handle, role).await;
        let session = cx.actor.as_ref().expect("signed in").session;
        (self.with_session(session).await, cx)
    }

    /// A browser in which somebody who is there already is signed in.
    pub(super) async fn sign_in(&self, handle: &str) -> Browser {
        let session = Uuid::new_v4();
        sqlx::query(
            "insert into user_sessions (id, user_id, auth_version)
             select $1, id, auth_version from users where handle = $2",
        )
        .bind(session)
        .bind(handle)
        .execute(&self.site.services.db)
        .await
        .expect("the reader is there");
        self.with_session(session).await
    }

    /// So many new readers, each with the session cookie by which they are signed in.
    pub(super) async fn crowd(&self, readers: i32) -> Vec<String> {
        let sessions: Vec<Uuid> = sqlx::query_scalar(
            "with entered as (
               insert into users (handle, handle_key, email, email_key, email_verified_at, password_hash, display_name)
               select 'crowd_' || n, 'crowd_' || n, 'crowd_' || n || '@example.org', 'crowd_' || n || '@example.org',
                 now(), '!', 'Crowd ' || n from generate_series(1, $1) n returning id)
             insert into user_sessions (id, user_id, auth_version)
             select gen_random_uuid(), id, 1 from entered returning id",
        )
        .bind(readers)
        .fetch_all(&self.site.services.db)
        .await
        .expect("the database takes them");
        let mut cookies = Vec::new();
        for session in sessions {
            let browser = self.with_session(session).await;
            cookies.push(browser.cookie("sid").expect("signed in"));
        }
        cookies
    }

    async fn with_session(&self, session: Uuid) -> Browser {
        self.with_record(session, jiff::Timestamp::now()).await
    }

    /// A browser with this session, whose record was renewed at that time.
    pub(super) async fn with_record(&self, session: Uuid, renewed: jiff::Timestamp) -> Browser {
        let data = serde_json::to_value(SessionData::new(session, renewed)).expect("serialises");
        let mut record = Record {
            id: Id::default(),
            data: HashMap::from([(SESSION_KEY.to_owned(), data)]),
            expiry_date: OffsetDateTime::now_utc() + Duration::hours(1),
        };
        RedisStore::new(self.site.services.redis.clone())
            .create(&mut record)
            .await
            .expect("Redis stores the session");
        let browser = self.browser();
        browser.set_cookie("sid", &record.id.to_string());
        browser
    }
}

/// Keeps cookies, sends what a browser sends.
pub(super) struct Browser {
    router: Router,
    cookies: Mutex<BTreeMap<String, String>>,
}

/// What came back.
pub(super) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub(super) fn location(&self) -> &str {
        self.header("location")
    }

    /// The part of the page that is the form which is sent to `path`.
    pub(super) fn form(self, path: &str) -> Self {
        let action = format!("action=\"{path}\"");
        let form = self
            .body
            .split("<form ")
            .skip(1)
            .filter_map(|form| form.split("</form>").next())
            // Of the whole, or of one of its buttons (`formaction`).
            .find(|form| form.contains(&action))
            .unwrap_or_else(|| panic!("no form for {path}: {} {}", self.status, self.body))
            .to_owned();
        Self { body: form, ..self }
    }

    /// Name and value of each hidden field.
    pub(super) fn hidden_fields(&self) -> impl Iterator<Item = (String, String)> {
        let part = |field: &str, start: &str| {
            let rest = field.split(start).nth(1)?;
            rest.split('"')
                .next()
                .map(|text| text.replace("&amp;", "&"))
        };
        self.body
            .split("<input type=\"hidden\" ")
            .skip(1)
            .filter_map(move |field| {
                let name = part(field, "name=\"")?;
                Some((name, part(field, "value=\"").unwrap_or_default()))
            })
    }

    /// The value of a hidden field of the page.
    pub(super) fn hidden(&self, name: &str) -> &str {
        let field = self
            .body
            .split("<input ")
            .find(|field| field.contains(&format!("name=\"{name}\"")))
            .unwrap_or_else(|| panic!("no field {name} in {}", self.body));
        let value = field.split("value=\"").nth(1).expect("a value");
        value.split('"').next().expect("its end")
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("a readable header"))
    }
}

impl Browser {
    /// A browser of a site that runs as a process of its own. Where that does not answer, the
    /// answer is 502, as from a proxy before it.
    pub(super) fn of(site: SocketAddr) -> Self {
        Self {
            router: Router::new().fallback(async move |request| {
                let answer = forward(site, request).await;
                answer.unwrap_or_else(|_| (StatusCode::BAD_GATEWAY, "").into_response())
            }),
            cookies: Mutex::default(),
        }
    }

    pub(super) fn set_cookie(&self, name: &str, value: &str) {
        self.cookies
            .lock()
            .expect("not poisoned")
            .insert(name.into(), value.into());
    }

    pub(super) fn cookie(&self, name: &str) -> Option<String> {
        let cookies = self.cookies.lock().expect("not poisoned");
        cookies.get(name).cloned()
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.send(
            self.request(Method::GET, path)
                .body(Body::empty())
                .expect("a request"),
        )
        .await
    }

    /// Posts a form as a browser does from one of our pages.
    pub(super) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = self
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .expect("a request");
        self.send(request).await
    }

    pub(super) fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let cookies = self
            .cookies
            .lock()
            .expect("not poisoned")
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("; ");
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "dogear.test")
            .header(header::ACCEPT, "text/html")
            .header(header::COOKIE, cookies)
    }

    /// A form with files, to be sent; `body` has its parts, which begin with `--b`.
    pub(super) fn upload(&self, path: &str, body: Body) -> Request<Body> {
        self.request(Method::POST, path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
            .header("sec-fetch-site", "same-origin")
            .body(body)
            .expect("a request")
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("the router is infallible");
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let text = cookie.to_str().expect("a readable cookie");
            let (pair, attributes) = text.split_once(';').unwrap_or((text, ""));
            let (name, value) = pair.split_once('=').expect("name=value");
            if attributes.contains("Max-Age=0") {
                self.cookies.lock().expect("not poisoned").remove(name);
            } else {
                self.set_cookie(name, value);
            }
        }
        let body = body.collect().await.expect("a whole body").to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }
}

/// Sends a request over a connection of its own. HTTP/1.0, so that the answer ends with it.
async fn forward(site: SocketAddr, request: Request<Body>) -> std::io::Result<Response<Body>> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.expect("a whole body").to_bytes();
    let mut text = format!("{} {} HTTP/1.0\r\n", parts.method, parts.uri);
    for (name, value) in &parts.headers {
        let value = value.to_str().expect("a readable header");
        let _ = write!(text, "{name}: {value}\r\n");
    }
    let _ = write!(text, "content-length: {}\r\n\r\n", body.len());
    let mut stream = TcpStream::connect(site).await?;
    stream.write_all(text.as_bytes()).await?;
    stream.write_all(&body).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n");
    let end = end.ok_or(std::io::ErrorKind::UnexpectedEof)?;
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    let mut response = Response::builder().status(status.expect("a status"));
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        response = response.header(name, value);
    }
    let body = Body::from(answer.split_off(end + 4));
    Ok(response.body(body).expect("a response"))
}
