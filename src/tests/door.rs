//! The door of an event through its pages, as browsers without scripts send forms.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use dogear_domain::accounts::Role;

use super::app::{Answer, Browser, TestApp};
use super::events::{published, send};

/// An evening that begins in an hour, with its host and a guest with three seats.
pub(super) struct Evening {
    pub(super) host: Browser,
    pub(super) ana: Browser,
}

impl Evening {
    /// The code on ana's ticket.
    pub(super) async fn code(&self) -> String {
        code(&self.ana, "/events/1/ticket").await
    }
}

/// The code that stands on a ticket.
async fn code(guest: &Browser, ticket: &str) -> String {
    let page = guest.get(ticket).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let (_, rest) = page
        .body
        .split_once("class=\"ticketletters\">")
        .expect("a code");
    let (code, _) = rest.split_once('<').expect("its end");
    code.to_owned()
}

/// Moves an evening to an hour from now.
async fn tonight(app: &TestApp, event: i64) {
    sqlx::query(
        "update event_occurrences set starts_at = now() + interval '1 hour', ends_at = now() + interval '3 hours'
         where event_id = $1",
    )
    .bind(event)
    .execute(&app.site.services.db)
    .await
    .expect("PostgreSQL answers");
}

pub(super) async fn evening(app: &TestApp) -> Evening {
    let (host, _) = app.signed_in("host", Role::Member).await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let page = published(&host, "6").await;
    send(&ana, &page, "/api/events/take-seats", &[("party", "3")]).await;
    tonight(app, 1).await;
    Evening { host, ana }
}

#[tokio::test]
async fn r12_a_host_lets_guests_in_by_code_and_by_name() {
    let app = TestApp::new().await;
    let Evening { host, ana } = evening(&app).await;
    let ticket = ana.get("/events/1/ticket").await;
    for text in ["Swap by lamplight", "Café Lamp", "3 seats", "<svg", "<path"] {
        assert!(ticket.body.contains(text), "{text}: {}", ticket.body);
    }
    let code = code(&ana, "/events/1/ticket").await;

    // What a phone opens that reads the ticket: the guest, with one button.
    let door = format!("/host/1/door?code={code}");
    let found = host.get(&door).await;
    assert!(
        found.body.contains("None of 3 is in yet."),
        "{}",
        found.body
    );
    let sent = send(&host, &door, "/api/events/let-in", &[("party", "1")]).await;
    assert_eq!(sent, "/host/1/door");
    let shown = host.get(&sent).await;
    for text in ["1 of 3 is in.", "1 of 3 in, at ", "Take back"] {
        assert!(shown.body.contains(text), "{text}: {}", shown.body);
    }
    // By name, the rest of them.
    let by_name = send(&host, &sent, "/api/events/find-at-door", &[("q", "ana")]).await;
    assert_eq!(by_name, "/host/1/door?q=ana");
    send(&host, &by_name, "/api/events/let-in", &[("party", "2")]).await;
    assert!(
        host.get("/host/1/door")
            .await
            .body
            .contains("3 of 3 are in.")
    );
    assert!(
        host.get(&door)
            .await
            .body
            .contains("all 3 are in already, let in at")
    );
    send(&host, "/host/1/door", "/api/events/undo-check-in", &[]).await;
    assert!(
        host.get("/host/1/door")
            .await
            .body
            .contains("1 of 3 is in.")
    );

    // Express: the code alone.
    let express = [("q", code.as_str()), ("express", "on")];
    let sent = send(&host, "/host/1/door", "/api/events/find-at-door", &express).await;
    assert_eq!(sent, "/host/1/door?express=on");
    let shown = host.get(&sent).await;
    assert!(shown.body.contains("all 3 are in."), "{}", shown.body);
    let fields = [
        ("event", "1"),
        ("q", code.as_str()),
        ("express", "on"),
        ("page", "/host/1/door"),
    ];
    let again = host.post("/api/events/find-at-door", &fields).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.body.contains("are in already"), "{}", again.body);

    // Guests who are no members, and everybody on paper.
    let guest = [("guest", "Vi of the bakery"), ("seats", "2")];
    send(&host, "/host/1/door", "/api/events/add-guest", &guest).await;
    let paper = host.get("/host/1/door/print").await;
    for text in ["Vi of the bakery", "☐☐", "☒☒☒", &code[15..]] {
        assert!(paper.body.contains(text), "{text}: {}", paper.body);
    }
    assert!(
        host.get("/host/1/door/print?show=badges")
            .await
            .body
            .contains("with Vi of the bakery")
    );
    assert!(host.get("/host/1").await.body.contains("added by a host"));
    let fields = [
        ("event", "1"),
        ("guest", "Too many"),
        ("seats", "9"),
        ("page", "/host/1/door"),
    ];
    let full = host.post("/api/events/add-guest", &fields).await;
    assert_eq!(full.status, StatusCode::UNPROCESSABLE_ENTITY);
    for text in ["Only one seat is free.", "Too many"] {
        assert!(full.body.contains(text), "{text}: {}", full.body);
    }
}

#[tokio::test]
async fn r13_a_ticket_opens_a_door_for_its_host_alone() {
    let app = TestApp::new().await;
    let Evening { host, ana } = evening(&app).await;
    let (bob, _) = app.signed_in("bob", Role::Member).await;
    let code = code(&ana, "/events/1/ticket").await;
    let unknown = bob.get("/host/999/door").await;
    for browser in [&ana, &bob] {
        for path in [
            format!("/host/1/door?code={code}"),
            "/host/1/door/print".to_owned(),
        ] {
            let answer = browser.get(&path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            assert!(!answer.body.contains("lamplight"), "{}", answer.body);
        }
    }
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let visitor = app
        .browser()
        .get(&format!("/host/1/door?code={code}"))
        .await;
    assert_ne!(visitor.status, StatusCode::OK);
    assert!(!visitor.body.contains("lamplight"));
    // Without seats there is no ticket; the host has none either.
    for browser in [&bob, &host] {
        let none = browser.get("/events/1/ticket").await;
        assert_eq!(none.status, StatusCode::NOT_FOUND);
    }
    let fields = [
        ("event", "1"),
        ("q", code.as_str()),
        ("express", "on"),
        ("page", "/host/1/door"),
    ];
    let strange = bob.post("/api/events/find-at-door", &fields).await;
    assert_eq!(strange.status, StatusCode::NOT_FOUND);
}

/// What a device has noted, sent as `door.js` sends it.
async fn sent(browser: &Browser, notes: &str) -> (StatusCode, String) {
    let fields = [("event", "1"), ("notes", notes)];
    let answer = asked(browser, "/api/events/send-door-notes", &fields).await;
    (answer.status, answer.body)
}

/// The answer of a function to a script.
async fn asked(browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let request = browser
        .request(Method::POST, path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "application/json")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(body))
        .expect("a request");
    browser.send(request).await
}

#[tokio::test]
async fn r12_a_device_keeps_the_list_and_sends_what_it_noted() {
    let app = TestApp::new().await;
    let Evening { host, ana } = evening(&app).await;
    let code = code(&ana, "/events/1/ticket").await;
    let page = host.get("/host/1/door").await;
    for text in [
        "data-list=\"/api/events/keep-door-list\"",
        "data-send=\"/api/events/send-door-notes\"",
        "data-let-in=\"/api/events/let-in\"",
        "data-worker=\"/door-worker.js\"",
        "Forget the list on this device",
    ] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    let list = asked(&host, "/api/events/keep-door-list", &[("event", "1")]).await;
    assert_eq!(list.status, StatusCode::OK, "{}", list.body);
    assert!(
        list.body
            .contains("\"handle\":\"ana\",\"size\":3,\"inside\":0")
    );
    assert!(!list.body.contains(&code), "{}", list.body);
    let notes = r#"[{"key":"6f2c1c1e-0000-4000-8000-000000000001","booking":1,"code":"","party":null,"at":"2100-01-01T00:00:00.000Z"}]"#;
    for (browser, status) in [
        (&app.browser(), StatusCode::UNAUTHORIZED),
        (&ana, StatusCode::NOT_FOUND),
        (&host, StatusCode::OK),
        (&host, StatusCode::OK),
    ] {
        let answer = sent(browser, notes).await;
        assert_eq!(answer.0, status, "{}", answer.1);
        let told = answer
            .1
            .contains("\"state\":\"in\",\"said\":\"ana: all 3 are in.\"");
        assert_eq!(told, status == StatusCode::OK, "{}", answer.1);
    }
    let inside = host.get("/host/1/door").await;
    assert!(inside.body.contains("3 of 3 are in."), "{}", inside.body);
    for wrong in ["{}", "[{}]", "[1]", "nonsense"] {
        assert_eq!(
            sent(&host, wrong).await.0,
            StatusCode::BAD_REQUEST,
            "{wrong}"
        );
    }
    let one = &notes[1..notes.len() - 1];
    let much = format!("[{}]", [one; 201].join(","));
    assert_eq!(sent(&host, &much).await.0, StatusCode::UNPROCESSABLE_ENTITY);
}
