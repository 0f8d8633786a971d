//! Many at once at a door where seats are given on.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::*;
use crate::Services;
use crate::testing::races::{patient, with};

async fn readers(world: &World, services: &Arc<Services>, name: &str, number: usize) -> Vec<Cx> {
    let mut all = Vec::new();
    for n in 0..number {
        let reader = world.site.member(&format!("{name}{n}x")).await;
        all.push(with(&reader, services));
    }
    all
}

/// Two hundred say at once that they are here, while the clock sweeps, for six seats of which nobody
/// has come; and their guests come at this moment, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_at_once_get_each_seat_once_and_in_their_order() {
    let world = world("10").await;
    let services = patient(&world.site, 20).await;
    let came = world.take(&world.ana, 1).await.unwrap();
    let absent = readers(&world, &services, "absent", 6).await;
    for (n, guest) in absent.iter().enumerate() {
        world.then_take(guest, 1 + i32::from(n < 3)).await;
    }
    assert_eq!(world.page(&world.host).await.seating.left(), Some(0));
    let waiting = readers(&world, &services, "waits", 200).await;
    // As they would have joined one after the other.
    for (n, reader) in waiting.iter().enumerate() {
        sqlx::query(
            "insert into seat_waitlist (occurrence_id, user_id, party_size, accepts_fewer, auto_confirm, queued_at)
             select id, $1, 1, false, true, now() + make_interval(secs => $2) from event_occurrences",
        )
        .bind(reader.reader().unwrap().id.0)
        .bind(f64::from(u32::try_from(n).unwrap()))
        .execute(world.host.db())
        .await
        .unwrap();
    }
    world.minutes_before(10).await;
    world.let_in(came, None).await.unwrap();
    // Everybody but the first hundred says so before the time; then all others, at once.
    let mut tasks = JoinSet::new();
    for reader in waiting.iter().skip(100) {
        let (reader, event) = (reader.clone(), world.event);
        tasks.spawn(async move { say_here(&reader, event, true).await.map(|_| ()) });
    }
    while let Some(said) = tasks.join_next().await {
        said.unwrap().unwrap();
    }
    // These are the first of those who are here: they get what there is.
    world.minutes_before(-16).await;
    let host = with(&world.host, &services);
    for reader in waiting.iter().take(100) {
        let (reader, event) = (reader.clone(), world.event);
        tasks.spawn(async move { say_here(&reader, event, true).await.map(|_| ()) });
    }
    for _ in 0..20 {
        let host = host.clone();
        tasks.spawn(async move { sweeps::sweep(&host).await });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap().unwrap();
    }
    world.sound().await;
    let seats: i64 =
        sqlx::query_scalar("select sum(party_size) from seat_bookings where state = 'confirmed'")
            .fetch_one(host.db())
            .await
            .unwrap();
    assert_eq!(seats, 10, "none is lost, and none given twice");
    let mut lost = 0;
    for guest in &absent {
        lost += i32::from(world.has(guest).await.is_none());
    }
    assert_eq!(lost, 6, "all are needed");
    let mut got = Vec::new();
    for (n, reader) in waiting.iter().enumerate() {
        if world.has(reader).await.is_some() {
            got.push(n);
        }
    }
    assert_eq!(got.len(), 9, "{got:?}");
    // Whoever was here before had the first seats: those who came first of them.
    let of_before: Vec<usize> = got.iter().copied().filter(|&n| n >= 100).collect();
    let first: Vec<usize> = (100..100 + of_before.len()).collect();
    assert_eq!(of_before, first, "{got:?}");
}

/// Whoever is late is let in, while their seats are given on: one of both.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_latecomer_is_let_in_or_has_lost_the_seats_and_never_both() {
    let world = world("9").await;
    let services = patient(&world.site, 20).await;
    let came = world.take(&world.ana, 1).await.unwrap();
    let late = readers(&world, &services, "late", 8).await;
    let waiting = readers(&world, &services, "waits", 8).await;
    let mut seats = Vec::new();
    for guest in &late {
        seats.push(world.then_take(guest, 1).await);
    }
    for reader in &waiting {
        world.wait(reader, 1, false).await.unwrap();
    }
    world.minutes_before(5).await;
    world.let_in(came, None).await.unwrap();
    world.minutes_before(-16).await;
    let host = with(&world.host, &services);
    let mut tasks = JoinSet::new();
    for (booking, reader) in seats.iter().copied().zip(waiting.iter().cloned()) {
        let (host, event) = (host.clone(), world.event);
        tasks.spawn(async move {
            let admitted = let_in(&host, key(), event, booking, None).await;
            match admitted {
                Ok(_) => 1,
                Err(Error::Conflict(said)) => {
                    assert!(said.contains("was given on at"), "{said}");
                    0
                }
                Err(error) => panic!("{error:?}"),
            }
        });
        tasks.spawn(async move {
            match say_here(&reader, event, true).await.unwrap() {
                Marked::Has(_) | Marked::Here => 0,
                Marked::NotHere => panic!("they are"),
            }
        });
    }
    let mut admitted = 0;
    while let Some(one) = tasks.join_next().await {
        admitted += one.unwrap();
    }
    let mut given = 0;
    for reader in &waiting {
        given += i32::from(world.has(reader).await.is_some());
    }
    let mut kept = 0;
    for guest in &late {
        kept += i32::from(world.has(guest).await.is_some());
    }
    assert_eq!(
        (admitted, admitted + given),
        (kept, 8),
        "each seat has one of both"
    );
    assert_eq!(world.inside().await, i64::from(admitted) + 1);
    world.sound().await;
}
