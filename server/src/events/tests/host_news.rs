//! What hosts are told of the seats at their events, and what somebody is told who waits.

use super::*;
use crate::events::host_news::{summarise, tell_of_seats};
use crate::testing::races::{patient, with};

/// What hosts were mailed, whoever runs the schedules.
async fn mailed(world: &World) -> Vec<String> {
    let system = Cx::system(world.site.services.clone());
    for _ in 0..2 {
        tell_of_seats(&system).await.unwrap();
        summarise(&system).await.unwrap();
    }
    let subjects = world.site.mailed_subjects().await.into_iter();
    let news = ["The first seats", "is full", "A day at"];
    subjects
        .filter(|subject| news.iter().any(|part| subject.contains(part)))
        .collect()
}

/// What the host reads of the last day that they were told of.
async fn summary(world: &World) -> String {
    sqlx::query_scalar(
        "select data ->> 'reason' from notifications where kind = 'host_summary' order by id desc limit 1",
    )
    .fetch_one(&world.site.services.db)
    .await
    .unwrap()
}

/// Moves the clock on to this hour of the host's next day.
fn next_day_at(world: &World, hour: i8) {
    let now = world.host.now().to_zoned(jiff::tz::TimeZone::UTC);
    let then = now.date().tomorrow().unwrap().at(hour, 30, 0, 0);
    let then = then.to_zoned(jiff::tz::TimeZone::UTC).unwrap();
    let clock = &world.site.services.clock;
    clock.advance(then.timestamp().duration_since(now.timestamp()));
}

#[tokio::test]
async fn a_host_is_told_once_of_the_first_and_of_the_last_seats() {
    let world = World::new("3").await;
    // At night nobody is told of a day.
    next_day_at(&world, 23);
    assert_eq!(mailed(&world).await, Vec::<String>::new());
    // The host's own seat is no news.
    world.take(&world.host, 1).await.unwrap();
    assert_eq!(mailed(&world).await, Vec::<String>::new());
    let booking = world.take(&world.ana, 1).await.unwrap();
    let first = "The first seats at “Swap by lamplight” are taken";
    assert_eq!(mailed(&world).await, [first]);
    world.take(&world.bo, 1).await.unwrap();
    let full = "“Swap by lamplight” is full";
    assert_eq!(mailed(&world).await, [first, full]);
    give_back(&world.ana, booking).await.unwrap();
    world.take(&world.ana, 1).await.unwrap();
    assert_eq!(mailed(&world).await, [first, full], "once each");
}

#[tokio::test]
async fn a_host_reads_in_the_morning_what_happened_the_day_before() {
    let world = World::new("4").await;
    next_day_at(&world, 23);
    let gone = world.take(&world.bo, 1).await.unwrap();
    world.take(&world.ana, 2).await.unwrap();
    let days = |mails: Vec<String>| {
        mails
            .iter()
            .filter(|mail| mail.starts_with("A day"))
            .count()
    };
    // Not at night, and not on the same day for a second time.
    assert_eq!(days(mailed(&world).await), 0);
    next_day_at(&world, 9);
    assert_eq!(days(mailed(&world).await), 1);
    assert_eq!(days(mailed(&world).await), 1);
    let said = summary(&world).await;
    assert!(
        said.contains(": 3 seats taken. 3 seats are taken of 4 in all."),
        "{said}"
    );
    // Nothing happened: nothing is said.
    next_day_at(&world, 9);
    assert_eq!(days(mailed(&world).await), 1);
    give_back(&world.bo, gone).await.unwrap();
    let waits = world.site.member("waits").await;
    world.wait(&waits, 4, false).await.unwrap();
    next_day_at(&world, 9);
    assert_eq!(days(mailed(&world).await), 2);
    let said = summary(&world).await;
    assert!(
        said.contains("one seat given back, one more waits."),
        "{said}"
    );
}

#[tokio::test]
async fn seats_that_a_reader_holds_are_not_the_last_ones() {
    let world = World::new("2").await;
    next_day_at(&world, 23);
    world.take(&world.ana, 1).await.unwrap();
    hold(&world.bo, key(), world.event, 1, &Terms::default())
        .await
        .unwrap();
    let first = "The first seats at “Swap by lamplight” are taken";
    assert_eq!(mailed(&world).await, [first]);
    let clock = &world.site.services.clock;
    clock.advance(SignedDuration::from_mins(11));
    sweeps::sweep(&world.host).await.unwrap();
    assert_eq!(mailed(&world).await, [first]);
    world.take(&world.bo, 1).await.unwrap();
    let full = "“Swap by lamplight” is full";
    assert_eq!(mailed(&world).await, [first, full]);
}

#[tokio::test]
async fn a_day_counts_seats_from_when_they_are_somebodys() {
    let world = World::new("5").await;
    let mut others = Vec::new();
    for handle in ["cyd", "dee", "eve", "fay", "gus"] {
        others.push(world.site.member(handle).await);
    }
    let [cyd, dee, eve, fay, gus] = &others[..] else {
        panic!("five")
    };
    next_day_at(&world, 23);
    let of_ana = world.take(&world.ana, 2).await.unwrap();
    let of_cyd = world.take(cyd, 3).await.unwrap();
    world.wait(&world.bo, 1, true).await.unwrap();
    world.wait(dee, 4, false).await.unwrap();
    give_back(cyd, of_cyd).await.unwrap();
    let offered = world.is_offered(&world.bo).await.unwrap().id;
    next_day_at(&world, 9);
    let terms = Terms::default();
    let of_fay = hold(fay, key(), world.event, 1, &terms).await.unwrap();
    let of_gus = hold(gus, key(), world.event, 1, &terms).await.unwrap();
    mailed(&world).await;
    let said = summary(&world).await;
    assert!(said.contains(": 2 seats taken, one more waits."), "{said}");
    // Kept for them yesterday, and theirs or nobody's today.
    accept(&world.bo, offered).await.unwrap();
    let shown = ShownHold::default();
    confirm_hold(gus, key(), of_gus, &shown).await.unwrap();
    let_hold_go(fay, of_fay).await.unwrap();
    offer_transfer(&world.ana, key(), of_ana, "eve", 2)
        .await
        .unwrap();
    let handed = transfers(eve, &world.page(eve).await).await.unwrap();
    accept_transfer(eve, handed[0].id).await.unwrap();
    next_day_at(&world, 9);
    mailed(&world).await;
    let said = summary(&world).await;
    let all = ": 4 seats taken. 4 seats are taken of 5 in all.";
    assert!(said.contains(all), "{said}");
    world.sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn schedules_that_run_twice_tell_once() {
    let world = World::new("1").await;
    next_day_at(&world, 12);
    world.take(&world.ana, 1).await.unwrap();
    let services = patient(&world.site, 10).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let cx = with(&world.host, &services);
        tasks.spawn(async move {
            tell_of_seats(&cx).await.unwrap();
            summarise(&cx).await.unwrap();
        });
    }
    while let Some(ran) = tasks.join_next().await {
        ran.unwrap();
    }
    let told: Vec<(String, i64)> = sqlx::query_as(
        "select kind, count(*) from notifications where kind like 'host_%' group by kind order by kind",
    )
    .fetch_all(&world.site.services.db)
    .await
    .unwrap();
    assert_eq!(
        told,
        [("host_seats".to_owned(), 2), ("host_summary".to_owned(), 1)]
    );
}

#[tokio::test]
async fn whoever_waits_is_told_their_place_and_not_when_they_have_seats_by_then() {
    let world = World::new("1").await;
    let booking = world.take(&world.ana, 1).await.unwrap();
    world.wait(&world.bo, 1, false).await.unwrap();
    let second = world.site.member("second").await;
    world.wait(&second, 1, false).await.unwrap();
    let third = world.site.member("third").await;
    world.wait(&third, 1, false).await.unwrap();
    // Before anybody was told, a seat comes free.
    give_back(&world.ana, booking).await.unwrap();
    world.site.mailed_subjects().await;
    let mails = world.site.dev_mailbox.messages();
    let waits: Vec<_> = mails
        .iter()
        .filter(|mail| mail.subject.starts_with("You are on the waiting list"))
        .collect();
    assert_eq!(waits.len(), 2, "{waits:?}");
    assert!(
        waits
            .iter()
            .any(|mail| mail.text.contains("You are the first on the list."))
    );
    assert!(
        waits
            .iter()
            .any(|mail| mail.text.contains("One guest is before you"))
    );
}
