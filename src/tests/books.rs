//! The public pages over HTTP: where addresses lead, and that nothing typed breaks them.

use std::time::Duration;

use axum::http::StatusCode;
use dogear_domain::accounts::Role;
use dogear_domain::ids::WorkId;
use dogear_server::search;

use super::app::TestApp;

/// One work with one listed copy of `owner`'s.
pub(super) async fn one_book(app: &TestApp, owner: &str) -> WorkId {
    let mut tx = app.site.services.db.begin().await.expect("a transaction");
    let work: WorkId = sqlx::query_scalar(
        "with work as (insert into works (title, title_key, slug, language, author_line, author_key)
             values ('源氏物語 <i>', '源氏物語 i', '源氏物語-i', 'ja', '紫式部', '紫式部') returning id),
         edition as (insert into editions (work_id, isbn13, format) select id, '9780141439549', 'hardback' from work
             returning id, work_id),
         copy as (insert into copies (edition_id, work_id, owner_id, grade, note, state, listed_at)
             select e.id, e.work_id, u.id, 5, '<script>alert(1)</script>', 'listed', now()
             from edition e, users u where u.handle = $1)
         select id from work",
    )
    .bind(owner)
    .fetch_one(&mut *tx)
    .await
    .expect("inserted");
    search::refresh(&mut tx, &[work], app.site.services.clock.now())
        .await
        .expect("refreshed");
    tx.commit().await.expect("committed");
    work
}

#[tokio::test]
async fn addresses_lead_to_the_one_right_page() {
    let app = TestApp::new().await;
    let (owner, _) = app.signed_in("ana", Role::Member).await;
    let (reader, _) = app.signed_in("ben", Role::Member).await;
    let work = one_book(&app, "ana").await;
    let browser = app.browser();
    let right = format!("/books/{work}-%E6%BA%90%E6%B0%8F%E7%89%A9%E8%AA%9E-i");

    for wrong in [format!("/books/{work}"), format!("/books/{work}-genji")] {
        let answer = browser.get(&wrong).await;
        assert_eq!(answer.status, StatusCode::MOVED_PERMANENTLY, "{wrong}");
        assert_eq!(answer.location(), right);
    }
    for way in ["/browse?q=978-0-14-143954-9", "/isbn/0141439548"] {
        let answer = browser.get(way).await;
        assert_eq!(
            (answer.status, answer.location()),
            (StatusCode::SEE_OTHER, right.as_str()),
            "{way}"
        );
    }
    let page = browser.get(&right).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body.contains("/trades/new?with=ana&amp;get=")
            || page.body.contains("/trades/new?with=ana&get=")
    );
    assert!(!page.body.contains("<script>alert") && !page.body.contains("<i>"));
    assert!(reader.get(&right).await.body.contains("Propose"));
    let own = owner.get(&right).await.body;
    assert!(own.contains("Yours") && !own.contains("/trades/new"));

    assert_eq!(browser.get("/u/ANA").await.location(), "/u/ana");
    assert!(
        browser
            .get("/u/ana")
            .await
            .body
            .contains("One book to trade")
    );
    for missing in [
        "/books/x",
        "/books/999999-a",
        "/authors/1",
        "/authors/x",
        "/series/9",
        "/u/nobody",
        "/isbn/12",
    ] {
        assert_eq!(
            browser.get(missing).await.status,
            StatusCode::NOT_FOUND,
            "{missing}"
        );
    }
}

#[tokio::test]
async fn browse_answers_whatever_is_asked() {
    let app = TestApp::new().await;
    let (_, _) = app.signed_in("ana", Role::Member).await;
    one_book(&app, "ana").await;
    let browser = app.browser();
    let long = format!("/browse?q={}", "a%20".repeat(1300));
    for address in [
        "/browse",
        "/browse?q=%00",
        "/browse?q=%26%7C!():*%27",
        "/browse?page=1e9",
        "/browse?genre=%3Cscript%3E",
        "/browse?q=%3Cscript%3Ealert(1)%3C/script%3E",
        "/browse?language=zz&format=x&grade=9&near=%27&sort=?",
        &long,
    ] {
        let answer = browser.get(address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}");
        assert!(!answer.body.contains("<script>alert"), "{address}");
    }
    let deep = browser.get("/browse?page=1000000000").await;
    assert_eq!(deep.status, StatusCode::NOT_FOUND);
    assert!(deep.body.contains("The list ends before that page"));
    let found = browser.get("/browse?q=%E6%BA%90%E6%B0%8F").await.body;
    assert!(found.contains("class=\"cover corner\""));
    let nothing = browser
        .get("/browse?q=%E6%BA%90%E6%B0%8F&language=fr")
        .await
        .body;
    assert!(nothing.contains("Any language") && nothing.contains("/shelf/add?q="));
    assert!(
        browser
            .get("/isbn/9780306406157")
            .await
            .body
            .contains("/shelf/add?q=9780306406157")
    );
}

#[tokio::test]
async fn the_front_page_says_what_there_is_and_what_waits() {
    let app = TestApp::new().await;
    let empty = app.browser().get("/").await.body;
    assert!(empty.contains("be the first to list") && empty.contains("How a trade goes"));
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let greeted = ana.get("/").await;
    assert!(greeted.body.contains("Hello, ana"));
    assert!(greeted.header("cache-control").contains("no-store"));
    for page in ["trading", "conditions", "privacy", "accessibility"] {
        let answer = app.browser().get(&format!("/about/{page}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{page}");
    }
}

#[tokio::test]
async fn a_search_that_nobody_waits_for_any_more_is_stopped() {
    let app = TestApp::new().await;
    let db = &app.site.services.db;
    let waiting = async || -> i64 {
        sqlx::query_scalar(
            "select count(*) from pg_stat_activity
             where datname = current_database() and wait_event_type = 'Lock'",
        )
        .fetch_one(db)
        .await
        .expect("PostgreSQL answers")
    };
    let mut writer = db.begin().await.expect("a transaction");
    sqlx::query("lock table work_search in access exclusive mode")
        .execute(&mut *writer)
        .await
        .expect("locked");
    let browser = app.browser();
    let asked = browser.get("/browse?q=dracula");
    let answer = tokio::time::timeout(Duration::from_millis(500), asked).await;
    assert!(answer.is_err(), "it waits for the lock");
    // By itself it would give up after 3 seconds.
    for _ in 0..15 {
        if waiting().await == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it still waits");
}
