//! Calendars, as the programs ask for them that read calendars.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use dogear_domain::accounts::Role;

use super::app::{Answer, Browser, TestApp};
use super::events::{published, send};

const KIND: &str = "text/calendar; charset=utf-8";

/// Asks as a program that has this version of it.
async fn ask_again(browser: &Browser, path: &str, etag: &str) -> Answer {
    let request = browser
        .request(Method::GET, path)
        .header(header::IF_NONE_MATCH, etag)
        .body(Body::empty())
        .expect("a request");
    browser.send(request).await
}

/// The path of the reader's own calendar, as their page shows it.
async fn address(browser: &Browser) -> Option<String> {
    let page = browser.get("/seats").await;
    let (_, rest) = page.body.split_once("http://dogear.test/calendar/")?;
    let (name, _) = rest.split_once('"').expect("its end");
    Some(format!("/calendar/{name}"))
}

#[tokio::test]
async fn an_event_and_those_to_come_are_files_for_calendars() {
    let app = TestApp::new().await;
    let (host, _) = app.signed_in("host", Role::Member).await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let visitor = app.browser();
    let page = published(&host, "3").await;

    let shown = visitor.get(&page).await;
    for link in [
        "href=\"/events/1/calendar.ics\"",
        "https://calendar.google.com/calendar/render?action=TEMPLATE&amp;text=Swap+by+lamplight&amp;dates=",
        "T190000%2F",
        "ctz=Europe%2FLondon",
        "https://outlook.live.com/calendar/0/deeplink/compose?path=",
        "rel=\"noreferrer nofollow\"",
    ] {
        assert!(shown.body.contains(link), "{link}: {}", shown.body);
    }
    let single = visitor.get("/events/1/calendar.ics").await;
    assert_eq!(single.status, StatusCode::OK);
    assert_eq!(single.header("content-type"), KIND);
    assert_eq!(single.header("cache-control"), "private, no-cache");
    assert!(
        single
            .header("content-disposition")
            .starts_with("attachment")
    );
    assert!(single.body.contains("\r\nSUMMARY:Swap by lamplight\r\n"));
    assert!(!single.body.contains("VALARM"));

    let list = visitor.get("/events?kind=swap_meet&town=leeds").await;
    let path = "/events.ics?kind=swap_meet&amp;town=leeds";
    assert!(list.body.contains(path), "{}", list.body);
    let path = "/events.ics?kind=swap_meet&town=leeds";
    let feed = visitor.get(path).await;
    assert_eq!(feed.status, StatusCode::OK);
    assert_eq!(feed.header("content-type"), KIND);
    assert_eq!(feed.header("cache-control"), "no-cache");
    let etag = feed.header("etag");
    let same = ask_again(&visitor, path, etag).await;
    assert_eq!((same.status, &*same.body), (StatusCode::NOT_MODIFIED, ""));
    assert_eq!(same.header("etag"), etag);
    send(&host, "/host/1/cancel", "/api/events/cancel", &[]).await;
    let other = ask_again(&visitor, path, etag).await;
    assert_eq!(other.status, StatusCode::OK);
    assert!(!other.body.contains("VEVENT"));
    let single = ana.get("/events/1/calendar.ics").await;
    assert!(single.body.contains("\r\nSTATUS:CANCELLED\r\n"));
    let shown = visitor.get(&page).await;
    assert!(!shown.body.contains("calendar.google.com"));
    for nowhere in ["/events/2/calendar.ics", "/events/x/calendar.ics"] {
        assert_eq!(visitor.get(nowhere).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_readers_own_calendar_has_an_address_that_can_be_changed_and_stopped() {
    let app = TestApp::new().await;
    let (host, _) = app.signed_in("host", Role::Member).await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let program = app.browser();
    let page = published(&host, "3").await;
    send(&ana, &page, "/api/events/take-seats", &[("party", "2")]).await;
    assert_eq!(address(&ana).await, None);
    send(&ana, "/seats", "/api/events/make-calendar", &[]).await;
    let first = address(&ana).await.expect("made");

    let feed = program.get(&first).await;
    assert_eq!(feed.status, StatusCode::OK);
    assert_eq!(feed.header("content-type"), KIND);
    assert_eq!(feed.header("cache-control"), "private, no-cache");
    for line in [
        "METHOD:PUBLISH",
        "REFRESH-INTERVAL;VALUE=DURATION:PT4H",
        "STATUS:CONFIRMED",
        "TRIGGER:-P1D",
    ] {
        assert!(feed.body.contains(line), "{line}: {}", feed.body);
    }
    let same = ask_again(&program, &first, feed.header("etag")).await;
    assert_eq!(same.status, StatusCode::NOT_MODIFIED);
    // Whoever reads it is nobody: their cookie is not looked at.
    let theirs = host.get(&first).await;
    assert_eq!(theirs.body, feed.body);

    send(&ana, "/seats", "/api/events/make-calendar", &[]).await;
    let second = address(&ana).await.expect("made");
    assert_ne!(first, second);
    assert_eq!(program.get(&second).await.body, feed.body);
    send(&ana, "/seats", "/api/events/stop-calendar", &[]).await;
    assert_eq!(address(&ana).await, None);
    let unknown = program.get("/calendar/never.made.ics").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    for shut in [&first, &second, &first.replace(".ics", "")] {
        let answer = program.get(shut).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{shut}");
        assert_eq!(
            answer.header("content-type"),
            unknown.header("content-type")
        );
    }
}

#[tokio::test]
async fn what_is_for_members_and_what_a_block_hides_is_in_no_public_calendar() {
    let app = TestApp::new().await;
    let (host, hosting) = app.signed_in("host", Role::Member).await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let visitor = app.browser();
    published(&host, "3").await;
    dogear_server::accounts::block(&hosting, "ana")
        .await
        .expect("blocked");
    assert!(!ana.get("/events.ics").await.body.contains("VEVENT"));
    let shut = ana.get("/events/1/calendar.ics").await;
    assert_eq!(shut.status, StatusCode::NOT_FOUND);
    assert!(visitor.get("/events.ics").await.body.contains("VEVENT"));
    sqlx::query("update events set visibility = 'members'")
        .execute(&app.site.services.db)
        .await
        .expect("PostgreSQL answers");
    for browser in [&visitor, &host] {
        let feed = browser.get("/events.ics").await;
        assert!(!feed.body.contains("VEVENT"), "{}", feed.body);
    }
    assert_eq!(
        visitor.get("/events/1/calendar.ics").await.status,
        StatusCode::NOT_FOUND
    );
}
