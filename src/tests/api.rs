//! The interface for programs inside the whole router: beside the pages, and apart from them. What
//! it answers is tested in `app/api`.

use axum::body::Body;
use axum::http::{Method, Request, header};
use dogear_domain::accounts::Role;
use dogear_server::Cx;
use dogear_server::access_tokens::{TokenForm, operator};
use dogear_server::testing::TestSite;
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::app::TestApp;
use crate::web::ApiOrigins;

struct Program<'a> {
    app: &'a TestApp,
    token: String,
}

impl Program<'_> {
    /// Status, headers and body of an answer.
    async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> super::app::Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "dogear.test")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body).expect("a request");
        let answer = self
            .app
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("answers");
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        super::app::Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> super::app::Answer {
        self.ask(Method::GET, path, headers, Body::empty()).await
    }
}

async fn program<'a>(app: &'a TestApp, handle: &str) -> Program<'a> {
    app.site.account(handle, Role::Member).await;
    let cx = Cx::system(app.site.services.clone());
    let form = TokenForm {
        name: "test".into(),
        scopes: vec!["read".into(), "shelf".into()],
        days: "7".into(),
        password: String::new(),
    };
    let (_, token) = operator::create(&cx, handle, &form).await.expect("a token");
    Program { app, token }
}

#[tokio::test]
async fn cookies_mean_nothing_and_origins_are_not_asked_for() {
    let app = TestApp::new().await;
    let (browser, _) = app.signed_in("ana", Role::Member).await;
    // A session opens the pages and not the interface.
    assert_eq!(browser.get("/settings/tokens").await.status, 200);
    let answer = browser.get("/api/v1/me").await;
    assert_eq!(answer.status, 401);
    assert!(answer.body.contains("token_required"), "{}", answer.body);
    // A token opens the interface and not the pages.
    let ben = program(&app, "ben").await;
    assert_eq!(ben.get("/api/v1/me", &[]).await.status, 200);
    let page = ben.get("/settings/tokens", &[]).await;
    assert!(page.location().starts_with("/login"), "{}", page.status);
    let answer = ben.get("/api/v1/me", &[("cookie", "sid=1")]).await;
    assert!(answer.headers.get(header::SET_COOKIE).is_none());
}

#[tokio::test]
async fn what_is_known_is_not_sent_again() {
    let app = TestApp::new().await;
    let ana = program(&app, "ana").await;
    let first = ana.get("/api/v1/me", &[]).await;
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with('"') && !first.header("x-request-id").is_empty());
    let again = ana.get("/api/v1/me", &[("if-none-match", &tag)]).await;
    assert_eq!((again.status.as_u16(), again.body.as_str()), (304, ""));
    let head = ana
        .ask(Method::HEAD, "/api/v1/me", &[], Body::empty())
        .await;
    assert_eq!(
        (head.status.as_u16(), head.header("etag")),
        (200, tag.as_str())
    );
    let whole = ana.get("/api/openapi.json", &[]).await;
    assert!(whole.body.starts_with("{\"components\"") || whole.body.contains("\"openapi\":\"3.1"));
}

/// Scripts of other pages may call only when their origin is named, and never with cookies.
#[tokio::test]
async fn other_pages_call_only_when_they_are_named() {
    let asked = [
        ("origin", "https://reader.example"),
        ("access-control-request-method", "PATCH"),
        ("access-control-request-headers", "authorization, if-match"),
    ];
    let app = TestApp::new().await;
    let ana = program(&app, "ana").await;
    let answer = ana
        .ask(Method::OPTIONS, "/api/v1/me", &asked, Body::empty())
        .await;
    assert!(answer.headers.get("access-control-allow-origin").is_none());
    let origins = ApiOrigins::parse(&["https://reader.example".into()]).expect("an origin");
    let app = TestApp::open_to(TestSite::new().await, origins);
    let ana = program(&app, "ana").await;
    let answer = ana
        .ask(Method::OPTIONS, "/api/v1/me", &asked, Body::empty())
        .await;
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "https://reader.example"
    );
    assert!(
        answer
            .headers
            .get("access-control-allow-credentials")
            .is_none()
    );
    let answer = ana
        .get("/api/v1/me", &[("origin", "https://reader.example")])
        .await;
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "https://reader.example"
    );
    assert!(
        answer
            .header("access-control-expose-headers")
            .contains("etag")
    );
    let other = ana
        .get("/api/v1/me", &[("origin", "https://evil.example")])
        .await;
    assert!(other.headers.get("access-control-allow-origin").is_none());
    // The pages stay closed to all of them.
    let page = ana.get("/", &[("origin", "https://reader.example")]).await;
    assert!(page.headers.get("access-control-allow-origin").is_none());
}

/// A token stands in no line of the log and in no answer.
#[tokio::test]
async fn a_token_is_shown_once_and_nowhere_else() {
    let app = TestApp::new().await;
    let (browser, cx) = app.signed_in("ana", Role::Member).await;
    let system = Cx::system(app.site.services.clone());
    let password = "a lamp among the margins";
    dogear_server::accounts::operator::reset_password(&system, "ana", password)
        .await
        .expect("a password");
    drop((browser, cx));
    let browser = app.sign_in("ana").await;
    let form = browser
        .get("/settings/tokens")
        .await
        .form("/api/access-tokens/make");
    let once = form.hidden("once").to_owned();
    let fields = [
        ("name", "A copy of my shelf"),
        ("scopes", "read"),
        ("days", "30"),
        ("password", password),
        ("once", &once),
        ("page", "/settings/tokens"),
    ];
    let answer = browser.post("/api/access-tokens/make", &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let page = browser.get(answer.location()).await;
    let start = page.body.find("dogear_").expect("the token is shown");
    let token = page.body[start..start + 50].to_owned();
    assert_eq!(page.header("cache-control"), "no-store");
    let list = browser.get("/settings/tokens").await;
    assert!(!list.body.contains(&token) && list.body.contains(&token[46..]));
    let ana = Program { app: &app, token };
    assert_eq!(ana.get("/api/v1/me", &[]).await.status, 200);
}

#[tokio::test]
async fn a_body_that_never_ends_is_cut() {
    let app = TestApp::new().await;
    let ana = program(&app, "ana").await;
    let endless = futures::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b'['; 64 * 1024]));
    let answer = ana
        .ask(
            Method::POST,
            "/api/v1/copies",
            &[("content-type", "application/json")],
            Body::from_stream(endless),
        )
        .await;
    assert!(
        [404, 405, 413, 422].contains(&answer.status.as_u16()),
        "{}",
        answer.status
    );
}
