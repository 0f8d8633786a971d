//! Hosts delete drafts and what was cancelled, and restore it.

use dogear_domain::events::hosts::HostAct;
use dogear_domain::events::series::WhichDates;
use dogear_domain::fields::CancelReason;
use jiff::SignedDuration;

use super::series::{drafts, sweep_series};
use super::*;

/// A draft of the host's.
async fn drafted(world: &World) -> EventId {
    let form = evening(&world.host, 12, "2").await;
    create(&world.host, key(), &form).await.unwrap()
}

#[tokio::test]
async fn a_draft_goes_out_of_sight_and_comes_back() {
    let world = World::new("3").await;
    let event = drafted(&world).await;
    assert!(matches!(
        delete(&world.ana, event).await,
        Err(Error::NotFound)
    ));
    assert!(
        !cancel(&world.host, event, &CancelReason::default())
            .await
            .unwrap()
    );
    assert!(
        !cancel(&world.host, event, &CancelReason::default())
            .await
            .unwrap(),
        "twice is fine"
    );
    delete(&world.host, event).await.unwrap();
    // What only its hosts have is not to be had while it is deleted.
    assert!(matches!(
        invitation_link(&world.host, event).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(
        make_invitation(&world.host, key(), event).await,
        Err(Error::NotFound)
    ));
    assert_eq!(hosted(&world.host, None).await.unwrap().0.len(), 1);
    assert!(matches!(
        page(&world.host, event).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(
        draft(&world.host, event).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(
        publish(&world.host, event).await,
        Err(Error::NotFound)
    ));
    let gone = deleted_events(&world.host).await.unwrap();
    assert_eq!((gone.len(), gone[0].event, gone[0].dates), (1, event, 1));
    assert!(deleted_events(&world.ana).await.unwrap().is_empty());

    assert!(matches!(
        restore(&world.ana, event).await,
        Err(Error::NotFound)
    ));
    assert_eq!(restore(&world.host, event).await.unwrap(), 1);
    assert_eq!(restore(&world.host, event).await.unwrap(), 1);
    assert_eq!(
        draft(&world.host, event).await.unwrap().form.title,
        "Swap by lamplight"
    );
    assert!(deleted_events(&world.host).await.unwrap().is_empty());
    let lines = log(&world.host, event, None).await.unwrap().lines;
    let acts: Vec<HostAct> = lines.iter().map(|line| line.act).collect();
    assert_eq!(acts, [HostAct::Restored, HostAct::Deleted]);
    assert_eq!(publish(&world.host, event).await.unwrap(), 1);
}

#[tokio::test]
async fn what_guests_may_come_to_is_not_deleted_and_what_was_cancelled_is_once_it_is_over() {
    let world = World::new("3").await;
    world.take(&world.ana, 1).await.unwrap();
    let published = refused(delete(&world.host, world.event).await);
    assert!(
        published.starts_with("Only drafts are deleted"),
        "{published}"
    );
    cancel(&world.host, world.event, &CancelReason::default())
        .await
        .unwrap();
    refused(delete(&world.host, world.event).await);
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(24 * 11));
    assert_eq!(own(&world.ana, true).await.unwrap().len(), 1);
    delete(&world.host, world.event).await.unwrap();
    for cx in [&world.host, &world.ana, &world.site.visitor()] {
        assert!(matches!(page(cx, world.event).await, Err(Error::NotFound)));
    }
    assert!(own(&world.ana, true).await.unwrap().is_empty());
    restore(&world.host, world.event).await.unwrap();
    assert_eq!(own(&world.ana, true).await.unwrap().len(), 1);

    // What was cancelled stays in the records; it is only not restored any more.
    delete(&world.host, world.event).await.unwrap();
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(24 * 31));
    super::super::deleted::forget(&world.host).await.unwrap();
    assert!(deleted_events(&world.host).await.unwrap().is_empty());
    assert!(matches!(
        restore(&world.host, world.event).await,
        Err(Error::NotFound)
    ));
    let kept: i64 = sqlx::query_scalar("select count(*) from events")
        .fetch_one(world.host.db())
        .await
        .unwrap();
    assert_eq!(kept, 1);
    world.sound().await;
}

#[tokio::test]
async fn a_draft_is_removed_for_good_after_a_month_and_not_before() {
    let world = World::new("3").await;
    let (old, new) = (drafted(&world).await, drafted(&world).await);
    delete(&world.host, old).await.unwrap();
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(24 * 29));
    delete(&world.host, new).await.unwrap();
    super::super::deleted::forget(&world.host).await.unwrap();
    assert_eq!(deleted_events(&world.host).await.unwrap().len(), 2);
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(25));
    super::super::deleted::forget(&world.host).await.unwrap();
    let left: Vec<i64> = sqlx::query_scalar("select id from events order by id")
        .fetch_all(world.host.db())
        .await
        .unwrap();
    assert_eq!(left, [world.event.0, new.0]);
}

#[tokio::test]
async fn dates_of_a_series_come_back_together_and_the_series_goes_on() {
    let world = World::new("3").await;
    let first = drafts(&world.host, "4").await;
    let before: (Option<jiff_sqlx::Date>, Option<jiff_sqlx::Date>) =
        sqlx::query_as("select until, next_day from event_series")
            .fetch_one(world.host.db())
            .await
            .unwrap();
    let all = WhichDates::All;
    assert!(
        !cancel_dates(&world.host, first, &CancelReason::default(), all)
            .await
            .unwrap()
    );
    // Pressed twice, it is noted once how the series went on.
    assert!(
        !cancel_dates(&world.host, first, &CancelReason::default(), all)
            .await
            .unwrap()
    );
    sweep_series(&world.host).await;
    assert_eq!(hosted(&world.host, None).await.unwrap().0.len(), 1);
    let gone = deleted_events(&world.host).await.unwrap();
    assert_eq!((gone.len(), gone[0].dates), (1, 4));
    assert_eq!(restore(&world.host, gone[0].event).await.unwrap(), 4);
    let after: (Option<jiff_sqlx::Date>, Option<jiff_sqlx::Date>) =
        sqlx::query_as("select until, next_day from event_series")
            .fetch_one(world.host.db())
            .await
            .unwrap();
    assert_eq!(after, before);

    // One date alone is not made again while it is deleted, and stands in the rule when it is back.
    delete(&world.host, first).await.unwrap();
    sweep_series(&world.host).await;
    assert_eq!(deleted_events(&world.host).await.unwrap().len(), 1);
    restore(&world.host, first).await.unwrap();
    let skipped: i32 = sqlx::query_scalar("select cardinality(skipped) from event_series")
        .fetch_one(world.host.db())
        .await
        .unwrap();
    assert_eq!(skipped, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn restoring_and_removing_for_good_at_once_leave_all_of_it_or_nothing() {
    let world = World::new("3").await;
    for _ in 0..5 {
        let event = drafted(&world).await;
        delete(&world.host, event).await.unwrap();
        sqlx::query("update events set deleted_at = now() - interval '29 days 23 hours 59 minutes 59.9 seconds' where id = $1")
            .bind(event.0)
            .execute(world.host.db())
            .await
            .unwrap();
        let (restored, forgotten) = tokio::join!(
            restore(&world.host, event),
            super::super::deleted::forget(&world.host)
        );
        forgotten.unwrap();
        let there: (i64, i64) = sqlx::query_as(
            "select (select count(*) from events where id = $1 and deleted_at is null),
               (select count(*) from event_occurrences where event_id = $1)",
        )
        .bind(event.0)
        .fetch_one(world.host.db())
        .await
        .unwrap();
        if restored.is_ok() {
            assert_eq!(there, (1, 1));
        }
    }
}

#[tokio::test]
async fn nobody_is_asked_to_help_with_what_is_deleted() {
    let world = World::new("3").await;
    let event = drafted(&world).await;
    invite_host(&world.host, key(), event, "ana", "co_host")
        .await
        .unwrap();
    delete(&world.host, event).await.unwrap();
    assert_eq!(asked_to_host(&world.ana).await.unwrap(), []);
    restore(&world.host, event).await.unwrap();
    assert_eq!(asked_to_host(&world.ana).await.unwrap().len(), 1);
}
