//! Who sees an event, and what its host tells guests, through the pages.

use axum::http::StatusCode;
use dogear_domain::accounts::Role;
use dogear_domain::ids::EventId;
use dogear_server::events;

use super::app::{Browser, TestApp};
use super::events::{published, send};
use super::joining::{self, confirm, join};

/// The host shows event 1 to others.
async fn shown_to(app: &TestApp, visibility: &str) {
    sqlx::query("update events set visibility = $1 where id = 1")
        .bind(visibility)
        .execute(&app.site.services.db)
        .await
        .expect("PostgreSQL answers");
}

/// The link of the invitation as the page of the host shows it.
async fn invitation(host: &Browser) -> String {
    send(host, "/host/1", "/api/events/make-invitation", &[]).await;
    let page = host.get("/host/1").await;
    let (_, rest) = (page.body)
        .split_once("http://dogear.test/invitations/")
        .expect("shown");
    let (secret, _) = rest.split_once('"').expect("its end");
    format!("/invitations/{secret}")
}

#[tokio::test]
async fn an_unlisted_event_is_found_by_no_search_engine() {
    let app = TestApp::new().await;
    let (host, _) = app.signed_in("host", Role::Member).await;
    let visitor = app.browser();
    let page = published(&host, "3").await;
    let indexed = |body: &str| !body.contains("content=\"noindex\"");
    assert!(indexed(&visitor.get(&page).await.body));
    shown_to(&app, "unlisted").await;
    let shown = visitor.get(&page).await;
    assert_eq!(shown.status, StatusCode::OK);
    assert!(!indexed(&shown.body), "{}", shown.body);
    assert!(
        !shown.body.contains("application/ld+json"),
        "{}",
        shown.body
    );
    assert!(shown.body.contains("For whoever has this address"));
    for list in ["/events", "/events.ics", "/sitemap.xml"] {
        let list = visitor.get(list).await;
        assert!(!list.body.contains("swap-by-lamplight"), "{}", list.body);
    }
}

#[tokio::test]
async fn whoever_is_invited_joins_and_comes_back_to_the_event() {
    let app = TestApp::new().await;
    let (host, _) = app.signed_in("host", Role::Member).await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let visitor = app.browser();
    let page = published(&host, "3").await;
    shown_to(&app, "invited").await;
    let path = invitation(&host).await;
    let nowhere = ana.get("/events/77-nothing").await;
    for hidden in [
        &*page,
        "/events/1/calendar.ics",
        "/events/1/books",
        "/events/1/ticket",
    ] {
        let answer = ana.get(hidden).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{hidden}");
        if hidden == page {
            let alike = answer.body.replace(hidden, "/events/77-nothing");
            let kept = |body: &str| body.split("<main").nth(1).map(str::to_owned);
            assert_eq!(kept(&alike), kept(&nowhere.body));
        }
    }
    let taken = [("event", "1"), ("party", "1")];
    let taken = ana.post("/api/events/take-seats", &taken).await;
    assert_eq!(taken.status, StatusCode::NOT_FOUND, "{}", taken.body);

    let shown = visitor.get(&path).await;
    assert!(shown.body.contains("There is soup."), "{}", shown.body);
    assert!(!shown.body.contains("action=\"/api/events/take-seats\""));
    let next = format!("/register?next={}", path.replace('/', "%2F"));
    assert!(
        shown.body.contains(&format!("href=\"{next}\"")),
        "{}",
        shown.body
    );
    let form = visitor.get(&next).await;
    join(&visitor, form, joining::ADDRESS, "noor").await;
    let confirmed = confirm(&app, &visitor).await;
    // They have opened it: its secret is kept nowhere.
    assert_eq!(confirmed.location(), "/events/1");
    assert_eq!(visitor.get("/events/1").await.location(), page);
    assert_eq!(visitor.get(&path).await.location(), page);
    send(&visitor, &page, "/api/events/take-seats", &[("party", "2")]).await;

    let second = invitation(&host).await;
    assert_ne!(path, second);
    assert_eq!(ana.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(visitor.get(&page).await.status, StatusCode::OK);
    assert_eq!(ana.get(&second).await.location(), page);
    assert_eq!(ana.get(&page).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_link_online_is_on_the_pages_of_those_who_have_seats() {
    let app = TestApp::new().await;
    let (host, _) = app.signed_in("host", Role::Member).await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let visitor = app.browser();
    let page = published(&host, "3").await;
    let link = "https://meet.example.org/lamplight?pwd=7";
    let wrong = [
        ("online", "http://meet.example.org"),
        ("title", "Kept as typed"),
    ];
    let mut fields: Vec<(String, String)> = host
        .get("/host/1/edit")
        .await
        .form("/api/events/save")
        .hidden_fields()
        .collect();
    fields.extend(wrong.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (&**k, &**v)).collect();
    let refused = host.post("/api/events/save", &fields).await;
    assert!(
        refused
            .body
            .contains("Enter a link that begins with https://")
    );
    assert!(refused.body.contains("Kept as typed"));
    sqlx::query("update events set online_link = $1")
        .bind(link)
        .execute(&app.site.services.db)
        .await
        .expect("PostgreSQL answers");
    for (browser, path) in [
        (&visitor, &*page),
        (&ana, &*page),
        (&visitor, "/events/1/calendar.ics"),
        (&visitor, "/events.ics"),
    ] {
        let shown = browser.get(path).await;
        assert!(
            !shown.body.contains("meet.example"),
            "{path}: {}",
            shown.body
        );
    }
    send(&ana, &page, "/api/events/take-seats", &[("party", "1")]).await;
    for path in [&*page, "/events/1/ticket"] {
        let shown = ana.get(path).await;
        assert!(shown.body.contains(link), "{path}: {}", shown.body);
    }
}

#[tokio::test]
async fn a_host_writes_to_all_guests_after_a_look_at_it() {
    let app = TestApp::new().await;
    let (host, _) = app.signed_in("host", Role::Member).await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let page = published(&host, "3").await;
    send(&ana, &page, "/api/events/take-seats", &[("party", "1")]).await;
    let desk = "/host/1/messages";
    let hidden = [
        ("event", "1"),
        ("audience", "both"),
        ("body", " "),
        ("page", desk),
    ];
    let refused = host.post("/api/events/write-message", &hidden).await;
    assert_eq!(
        refused.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        refused.body
    );
    let written = [
        ("audience", "both"),
        ("body", "The door is green.\n\n<b>Knock</b> twice."),
    ];
    assert_eq!(
        send(&host, desk, "/api/events/write-message", &written).await,
        desk
    );
    let shown = host.get(desk).await;
    for text in [
        "Send this?",
        "It goes to 1 reader who has seats or waits.",
        "&lt;b&gt;Knock",
    ] {
        assert!(shown.body.contains(text), "{text}: {}", shown.body);
    }
    assert!(!ana.get(&page).await.body.contains("The door is green."));
    send(&host, desk, "/api/events/send-message", &[]).await;
    let told = host.get(desk).await;
    assert!(
        told.body.contains("What you have told them"),
        "{}",
        told.body
    );
    assert!(!told.body.contains("Send this?"), "{}", told.body);
    assert!(ana.get(&page).await.body.contains("The door is green."));
    assert!(
        !app.browser()
            .get(&page)
            .await
            .body
            .contains("The door is green.")
    );
    for address in [desk, "/host/1/guests.csv"] {
        assert_eq!(ana.get(address).await.status, StatusCode::NOT_FOUND);
    }
    let table = host.get("/host/1/guests.csv").await;
    assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(table.header("cache-control"), "no-store");
    assert!(
        table
            .header("content-disposition")
            .contains("dogear-guests-1.csv")
    );
    assert!(table.body.contains(",ana,1,has seats,0,"), "{}", table.body);
}

#[tokio::test]
async fn an_event_is_reported_and_a_moderator_cancels_it() {
    let app = TestApp::new().await;
    let (host, _) = app.signed_in("host", Role::Member).await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let (bea, _) = app.signed_in("bea", Role::Moderator).await;
    let page = published(&host, "3").await;
    assert!(!host.get(&page).await.body.contains("Report this event"));
    let form = "/report?subject=event:1";
    assert!(ana.get(&page).await.body.contains(form));
    let said = [("reason", "spam"), ("details", "The same each week.")];
    let report = send(&ana, form, "/api/moderation/report", &said).await;
    let shown = ana.get(&report).await;
    assert!(
        shown.body.contains("the event “Swap by lamplight”"),
        "{}",
        shown.body
    );
    let case = "/admin/queue/event/1";
    let listed = bea.get("/admin/queue?kind=event").await;
    assert!(listed.body.contains("Swap by lamplight"), "{}", listed.body);
    let shown = bea.get(case).await;
    for text in [
        "There is soup.",
        "Café Lamp",
        "The same each week.",
        "Cancel the event",
    ] {
        assert!(shown.body.contains(text), "{text}: {}", shown.body);
    }
    let decided = [
        ("verdict", "cancel_event"),
        ("message", "No advertising here."),
    ];
    send(&bea, case, "/api/moderation/decide", &decided).await;
    assert!(
        ana.get(&page)
            .await
            .body
            .contains("This event is cancelled.")
    );
    assert!(ana.get(&report).await.body.contains("cancelled the event"));
}

#[tokio::test]
async fn a_co_host_sees_the_desk_of_an_event_and_whoever_keeps_its_door_does_not() {
    let app = TestApp::new().await;
    let (host, owner) = app.signed_in("host", Role::Member).await;
    published(&host, "3").await;
    for (handle, role, status) in [
        ("ana", "co_host", StatusCode::OK),
        ("bob", "door", StatusCode::NOT_FOUND),
    ] {
        let (browser, cx) = app.signed_in(handle, Role::Member).await;
        events::invite_host(&owner, None, EventId(1), handle, role)
            .await
            .expect("asked");
        let asked = events::asked_to_host(&cx).await.expect("read");
        events::accept_hosting(&cx, None, asked[0].id)
            .await
            .expect("accepted");
        let desk = browser.get("/host/1").await;
        assert_eq!(desk.status, status, "{role}: {}", desk.body);
    }
}
