//! What is to be done for an event, and its numbers, through pages without scripts.

use axum::http::StatusCode;
use dogear_domain::accounts::Role;

use super::app::TestApp;
use super::events::{published, send};

#[tokio::test]
async fn a_task_is_written_asked_for_taken_and_done() {
    let app = TestApp::new().await;
    let (host, _) = app.signed_in("host", Role::Member).await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let (bob, _) = app.signed_in("bob", Role::Member).await;
    let page = published(&host, "3").await;
    let tasks = "/host/1/tasks";
    assert!(
        host.get(tasks)
            .await
            .body
            .contains("Nothing is written down yet")
    );
    let wrong = [
        ("title", "Bake a cake"),
        ("note", "Without nuts."),
        ("wanted", "many"),
        ("due", ""),
        ("event", "1"),
        ("page", tasks),
    ];
    let refused = host.post("/api/events/add-task", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for text in [
        "Enter a number between 1 and 50.",
        "Without nuts.",
        "value=\"many\"",
    ] {
        assert!(refused.body.contains(text), "{text}: {}", refused.body);
    }
    let right = [
        ("title", "Bake a cake"),
        ("note", "Without nuts."),
        ("wanted", "2"),
    ];
    send(&host, tasks, "/api/events/add-task", &right).await;
    send(
        &host,
        "/host/tasks/1",
        "/api/events/ask-for-task",
        &[("handle", "@bob")],
    )
    .await;
    let shown = host.get(tasks).await;
    for text in [
        "0 % done",
        "Has not answered",
        "0 of 1 done, 2 volunteers are wanted.",
    ] {
        assert!(shown.body.contains(text), "{text}: {}", shown.body);
    }

    // A stranger finds nothing, a guest sees it on the page, and who was asked says yes there.
    assert_eq!(
        ana.get("/events/1/tasks").await.status,
        StatusCode::NOT_FOUND
    );
    assert!(!ana.get(&page).await.body.contains("Hands wanted"));
    send(&ana, &page, "/api/events/take-seats", &[("party", "1")]).await;
    let seen = ana.get(&page).await;
    for text in ["Hands wanted", "2 volunteers wanted", "I will do this"] {
        assert!(seen.body.contains(text), "{text}: {}", seen.body);
    }
    let there = send(&bob, &page, "/api/events/take-task", &[]).await;
    assert_eq!(there, "/events/1/tasks");
    let done = [("percent", "100")];
    send(
        &bob,
        "/events/1/tasks",
        "/api/events/set-task-percent",
        &done,
    )
    .await;
    let after = bob.get("/events/1/tasks").await;
    for text in ["It is done.", "Undo", "100 % done"] {
        assert!(after.body.contains(text), "{text}: {}", after.body);
    }
    assert!(ana.get(&page).await.body.contains("has found somebody"));
    let shown = host.get(tasks).await;
    assert!(shown.body.contains("as bob says"), "{}", shown.body);
    for path in [
        tasks,
        "/host/tasks/1",
        "/host/1/statistics",
        "/host/1/statistics.csv",
    ] {
        assert_eq!(ana.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    send(&host, "/host/tasks/1", "/api/events/remove-task", &[]).await;
    assert!(
        host.get(tasks)
            .await
            .body
            .contains("Nothing is written down yet")
    );

    let empty = host.get("/host/statistics").await;
    assert!(
        empty.body.contains("After your first evening"),
        "{}",
        empty.body
    );
    let one = host.get("/host/1/statistics").await;
    for text in [
        "1 of 3, 33 %",
        "Taken directly",
        "No seats were given back.",
        "<meter",
    ] {
        assert!(one.body.contains(text), "{text}: {}", one.body);
    }
    let file = host.get("/host/1/statistics.csv").await;
    assert!(file.header("content-type").starts_with("text/csv"));
    assert!(
        file.body.contains("event,Swap by lamplight,"),
        "{}",
        file.body
    );
    sqlx::query(
        "update event_occurrences set starts_at = now() - interval '3 hours', ends_at = now() - interval '1 hour'",
    )
    .execute(&app.site.services.db)
    .await
    .expect("PostgreSQL answers");
    let all = host.get("/host/statistics?year=last").await;
    for text in ["1 evening, 1 seat.", "1 of 3"] {
        assert!(all.body.contains(text), "{text}: {}", all.body);
    }
}
