//! Pages that are kept for visitors: until somebody writes, and never for or from anybody signed in.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use dogear_domain::accounts::Role;
use dogear_server::testing::TestSite;

use super::app::{Browser, TestApp};

const PAGE: &str = "/u/ana";

async fn shows(browser: &Browser, text: &str) -> bool {
    let answer = browser.get(PAGE).await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.body.contains(text)
}

/// Changes the page behind the site's back.
async fn rewrite(app: &TestApp, about: &str) {
    sqlx::query("update users set about = $1 where handle = 'ana'")
        .bind(about)
        .execute(&app.site.services.db)
        .await
        .expect("PostgreSQL answers");
}

/// Has the reader change the page.
async fn write(ana: &Browser, about: &str) {
    let profile = [
        ("display_name", "ana"),
        ("about", about),
        ("time_zone", "UTC"),
    ];
    let answer = ana.post("/api/accounts/save-profile", &profile).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn visitors_share_a_page_until_somebody_writes() {
    let app = TestApp::with_page_cache(TestSite::new().await, Duration::from_mins(1));
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let (one, other) = (app.browser(), app.browser());
    rewrite(&app, "First words.").await;
    assert!(shows(&one, "First words.").await);
    rewrite(&app, "Second words.").await;
    assert!(shows(&other, "First words.").await, "kept");
    assert!(
        shows(&ana, "Second words.").await,
        "who is signed in is never answered from there"
    );
    assert!(
        shows(&other, "First words.").await,
        "nor is their page kept"
    );
    // Another theme is another page.
    let dark = app.browser();
    dark.set_cookie("theme", "dark");
    assert!(dark.get(PAGE).await.body.contains("data-theme=\"dark\""));
    assert!(!one.get(PAGE).await.body.contains("data-theme"));

    write(&ana, "Third words.").await;
    assert!(shows(&one, "Third words.").await, "a write shows at once");
}

#[tokio::test]
async fn what_is_one_visitors_own_is_not_kept() {
    let app = TestApp::with_page_cache(TestSite::new().await, Duration::from_mins(1));
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    // A sentence for the next page, and a session that has ended.
    for cookie in ["flash", "sid"] {
        rewrite(&app, "First words.").await;
        let somebody = app.browser();
        somebody.set_cookie(cookie, "AAAAAAAAAAAAAAAAAAAAAA");
        assert!(shows(&somebody, "First words.").await);
        rewrite(&app, "Second words.").await;
        assert!(shows(&app.browser(), "Second words.").await, "{cookie}");
        // So that the next round begins with an empty memory.
        write(&ana, "Third words.").await;
    }
}

#[tokio::test]
async fn a22_what_writes_nothing_for_visitors_does_not_empty_the_memory() {
    let app = TestApp::with_page_cache(TestSite::new().await, Duration::from_mins(1));
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let visitor = app.browser();
    rewrite(&app, "First words.").await;
    assert!(shows(&visitor, "First words.").await);
    rewrite(&app, "Second words.").await;
    // Nobody counts these, and nothing that they do stands on a page for visitors.
    for (path, fields) in [
        ("/api/theme/choose", [("theme", "dark"), ("next", "/")]),
        ("/api/suggest", [("q", "emma"), ("near", "")]),
        ("/api/no-such-thing", [("a", "b"), ("c", "d")]),
        ("/no-such-page", [("a", "b"), ("c", "d")]),
        ("/api/copies/change", [("copy", "1"), ("page", "/shelf")]),
    ] {
        app.browser().post(path, &fields).await;
        assert!(shows(&visitor, "First words.").await, "{path}");
    }
    // What a member writes does, and what is refused does not.
    let refused = ana
        .post("/api/accounts/save-profile", &[("about", "x")])
        .await;
    assert!(refused.status.is_client_error(), "{}", refused.status);
    assert!(shows(&visitor, "First words.").await);
    write(&ana, "Third words.").await;
    assert!(shows(&visitor, "Third words.").await);
}

#[tokio::test]
async fn o11_a_visitors_page_is_not_sent_to_who_has_it() {
    let kept = Duration::from_mins(1);
    for time in [Duration::ZERO, kept] {
        let app = TestApp::with_page_cache(TestSite::new().await, time);
        let (ana, _) = app.signed_in("ana", Role::Member).await;
        rewrite(&app, "First words.").await;
        let visitor = app.browser();
        let first = visitor.get(PAGE).await;
        let etag = first.header("etag").to_owned();
        assert!(etag.starts_with("W/\""), "{etag}");
        let again = async |method: Method, browser: &Browser| {
            let request = browser
                .request(method, PAGE)
                .header(header::IF_NONE_MATCH, format!("\"other\", {etag}"))
                .body(Body::empty());
            browser.send(request.expect("a request")).await
        };
        for method in [Method::GET, Method::HEAD] {
            let answer = again(method, &visitor).await;
            assert_eq!(answer.status, StatusCode::NOT_MODIFIED);
            assert_eq!((answer.header("etag"), &*answer.body), (&*etag, ""));
            assert_eq!(answer.header("cache-control"), "no-cache");
            assert_ne!(answer.header("content-length"), "0");
        }
        // Who is signed in gets the page, and nothing to know it by.
        let own = again(Method::GET, &ana).await;
        assert_eq!((own.status, own.header("etag")), (StatusCode::OK, ""));
        write(&ana, "Second words.").await;
        let changed = again(Method::GET, &visitor).await;
        assert_eq!(changed.status, StatusCode::OK);
        assert!(changed.body.contains("Second words."));
        assert_ne!(changed.header("etag"), etag);
        // What is not there has no etag either.
        let missing = visitor.get("/u/nobody").await;
        assert_eq!(
            (missing.status, missing.header("etag")),
            (StatusCode::NOT_FOUND, "")
        );
    }
}
