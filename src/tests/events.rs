//! Events through their pages, as browsers without scripts send forms.

use axum::http::StatusCode;
use dogear_domain::accounts::Role;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::app::{Browser, TestApp};

/// A day so many days from now.
fn day(days: i64) -> String {
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    today.checked_add(days.days()).expect("a day").to_string()
}

/// Sends the form that stands on a page, filled in; gives where it leads.
pub(super) async fn send(
    browser: &Browser,
    page: &str,
    path: &str,
    fields: &[(&str, &str)],
) -> String {
    let form = browser.get(page).await.form(path);
    let hidden: Vec<(String, String)> = form.hidden_fields().collect();
    let mut all: Vec<(&str, &str)> = hidden
        .iter()
        .filter(|(name, _)| fields.iter().all(|(typed, _)| typed != name))
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    all.extend(fields);
    let answer = browser.post(path, &all).await;
    assert_eq!(
        answer.status,
        StatusCode::SEE_OTHER,
        "{path}: {}",
        answer.body
    );
    answer.location().to_owned()
}

/// A host enters a place and an evening there, and publishes it; gives its page.
pub(super) async fn published(host: &Browser, seats: &str) -> String {
    let place = [
        ("name", "Café Lamp"),
        ("address", "2 Low Street"),
        ("city", "Leeds"),
        ("country", "GB"),
        ("time_zone", "Europe/London"),
        ("access", "step_free"),
    ];
    let next = send(host, "/venues/new", "/api/events/add-venue", &place).await;
    assert_eq!(next, "/events/new");
    let (first, second) = (day(20), day(20));
    let evening = [
        ("title", "Swap by lamplight"),
        ("description", "Bring three books.\n\nThere is soup."),
        ("kind", "swap_meet"),
        ("visibility", "public"),
        ("venue", "1"),
        ("day", first.as_str()),
        ("last_day", second.as_str()),
        ("starts", "19:00"),
        ("ends", "21:00"),
        ("capacity", seats),
        ("max_party", "4"),
        ("smaller_pass", "on"),
    ];
    let desk = send(host, "/events/new", "/api/events/create", &evening).await;
    send(host, &desk, "/api/events/publish", &[]).await;
    "/events/1-swap-by-lamplight".into()
}

#[tokio::test]
async fn an_evening_is_entered_found_and_filled() {
    let app = TestApp::new().await;
    let (host, _) = app.signed_in("host", Role::Member).await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let (bob, _) = app.signed_in("bob", Role::Member).await;
    let visitor = app.browser();
    assert!(host.get("/events/new").await.body.contains("First: where?"));
    assert!(visitor.get("/events").await.body.contains("No events yet"));
    let page = published(&host, "3").await;

    let list = visitor.get("/events?kind=swap_meet&town=leeds").await;
    assert!(list.body.contains("3 of 3 seats free"), "{}", list.body);
    assert!(
        visitor
            .get("/events?town=York")
            .await
            .body
            .contains("No such event")
    );
    let shown = visitor.get(&page).await;
    for text in [
        "3 of 3 seats are free.",
        "19:00 to 21:00",
        "Step-free",
        "There is soup.",
    ] {
        assert!(shown.body.contains(text), "{text}: {}", shown.body);
    }
    // Only of those who are signed in the clock is known.
    sqlx::query("update users set time_zone = 'Asia/Tokyo' where handle = 'ana'")
        .execute(&app.site.services.db)
        .await
        .expect("PostgreSQL answers");
    assert!(!shown.body.contains("by your clock"));
    assert!(ana.get(&page).await.body.contains("by your clock"));
    let moved = visitor.get("/events/1-something").await;
    assert_eq!(
        (moved.status, moved.location()),
        (StatusCode::MOVED_PERMANENTLY, page.as_str())
    );

    // One press for one seat; more are chosen.
    send(&ana, &page, "/api/events/take-seats", &[("party", "3")]).await;
    assert!(ana.get(&page).await.body.contains("You have 3 seats."));
    assert!(ana.get("/seats").await.body.contains("You have 3 seats"));
    assert!(visitor.get("/events").await.body.contains("Full"));
    send(
        &bob,
        &page,
        "/api/events/wait-for-seats",
        &[("wanted", "2"), ("ask", "on")],
    )
    .await;
    let waits = bob.get(&page).await;
    assert!(
        waits
            .body
            .contains("You are the next on the waiting list. You wait for 2 seats.")
    );
    assert!(bob.get("/seats").await.body.contains("You are waiting"));

    send(&ana, &page, "/api/events/change-seats", &[("party", "1")]).await;
    let offered = bob.get(&page).await;
    assert!(
        offered
            .body
            .contains("2 seats have come free and are kept for you until")
    );
    send(&bob, &page, "/api/events/accept-seats", &[]).await;
    assert!(bob.get(&page).await.body.contains("You have 2 seats."));
    let guests = host.get("/host/1").await;
    for text in ["@ana", "@bob", "Published. 3 of 3 seats are taken."] {
        assert!(guests.body.contains(text), "{text}: {}", guests.body);
    }
    assert_eq!(ana.get("/host/1").await.status, StatusCode::NOT_FOUND);

    send(
        &host,
        "/host/1/cancel",
        "/api/events/cancel",
        &[("reason", "No lamp.")],
    )
    .await;
    assert!(
        ana.get(&page)
            .await
            .body
            .contains("This event is cancelled.")
    );
    assert!(visitor.get("/events").await.body.contains("No events yet"));
}

#[tokio::test]
async fn what_is_refused_comes_back_with_everything_typed() {
    let app = TestApp::new().await;
    let (host, _) = app.signed_in("host", Role::Member).await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let page = published(&host, "2").await;
    let past = host
        .post(
            "/api/events/create",
            &[
                ("title", "Yesterday’s evening"),
                ("description", "Too late."),
                ("kind", "reading"),
                ("visibility", "members"),
                ("venue", "1"),
                ("day", "2020-01-01"),
                ("starts", "19:00"),
                ("ends", "18:00"),
                ("capacity", "-1"),
                ("max_party", "4"),
                ("page", "/events/new"),
            ],
        )
        .await;
    assert_eq!(past.status, StatusCode::UNPROCESSABLE_ENTITY);
    for text in [
        "Yesterday’s evening",
        "Too late.",
        "This is past.",
        "Enter how many seats there are",
    ] {
        assert!(past.body.contains(text), "{text}: {}", past.body);
    }
    let many = ana
        .post(
            "/api/events/take-seats",
            &[("event", "1"), ("party", "9"), ("page", &page)],
        )
        .await;
    assert_eq!(many.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        many.body.contains("Choose between 1 and 2 seats."),
        "{}",
        many.body
    );
    send(&ana, &page, "/api/events/take-seats", &[("party", "2")]).await;
    let full = host
        .post(
            "/api/events/take-seats",
            &[("event", "1"), ("party", "1"), ("page", &page)],
        )
        .await;
    assert_eq!(full.status, StatusCode::CONFLICT);
    assert!(
        full.body
            .contains("All seats are taken. Join the waiting list"),
        "{}",
        full.body
    );
}

#[tokio::test]
async fn a_visitor_who_takes_a_seat_logs_in_and_finds_the_form_again() {
    let app = TestApp::new().await;
    let (host, _) = app.signed_in("host", Role::Member).await;
    let page = published(&host, "2").await;
    let visitor = app.browser();
    let form = visitor.get(&page).await.form("/api/events/take-seats");
    let fields: Vec<(String, String)> = form.hidden_fields().collect();
    let mut fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    fields.push(("party", "2"));
    let answer = visitor.post("/api/events/take-seats", &fields).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.body.contains("Log in"), "{}", answer.body);
}

#[tokio::test]
async fn seats_that_cost_something_are_had_for_what_was_shown_and_paid_at_the_door() {
    let app = TestApp::new().await;
    let (host, _) = app.signed_in("host", Role::Member).await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let page = published(&host, "4").await;
    let day = day(20);
    let priced = [
        ("title", "Swap by lamplight"),
        ("description", "There is soup."),
        ("kind", "swap_meet"),
        ("visibility", "public"),
        ("venue", "1"),
        ("day", day.as_str()),
        ("starts", "19:00"),
        ("ends", "21:00"),
        ("capacity", "4"),
        ("max_party", "4"),
        ("price", "12.5"),
        ("currency", "GBP"),
        ("smaller_pass", "on"),
    ];
    send(&host, "/host/1/edit", "/api/events/save", &priced).await;
    let shown = app.browser().get(&page).await;
    for text in [
        "A seat costs £12.50. You pay in person at the door.",
        "priceCurrency",
    ] {
        assert!(shown.body.contains(text), "{text}: {}", shown.body);
    }
    let list = app.browser().get("/events").await;
    assert!(list.body.contains("£12.50 a seat"), "{}", list.body);

    let code = [
        ("code", "winter"),
        ("unit", "percent"),
        ("off", "20"),
        ("currency", "GBP"),
    ];
    send(&host, "/host/1/codes", "/api/events/make-code", &code).await;
    assert_eq!(ana.get("/host/1/codes").await.status, StatusCode::NOT_FOUND);

    let take = "/api/events/take-seats";
    // Whatever a browser says: neither a price nor a code is what it makes of them.
    for (field, value, status, text) in [
        (
            "price",
            "£0.01",
            StatusCode::CONFLICT,
            "a seat costs £12.50 now",
        ),
        (
            "code",
            "summer",
            StatusCode::UNPROCESSABLE_ENTITY,
            "There is no such code for you",
        ),
    ] {
        let mut fields = vec![("event", "1"), ("party", "2"), ("page", page.as_str())];
        if field == "code" {
            fields.push(("price", "£12.50"));
        }
        fields.push((field, value));
        let refused = ana.post(take, &fields).await;
        assert_eq!(refused.status, status, "{}", refused.body);
        assert!(refused.body.contains(text), "{text}: {}", refused.body);
    }
    let with_code = [("party", "2"), ("code", "winter")];
    let check = [with_code[0], with_code[1], ("check", "yes")];
    let there = send(&ana, &page, take, &check).await;
    let there = there.split('#').next().unwrap_or_default();
    let checked = ana.get(there).await;
    for text in [
        "With this code you pay £20.00 instead of £25.00.",
        "value=\"winter\"",
        "4 of 4 seats are free.",
    ] {
        assert!(checked.body.contains(text), "{text}: {}", checked.body);
    }
    send(&ana, &page, take, &with_code).await;
    let has = ana.get(&page).await;
    assert!(
        has.body.contains("You pay £20.00, in person at the door"),
        "{}",
        has.body
    );
    let door = host.get("/host/1/door").await;
    assert!(door.body.contains(", £20.00 due"), "{}", door.body);
    send(&host, "/host/1/door", "/api/events/mark-paid", &[]).await;
    let door = host.get("/host/1/door").await;
    assert!(door.body.contains("All is paid: £20.00."), "{}", door.body);
    // Whose money it is stands with the host until it is given back.
    send(&ana, &page, "/api/events/give-back-seats", &[]).await;
    let shown = host.get("/host/1").await;
    assert!(shown.body.contains("To be given back"), "{}", shown.body);
    let there = send(&host, "/host/1", "/api/events/mark-paid", &[]).await;
    assert_eq!(there, "/host/1");
    let shown = host.get("/host/1").await;
    assert!(!shown.body.contains("To be given back"), "{}", shown.body);
}
