//! The first event of a new host, and what hosts delete, through their pages.

use axum::http::StatusCode;
use dogear_domain::accounts::Role;

use super::app::TestApp;
use super::events::{published, send};

#[tokio::test]
async fn a_first_event_waits_is_sent_back_and_approved() {
    let app = TestApp::new().await;
    app.site.first_events_wait().await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let (bea, _) = app.signed_in("bea", Role::Moderator).await;
    let visitor = app.browser();
    let page = published(&ana, "3").await;
    let waits = "It waits for a moderator, who looks at the first event of each new host";
    assert!(ana.get("/host/1").await.body.contains(waits));
    assert_eq!(visitor.get(&page).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ana.get("/admin/events").await.status, StatusCode::NOT_FOUND);
    let overview = bea.get("/admin/overview").await;
    assert!(overview.body.contains("First events of new hosts"));
    let desk = bea.get("/admin/events").await;
    for text in [
        "Swap by lamplight",
        "There is soup.",
        "Café Lamp, 2 Low Street, Leeds",
    ] {
        assert!(desk.body.contains(text), "{text}: {}", desk.body);
    }

    // Without a reason it is not sent back, and the form stays open.
    let back = "/api/moderation/send-event-back";
    let form = desk.form(back);
    let fields: Vec<(String, String)> = form.hidden_fields().collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (&**a, &**b)).collect();
    let refused = bea.post(back, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains("why you send it back"),
        "{}",
        refused.body
    );
    send(&bea, "/admin/events", back, &[("reason", "Which door?")]).await;
    let read = ana.get("/host/1").await;
    assert!(read.body.contains("Which door?"), "{}", read.body);

    send(&ana, "/host/1", "/api/events/publish", &[]).await;
    send(&bea, "/admin/events", "/api/moderation/approve-event", &[]).await;
    assert_eq!(visitor.get(&page).await.status, StatusCode::OK);
    assert!(ana.get("/host/1").await.body.contains("Published."));
    assert!(
        bea.get("/admin/events")
            .await
            .body
            .contains("Nothing waits")
    );
}

#[tokio::test]
async fn a_deleted_draft_is_listed_and_restored() {
    let app = TestApp::new().await;
    app.site.first_events_wait().await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    published(&ana, "3").await;
    assert!(!ana.get("/host").await.body.contains("Deleted"));
    send(&ana, "/host/1/cancel", "/api/events/cancel", &[]).await;
    assert_eq!(ana.get("/host/1").await.status, StatusCode::NOT_FOUND);
    let list = ana.get("/host").await;
    assert!(
        list.body.contains("For 30 days you can restore"),
        "{}",
        list.body
    );
    send(&ana, "/host", "/api/events/restore", &[]).await;
    assert!(
        ana.get("/host/1")
            .await
            .body
            .contains("It waits for a moderator")
    );
}
