//! What a phone needs of the pages: numbers in the bar below, the box on the search page, filters
//! that count.

use axum::http::StatusCode;
use dogear_domain::accounts::Role;
use dogear_domain::trades::Method;

use super::app::TestApp;
use super::trading::{listed, proposed};

/// The part of a page between two texts.
fn between<'a>(body: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = body.split_once(start).expect(start);
    rest.split_once(end).expect(end).0
}

#[tokio::test(flavor = "multi_thread")]
async fn u10_the_bar_below_has_the_numbers_of_trades_and_inbox() {
    let app = TestApp::new().await;
    let (ann, one) = app.signed_in("ann", Role::Member).await;
    let (ben, two) = app.signed_in("ben", Role::Member).await;
    let bar = |body: &str| between(body, "class=\"tabbar\"", "</nav>").to_owned();
    let before = bar(&ben.get("/").await.body);
    assert!(before.contains("Trades</span>"), "{before}");
    proposed(&one, &two, Method::Post, "Numbers")
        .await
        .expect("proposed");
    app.site.run_jobs().await;
    let after = bar(&ben.get("/").await.body);
    assert!(
        after.contains("Trades<span class=\"count\"> 1</span>"),
        "{after}"
    );
    assert!(
        after.contains("Inbox<span data-inbox=\"\" class=\"count\"> 1</span>"),
        "{after}"
    );
    // Nothing waits for whoever has proposed.
    let other = bar(&ann.get("/").await.body);
    assert!(other.contains("Trades</span>"), "{other}");
}

#[tokio::test(flavor = "multi_thread")]
async fn u05_u22_the_search_page_suggests_takes_the_focus_and_keeps_the_words() {
    let app = TestApp::new().await;
    let visitor = app.browser();
    let home = visitor.get("/").await.body;
    assert!(home.contains("href=\"/browse?search=1\""), "the magnifier");
    let input = |body: &str, id: &str| {
        let tag = format!("id=\"{id}\"");
        let found = body
            .split("<input")
            .skip(1)
            .map(|input| input.split('>').next().unwrap_or_default())
            .find(|input| input.contains(&tag));
        found.map(str::to_owned).unwrap_or_default()
    };
    let opened = visitor.get("/browse?search=1").await.body;
    let here = input(&opened, "here");
    assert!(here.contains("role=\"combobox\"") && here.contains("autofocus"));
    assert!(!input(&opened, "q").contains("autofocus"));
    let asked = visitor
        .get("/browse?q=harbour+dues&genre=poetry")
        .await
        .body;
    for id in ["here", "q"] {
        let found = input(&asked, id);
        assert!(found.contains("value=\"harbour dues\""), "{id}: {found}");
        assert!(!found.contains("autofocus"), "{id}");
    }
    let elsewhere = visitor.get("/about/trading?q=harbour").await.body;
    assert!(!input(&elsewhere, "q").contains("harbour"));
}

#[tokio::test(flavor = "multi_thread")]
async fn u08_the_button_of_the_filters_counts_what_they_would_show() {
    let app = TestApp::new().await;
    let (_, cx) = app.signed_in("ann", Role::Member).await;
    for title in ["Harbour One", "Harbour Two"] {
        listed(&cx, title).await.expect("listed");
    }
    let visitor = app.browser();
    let page = visitor.get("/browse").await.body;
    assert!(page.contains("Show 2 books"));
    for (query, words) in [
        ("", "Show 2 books"),
        ("q=harbour+one", "Show 1 book"),
        ("grade=fine", "Show 0 books"),
    ] {
        let counted = visitor.post("/api/count-books", &[("query", query)]).await;
        assert_eq!(counted.status, StatusCode::OK, "{query}");
        assert_eq!(counted.body, format!("\"{words}\""), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn u12_moderators_see_how_many_cases_wait() {
    let app = TestApp::new().await;
    let (reporter, _) = app.signed_in("ann", Role::Member).await;
    let (owner, cx) = app.signed_in("ben", Role::Member).await;
    let (staff, _) = app.signed_in("moira", Role::Moderator).await;
    let copy = listed(&cx, "Harbour").await.expect("listed");
    assert!(!staff.get("/").await.body.contains("for a moderator"));
    let filed = reporter
        .post(
            "/api/moderation/report",
            &[
                ("kind", "copy"),
                ("id", &copy.to_string()),
                ("reason", "spam"),
            ],
        )
        .await;
    assert_eq!(filed.status, StatusCode::SEE_OTHER);
    let home = staff.get("/").await.body;
    assert!(home.contains("1 case waits for a moderator"));
    assert!(home.contains("Moderation<span class=\"count\"> 1</span>"));
    let theirs = owner.get("/").await.body;
    assert!(!theirs.contains("for a moderator") && !theirs.contains("Moderation<"));
}
