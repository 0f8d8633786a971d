//! Many at once, and everything twice.

use std::time::Duration;

use dogear_domain::rounds::RoundMode;
use tokio::task::JoinSet;

use super::stale::{Blow, strike};
use super::*;
use crate::rounds;
use crate::testing::races::{patient, until_locked, with};

fn purchase(copy: CopyId, seen: i32, price: &str) -> trades::Purchase {
    trades::Purchase {
        copy,
        seen,
        price: price.into(),
        method: Method::Meet,
        message: dogear_domain::fields::Message::default(),
    }
}

/// A hundred buy Emma at once, Bob accepts fifty who offered less, and gives her away in a draw, which
/// begins as so many have gone to buy.
async fn everything_on_one_copy(before_the_draw: usize) {
    let world = World::new().await;
    let emma = copy(&world.site, &world.bob, "Emma").await;
    let offers = Offers {
        trade: true,
        sale: Some(Price {
            amount: euros(650),
            postage: None,
            at_once: true,
        }),
        ..Offers::default()
    };
    copies::change(&world.bob, None, &[emma], Change::Offer(offers))
        .await
        .unwrap();
    let services = patient(&world.site, 20).await;
    let bob = with(&world.bob, &services);
    let seen = trades::on_sale(&world.ana, emma).await.unwrap().terms;
    let mut accepts = Vec::new();
    for number in 0..50 {
        let asker = world.site.member(&format!("asker{number}x")).await;
        let trade = trades::buy(&asker, key(), &purchase(emma, seen, "1"))
            .await
            .unwrap();
        accepts.push((trade, trades::page(&bob, trade).await.unwrap().seen));
    }
    let mut buyers = Vec::new();
    for number in 0..100 {
        let buyer = world.site.member(&format!("buyer{number}x")).await;
        buyers.push(with(&buyer, &services));
    }
    let mut racing = JoinSet::new();
    for (number, buyer) in buyers.into_iter().enumerate() {
        if number == before_the_draw {
            let bob = bob.clone();
            racing.spawn(async move {
                rounds::open(&bob, key(), emma, RoundMode::Draw, "48")
                    .await
                    .map(drop)
            });
        }
        racing.spawn(async move {
            trades::buy(&buyer, key(), &purchase(emma, seen, ""))
                .await
                .map(drop)
        });
        if let Some((trade, version)) = accepts.pop() {
            let bob = bob.clone();
            racing
                .spawn(async move { trades::accept(&bob, key(), trade, version).await.map(drop) });
        }
    }
    let mut won = 0;
    while let Some(done) = racing.join_next().await {
        match done.unwrap() {
            Ok(()) => won += 1,
            Err(Error::Conflict(_) | Error::NotFound) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(won, 1);
    let agreed = world
        .count("select count(*) from trades where state = 'agreed'")
        .await;
    let open = "select count(*) from trades where state = 'proposed'";
    let drawn = "select count(*) from give_rounds where state = 'open'";
    assert_eq!(
        (world.count(drawn).await, world.count(open).await),
        (1 - agreed, 0)
    );
    let (_, holds, payments) = world.made().await;
    assert_eq!((holds, payments), (1, agreed));
    world.sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_buys_fifty_accepts_and_a_draw_of_one_copy_make_one_promise() {
    // The draw comes first, or into the middle of it.
    for before in [0, 2, 50] {
        everything_on_one_copy(before).await;
    }
}

/// A checkout of Emma and Solaris beside a blow that strikes Emma.
async fn beside(blow: Blow) {
    for round in 0..6_u64 {
        let world = World::new().await;
        let services = patient(&world.site, 10).await;
        let emma = world.sells_at_once(&world.bob, "Emma", 650).await;
        let solaris = world.sells_at_once(&world.cai, "Solaris", 400).await;
        world.in_cart(&[emma, solaris]).await;
        let order = shown(&world.ana).await;
        let ana = with(&world.ana, &services);
        let placing = tokio::spawn(async move { checkout(&ana, key(), &order).await });
        // Now sooner, now later.
        tokio::time::sleep(Duration::from_millis(round * 4)).await;
        let struck = strike(&world, blow, emma).await;
        let placed = placing.await.unwrap();
        let (trades, holds, payments) = world.made().await;
        match &placed {
            // All of it, as it was shown.
            Ok(both) => {
                assert_eq!(both.len(), 2, "{blow:?}");
                assert_eq!((trades, holds, payments), (2, 2, 2), "{blow:?}");
                let owed = "select sum(amount_minor)::bigint from payments";
                assert_eq!(world.count(owed).await, 1050, "{blow:?}");
                // What was first is not undone by what came after it, and was not beside it.
                let may = matches!(blow, Blow::Blocked | Blow::Suspended | Blow::Hidden);
                assert!(may || struck.is_err(), "{blow:?}: {struck:?}");
            }
            Err(Error::Invalid(_) | Error::Conflict(_)) => {
                let bought = i64::from(matches!(blow, Blow::Bought));
                assert_eq!(
                    (trades, holds, payments),
                    (bought, bought, bought),
                    "{blow:?}"
                );
                struck.unwrap();
            }
            other => panic!("{blow:?}: {other:?}"),
        }
        world.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_price_that_changes_beside_a_checkout_is_never_paid_unseen() {
    beside(Blow::Dearer).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_is_deleted_hidden_or_bought_beside_a_checkout_is_not_bought_as_well() {
    beside(Blow::Deleted).await;
    beside(Blow::Hidden).await;
    beside(Blow::Bought).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_blocked_or_suspended_beside_a_checkout_is_bought_of_before_or_not_at_all() {
    beside(Blow::Blocked).await;
    beside(Blow::Suspended).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_checkouts_of_one_cart_place_it_once() {
    // Of what is asked for, no hold says that it was bought before.
    for same_key in [false, true] {
        let world = World::new().await;
        let services = patient(&world.site, 10).await;
        let emma = world.sells(&world.bob, "Emma", 650, None).await;
        let solaris = world.sells(&world.cai, "Solaris", 400, None).await;
        world.in_cart(&[emma, solaris]).await;
        let order = shown(&world.ana).await;
        let once = key();
        let mut placing = JoinSet::new();
        for _ in 0..4 {
            let (ana, order) = (with(&world.ana, &services), order.clone());
            let key = if same_key { once } else { key() };
            placing.spawn(async move { checkout(&ana, key, &order).await });
        }
        let mut placed = Vec::new();
        while let Some(done) = placing.join_next().await {
            match done.unwrap() {
                Ok(trades) => placed.push(trades),
                Err(Error::Invalid(_) | Error::Conflict(_)) => {}
                other => panic!("{other:?}"),
            }
        }
        assert!(placed.windows(2).all(|pair| pair[0] == pair[1]));
        assert_eq!(placed.len(), if same_key { 4 } else { 1 });
        assert_eq!(world.made().await, (2, 0, 0));
        world.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn carts_that_cross_do_not_wait_for_each_other_in_a_circle() {
    let world = World::new().await;
    let services = patient(&world.site, 20).await;
    // Whatever order they are put in, several sellers and books are locked in one.
    let mut copies = Vec::new();
    for number in 0..4 {
        copies.push(
            world
                .sells_at_once(&world.bob, &format!("Bob {number}"), 100)
                .await,
        );
        copies.push(
            world
                .sells_at_once(&world.cai, &format!("Cai {number}"), 100)
                .await,
        );
    }
    let mut buyers = Vec::new();
    for number in 0..8 {
        let buyer = world.site.member(&format!("buyer{number}x")).await;
        let mine: Vec<CopyId> = match number % 2 {
            0 => copies.clone(),
            _ => copies.iter().rev().copied().collect(),
        };
        for copy in mine {
            add(&buyer, copy).await.unwrap();
        }
        buyers.push((shown(&buyer).await, with(&buyer, &services)));
    }
    let mut placing = JoinSet::new();
    for (order, buyer) in buyers {
        placing.spawn(async move { checkout(&buyer, key(), &order).await });
    }
    let mut won = 0;
    while let Some(done) = placing.join_next().await {
        match done.unwrap() {
            Ok(_) => won += 1,
            Err(Error::Invalid(_) | Error::Conflict(_)) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((won, world.made().await), (1, (2, 8, 2)));
    world.sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_block_and_a_suspension_that_come_while_a_checkout_waits_are_seen_by_it() {
    for change in [
        "insert into blocks (blocker_id, blocked_id) select s.id, b.id from users s, users b
         where s.handle = 'bob' and b.handle = 'ana'",
        "update users set status = 'suspended' where handle = 'bob'",
    ] {
        let world = World::new().await;
        let emma = world.sells_at_once(&world.bob, "Emma", 650).await;
        let solaris = world.sells_at_once(&world.cai, "Solaris", 400).await;
        world.in_cart(&[emma, solaris]).await;
        let order = shown(&world.ana).await;
        let mut tx = world.bob.db().begin().await.unwrap();
        for statement in [
            "select id from users where handle = 'bob' for no key update",
            change,
        ] {
            sqlx::query(sqlx::AssertSqlSafe(statement))
                .execute(&mut *tx)
                .await
                .unwrap();
        }
        // It has looked at Bob before, and waits for his row now.
        let ana = world.ana.clone();
        let placing = tokio::spawn(async move { checkout(&ana, key(), &order).await });
        until_locked(world.bob.db(), 1, || placing.is_finished()).await;
        tx.commit().await.unwrap();
        let said = refused(placing.await.unwrap());
        assert!(!said.contains("block"), "{said}");
        assert_eq!(world.made().await, (0, 0, 0), "{change}");
        assert_eq!(in_cart(&world.ana).await, 2);
    }
}
