//! Series: dates that are left out when one is entered, and seats at several at once.

use axum::http::StatusCode;
use dogear_domain::accounts::Role;

use super::app::TestApp;
use super::events::{published, send};
use super::idempotency::send as post;

/// A day so many days from now.
fn day(days: i64) -> String {
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
    let day = today.date().checked_add(jiff::ToSpan::days(days));
    day.expect("a day").to_string()
}

#[tokio::test]
async fn dates_are_looked_at_before_a_series_is_entered_and_nothing_typed_is_lost() {
    let app = TestApp::new().await;
    let (host, _) = app.signed_in("host", Role::Member).await;
    published(&host, "3").await;
    let (first, third, other) = (day(21), day(35), day(36));
    let typed = |more: &[(&'static str, &str)]| -> Vec<(String, String)> {
        let form = [
            ("title", "Thursday circle"),
            ("description", "One book a week."),
            ("kind", "book_club"),
            ("visibility", "public"),
            ("venue", "1"),
            ("day", first.as_str()),
            ("starts", "19:00"),
            ("ends", "21:00"),
            ("max_party", "4"),
            ("capacity", "2"),
            ("page", "/events/new"),
        ];
        (form.iter().chain(more))
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    };
    let weekly = [("repeats", "weekly"), ("times", "4")];
    let create = "/api/events/create";

    let once = post(&host, create, &typed(&[("check", "dates")])).await;
    assert_eq!(once.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(once.body.contains("Choose how it comes again."));
    let look = [&weekly[..], &[("check", "dates"), ("without", &third)]].concat();
    let shown = post(&host, create, &typed(&look)).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
    // Three can be left out, one is, and what was unticked stays so.
    assert_eq!(shown.body.matches("Not on ").count(), 3, "{}", shown.body);
    for field in [
        "name=\"title\" value=\"Thursday circle\"".to_owned(),
        format!("name=\"without\" value=\"{third}\" checked"),
    ] {
        assert!(shown.body.contains(&field), "{field}: {}", shown.body);
    }
    assert!(
        !shown
            .body
            .contains("name=\"smaller_pass\" value=\"on\" checked")
    );
    // What is no date of it any more is said.
    let stray = [&weekly[..], &[("without", &other)]].concat();
    let refused = post(&host, create, &typed(&stray)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("is none of its dates"));

    let enter = [&weekly[..], &[("without", &third)]].concat();
    let entered = post(&host, create, &typed(&enter)).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.body);
    let desk = entered.location().to_owned();
    send(&host, &desk, "/api/events/publish", &[]).await;
    let series = host.get("/host?series=1").await;
    assert_eq!(series.body.matches("class=\"btitle\"").count(), 3);
    assert!(series.body.contains("Left out: "), "{}", series.body);
}

#[tokio::test]
async fn seats_are_taken_at_several_dates_and_each_outcome_is_told() {
    let app = TestApp::new().await;
    let (host, _) = app.signed_in("host", Role::Member).await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let (bob, _) = app.signed_in("bob", Role::Member).await;
    published(&host, "3").await;
    let first = day(21);
    let desk = send(
        &host,
        "/events/new",
        "/api/events/create",
        &[
            ("title", "Thursday circle"),
            ("description", "One book a week."),
            ("kind", "book_club"),
            ("visibility", "public"),
            ("venue", "1"),
            ("day", first.as_str()),
            ("starts", "19:00"),
            ("ends", "21:00"),
            ("max_party", "2"),
            ("capacity", "2"),
            ("price", "2.50"),
            ("currency", "GBP"),
            ("repeats", "weekly"),
            ("times", "3"),
        ],
    )
    .await;
    send(&host, &desk, "/api/events/publish", &[]).await;
    let page = "/events/2-thursday-circle";
    let take = "/api/events/book-dates";
    assert!(ana.get(page).await.body.contains("/events/2/dates"));
    let full = [("party", "2")];
    send(
        &bob,
        "/events/3-thursday-circle",
        "/api/events/take-seats",
        &full,
    )
    .await;

    let shown = ana.get("/events/2/dates").await;
    assert!(
        shown.body.contains("In all £5.00 for one seat at 2 dates"),
        "{}",
        shown.body
    );
    assert!(
        shown.body.contains("Full: tick it to wait"),
        "{}",
        shown.body
    );
    let hidden: Vec<(String, String)> = shown.form(take).hidden_fields().collect();
    let with = |more: &[(&str, &str)]| -> Vec<(String, String)> {
        let more = more
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        hidden.iter().cloned().chain(more).collect()
    };
    // Nothing chosen; more than what was shown to cost: what is ticked stays so.
    let none = post(&ana, take, &with(&[("party", "1")])).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.body.contains("Choose at least one date."));
    let two = [
        ("party", "2"),
        ("dates", "2"),
        ("dates", "4"),
        ("wait", "3"),
    ];
    let dearer = post(&ana, take, &with(&two)).await;
    assert_eq!(dearer.status, StatusCode::CONFLICT);
    assert!(
        dearer.body.contains("costs £10.00 in all"),
        "{}",
        dearer.body
    );
    assert!(dearer.body.contains("name=\"wait\" value=\"3\" checked"));

    // As the page says it now.
    let mut sent: Vec<(String, String)> = dearer.form(take).hidden_fields().collect();
    sent.extend(two.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let booked = post(&ana, take, &sent).await;
    assert_eq!(booked.status, StatusCode::SEE_OTHER, "{}", booked.body);
    let again = post(&ana, take, &sent).await;
    assert_eq!(again.location(), booked.location());
    let told = ana.get(booked.location()).await;
    for text in [
        "Booked: 2 of 3 dates. You are on one waiting list.",
        "You are on the waiting list",
        "You have 2 seats",
    ] {
        assert!(told.body.contains(text), "{text}: {}", told.body);
    }
    // It is told to nobody else.
    let key = booked.location();
    assert!(!bob.get(key).await.body.contains("Booked: 2 of 3"));
}
