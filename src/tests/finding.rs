//! Events that are looked for, through the pages on which they are found.

use axum::http::StatusCode;
use dogear_domain::accounts::Role;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::app::TestApp;
use super::events::{published, send};

#[tokio::test]
async fn an_event_is_found_from_every_side() {
    let app = TestApp::new().await;
    let (host, _) = app.signed_in("host", Role::Member).await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let visitor = app.browser();
    let empty = visitor.get("/browse?q=lamplight").await.body;
    assert!(!empty.contains("All events for"), "{empty}");
    let page = published(&host, "2").await;
    send(&ana, &page, "/api/events/take-seats", &[("party", "2")]).await;

    // In the list, with the words in the form and a way out of what finds nothing.
    let list = visitor.get("/events?q=CAF%C3%89+swa").await.body;
    assert!(
        list.contains("Swap by lamplight") && list.contains("Full"),
        "{list}"
    );
    assert!(list.contains("value=\"CAFÉ swa\""));
    assert!(list.contains("The next first."));
    let over = visitor
        .get("/events?from=2020-01-01&until=2020-02-01")
        .await;
    assert!(over.body.contains("Nothing to come on these days"));
    let nothing = visitor.get("/events?q=dragons&town=Leeds").await.body;
    assert!(nothing.contains("No such event"), "{nothing}");
    assert!(nothing.contains("href=\"/events?town=Leeds\">Without the words"));
    assert!(nothing.contains("href=\"/events?q=dragons\">In every town"));

    // Beside the books, and while somebody types.
    let books = visitor.get("/browse?q=lampl").await.body;
    assert!(
        books.contains("href=\"/events/1-swap-by-lamplight\""),
        "{books}"
    );
    assert!(books.contains("href=\"/events?q=lampl\">All events for “lampl”"));
    assert!(books.contains("Next events for “lampl”"));
    let typed = visitor
        .post("/api/suggest", &[("text", "lampl")])
        .await
        .body;
    for part in [
        "\"group\":\"Next events\"",
        "Swap by lamplight",
        "Leeds. Full",
        "/events?q=lampl",
    ] {
        assert!(typed.contains(part), "{part}: {typed}");
    }

    // From the reader who hosts it.
    let reader = visitor.get("/u/host").await.body;
    assert!(
        reader.contains("href=\"/events?host=host\">Hosts 1 event to come"),
        "{reader}"
    );
    let theirs = visitor.get("/events?host=host").await.body;
    assert!(theirs.contains("Swap by lamplight") && theirs.contains("Show everybody’s"));
    assert!(!visitor.get("/u/ana").await.body.contains("/events?host="));

    // Near a town, with a sentence for whoever has none.
    let near = visitor.get("/events?town=Bradford&within=25").await.body;
    assert!(near.contains("Within 25 km of Bradford") && near.contains("Swap by lamplight"));
    let own = ana.get("/events?within=25").await.body;
    assert!(own.contains("Within 25 km of Leeds"), "{own}");
    sqlx::query("update users set city = '' where handle = 'ana'")
        .execute(&app.site.services.db)
        .await
        .expect("PostgreSQL answers");
    let nowhere = ana.get("/events?within=25").await.body;
    assert!(
        nowhere.contains("href=\"/settings/profile\">say in your profile"),
        "{nowhere}"
    );
    let unknown = visitor.get("/events?within=25").await.body;
    assert!(unknown.contains("enter a town. Until then this is everywhere"));
}

#[tokio::test]
async fn a_month_is_a_table_with_its_events() {
    let app = TestApp::new().await;
    let (host, _) = app.signed_in("host", Role::Member).await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let visitor = app.browser();
    let page = published(&host, "2").await;
    send(&ana, &page, "/api/events/take-seats", &[("party", "2")]).await;
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let day = today.checked_add(20.days()).expect("a day");
    let month = day.strftime("/events/month?month=%Y-%m").to_string();
    let shown = visitor.get(&month).await.body;
    for part in [
        "class=\"month mt4\"",
        "<th scope=\"col\">",
        "Swap by lamplight",
        "19:00",
        "Full",
        &day.strftime("datetime=\"%Y-%m-%d\"").to_string(),
        &day.strftime("%B %Y").to_string(),
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    // What narrows the month stays in it.
    let named = day.strftime("%Y-%m").to_string();
    assert!(shown.contains(&format!("name=\"month\" value=\"{named}\"")));
    let theirs = visitor.get(&format!("{month}&host=host")).await.body;
    let all = format!("href=\"{month}\">Show everybody’s");
    assert!(theirs.contains(&all), "{theirs}");
    let other = visitor.get(&format!("{month}&q=dragons")).await.body;
    assert!(
        other.contains("Nothing like that in this month."),
        "{other}"
    );
    send(
        &host,
        "/host/1/cancel",
        "/api/events/cancel",
        &[("reason", "The lamp is broken.")],
    )
    .await;
    // Only whoever had seats, and the host, are shown what is cancelled.
    assert!(ana.get(&month).await.body.contains("Cancelled"));
    assert!(host.get(&month).await.body.contains("Cancelled"));
    let shown = visitor.get(&month).await.body;
    assert!(!shown.contains("Swap by lamplight"), "{shown}");
}

#[tokio::test]
async fn whatever_stands_in_an_address_is_answered() {
    let app = TestApp::new().await;
    let (host, _) = app.signed_in("host", Role::Member).await;
    let visitor = app.browser();
    published(&host, "2").await;
    let long = format!("/events?q={}", "lamp%20".repeat(1_400));
    for address in [
        "/events?q=%26%7C!():*%27%5C",
        "/events?q=%3Cscript%3Ealert(1)%3C/script%3E&town=%3Cscript%3Ealert(1)",
        "/events?kind=x&within=9e9&town=%E2%80%A6",
        "/events?within=-1&host=%25",
        "/events?from=tomorrow&until=2026-02-30",
        "/events?from=9999-12-31&until=-009999-01-01",
        "/events?from=2199-12-31&until=2000-01-01",
        "/events?after=9223372036854775807.1",
        "/events?after=-62135596800000000.-1",
        "/events?after=-300000000000000000.1",
        "/events?after=x.y",
        "/events/month?month=2026-00",
        "/events/month?month=2026-13",
        "/events/month?month=99999-01",
        "/events/month?month=&q=%27",
        "/events/month?month=2026-12&from=x&within=25",
        &long,
    ] {
        let answer = visitor.get(address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}: {}", answer.body);
        assert!(!answer.body.contains("<script>alert"), "{address}");
    }
    let nonsense = visitor.get("/events?from=tomorrow&kind=x").await.body;
    assert!(nonsense.contains("Swap by lamplight"), "{nonsense}");
}
