//! PostgreSQL goes away and comes back, has no room left, or is not there at all.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use dogear_domain::accounts::Role;
use dogear_domain::trades::Method as Way;
use dogear_server::testing::TestSite;
use sqlx::{Connection, PgConnection};

use super::app::{Browser, TestApp};
use super::processes::Process;
use super::trading::agreed;

/// Ends every connection to the database but the one that asks, as a restart does.
async fn end_connections(site: &TestSite) -> i64 {
    let mut admin = PgConnection::connect(&site.database_url)
        .await
        .expect("PostgreSQL answers");
    sqlx::query_scalar(
        "select count(*) filter (where pg_terminate_backend(pid, 5000)) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()",
    )
    .fetch_one(&mut admin)
    .await
    .expect("they end")
}

#[tokio::test(flavor = "multi_thread")]
async fn k11_reads_go_on_when_every_connection_has_gone_dead() {
    let app = TestApp::new().await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let (ana, visitor) = (Arc::new(ana), Arc::new(app.browser()));
    for pause in [0, 0, 3] {
        let db = &app.site.services.db;
        let held = futures::future::join_all((0..8).map(|_| db.acquire())).await;
        drop(held);
        tokio::time::sleep(std::time::Duration::from_secs(pause)).await;
        assert!(end_connections(&app.site).await >= 8);
        let mut reads = tokio::task::JoinSet::new();
        for path in ["/", "/browse", "/shelf", "/u/ana", "/trades", "/settings"] {
            for browser in [&ana, &visitor] {
                let browser = Arc::clone(browser);
                reads.spawn(async move { (path, browser.get(path).await) });
            }
        }
        while let Some(read) = reads.join_next().await {
            let (path, answer) = read.expect("no panic");
            let fine = answer.status == StatusCode::OK || answer.status == StatusCode::SEE_OTHER;
            assert!(fine, "{path}: {} {}", answer.status, answer.body);
        }
    }
}

/// A reader with a trade that is agreed.
async fn with_trade() -> (TestApp, Browser, String) {
    let app = TestApp::new().await;
    let (ana, as_ana) = app.signed_in("ana", Role::Member).await;
    let bob = app.site.member("bob").await;
    let trade = agreed(&as_ana, &bob, Way::Post, "Romola").await;
    (app, ana, trade.expect("agreed").to_string())
}

#[tokio::test]
async fn k11_a_write_that_loses_its_connection_is_told_as_busy_and_done_once() {
    let (app, ana, trade) = with_trade().await;
    let once = uuid::Uuid::new_v4().to_string();
    let page = format!("/trades/{trade}");
    let form = [
        ("trade", trade.as_str()),
        ("message", "Is it still there?"),
        ("once", &once),
        ("page", &page),
    ];
    sqlx::raw_sql(
        "create function cut() returns trigger language plpgsql as
           $$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$;
         create trigger cut before insert on trade_messages for each row execute function cut();",
    )
    .execute(&app.site.services.db)
    .await
    .expect("made");
    let cut = ana.post("/api/trades/write-message", &form).await;
    assert_eq!(cut.status, StatusCode::SERVICE_UNAVAILABLE, "{}", cut.body);
    assert!(cut.body.contains("Is it still there?"), "{}", cut.body);
    sqlx::raw_sql("drop trigger cut on trade_messages")
        .execute(&app.site.services.db)
        .await
        .expect("gone");
    for _ in 0..2 {
        let sent = ana.post("/api/trades/write-message", &form).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    }
    let kept: i64 = sqlx::query_scalar("select count(*) from trade_messages")
        .fetch_one(&app.site.services.db)
        .await
        .expect("PostgreSQL answers");
    assert_eq!(kept, 1);
}

#[tokio::test]
async fn k14_a_full_disk_is_told_as_one_and_what_was_typed_stays() {
    let (app, ana, trade) = with_trade().await;
    sqlx::raw_sql(
        "create function full_disk() returns trigger language plpgsql as
           $$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$;
         create trigger full_disk before insert on trade_messages
           for each row execute function full_disk();",
    )
    .execute(&app.site.services.db)
    .await
    .expect("made");
    let page = format!("/trades/{trade}");
    let form = [
        ("trade", trade.as_str()),
        ("message", "Is it still there?"),
        ("page", &page),
    ];
    let full = ana.post("/api/trades/write-message", &form).await;
    assert_eq!(full.status, StatusCode::INSUFFICIENT_STORAGE);
    assert!(full.body.contains("There is no room left"), "{}", full.body);
    assert!(full.body.contains("Is it still there?"), "{}", full.body);
    let mut request = ana
        .request(Method::POST, "/api/trades/write-message")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(format!("trade={trade}&message=x")))
        .expect("a request");
    request.headers_mut().remove(header::ACCEPT);
    let full = ana.send(request).await;
    assert_eq!(full.status, StatusCode::INSUFFICIENT_STORAGE);
    assert!(full.body.contains("\"full\""), "{}", full.body);
    let ready = ana.get("/readyz").await.body;
    assert!(ready.contains("\"disk\":\"ok\""), "{ready}");
}

#[tokio::test]
async fn k15_migrating_needs_no_redis_and_says_what_is_wrong_with_postgresql() {
    let site = TestSite::new().await;
    let nowhere = "redis://127.0.0.1:9";
    let (well, says) = Process::migrate(&site.database_url, nowhere);
    assert!(well, "{says}");
    assert!(
        says.contains("has this version’s schema") || says.contains("has this version's schema"),
        "{says}"
    );
    let mut missing = url::Url::parse(&site.database_url).expect("a URL");
    missing.set_path("no_such_database");
    let mut refused = missing.clone();
    refused.set_port(Some(9)).expect("a port");
    let mut stranger = url::Url::parse(&site.database_url).expect("a URL");
    stranger.set_username("no_such_role").expect("a name");
    for (url, cause) in [
        (missing, "does not exist"),
        (refused, "refused"),
        (stranger, "no_such_role"),
    ] {
        let (well, says) = Process::migrate(url.as_str(), nowhere);
        assert!(!well && says.contains(cause), "{cause}: {says}");
        assert!(!says.contains("timed out"), "{says}");
    }
}
