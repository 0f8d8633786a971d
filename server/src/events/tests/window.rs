//! When seats can be taken, and given back in time.

use super::series::{change_dates, series};
use super::*;
use dogear_domain::events::seats::SeatRefusal;
use dogear_domain::events::series::WhichDates;

/// Moves the clock to so many hours before the event of the world.
async fn hours_before(world: &World, hours: i64) {
    let starts_at = world.page(&world.host).await.starts_at;
    let then = starts_at - SignedDuration::from_hours(hours);
    let clock = &world.site.services.clock;
    clock.advance(then.duration_since(world.host.now()) + SignedDuration::from_secs(1));
}

async fn windowed(opens: &str, closes: &str, cancel: &str) -> World {
    let world = World::new("4").await;
    let (opens, closes, cancel) = (opens.to_owned(), closes.to_owned(), cancel.to_owned());
    world
        .edit(|form| {
            form.opens_days = opens;
            form.closes_hours = closes;
            form.cancel_hours = cancel;
        })
        .await
        .unwrap();
    world
}

#[tokio::test]
async fn r3_seats_are_taken_within_the_window_alone() {
    let world = windowed("3", "2", "").await;
    let early = refused(world.take(&world.ana, 1).await);
    assert!(early.contains("cannot be taken yet"), "{early}");
    assert_eq!(
        world.page(&world.ana).await.refusal(world.ana.now()),
        Some(SeatRefusal::NotYet)
    );
    assert!(refused(world.wait(&world.ana, 1, false).await).contains("yet"));
    hours_before(&world, 72).await;
    let booking = world.take(&world.ana, 2).await.unwrap();
    hours_before(&world, 2).await;
    let late = refused(world.take(&world.bo, 1).await);
    assert!(late.contains("Booking has ended"), "{late}");
    let more = refused(change(&world.ana, key(), booking, 3).await);
    assert!(more.contains("Booking has ended"), "{more}");
    // Fewer, and none, until it begins.
    change(&world.ana, key(), booking, 1).await.unwrap();
    give_back(&world.ana, booking).await.unwrap();
    world.sound().await;
}

#[tokio::test]
async fn r6_what_is_given_back_late_is_seen_by_those_who_host_it_alone() {
    let world = windowed("", "", "24").await;
    let in_time = world.take(&world.ana, 1).await.unwrap();
    let late_one = world.take(&world.bo, 2).await.unwrap();
    give_back(&world.ana, in_time).await.unwrap();
    hours_before(&world, 23).await;
    give_back(&world.bo, late_one).await.unwrap();
    let page = world.page(&world.host).await;
    let seen = late(&world.host, &page).await.unwrap();
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert_eq!((seen[0].handle.as_str(), seen[0].seats), ("bob", 2));
    for other in [&world.ana, &world.bo] {
        let page = world.page(other).await;
        assert_eq!(late(other, &page).await.unwrap(), []);
    }
}

#[tokio::test]
async fn r6_some_seats_that_are_given_back_late_are_counted_as_well() {
    let world = windowed("", "", "24").await;
    let booking = world.take(&world.ana, 4).await.unwrap();
    change(&world.ana, key(), booking, 3).await.unwrap();
    hours_before(&world, 23).await;
    let page = world.page(&world.host).await;
    let seen = async || -> Vec<i32> {
        let late = late(&world.host, &page).await.unwrap();
        late.into_iter().map(|guest| guest.seats).collect()
    };
    assert!(seen().await.is_empty(), "the first was in time");
    change(&world.ana, key(), booking, 1).await.unwrap();
    assert_eq!(seen().await, [2]);
    // Taken again, it is not missing.
    change(&world.ana, key(), booking, 2).await.unwrap();
    assert_eq!(seen().await, [1]);
    give_back(&world.ana, booking).await.unwrap();
    assert_eq!(seen().await, [3], "all of them in one line");
    world.sound().await;
}

#[tokio::test]
async fn r6_whoever_moves_to_another_date_late_is_late_too() {
    let world = World::new("4").await;
    let made = series(&world.host, "2", "4").await;
    change_dates(&world.host, made[0], WhichDates::This, |form| {
        form.cancel_hours = "24".into();
    })
    .await
    .unwrap();
    let in_time = take(&world.bo, key(), made[0], 1).await.unwrap();
    let late_one = take(&world.ana, key(), made[0], 2).await.unwrap();
    change_date(&world.bo, key(), in_time, made[1])
        .await
        .unwrap();
    let starts_at = page(&world.host, made[0]).await.unwrap().starts_at;
    let then = starts_at - SignedDuration::from_hours(23);
    let clock = &world.site.services.clock;
    clock.advance(then.duration_since(world.host.now()));
    change_date(&world.ana, key(), late_one, made[1])
        .await
        .unwrap();
    let old = page(&world.host, made[0]).await.unwrap();
    let seen = late(&world.host, &old).await.unwrap();
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert_eq!((seen[0].handle.as_str(), seen[0].seats), ("ana", 2));
    world.sound().await;
}

#[tokio::test]
async fn a_window_that_cannot_be_is_refused_beside_its_field() {
    let world = World::new("4").await;
    for (opens, closes, cancel, field) in [
        ("0", "", "", "opens_days"),
        ("400", "", "", "opens_days"),
        ("soon", "", "", "opens_days"),
        ("", "-1", "", "closes_hours"),
        ("", "", "1000000000000", "cancel_hours"),
        ("1", "24", "", "closes_hours"),
    ] {
        let tried = world
            .edit(|form| {
                form.opens_days = opens.into();
                form.closes_hours = closes.into();
                form.cancel_hours = cancel.into();
            })
            .await;
        let said = refused(tried);
        assert!(said.starts_with(field), "{said}");
    }
}
