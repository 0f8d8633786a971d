//! Many at once, and everything twice.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::*;
use crate::Error;
use crate::testing::races::{PATIENCE, patient, with};

/// How a set of accepts went: agreed, refused with a reason.
async fn outcomes(mut tasks: JoinSet<crate::Result<TradeState>>) -> (usize, usize) {
    let (mut agreed, mut refused) = (0, 0);
    while let Some(done) = tasks.join_next().await {
        match done.unwrap() {
            Ok(TradeState::Agreed) => agreed += 1,
            Err(Error::Conflict(_)) => refused += 1,
            other => panic!("neither agreed nor refused in words: {other:?}"),
        }
    }
    (agreed, refused)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_accepts_of_fifty_trades_with_one_copy_make_one_agreement() {
    let world = World::new().await;
    let wanted = world.bos[0];
    let mut trades = Vec::new();
    for number in 0..50 {
        let other = world.site.member(&format!("other{number}x")).await;
        let own = copy(&world.site, &other, &format!("Offer {number}")).await;
        let trade = world.propose(&other, "bob", &[own], &[wanted]).await;
        let seen = page(&world.bo, trade).await.unwrap().seen;
        trades.push((trade, seen));
    }
    let services = patient(&world.site, 20).await;
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for number in 0..1000 {
        let (trade, seen) = trades[number % trades.len()];
        let bo = with(&world.bo, &services);
        tasks.spawn(async move { accept(&bo, key(), trade, seen).await });
    }
    assert_eq!(outcomes(tasks).await, (1, 999));
    let took = start.elapsed();
    assert!(took < PATIENCE, "{took:?}");
    let states: Vec<(String, i64)> =
        sqlx::query_as("select state, count(*) from trades group by state order by state")
            .fetch_all(&world.site.services.db)
            .await
            .unwrap();
    assert_eq!(states, [("agreed".into(), 1), ("superseded".into(), 49)]);
    world.sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_accepts_of_one_trade_make_one_agreement() {
    let world = World::new().await;
    for _ in 0..5 {
        let trade = world.proposed().await;
        let seen = page(&world.bo, trade).await.unwrap().seen;
        let mut tasks = JoinSet::new();
        for _ in 0..2 {
            let bo = world.bo.clone();
            tasks.spawn(async move { accept(&bo, key(), trade, seen).await });
        }
        assert_eq!(outcomes(tasks).await, (1, 1));
        cancel(&world.ana, key(), trade, &Reason::default())
            .await
            .unwrap();
    }
    world.sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn trades_that_cross_do_not_wait_for_each_other() {
    let world = World::new().await;
    let cai = world.site.member("caius").await;
    let cais = [
        copy(&world.site, &cai, "One").await,
        copy(&world.site, &cai, "Two").await,
    ];
    for _ in 0..5 {
        // Ana asks Bob, Bob asks Ana, and a circle of three, all for the same copies.
        let there = world
            .propose(&world.ana, "bob", &world.anas[..2], &world.bos[..2])
            .await;
        let back = world
            .propose(&world.bo, "ana", &world.bos[..2], &world.anas[..2])
            .await;
        let on = world
            .propose(&world.bo, "caius", &world.bos[..1], &cais)
            .await;
        let home = world.propose(&cai, "ana", &cais, &world.anas[1..2]).await;
        let mut tasks = JoinSet::new();
        for (cx, trade) in [
            (&world.bo, there),
            (&world.ana, back),
            (&cai, on),
            (&world.ana, home),
        ] {
            let seen = page(cx, trade).await.unwrap().seen;
            let cx = cx.clone();
            tasks.spawn(async move { accept(&cx, key(), trade, seen).await });
        }
        let (agreed, _) = outcomes(tasks).await;
        assert!((1..=2).contains(&agreed), "{agreed}");
        world.sound().await;
        for trade in [there, back, on, home] {
            match world.state(trade).await {
                TradeState::Agreed => {
                    let party = if trade == on || trade == home {
                        &cai
                    } else {
                        &world.ana
                    };
                    cancel(party, key(), trade, &Reason::default())
                        .await
                        .unwrap();
                }
                TradeState::Proposed => panic!("{trade} should have been agreed or superseded"),
                _ => {}
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn edits_of_a_copy_and_accepts_end_in_one_order() {
    let world = World::new().await;
    for _ in 0..8 {
        let trade = world.proposed().await;
        let seen = page(&world.bo, trade).await.unwrap().seen;
        let bo = world.bo.clone();
        let accepted = tokio::spawn(async move { accept(&bo, key(), trade, seen).await });
        let (ana, copy) = (world.ana.clone(), world.anas[0]);
        let edited = tokio::spawn(async move {
            let mut tx = ana.begin().await?;
            sqlx::query("update copies set terms_version = terms_version + 1 where id = $1")
                .bind(copy)
                .execute(&mut *tx)
                .await?;
            terms_changed(&mut tx, &ana, copy).await?;
            tx.commit().await
        });
        let accepted = accepted.await.unwrap();
        edited.await.unwrap().unwrap();
        match world.state(trade).await {
            TradeState::Agreed => {
                assert_eq!(accepted.unwrap(), TradeState::Agreed);
                cancel(&world.bo, key(), trade, &Reason::default())
                    .await
                    .unwrap();
            }
            TradeState::Proposed => {
                assert!(matches!(accepted, Err(Error::Conflict(_))));
                // The owner's acceptance stays, so that Bob alone is asked.
                assert_eq!(
                    world.accept(&world.bo, trade).await.unwrap(),
                    TradeState::Agreed
                );
                cancel(&world.bo, key(), trade, &Reason::default())
                    .await
                    .unwrap();
            }
            state => panic!("{state}"),
        }
    }
    world.sound().await;
}

#[tokio::test]
async fn every_form_sent_twice_counts_once() {
    let world = World::new().await;
    let (ana, bo) = (&world.ana, &world.bo);
    let same = |once: Option<IdempotencyKey>| (once, once);

    let (one, two) = same(key());
    let offer = proposal("bob", &world.anas[..1], &world.bos[..1]);
    let trade = propose(ana, one, &offer).await.unwrap();
    assert_eq!(propose(ana, two, &offer).await.unwrap(), trade);

    let seen = page(bo, trade).await.unwrap().seen;
    let books = Books {
        gives: world.bos[..2].to_vec(),
        gets: world.anas[..1].to_vec(),
        gift: true,
    };
    let (one, two) = same(key());
    counter(
        bo,
        one,
        trade,
        seen,
        &books,
        Method::Post,
        &said("And this?"),
    )
    .await
    .unwrap();
    counter(
        bo,
        two,
        trade,
        seen,
        &books,
        Method::Post,
        &said("And this?"),
    )
    .await
    .unwrap();

    let (one, two) = same(key());
    let first = write(ana, one, trade, &said("Gladly.")).await.unwrap();
    assert_eq!(
        write(ana, two, trade, &said("Gladly.")).await.unwrap(),
        first
    );
    let other = write(ana, two, trade, &said("Something else.")).await;
    assert!(
        matches!(other, Err(Error::Conflict(_))),
        "a key is for one request"
    );

    let seen = page(ana, trade).await.unwrap().seen;
    let (one, two) = same(key());
    assert_eq!(
        accept(ana, one, trade, seen).await.unwrap(),
        TradeState::Agreed
    );
    assert_eq!(
        accept(ana, two, trade, seen).await.unwrap(),
        TradeState::Agreed
    );

    let (one, two) = same(key());
    save_address(
        bo,
        one,
        trade,
        &Version::default(),
        &said("Bob\n2 Low Street\nLeeds"),
        false,
    )
    .await
    .unwrap();
    save_address(
        bo,
        two,
        trade,
        &Version::default(),
        &said("Bob\n2 Low Street\nLeeds"),
        false,
    )
    .await
    .unwrap();

    let leg = world.leg(ana, trade).await;
    let (one, two) = same(key());
    send(ana, one, trade, leg, &Shipment::default())
        .await
        .unwrap();
    send(ana, two, trade, leg, &Shipment::default())
        .await
        .unwrap();
    let (one, two) = same(key());
    receive(bo, one, trade, leg).await.unwrap();
    receive(bo, two, trade, leg).await.unwrap();
    // Without the key the second is refused, and the book stays where it is.
    assert!(matches!(
        receive(bo, key(), trade, leg).await,
        Err(Error::Conflict(_))
    ));

    let kinds: Vec<String> = sqlx::query_scalar("select kind from trade_events order by id")
        .fetch_all(&world.site.services.db)
        .await
        .unwrap();
    assert_eq!(
        kinds,
        [
            "propose", "counter", "message", "message", "accept", "address", "send", "receive"
        ]
    );
    world.site.run_jobs().await;
    world.sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_shows_nothing_of_a_step_taken_while_it_is_read() {
    let world = World::new().await;
    let trade = world.proposed().await;
    let before = page(&world.bo, trade).await.unwrap();
    // Half way, the reading of the history waits for the step.
    let mut step = world.site.services.db.begin().await.unwrap();
    sqlx::query("lock table trade_events in access exclusive mode")
        .execute(&mut *step)
        .await
        .unwrap();
    let bo = world.bo.clone();
    let reading = tokio::spawn(async move { page(&bo, trade).await });
    let waits = "select exists (select from pg_locks
         where relation = 'trade_events'::regclass and not granted)";
    while !sqlx::query_scalar::<_, bool>(waits)
        .fetch_one(&mut *step)
        .await
        .unwrap()
    {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    sqlx::query(
        "update trades set state = 'declined', reply_due = null, closed_at = now() where id = $1",
    )
    .bind(trade)
    .execute(&mut *step)
    .await
    .unwrap();
    sqlx::query(
        "insert into trade_events (trade_id, seq, kind, from_state, to_state, revision)
         select $1, max(seq) + 1, 'decline', 'proposed', 'declined', 1
         from trade_events where trade_id = $1",
    )
    .bind(trade)
    .execute(&mut *step)
    .await
    .unwrap();
    step.commit().await.unwrap();
    assert_eq!(reading.await.unwrap().unwrap(), before);
    let after = page(&world.bo, trade).await.unwrap();
    assert_eq!(after.state, TradeState::Declined);
    assert_eq!(after.timeline.len(), before.timeline.len() + 1);
}
