//! Paying online, everything at once.

use dogear_domain::trades::PaymentState;
use tokio::task::JoinSet;

use super::super::online::reconcile;
use super::online::Shop;
use super::*;
use crate::Error;
use crate::testing::races::{patient, with};

const DONE: &str = "checkout.session.completed";

#[tokio::test]
async fn five_messages_and_the_clock_confirm_a_payment_once() {
    let shop = Shop::new().await;
    let trade = shop.paying().await;
    shop.stub.pay();
    shop.world.site.advance(jiff::SignedDuration::from_mins(11));
    let services = patient(&shop.world.site, 20).await;
    let system = with(&shop.system(), &services);
    let ana = with(&shop.world.ana, &services);
    let now = services.clock.now();
    let message = shop.stub.told(DONE, now);
    let mut racing: JoinSet<()> = JoinSet::new();
    for number in 0..5 {
        // Twice the same, and others about it.
        let message = if number < 2 {
            message.clone()
        } else {
            shop.stub.told(DONE, now)
        };
        let cx = system.clone();
        racing.spawn(async move {
            let kept = receive_message(&cx, "stripe", &message.0, &message.1).await;
            assert_eq!(kept.unwrap(), Received::Kept);
            let _ = crate::jobs::run_due(&cx).await;
        });
        let cx = system.clone();
        racing.spawn(async move { reconcile(&cx).await.unwrap() });
        let cx = ana.clone();
        racing.spawn(async move {
            check_now(&cx, trade).await.unwrap();
        });
    }
    while let Some(done) = racing.join_next().await {
        done.unwrap();
    }
    shop.world.site.run_jobs().await;
    assert_eq!(shop.money(trade).await, PaymentState::Paid);
    let confirmed = "select count(*) from trade_events where kind = 'payment_confirmed'";
    assert_eq!(shop.count(confirmed).await, 1);
    assert_eq!(shop.count("select count(*) from payment_events").await, 4);
    assert!(shop.returned().is_empty());
    shop.world.sound().await;
}

#[tokio::test]
async fn what_is_paid_as_the_sale_ends_counts_or_goes_back_once() {
    let shop = Shop::new().await;
    for number in 0..3 {
        let trade = shop.bought(number, Method::Post).await;
        start_payment(&shop.world.ana, key(), trade).await.unwrap();
        shop.stub.pay();
        let services = patient(&shop.world.site, 20).await;
        let mut racing: JoinSet<()> = JoinSet::new();
        for cx in [&shop.world.ana, &shop.world.bo] {
            let cx = with(cx, &services);
            racing.spawn(async move {
                match cancel(&cx, key(), trade, &Reason::default()).await {
                    Ok(_) | Err(Error::Conflict(_)) => {}
                    other => panic!("{other:?}"),
                }
            });
        }
        for _ in 0..4 {
            let cx = with(&shop.world.ana, &services);
            racing.spawn(async move {
                check_now(&cx, trade).await.unwrap();
            });
        }
        while let Some(done) = racing.join_next().await {
            done.unwrap();
        }
        for _ in 0..2 {
            shop.later(2).await;
        }
        assert_eq!(shop.world.state(trade).await, TradeState::Cancelled);
        assert_eq!(shop.returned().len(), number + 1);
        shop.world.sound().await;
    }
}

#[tokio::test]
async fn two_at_once_begin_to_pay_once_and_money_goes_back_once() {
    let shop = Shop::new().await;
    let trade = shop.bought(0, Method::Post).await;
    let services = patient(&shop.world.site, 20).await;
    let mut racing: JoinSet<()> = JoinSet::new();
    for _ in 0..6 {
        let cx = with(&shop.world.ana, &services);
        racing.spawn(async move { start_payment(&cx, key(), trade).await.unwrap() });
    }
    while let Some(done) = racing.join_next().await {
        done.unwrap();
    }
    assert_eq!(shop.stub.state().sessions.len(), 1);
    assert_eq!(shop.count("select count(*) from payment_attempts").await, 1);
    shop.stub.pay();
    shop.later(11).await;
    cancel(&shop.world.bo, key(), trade, &Reason::default())
        .await
        .unwrap();
    shop.world.site.advance(jiff::SignedDuration::from_mins(11));
    for _ in 0..4 {
        let cx = with(&shop.system(), &services);
        racing.spawn(async move {
            reconcile(&cx).await.unwrap();
            let _ = crate::jobs::run_due(&cx).await;
        });
    }
    while let Some(done) = racing.join_next().await {
        done.unwrap();
    }
    assert_eq!(shop.returned(), [850]);
    let told = "select count(*) from trade_events where kind = 'refunded'";
    assert_eq!(shop.count(told).await, 1);
    shop.world.sound().await;
}

#[tokio::test]
async fn a_seller_who_marks_and_a_buyer_who_pays_do_not_both_count() {
    let shop = Shop::new().await;
    let trade = shop.bought(0, Method::Post).await;
    let services = patient(&shop.world.site, 10).await;
    let (ana, bo) = (
        with(&shop.world.ana, &services),
        with(&shop.world.bo, &services),
    );
    let (paid, begun) = tokio::join!(
        mark_paid(&bo, key(), trade),
        start_payment(&ana, key(), trade)
    );
    assert!(paid.is_ok() != begun.is_ok(), "{paid:?} {begun:?}");
    shop.world.sound().await;
}
