//! Many at once.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::*;
use crate::Services;
use crate::testing::races::{later, patient, until_locked, with};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_drawers_draw_once() {
    let world = World::new().await;
    for number in 0..6 {
        let (_, round) = world.asked(&format!("Book {number}")).await;
        world.site.advance(SignedDuration::from_hours(48));
        let services = patient(&world.site, 8).await;
        let mut tasks = JoinSet::new();
        for _ in 0..8 {
            let cx = Cx::system(services.clone());
            tasks.spawn(async move { sweeps::step(&cx, round).await });
        }
        while let Some(done) = tasks.join_next().await {
            done.unwrap().unwrap();
        }
        let offered: i64 = sqlx::query_scalar(
            "select count(*) from give_asks where round_id = $1 and offered_at is not null",
        )
        .bind(round)
        .fetch_one(&world.site.services.db)
        .await
        .unwrap();
        assert_eq!(offered, 1);
        world.sound().await;
        // So that nobody waits for too many.
        let taker = world.offered(round).await.unwrap();
        pass(taker, round).await.unwrap();
        for _ in 0..2 {
            let next = world.offered(round).await.unwrap();
            pass(next, round).await.unwrap();
        }
    }
}

/// The same services in two days.
fn two_days_later(services: &Arc<Services>) -> Arc<Services> {
    later(services, SignedDuration::from_hours(48))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_offer_that_is_being_taken_does_not_lapse() {
    let world = World::new().await;
    let copy = world.copy("Book").await;
    let round = world.open(copy, RoundMode::Queue).await;
    let (first, second) = (&world.askers[0], &world.askers[1]);
    assert!(ask(first, key(), round).await.unwrap());
    assert!(!ask(second, key(), round).await.unwrap());
    let services = patient(&world.site, 6).await;
    let db = &world.site.services.db;
    // The taker has looked at the round, and waits for what holds the copy.
    let mut gate = db.begin().await.unwrap();
    sqlx::query("select from copy_holds where copy_id = $1 for update")
        .bind(copy)
        .fetch_one(&mut *gate)
        .await
        .unwrap();
    let taker = with(first, &services);
    let taking = tokio::spawn(async move { take(&taker, key(), round, Method::Meet).await });
    until_locked(db, 1, || taking.is_finished()).await;
    let clock = Cx::system(two_days_later(&services));
    let lapsing = tokio::spawn(async move { sweeps::step(&clock, round).await });
    until_locked(db, 2, || lapsing.is_finished()).await;
    gate.commit().await.unwrap();
    taking.await.unwrap().unwrap();
    lapsing.await.unwrap().unwrap();
    assert_eq!(world.state(round).await, RoundState::Taken);
    assert_eq!(world.ask_state(round, first).await, Some(AskState::Taken));
    assert_eq!(
        world.ask_state(round, second).await,
        Some(AskState::Waiting)
    );
    assert_eq!(world.held(copy).await, (true, false));
    world.sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_offer_is_taken_or_lapses_and_never_both() {
    let world = World::new().await;
    for number in 0..6 {
        let copy = world.copy(&format!("Book {number}")).await;
        let round = world.open(copy, RoundMode::Queue).await;
        // Two who have no gift yet and were never silent.
        let first = world.site.member(&format!("first{number}")).await;
        let second = world.site.member(&format!("second{number}")).await;
        world.age(8).await;
        assert!(ask(&first, key(), round).await.unwrap());
        assert!(!ask(&second, key(), round).await.unwrap());
        // Their time is over in the moment in which they answer: the taker's clock is behind.
        let services = patient(&world.site, 4).await;
        let late = two_days_later(&patient(&world.site, 4).await);
        let taker = with(&first, &services);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { take(&taker, key(), round, Method::Meet).await.map(drop) });
        for wait in 0..8 {
            let clock = Cx::system(late.clone());
            tasks.spawn(async move {
                tokio::time::sleep(Duration::from_millis(10 * wait)).await;
                sweeps::step(&clock, round).await
            });
        }
        while let Some(done) = tasks.join_next().await {
            match done.unwrap() {
                Ok(()) | Err(Error::Conflict(_)) => {}
                other => panic!("{other:?}"),
            }
        }
        let taken = world.state(round).await == RoundState::Taken;
        let wish = world.ask_state(round, &first).await;
        assert_eq!(wish == Some(AskState::Taken), taken);
        assert_eq!(world.held(copy).await, (taken, !taken));
        world.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_asks_in_a_round_after_it_was_closed() {
    let world = World::new().await;
    let mut readers = Vec::new();
    for number in 0..8 {
        readers.push(world.site.member(&format!("reader{number}")).await);
    }
    world.age(8).await;
    let asks = "select count(*) from give_asks where round_id = $1";
    for number in 0..4 {
        let copy = world.copy(&format!("Book {number}")).await;
        let round = world.open(copy, RoundMode::Draw).await;
        let services = patient(&world.site, 12).await;
        let owner = with(&world.owner, &services);
        let closing = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(4)).await;
            close(&owner, round).await.unwrap();
            // What the job that tells the askers would find.
            sqlx::query_scalar::<_, i64>(asks)
                .bind(round)
                .fetch_one(owner.db())
                .await
                .unwrap()
        });
        let mut tasks = JoinSet::new();
        for (place, reader) in readers.iter().enumerate() {
            let reader = with(reader, &services);
            tasks.spawn(async move {
                tokio::time::sleep(Duration::from_millis(2 * place as u64)).await;
                ask(&reader, key(), round).await
            });
        }
        while let Some(done) = tasks.join_next().await {
            match done.unwrap() {
                Ok(_) | Err(Error::Conflict(_)) => {}
                other => panic!("{other:?}"),
            }
        }
        let told = closing.await.unwrap();
        let there: i64 = sqlx::query_scalar(asks)
            .bind(round)
            .fetch_one(&world.site.services.db)
            .await
            .unwrap();
        assert_eq!(there, told, "somebody asked and is never told");
        assert_eq!(world.state(round).await, RoundState::Closed);
    }
    world.sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_round_beside_fifty_accepts_ends_in_one_promise() {
    let world = World::new().await;
    for number in 0..3 {
        let copy = world.copy(&format!("Book {number}")).await;
        let mut trades = Vec::new();
        for asker in 0..10 {
            let other = world.site.member(&format!("other{number}x{asker}")).await;
            let trade = propose(&other, copy).await.unwrap();
            let seen = trades::page(&world.owner, trade).await.unwrap().seen;
            trades.push((trade, seen));
        }
        let services = patient(&world.site, 20).await;
        let mut tasks = JoinSet::new();
        for place in 0..50 {
            if place == number * 10 {
                let owner = with(&world.owner, &services);
                tasks.spawn(async move {
                    open(&owner, key(), copy, RoundMode::Draw, "48")
                        .await
                        .map(drop)
                });
            }
            let owner = with(&world.owner, &services);
            let (trade, seen) = trades[place % trades.len()];
            tasks.spawn(async move { trades::accept(&owner, key(), trade, seen).await.map(drop) });
        }
        let mut went = 0;
        while let Some(done) = tasks.join_next().await {
            match done.unwrap() {
                Ok(()) => went += 1,
                Err(Error::Conflict(_)) => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(went, 1, "a copy is promised once, in a trade or in a round");
        let (trade, round) = world.held(copy).await;
        assert!(trade != round);
        world.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_reader_at_many_rounds_waits_for_five() {
    let world = World::new().await;
    let asker = &world.askers[0];
    let mut rounds = Vec::new();
    for number in 0..12 {
        let copy = world.copy(&format!("Book {number}")).await;
        rounds.push(world.open(copy, RoundMode::Draw).await);
    }
    let services = patient(&world.site, 12).await;
    let mut tasks = JoinSet::new();
    for round in rounds {
        let asker = with(asker, &services);
        tasks.spawn(async move { ask(&asker, key(), round).await });
    }
    let mut asked = 0;
    while let Some(done) = tasks.join_next().await {
        match done.unwrap() {
            Ok(_) => asked += 1,
            Err(Error::Forbidden(_)) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(asked, 5);
}
