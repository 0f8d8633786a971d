//! A Google Calendar, connected and disconnected as browsers do it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Json;
use axum::http::StatusCode;
use axum::routing::post;
use dogear_domain::accounts::Role;
use serde_json::{Value, json};

use super::app::{Browser, TestApp};
use super::events::{published, send};

/// What stands for Google: it takes every code, and gives every entry back as it came.
pub(super) async fn google(codes: Arc<AtomicUsize>) -> String {
    let scope = "https://www.googleapis.com/auth/calendar.events";
    let token = post(async move || {
        codes.fetch_add(1, Ordering::SeqCst);
        Json(json!({
            "access_token": "access-secret", "refresh_token": "refresh-secret",
            "expires_in": 3600, "token_type": "Bearer", "scope": scope,
        }))
    });
    let router = axum::Router::new()
        .route("/token", token)
        .route("/revoke", post(async || "{}"))
        .route(
            "/calendar/v3/calendars/primary/events",
            post(async |Json(entry): Json<Value>| Json(entry)),
        );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port is free");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(axum::serve(listener, router).into_future());
    url
}

/// What a reader takes along to Google.
pub(super) async fn state(browser: &Browser) -> String {
    let page = browser.get("/seats").await.body;
    let (_, rest) = page.split_once("&amp;state=").expect("a way to Google");
    rest.split('&').next().expect("its end").to_owned()
}

/// The sentence with which a reader is received who comes back.
async fn back(browser: &Browser, query: &str) -> String {
    let answer = browser.get(&format!("/seats/google{query}")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{query}");
    assert_eq!(answer.location(), "/seats", "nothing stays in the address");
    browser.get("/seats").await.body
}

#[tokio::test]
async fn a_calendar_is_connected_only_on_the_way_that_its_reader_has_begun() {
    let codes = Arc::new(AtomicUsize::new(0));
    let app = TestApp::known_to_google(&google(Arc::clone(&codes)).await).await;
    let (host, _) = app.signed_in("host", Role::Member).await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let (bob, _) = app.signed_in("bob", Role::Member).await;
    let page = published(&host, "3").await;
    send(&ana, &page, "/api/events/take-seats", &[("party", "2")]).await;
    let shown = ana.get("/seats").await.body;
    for text in [
        "Connect Google Calendar",
        "What we send to Google",
        "code_challenge_method=S256",
    ] {
        assert!(shown.contains(text), "{text}");
    }
    let state_of_ana = state(&ana).await;
    let lost = "does not hold any more";
    for query in [
        "",
        "?code=4",
        "?state=made.up&code=4",
        "?error=access_denied",
    ] {
        assert!(back(&ana, query).await.contains(lost), "{query}");
    }
    // Somebody else's, in their own session: another session of hers will not do either.
    let own = format!("?state={state_of_ana}&code=4");
    assert!(back(&bob, &own).await.contains(lost));
    let elsewhere = app.sign_in("ana").await;
    assert!(back(&elsewhere, &own).await.contains(lost));
    let visitor = app.browser().get(&format!("/seats/google{own}")).await;
    assert!(
        visitor.location().starts_with("/login"),
        "{}",
        visitor.location()
    );
    assert_eq!(codes.load(Ordering::SeqCst), 0, "nobody has asked Google");

    let denied = format!("?state={}&error=access_denied", state(&ana).await);
    assert!(
        back(&ana, &denied)
            .await
            .contains("You have not allowed it at Google")
    );
    let without = format!("?state={}", state(&ana).await);
    assert!(back(&ana, &without).await.contains("did not agree"));
    let shown = back(&ana, &own).await;
    for text in [
        "is connected",
        "1 entry is not synced yet",
        "Not synced yet with your Google",
    ] {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    assert!(!shown.contains("Connect Google Calendar"));
    assert!(
        ana.get(&page)
            .await
            .body
            .contains("Not synced yet with your Google")
    );
    assert!(back(&ana, &own).await.contains("on this way before"));
    assert_eq!(codes.load(Ordering::SeqCst), 1);

    app.site.run_jobs().await;
    let shown = ana.get("/seats").await.body;
    assert!(
        shown.contains("Last written:") && !shown.contains("Not synced"),
        "{shown}"
    );
    assert!(!ana.get(&page).await.body.contains("Not synced"));
    assert!(!bob.get("/seats").await.body.contains("Connected since"));

    send(
        &ana,
        "/seats",
        "/api/events/disconnect-google",
        &[("keep", "on")],
    )
    .await;
    assert!(
        ana.get("/seats")
            .await
            .body
            .contains("is being disconnected")
    );
    app.site.run_jobs().await;
    assert!(
        ana.get("/seats")
            .await
            .body
            .contains("Connect Google Calendar")
    );
}

#[tokio::test]
async fn where_it_is_off_nothing_is_said_of_it() {
    let app = TestApp::new().await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    assert!(
        !ana.get("/seats")
            .await
            .body
            .contains("In your Google Calendar")
    );
    let answer = ana.get("/seats/google?state=x&code=4").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}
