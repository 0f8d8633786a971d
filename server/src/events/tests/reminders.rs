//! What guests are reminded of.

use jiff::Timestamp;

use super::*;
use crate::notifications::{self, Kind, Pref};

/// Moves the clock to so many hours before an event, and has everybody reminded who is due.
async fn at_hours_before(world: &World, starts_at: Timestamp, hours: i64) -> Vec<String> {
    // The clock is moved by whole seconds.
    let then = starts_at - SignedDuration::from_hours(hours) + SignedDuration::from_secs(1);
    let clock = &world.site.services.clock;
    clock.advance(then.duration_since(world.host.now()));
    let system = Cx::system(world.site.services.clone());
    crate::events::reminders::remind(&system).await.unwrap();
    crate::events::reminders::remind(&system).await.unwrap();
    let subjects = world.site.mailed_subjects().await.into_iter();
    subjects
        .filter(|subject| subject.contains(" is on "))
        .collect()
}

#[tokio::test]
async fn guests_are_reminded_once_three_days_and_three_hours_before() {
    let world = World::new("4").await;
    world.take(&world.ana, 2).await.unwrap();
    world.take(&world.bo, 2).await.unwrap();
    let waits = world.site.member("waits").await;
    world.wait(&waits, 1, false).await.unwrap();
    let starts_at = world.page(&world.ana).await.starts_at;
    assert_eq!(at_hours_before(&world, starts_at, 73).await.len(), 0);
    let subjects = at_hours_before(&world, starts_at, 72).await;
    assert_eq!(subjects.len(), 2, "{subjects:?}");
    assert!(
        subjects[0].starts_with("“Swap by lamplight” is on ") && subjects[0].ends_with(", 19:00"),
        "{subjects:?}"
    );
    // Whoever takes or changes seats later knows.
    let booking = world.page(&world.bo).await.booking.unwrap().id;
    give_back(&world.bo, booking).await.unwrap();
    assert_eq!(at_hours_before(&world, starts_at, 60).await.len(), 2);
    let subjects = at_hours_before(&world, starts_at, 3).await;
    // Ana, and who waited and has a seat since.
    assert_eq!(subjects.len(), 4, "{subjects:?}");
    assert_eq!(at_hours_before(&world, starts_at, 2).await.len(), 4);
}

#[tokio::test]
async fn a_reminder_goes_with_the_event() {
    let world = World::new("4").await;
    world.take(&world.ana, 1).await.unwrap();
    let starts_at = world.page(&world.ana).await.starts_at;
    assert_eq!(at_hours_before(&world, starts_at, 70).await.len(), 1);
    // A week later: they are told of that, and reminded again.
    let later = evening(&world.host, 10, "4").await;
    world.edit(|form| form.day = later.day).await.unwrap();
    let starts_at = world.page(&world.ana).await.starts_at;
    assert_eq!(at_hours_before(&world, starts_at, 73).await.len(), 1);
    assert_eq!(at_hours_before(&world, starts_at, 71).await.len(), 2);
    // Half an hour later: told, and not reminded twice of the same day.
    world
        .edit(|form| form.starts = "19:30".into())
        .await
        .unwrap();
    let starts_at = world.page(&world.ana).await.starts_at;
    assert_eq!(at_hours_before(&world, starts_at, 70).await.len(), 2);
    cancel(
        &world.host,
        world.event,
        &dogear_domain::fields::CancelReason::default(),
    )
    .await
    .unwrap();
    assert_eq!(at_hours_before(&world, starts_at, 3).await.len(), 2);
}

#[tokio::test]
async fn reminders_are_for_those_who_want_them() {
    let world = World::new("4").await;
    world.take(&world.ana, 1).await.unwrap();
    world.take(&world.bo, 1).await.unwrap();
    let prefs = notifications::prefs(&world.bo).await.unwrap();
    let seen = notifications::version(&prefs).unwrap();
    let off = Pref {
        kind: Kind::EventSoon,
        in_app: false,
        mail: false,
    };
    notifications::save_prefs(&world.bo, &[off], &seen)
        .await
        .unwrap();
    let starts_at = world.page(&world.ana).await.starts_at;
    let inbox = async |kind: Kind| -> i64 {
        sqlx::query_scalar("select count(*) from notifications where kind = $1")
            .bind(kind.as_str())
            .fetch_one(&world.site.services.db)
            .await
            .unwrap()
    };
    // On the morning in the inbox alone, until somebody chooses otherwise.
    assert_eq!(at_hours_before(&world, starts_at, 5).await.len(), 0);
    assert_eq!(inbox(Kind::EventToday).await, 2);
    assert_eq!(at_hours_before(&world, starts_at, 3).await.len(), 1);
    assert_eq!(inbox(Kind::EventSoon).await, 1);
}
