//! What Google answers, and when it does not.

use std::time::Instant;

use serde_json::json;

use super::*;

#[tokio::test]
async fn answers_that_are_lies_are_not_believed() {
    let world = World::connected().await;
    let event = world.evening("Swap by lamplight", 10).await;
    world.take(event, 1).await;
    let long = format!("{{\"id\":\"{}\"}}", "x".repeat(70_000));
    let other = json!({ "id": "dogear0", "status": "confirmed" }).to_string();
    for lie in [
        says(200, "<html>"),
        says(200, ""),
        says(200, &other),
        says(200, "{\"error\":{\"code\":403}}"),
        says(200, &long),
        Trick::Says(302, "location: http://127.0.0.1:9/\r\n", String::new()),
        says(500, "{}"),
        says(503, "<html>"),
    ] {
        world.stub.plays([lie]);
        world.run().await;
        assert_eq!(world.at(event).await, Some(Unsynced::Waiting));
        assert_eq!(world.asked(), "POST");
    }
    world.run().await;
    assert_eq!(
        (world.asked().as_str(), world.at(event).await),
        ("POST", None)
    );
}

#[tokio::test]
async fn whoever_is_sent_away_comes_back_when_they_were_told_to() {
    let world = World::connected().await;
    let event = world.evening("Swap by lamplight", 10).await;
    world.take(event, 1).await;
    let limit = json!({ "error": { "errors": [{ "reason": "rateLimitExceeded" }] } });
    world.stub.plays([
        Trick::Says(429, "retry-after: 600\r\n", String::new()),
        says(403, &limit.to_string()),
    ]);
    world.run().await;
    assert_eq!(world.asked(), "POST");
    let (waits, failures): (bool, i64) = sqlx::query_as(
        "select bool_and(run_at > now() + interval '9 minutes'), count(*) filter (where last_error <> '')
         from outbox where state = 'ready'",
    )
    .fetch_one(world.ana.db())
    .await
    .unwrap();
    assert_eq!((waits, failures), (true, 0), "that is no failure");
    // Others wait for the same moment.
    let second = world.evening("Second evening", 12).await;
    world.take(second, 1).await;
    world.run().await;
    assert_eq!(world.asked(), "");
    world.site.advance(SignedDuration::from_secs(601));
    world.run().await;
    assert_eq!(
        world.asked(),
        "POST",
        "the other one is sent away before it asks"
    );
    world.site.advance(SignedDuration::from_hours(2));
    world.run().await;
    assert_eq!(world.asked(), "POST POST");
    assert_eq!(world.stub.shown().len(), 2);
}

#[tokio::test]
async fn what_was_given_up_is_said_and_tried_again_when_the_reader_likes() {
    let world = World::connected().await;
    let event = world.evening("Swap by lamplight", 10).await;
    world.take(event, 1).await;
    world.site.run_jobs().await;
    world.edit(event, |form| form.starts = "18:00".into()).await;
    world.stub.plays([says(500, "{}"), says(500, "{}")]);
    world.run().await;
    world.last_attempt().await;
    world.run().await;
    assert_eq!(world.at(event).await, Some(Unsynced::Failed));
    let on = standing(&world.ana).await.unwrap();
    assert!(
        matches!(
            on,
            Some(State::On {
                failed: 1,
                waiting: 0,
                ..
            })
        ),
        "{on:?}"
    );
    world.asked();
    try_again(&world.ana).await.unwrap();
    try_again(&world.ana).await.unwrap();
    assert_eq!(world.at(event).await, Some(Unsynced::Waiting));
    world.run().await;
    assert_eq!(
        (world.asked().as_str(), world.at(event).await),
        ("PATCH", None)
    );
    // What is refused for good is not tried for hours.
    world.edit(event, |form| form.starts = "17:00".into()).await;
    world.stub.plays([says(400, "{}")]);
    world.run().await;
    assert_eq!(world.at(event).await, Some(Unsynced::Failed));
    // The next change is a new beginning.
    world.edit(event, |form| form.starts = "16:00".into()).await;
    world.run().await;
    assert_eq!(world.at(event).await, None);
}

#[tokio::test]
async fn a_job_that_dies_speaks_for_those_that_have_left_it_the_entry() {
    let world = World::connected().await;
    let event = world.evening("Swap by lamplight", 10).await;
    let booking = world.take(event, 1).await;
    world.stub.plays([Trick::Hangs]);
    let change = async {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        events::change(&world.ana, key(), booking, 2).await.unwrap();
        // The one that comes now finds it taken, and leaves it.
        world.site.run_jobs().await;
    };
    tokio::join!(world.site.run_jobs(), change);
    assert_eq!(world.asked(), "POST");
    world.stub.plays([says(500, "{}")]);
    world.last_attempt().await;
    world.run().await;
    assert_eq!(world.at(event).await, Some(Unsynced::Failed));
}

#[tokio::test]
async fn a_token_that_runs_out_is_renewed_and_a_permission_that_ends_is_told_once() {
    let world = World::connected().await;
    let event = world.evening("Swap by lamplight", 10).await;
    let second = world.evening("Second evening", 12).await;
    world.take(event, 1).await;
    world.stub.plays([says(401, "{}")]);
    world.run().await;
    assert_eq!(
        (world.asked().as_str(), world.at(event).await),
        ("POST POST", None)
    );
    assert_eq!(world.stub.state().refreshes, 2);

    world.stub.state().revoked = true;
    world.stub.state().takes_no_token = true;
    let booking = world.take(second, 1).await;
    world.site.advance(SignedDuration::from_secs(5));
    world.edit(event, |form| form.starts = "18:00".into()).await;
    world.run().await;
    assert_eq!(world.told_of_the_end().await, 1);
    assert!(matches!(
        standing(&world.ana).await.unwrap(),
        Some(State::Ended { .. })
    ));
    assert_eq!(world.at(event).await, None, "nothing is promised any more");
    world.asked();
    events::change(&world.ana, key(), booking, 2).await.unwrap();
    world.run().await;
    assert_eq!(
        (world.asked().as_str(), world.told_of_the_end().await),
        ("", 1)
    );
    assert_eq!(
        world
            .count("select count(*) from google_connections where refresh_token is not null")
            .await,
        0
    );

    // Connected anew, everything is as it is by now.
    world.stub.allows_again();
    assert_eq!(world.connect_with(CODE).await, Outcome::Connected);
    world.run().await;
    let shown = world.stub.shown();
    assert_eq!(shown.len(), 2);
    assert!(
        shown[0]["start"]["dateTime"]
            .as_str()
            .unwrap()
            .contains("T18:00:00")
    );
    // Not even a fresh token is good enough.
    world.stub.state().takes_no_token = true;
    world.edit(event, |form| form.starts = "17:00".into()).await;
    world.run().await;
    assert_eq!(world.told_of_the_end().await, 2);
}

#[tokio::test]
async fn nobody_waits_for_a_google_that_hangs() {
    let world = World::connected().await;
    let event = world.evening("Swap by lamplight", 10).await;
    world.stub.plays([Trick::Hangs]);
    let before = Instant::now();
    let booking = world.take(event, 1).await;
    assert!(before.elapsed().as_secs() < 3);
    world.site.run_jobs().await;
    assert!(
        (9..20).contains(&before.elapsed().as_secs()),
        "{:?}",
        before.elapsed()
    );
    assert_eq!(world.at(event).await, Some(Unsynced::Waiting));
    let before = Instant::now();
    events::change(&world.ana, key(), booking, 2).await.unwrap();
    assert!(before.elapsed().as_secs() < 3);
    world.run().await;
    assert_eq!(world.at(event).await, None);
}
