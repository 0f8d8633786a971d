//! Paying online through the pages, and the door for messages of the payment service.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use dogear_domain::accounts::Role;
use dogear_server::testing::payments::{SECRETS, Stub};
use serde_json::json;
use tower::ServiceExt;

use super::app::{Answer, Browser, TestApp};
use super::trading::asked_to_buy;

const DOOR: &str = "/webhooks/payments/stripe";

async fn press(browser: &Browser, page: &str, path: &str) -> Answer {
    let form = browser.get(page).await.form(path);
    let hidden: Vec<(String, String)> = form.hidden_fields().collect();
    let fields: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    browser.post(path, &fields).await
}

/// A message that comes in, as from a machine: without cookies, origin or fetch metadata.
async fn message(app: &TestApp, path: &str, header: Option<&str>, body: Vec<u8>) -> StatusCode {
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header("content-type", "application/json; charset=utf-8");
    if let Some(header) = header {
        request = request.header("stripe-signature", header);
    }
    let request = request.body(Body::from(body)).expect("a request");
    let answer = app
        .router
        .clone()
        .oneshot(request)
        .await
        .expect("an answer");
    assert!(answer.headers().get("set-cookie").is_none());
    if answer.status() == StatusCode::OK {
        let cache = answer.headers().get("cache-control");
        assert_eq!(
            cache.and_then(|value| value.to_str().ok()),
            Some("no-store")
        );
    }
    answer.status()
}

async fn kept(app: &TestApp) -> i64 {
    sqlx::query_scalar("select count(*) from payment_events")
        .fetch_one(&app.site.services.db)
        .await
        .expect("PostgreSQL answers")
}

#[tokio::test]
async fn only_what_the_service_has_signed_comes_in_by_its_door() {
    let stub = Stub::new().await;
    let app = TestApp::paying_at(&stub).await;
    let now = app.site.services.clock.now();
    let about = json!({ "id": "cs_unknown", "object": "checkout.session" });
    let (header, body) = stub.message("checkout.session.completed", &about, now);
    let signed = header.clone();
    for (path, header, body, status) in [
        (DOOR, None, body.clone(), StatusCode::BAD_REQUEST),
        (
            DOOR,
            Some("t=1,v1=00"),
            body.clone(),
            StatusCode::BAD_REQUEST,
        ),
        (
            DOOR,
            Some(&*signed),
            body[..body.len() - 1].to_vec(),
            StatusCode::BAD_REQUEST,
        ),
        (
            DOOR,
            Some(&*signed),
            vec![b' '; 1024 * 1024],
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
        (
            DOOR,
            Some(&*signed),
            vec![b' '; 64 * 1024 + 1],
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
        (DOOR, Some(&*signed), Vec::new(), StatusCode::BAD_REQUEST),
        (
            "/webhooks/payments/paypal",
            Some(&*signed),
            body.clone(),
            StatusCode::NOT_FOUND,
        ),
    ] {
        assert_eq!(
            message(&app, path, header, body).await,
            status,
            "{path} {header:?}"
        );
    }
    let old = now - jiff::SignedDuration::from_secs(301);
    let future = now + jiff::SignedDuration::from_secs(301);
    for at in [old, future] {
        let (header, body) = stub.message("checkout.session.completed", &about, at);
        assert_eq!(
            message(&app, DOOR, Some(&header), body).await,
            StatusCode::BAD_REQUEST
        );
    }
    assert_eq!(kept(&app).await, 0);
    // About nothing of ours, and twice: it need not be told again.
    for _ in 0..2 {
        assert_eq!(
            message(&app, DOOR, Some(&header), body.clone()).await,
            StatusCode::OK
        );
    }
    assert_eq!(kept(&app).await, 1);
    app.site.run_jobs().await;
    let get = Request::builder()
        .uri(DOOR)
        .body(Body::empty())
        .expect("a request");
    let answer = app.router.clone().oneshot(get).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
    // Where it is off, there is no door.
    let off = TestApp::new().await;
    assert_eq!(
        message(&off, DOOR, Some(&header), body).await,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_book_is_paid_online_without_a_script_and_nothing_secret_is_shown() {
    let stub = Stub::new().await;
    let app = TestApp::paying_at(&stub).await;
    let (ana, buyer) = app.signed_in("ana", Role::Member).await;
    let (bob, seller) = app.signed_in("bob", Role::Member).await;
    let (dov, _) = app.signed_in("dov", Role::Admin).await;

    // The seller tells the service who they are, by a plain link.
    assert!(
        bob.get("/settings")
            .await
            .body
            .contains("Being paid online")
    );
    let settings = "/settings/payments";
    let connected = press(&bob, settings, "/api/trades/connect-account").await;
    assert_eq!(connected.location(), settings);
    let shown = bob.get(settings).await.body;
    assert!(
        shown.contains(&format!("href=\"{}setup/acct_1\"", stub.url)),
        "{shown}"
    );
    stub.accepts_accounts();
    press(&bob, settings, "/api/trades/look-at-account").await;
    assert!(
        bob.get(settings)
            .await
            .body
            .contains("Your account is connected")
    );

    let trade = asked_to_buy(&buyer, &seller, "Emma").await.expect("asked");
    let page = format!("/trades/{trade}");
    press(&bob, &format!("{page}/accept"), "/api/trades/accept").await;
    let pay = format!("{page}/pay");
    assert!(
        ana.get(&page)
            .await
            .body
            .contains(&format!("href=\"{pay}\""))
    );
    assert!(!bob.get(&page).await.body.contains(&pay));
    assert_eq!(bob.get(&pay).await.location(), page);
    let begun = press(&ana, &pay, "/api/trades/start-pay").await;
    assert_eq!(begun.location(), pay);
    let shown = ana.get(&pay).await.body;
    assert!(
        shown.contains(&format!("href=\"{}pay/cs_1\"", stub.url)),
        "{shown}"
    );
    let waiting = bob.get(&page).await.body;
    assert!(waiting.contains("is paying €") && !waiting.contains("I have been paid"));

    // The buyer comes back: that proves nothing, and says so.
    let back = format!("{pay}?back=paid");
    let shown = ana.get(&back).await.body;
    assert!(
        shown.contains("Do not pay again") && !shown.contains("pay/cs_1"),
        "{shown}"
    );
    press(&ana, &back, "/api/trades/ask-about-pay").await;
    assert!(bob.get(&page).await.body.contains("is paying"));
    assert!(
        ana.get(&format!("{pay}?back=left"))
            .await
            .body
            .contains("pay/cs_1")
    );
    // It is paid, the message is lost, and the buyer asks.
    assert!(stub.pay());
    press(&ana, &back, "/api/trades/ask-about-pay").await;
    assert!(ana.get(&back).await.body.contains("It is paid"));
    assert!(bob.get(&page).await.body.contains("Paid online."));
    let desk = dov.get("/admin/payments?page=x&state=nonsense").await;
    assert_eq!(desk.status, StatusCode::OK);
    assert!(
        desk.body.contains("Sale 1") && !desk.body.contains("bob"),
        "{}",
        desk.body
    );

    // The sale ends before the book leaves: the money goes back by itself.
    press(&ana, &format!("{page}/cancel"), "/api/trades/cancel").await;
    assert!(ana.get(&page).await.body.contains("on its way back"));
    app.site.run_jobs().await;
    assert!(
        ana.get(&page)
            .await
            .body
            .contains("given back to the buyer")
    );
    assert!(
        ana.get(&pay)
            .await
            .body
            .contains("Your money is given back")
    );
    for browser in [&ana, &bob, &dov] {
        for path in [
            &*page,
            settings,
            "/admin/payments",
            "/settings/notifications",
        ] {
            let body = browser.get(path).await.body;
            let secret = SECRETS.iter().any(|secret| body.contains(secret));
            assert!(!secret && !body.contains("sk_test"), "{path}");
        }
    }
}

#[tokio::test]
async fn where_it_is_off_nobody_reads_of_it() {
    let app = TestApp::new().await;
    let (ana, buyer) = app.signed_in("ana", Role::Member).await;
    let (bob, seller) = app.signed_in("bob", Role::Member).await;
    assert!(!bob.get("/settings").await.body.contains("paid online"));
    assert_eq!(
        bob.get("/settings/payments").await.status,
        StatusCode::NOT_FOUND
    );
    let trade = asked_to_buy(&buyer, &seller, "Emma").await.expect("asked");
    let page = format!("/trades/{trade}");
    press(&bob, &format!("{page}/accept"), "/api/trades/accept").await;
    assert!(!ana.get(&page).await.body.contains("Pay now"));
    assert_eq!(ana.get(&format!("{page}/pay")).await.location(), page);
}
