//! Server functions from outside: as a plain form, as a script calls them, and as nobody
//! should.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use dogear_domain::accounts::Role;
use dogear_domain::trades::Method as Way;
use dogear_server::trades;
use serde_json::Value;

use super::app::{Answer, Browser, TestApp};
use super::trading::proposed;

const ACCEPT: &str = "/api/trades/accept";
const WRITE: &str = "/api/trades/write-message";

/// Calls a function as a script does, with a body of this kind.
async fn script(browser: &Browser, path: &str, kind: &str, body: impl Into<Body>) -> Answer {
    let mut request = browser
        .request(Method::POST, path)
        .header(header::CONTENT_TYPE, kind)
        .header("sec-fetch-site", "same-origin")
        .body(body.into())
        .expect("a request");
    request
        .headers_mut()
        .insert(header::ACCEPT, "application/json".parse().expect("a value"));
    browser.send(request).await
}

async fn form_by_script(browser: &Browser, path: &str, body: String) -> Answer {
    script(browser, path, "application/x-www-form-urlencoded", body).await
}

fn json(answer: &Answer) -> Value {
    assert_eq!(answer.header("content-type"), "application/json");
    serde_json::from_str(&answer.body).expect("JSON")
}

#[tokio::test]
async fn a_refused_form_comes_back_on_its_page_with_what_was_typed() {
    let app = TestApp::new().await;
    let (ana, as_ana) = app.signed_in("ana", Role::Member).await;
    let (bob, as_bob) = app.signed_in("bob", Role::Member).await;
    let trade = proposed(&as_ana, &as_bob, Way::Post, "One").await.unwrap();
    let id = trade.to_string();
    let page = format!("/trades/{trade}");
    let long = "x".repeat(9_000);
    let typed = [("trade", &*id), ("message", &*long), ("page", &*page)];
    let answer = bob.post(WRITE, &typed).await;
    assert!(
        answer.body.contains("<span class=\"count\"> 1</span>"),
        "the page still says that a trade waits for him: {}",
        answer.body
    );
    let answer = ana
        .post(
            WRITE,
            &[("trade", &id), ("message", &long), ("page", &page)],
        )
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer.body.contains("<title>Error: Trade"),
        "{}",
        answer.body
    );
    assert!(answer.body.contains("id=\"problem\""));
    assert!(answer.body.contains(&long), "what was typed is still there");
    // The form says again where it stands, so that it can be sent again from there.
    assert_eq!(answer.form(WRITE).hidden("page"), page);

    for elsewhere in [
        "https://evil.example/",
        "//evil.example/x",
        "/api/trades/accept",
        "/trades/999999",
        "/nowhere",
        "/logout",
        "/admin/queue",
        "",
    ] {
        let fields = [("trade", id.as_str()), ("message", ""), ("page", elsewhere)];
        let answer = ana.post(WRITE, &fields).await;
        assert_eq!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{elsewhere}: {}",
            answer.location()
        );
        assert!(answer.body.contains("<h1>"), "{elsewhere}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_script_is_told_in_json() {
    let app = TestApp::new().await;
    let (ana, as_ana) = app.signed_in("ana", Role::Member).await;
    let (bob, as_bob) = app.signed_in("bob", Role::Member).await;
    let (eve, _) = app.signed_in("eve", Role::Member).await;
    let trade = proposed(&as_ana, &as_bob, Way::Post, "One").await.unwrap();
    let seen = trades::page(&as_bob, trade).await.unwrap().seen;

    let answer = form_by_script(&app.browser(), ACCEPT, String::new()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(json(&answer)["kind"], "sign_in_required");

    let stale = form_by_script(&bob, ACCEPT, format!("trade={trade}&seen=1.0")).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(json(&stale)["message"].is_string(), "{}", stale.body);

    let other = form_by_script(&eve, ACCEPT, format!("trade={trade}&seen={seen}")).await;
    let none = form_by_script(&eve, ACCEPT, format!("trade=999999&seen={seen}")).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
    assert_eq!((other.status, &other.body), (none.status, &none.body));

    let wrong = form_by_script(&ana, WRITE, format!("trade={trade}&message=")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(json(&wrong)["fields"][0][0], "message");

    let done = form_by_script(&bob, ACCEPT, format!("trade={trade}&seen={seen}")).await;
    assert_eq!(done.status, StatusCode::OK);
    assert_eq!(json(&done)["go"], format!("/trades/{trade}"));

    let unknown = form_by_script(&ana, "/api/trades/burn", String::new()).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(json(&unknown)["kind"], "not_found");
}

#[tokio::test]
async fn arguments_that_cannot_be_read_are_refused_in_words() {
    let app = TestApp::new().await;
    let (bob, _) = app.signed_in("bob", Role::Member).await;
    let many: String = (0..2_001).map(|n| format!("a{n}=&")).collect();
    let form = "application/x-www-form-urlencoded";
    let multipart = "multipart/form-data; boundary=b";
    let part = "--b\r\nContent-Disposition: form-data; name=\"trade\"\r\n\r\n1\r\n--b--\r\n";
    for (kind, body, status) in [
        (form, "trade=x&seen=1.0", 400),
        (form, "seen=1.0", 400),
        (form, "trade=1&trade=2&seen=1.0", 400),
        (form, "trade=1&seen=", 400),
        (form, "trade=1&seen=1.0&once=a&once=b", 400),
        (form, "trade=1&seen=1.0%00", 400),
        (form, many.as_str(), 400),
        (multipart, part, 415),
        ("application/json", "{\"trade\":1}", 415),
    ] {
        let answer = script(&bob, ACCEPT, kind, body.to_owned()).await;
        let shown = &body[..body.len().min(60)];
        assert_eq!(answer.status.as_u16(), status, "{shown}: {}", answer.body);
        assert_eq!(json(&answer)["kind"], "unreadable", "{shown}");
        assert!(json(&answer)["message"].is_string(), "{shown}");

        let request = bob
            .request(Method::POST, ACCEPT)
            .header(header::CONTENT_TYPE, kind)
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body.to_owned()))
            .expect("a request");
        let page = bob.send(request).await;
        assert_eq!(page.status.as_u16(), status, "{shown}");
        assert!(page.body.contains("We could not read that"), "{shown}");
    }
    let opened = bob.get(ACCEPT).await;
    assert_eq!(opened.status, StatusCode::METHOD_NOT_ALLOWED);
    let extra = form_by_script(&bob, ACCEPT, "trade=1&seen=1.0&more=1".into()).await;
    assert_eq!(extra.status, StatusCode::NOT_FOUND, "more is passed over");
}

#[tokio::test]
async fn a_link_that_does_not_work_any_more_is_gone_for_all() {
    let app = TestApp::new().await;
    let browser = app.browser();
    let confirm = "/api/accounts/confirm-address";
    let script = form_by_script(&browser, confirm, "token=x".into()).await;
    assert_eq!(script.status, StatusCode::GONE);
    assert_eq!(json(&script)["kind"], "gone");
    // Its own page says it; a page that knows nothing of it is not shown instead.
    for (page, words) in [
        ("/verify/x", "Send another link"),
        ("/", "Have another one sent"),
    ] {
        let form = browser
            .post(confirm, &[("token", "x"), ("page", page)])
            .await;
        assert_eq!(form.status, StatusCode::GONE, "{page}");
        assert!(form.body.contains(words), "{page}: {}", form.body);
        assert!(!form.body.contains("There is a problem"), "{page}");
    }
}

#[tokio::test]
async fn a_refused_log_in_keeps_all_but_the_password() {
    let app = TestApp::new().await;
    app.signed_in("ana", Role::Member).await;
    let log_in = "/api/accounts/log-in";
    let page = app.browser().get("/login?next=%2Fshelf").await.form(log_in);
    let fields = [
        ("login", "ana"),
        ("password", "not this one"),
        ("next", page.hidden("next")),
        ("page", page.hidden("page")),
    ];
    let refused = app.browser().post(log_in, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains("value=\"ana\""),
        "what was typed is there"
    );
    assert!(!refused.body.contains("not this one"));
    let again = refused.form(log_in);
    assert_eq!(again.hidden("next"), "/shelf");
    assert_eq!(again.hidden("page"), "/login?next=%2Fshelf");
}
