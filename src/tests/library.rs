//! The library through the router: what is typed wrongly, what is somebody else's, what others see.

use axum::http::StatusCode;
use dogear_domain::accounts::Role;

use super::app::{Answer, TestApp};
use super::trading::agreed;

/// A site with a book, which is number 1.
async fn site() -> TestApp {
    let app = TestApp::new().await;
    let (bob, cyd) = (app.site.member("bob").await, app.site.member("cyd").await);
    agreed(&bob, &cyd, dogear_domain::trades::Method::Post, "Emma")
        .await
        .expect("agreed");
    app
}

/// It was refused at a field, whose page shows the sentence and what was typed.
fn refused(answer: &Answer, sentence: &str, typed: &str) {
    assert_eq!(
        answer.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{sentence}: {}",
        answer.body
    );
    assert!(
        answer.body.contains(sentence),
        "{sentence}: {}",
        answer.body
    );
    assert!(answer.body.contains(typed), "{typed}: {}", answer.body);
}

#[tokio::test]
async fn what_is_typed_wrongly_comes_back_with_its_error() {
    let app = site().await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let book = ana.get("/books/1").await.location().to_owned();
    ana.post(
        "/api/reading/start",
        &[("work", "1"), ("next", &book), ("page", &book)],
    )
    .await;
    let page = ana.get(&book).await.body;
    assert!(page.contains("How far are you?") && page.contains("Finish, or stop"));
    let reading = ("reading", "1");
    for (done, of, sentence) in [
        ("500", "300", "Enter a page from 0 to 300."),
        ("-1", "300", "Enter a whole number"),
        ("half", "", "Enter a whole number"),
        ("101 %", "", "Enter a percentage from 0 to 100."),
        ("7", "0", "Enter how many pages the book has"),
    ] {
        let fields = [
            reading,
            ("done", done),
            ("of", of),
            ("unit", "page"),
            ("page", &book),
        ];
        let answer = ana.post("/api/reading/progress", &fields).await;
        refused(&answer, sentence, &format!("value=\"{done}\""));
    }
    for (ended_on, stars, quarters, sentence) in [
        ("2999-01-01", "4", "1", "This day has not come yet"),
        ("2001", "", "", "This is before you began"),
        ("3.5.2026", "4", "1", "Enter a day as year-month-day"),
        ("2026-02-30", "4", "1", "There is no such day"),
        ("", "0", "0", "The least is a quarter of a star"),
        ("", "0.3", "0", "Choose one of the ratings shown"),
        ("", "5", "1", "Five stars are the most"),
        ("", "5.25", "0", "Choose one of the ratings shown"),
        ("", "", "2", "Choose how many whole stars"),
    ] {
        let fields = [
            reading,
            ("ending", "finished"),
            ("ended_on", ended_on),
            ("rated", "true"),
            ("stars", stars),
            ("quarters", quarters),
            ("page", &book),
        ];
        let answer = ana.post("/api/reading/finish", &fields).await;
        refused(&answer, sentence, &format!("value=\"{ended_on}\""));
    }
    let list = [
        reading,
        ("done", "x"),
        ("unit", "page"),
        ("page", "/reading"),
    ];
    let answer = ana.post("/api/reading/progress", &list).await;
    refused(&answer, "Enter a whole number", "value=\"x\"");
    let goal = [
        ("year", "2026"),
        ("books", "many"),
        ("page", "/reading/2026"),
    ];
    let answer = ana.post("/api/reading/set-goal", &goal).await;
    refused(&answer, "Enter a number of books", "value=\"many\"");
    let long = "x".repeat(4001);
    let note = [
        ("work", "1"),
        ("note", &*long),
        ("page", "/reading/books/1"),
    ];
    let answer = ana.post("/api/reading/note", &note).await;
    refused(&answer, "Shorten your note to 4000 characters", &long);

    // Nothing of it was kept.
    let page = ana.get(&book).await.body;
    assert!(page.contains("Reading") && !page.contains("page 7"));
}

#[tokio::test]
async fn a_reading_life_is_private_until_its_reader_says_otherwise() {
    let app = site().await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let (eve, _) = app.signed_in("eve", Role::Member).await;
    let visitor = app.browser();
    let rate = [("work", "1"), ("stars", "4"), ("quarters", "1")];
    let rated = ana.post("/api/reading/rate", &rate).await;
    assert_eq!(rated.status, StatusCode::SEE_OTHER);
    ana.post(
        "/api/reading/note",
        &[("work", "1"), ("note", "A secret note.")],
    )
    .await;
    assert!(!visitor.get("/u/ana").await.body.contains("/u/ana/reading"));
    let shown = visitor.get("/u/ana/reading").await.body;
    assert!(shown.contains("Nothing to see here") && !shown.contains("4¼"));

    ana.post("/api/reading/share", &[("public", "true")]).await;
    assert!(visitor.get("/u/ana").await.body.contains("/u/ana/reading"));
    for other in [&visitor, &eve] {
        let shown = other.get("/u/ana/reading").await.body;
        assert!(
            shown.contains("4¼ stars") && !shown.contains("secret note"),
            "{shown}"
        );
    }
    ana.post("/api/reading/share", &[("public", "false")]).await;
    let shown = visitor.get("/u/ana/reading").await.body;
    assert!(!shown.contains("4¼ stars"), "{shown}");

    for path in [
        "/reading",
        "/reading/2026",
        "/reading/export.csv",
        "/reading/books/1",
    ] {
        assert_eq!(
            visitor.get(path).await.status,
            StatusCode::SEE_OTHER,
            "{path}"
        );
    }
    assert_eq!(
        eve.get("/reading/readings/1").await.status,
        StatusCode::NOT_FOUND
    );
    for path in [
        "/reading/books/99",
        "/reading/books/99/add",
        "/reading/1",
        "/reading/abc",
        "/reading/99999",
    ] {
        assert_eq!(ana.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let file = ana.get("/reading/export.csv").await;
    assert!(file.body.contains("A secret note.") && file.body.contains("4.25"));
    assert_eq!(file.header("cache-control"), "no-store");
}
