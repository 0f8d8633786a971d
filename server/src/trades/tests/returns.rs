//! Sold books that go back, and parts of the money.

use dogear_domain::accounts::Role;
use dogear_domain::trades::{LegPurpose, PaymentState};
use jiff::SignedDuration;
use tokio::task::JoinSet;

use super::online::Shop;
use super::sales::conflict;
use super::*;
use crate::Error;
use crate::accounts::{Selling, selling, set_selling};
use crate::copies::{self, Change};
use crate::moderation::disputes::Resolution;
use crate::testing::races::{patient, with};
use crate::trades::repo::payments;

impl World {
    /// Bob says how he sells.
    async fn bob_sells(&self, trader: bool, takes_returns: bool) {
        let seen = selling(&self.bo).await.unwrap().version().unwrap();
        set_selling(&self.bo, Selling::of(trader, takes_returns), &seen)
            .await
            .unwrap();
    }

    /// Ana has bought Bob's first copy, paid by hand, and has it.
    async fn sold(&self, method: Method) -> TradeId {
        let trade = self.bought(method).await;
        let leg = self.leg(&self.bo, trade).await;
        if method == Method::Post {
            mark_paid(&self.bo, key(), trade).await.unwrap();
            self.says_where(&self.ana, trade).await;
            self.post(&self.bo, trade).await;
        } else {
            hand_over(&self.bo, key(), trade, leg).await.unwrap();
        }
        receive(&self.ana, key(), trade, leg).await.unwrap();
        trade
    }

    async fn asks_back(&self, trade: TradeId) -> crate::Result<TradeState> {
        ask_return(&self.ana, key(), trade, &said("It is not for me.")).await
    }

    async fn back_leg(&self, trade: TradeId) -> LegId {
        let view = page(&self.bo, trade).await.unwrap();
        let back = view
            .legs
            .iter()
            .find(|leg| leg.purpose == LegPurpose::Return);
        back.unwrap().id
    }

    /// State of the money, and how much of it goes back.
    async fn given_back(&self, trade: TradeId) -> (PaymentState, i32) {
        let payment = page(&self.bo, trade).await.unwrap().payment.unwrap();
        (payment.state, payment.refunded)
    }

    async fn later(&self, days: i64) {
        self.site.advance(SignedDuration::from_hours(24 * days));
        let system = Cx::system(self.site.services.clone());
        super::super::sweeps::sweep(&system).await.unwrap();
    }
}

#[tokio::test]
async fn a_book_goes_back_by_post_and_the_price_with_it() {
    let world = World::new().await;
    world.bob_sells(false, true).await;
    let trade = world.sold(Method::Post).await;
    let copy = world.bos[0];
    // What was promised holds, whatever the seller says later.
    world.bob_sells(false, false).await;
    assert!(
        page(&world.ana, trade)
            .await
            .unwrap()
            .may(dogear_domain::trades::Verb::AskReturn)
    );
    let once = key();
    let why = said("It is not for me.");
    let asked = ask_return(&world.ana, once, trade, &why).await.unwrap();
    assert_eq!(asked, TradeState::Agreed);
    assert_eq!(
        ask_return(&world.ana, once, trade, &why).await.unwrap(),
        asked
    );
    conflict(world.asks_back(trade).await);
    assert_eq!(world.holds().await, 1);
    world.sound().await;
    assert!(
        world
            .told(&world.bo)
            .await
            .contains(&"book_returned".to_owned())
    );

    let back = world.back_leg(trade).await;
    assert!(page(&world.bo, trade).await.unwrap().address_missing);
    world.says_where(&world.bo, trade).await;
    conflict(receive(&world.ana, key(), trade, back).await);
    send(&world.ana, key(), trade, back, &Shipment::default())
        .await
        .unwrap();
    conflict(drop_return(&world.ana, key(), trade).await);
    let state = receive(&world.bo, key(), trade, back).await.unwrap();
    assert_eq!(state, TradeState::Resolved);
    assert_eq!(world.owner(copy).await, id(&world.bo));
    assert_eq!(world.holds().await, 0);
    // The postage stays with a private seller.
    assert_eq!(world.given_back(trade).await, (PaymentState::Refunded, 650));
    world.sound().await;

    let once = key();
    conflict(mark_given_back(&world.ana, key(), trade).await);
    mark_given_back(&world.bo, once, trade).await.unwrap();
    mark_given_back(&world.bo, once, trade).await.unwrap();
    conflict(mark_given_back(&world.bo, key(), trade).await);
    assert!(
        page(&world.ana, trade)
            .await
            .unwrap()
            .payment
            .unwrap()
            .given_back
    );
    assert!(
        world
            .told(&world.ana)
            .await
            .contains(&"refunded".to_owned())
    );
    conflict(world.asks_back(trade).await);
    // It stands on its seller's shelf, and can be sold again.
    let mine = copies::owned(&world.bo, copy).await.unwrap();
    assert_eq!(mine.offers, dogear_domain::offers::Offers::default());
    world.sound().await;
}

#[tokio::test]
async fn nothing_goes_back_to_whoever_takes_nothing_nor_too_late() {
    let world = World::new().await;
    let trade = world.sold(Method::Meet).await;
    assert!(conflict(world.asks_back(trade).await).contains("does not take"));
    // Saying so afterwards changes nothing.
    world.bob_sells(true, false).await;
    assert!(selling(&world.bo).await.unwrap().takes_returns);
    conflict(world.asks_back(trade).await);
    conflict(ask_return(&world.bo, key(), trade, &Reason::default()).await);
    let cleo = world.site.member("cleo").await;
    let strange = ask_return(&cleo, key(), trade, &Reason::default()).await;
    assert!(matches!(strange, Err(Error::NotFound)));
    world.sound().await;

    let world = World::new().await;
    world.bob_sells(true, false).await;
    let trade = world.sold(Method::Meet).await;
    world.later(14).await;
    assert!(conflict(world.asks_back(trade).await).contains("14 days"));
    world.sound().await;
}

#[tokio::test]
async fn a_trader_gives_the_postage_back_too() {
    let world = World::new().await;
    world.bob_sells(true, false).await;
    let trade = world.sold(Method::Post).await;
    world.asks_back(trade).await.unwrap();
    // Whoever has the book again says so, whatever the buyer has said.
    let back = world.back_leg(trade).await;
    receive(&world.bo, key(), trade, back).await.unwrap();
    assert_eq!(world.given_back(trade).await, (PaymentState::Refunded, 850));
    world.sound().await;
}

#[tokio::test]
async fn a_book_that_is_promised_or_deleted_cannot_go_back_and_a_listed_one_is_taken_off() {
    let world = World::new().await;
    world.bob_sells(false, true).await;
    let trade = world.sold(Method::Meet).await;
    let copy = world.bos[0];
    let cleo = world.site.member("cleo").await;
    copies::change(&world.ana, None, &[copy], Change::List)
        .await
        .unwrap();
    let wanted = world.propose(&cleo, "ana", &[], &[copy]).await;
    world.asks_back(trade).await.unwrap();
    assert_eq!(world.state(wanted).await, TradeState::Superseded);
    world.sound().await;
    drop_return(&world.ana, key(), trade).await.unwrap();
    assert_eq!(world.state(trade).await, TradeState::Resolved);
    assert_eq!(world.given_back(trade).await, (PaymentState::Paid, 0));
    assert_eq!(world.owner(copy).await, id(&world.ana));
    world.sound().await;

    let world = World::new().await;
    world.bob_sells(false, true).await;
    let trade = world.sold(Method::Meet).await;
    let copy = world.bos[0];
    let cleo = world.site.member("cleo").await;
    copies::change(&world.ana, None, &[copy], Change::List)
        .await
        .unwrap();
    let given = world.propose(&cleo, "ana", &[], &[copy]).await;
    world.accept(&world.ana, given).await.unwrap();
    assert!(conflict(world.asks_back(trade).await).contains("promised"));
    cancel(&world.ana, key(), given, &Reason::default())
        .await
        .unwrap();
    copies::change(&world.ana, None, &[copy], Change::Delete)
        .await
        .unwrap();
    assert!(conflict(world.asks_back(trade).await).contains("trash"));
    world.sound().await;
}

#[tokio::test]
async fn whoever_sends_nothing_keeps_the_book_and_the_seller_the_money() {
    let world = World::new().await;
    world.bob_sells(false, true).await;
    let trade = world.sold(Method::Post).await;
    world.asks_back(trade).await.unwrap();
    // Without an address nobody is late.
    world.later(30).await;
    assert_eq!(world.state(trade).await, TradeState::Agreed);
    world.says_where(&world.bo, trade).await;
    world.later(6).await;
    let told = world.told(&world.ana).await;
    assert!(told.contains(&"send_reminder".to_owned()), "{told:?}");
    world.later(3).await;
    assert_eq!(world.state(trade).await, TradeState::Agreed);
    world.later(2).await;
    assert_eq!(world.state(trade).await, TradeState::Resolved);
    assert_eq!(world.given_back(trade).await, (PaymentState::Paid, 0));
    let told = world.told(&world.ana).await;
    assert!(told.contains(&"book_returned".to_owned()), "{told:?}");
    assert_eq!(world.owner(world.bos[0]).await, id(&world.ana));
    world.sound().await;
}

#[tokio::test]
async fn a_book_that_comes_back_damaged_is_for_moderators_who_name_an_amount() {
    let world = World::new().await;
    world.bob_sells(false, true).await;
    let trade = world.sold(Method::Post).await;
    world.asks_back(trade).await.unwrap();
    world.says_where(&world.bo, trade).await;
    let back = world.back_leg(trade).await;
    send(&world.ana, key(), trade, back, &Shipment::default())
        .await
        .unwrap();
    let reason = ProblemReason::DamagedInPost;
    report_problem(&world.bo, key(), trade, back, reason, &said("Wet."), vec![])
        .await
        .unwrap();
    world.sound().await;
    let bea = world.site.account("beatrice", Role::Moderator).await;
    let read = |outcome, typed: &str| {
        let read = Resolution::read(Some(outcome), "Both were heard about it.", true);
        read.unwrap().giving_back(typed)
    };
    for typed in ["0", "-1", "8.51", "x", "4.005", "1e3"] {
        let refused = disputes::resolve(&bea, key(), trade, &read(Outcome::Complete, typed)).await;
        assert!(
            matches!(refused, Err(Error::Invalid(_))),
            "{typed}: {refused:?}"
        );
    }
    let wrong = disputes::resolve(&bea, key(), trade, &read(Outcome::Return, "")).await;
    assert!(matches!(wrong, Err(Error::Invalid(_))), "{wrong:?}");
    disputes::resolve(&bea, key(), trade, &read(Outcome::Complete, "4,00"))
        .await
        .unwrap();
    assert_eq!(world.given_back(trade).await, (PaymentState::Refunded, 400));
    assert_eq!(world.owner(world.bos[0]).await, id(&world.bo));
    let payment = page(&world.ana, trade).await.unwrap().payment.unwrap();
    assert_eq!(payment.refund_said().unwrap(), "€4.00 of €8.50");
    mark_given_back(&world.bo, key(), trade).await.unwrap();
    world.site.run_jobs().await;
    world.sound().await;
}

#[tokio::test]
async fn a_part_goes_back_online_and_the_service_is_asked_for_just_that() {
    let shop = Shop::new().await;
    let world = &shop.world;
    let trade = shop.paying().await;
    shop.stub.pay();
    shop.tells("checkout.session.completed").await;
    world.site.run_jobs().await;
    world.says_where(&world.ana, trade).await;
    let leg = world.post(&world.bo, trade).await;
    receive(&world.ana, key(), trade, leg).await.unwrap();
    let worse = ProblemReason::NotAsDescribed;
    report_problem(
        &world.ana,
        key(),
        trade,
        leg,
        worse,
        &said("Notes in it."),
        vec![],
    )
    .await
    .unwrap();
    let bea = world.site.account("beatrice", Role::Moderator).await;
    let services = patient(&world.site, 20).await;
    let mut racing: JoinSet<bool> = JoinSet::new();
    // Each would be allowed, and both together would be more than was paid.
    for number in 0..6 {
        let cx = with(&bea, &services);
        racing.spawn(async move {
            let typed = if number % 2 == 0 { "5" } else { "6" };
            let read = Resolution::read(Some(Outcome::Complete), "They keep it for less.", true);
            let read = read.unwrap().giving_back(typed);
            match disputes::resolve(&cx, key(), trade, &read).await {
                Ok(_) => true,
                Err(Error::Conflict(_)) => false,
                other => panic!("{other:?}"),
            }
        });
    }
    let mut done = 0;
    while let Some(won) = racing.join_next().await {
        done += usize::from(won.unwrap());
    }
    assert_eq!(done, 1);
    world.site.run_jobs().await;
    let (state, back) = world.given_back(trade).await;
    assert_eq!(state, PaymentState::Refunded);
    assert!(back == 500 || back == 600, "{back}");
    assert_eq!(shop.returned(), [i64::from(back)]);
    assert_eq!(world.owner(world.bos[0]).await, id(&world.ana));
    assert!(
        world
            .told(&world.ana)
            .await
            .contains(&"refunded".to_owned())
    );
    let refused = mark_given_back(&world.bo, key(), trade).await;
    assert!(matches!(refused, Err(Error::Conflict(_))));
    world.sound().await;
}

/// Two parts at once, without the steps above that let only one come so far.
#[tokio::test]
async fn two_parts_at_once_are_never_more_than_was_paid() {
    let world = World::new().await;
    let trade = world.sold(Method::Post).await;
    let services = patient(&world.site, 20).await;
    let mut racing: JoinSet<bool> = JoinSet::new();
    for _ in 0..8 {
        let cx = with(&world.bo, &services);
        racing.spawn(async move {
            let mut tx = cx.begin().await.unwrap();
            let now = cx.now();
            let given = payments::give_back(&mut tx, trade, 400, None, false, now).await;
            given.is_ok() && tx.commit().await.is_ok()
        });
    }
    let mut given = 0;
    while let Some(done) = racing.join_next().await {
        given += i32::from(done.unwrap());
    }
    assert_eq!(given, 2);
    assert_eq!(world.given_back(trade).await, (PaymentState::Refunded, 800));
}

#[tokio::test]
async fn a_return_online_gives_the_price_back_once() {
    let shop = Shop::new().await;
    let world = &shop.world;
    world.bob_sells(false, true).await;
    let trade = shop.paying().await;
    shop.stub.pay();
    shop.tells("checkout.session.completed").await;
    world.site.run_jobs().await;
    world.says_where(&world.ana, trade).await;
    let leg = world.post(&world.bo, trade).await;
    receive(&world.ana, key(), trade, leg).await.unwrap();
    // Five times at once, with deletes of the book between.
    let services = patient(&world.site, 20).await;
    let mut racing: JoinSet<bool> = JoinSet::new();
    for number in 0..6 {
        let cx = with(&world.ana, &services);
        let copy = world.bos[0];
        racing.spawn(async move {
            if number == 3 {
                let _ = copies::change(&cx, None, &[copy], Change::Delete).await;
                return false;
            }
            match ask_return(&cx, key(), trade, &Reason::default()).await {
                Ok(_) => true,
                Err(Error::Conflict(_)) => false,
                other => panic!("{other:?}"),
            }
        });
    }
    let mut asked = 0;
    while let Some(won) = racing.join_next().await {
        asked += usize::from(won.unwrap());
    }
    assert!(asked <= 1);
    world.site.run_jobs().await;
    world.sound().await;
    if asked == 0 {
        return;
    }
    let back = world.back_leg(trade).await;
    let mut racing: JoinSet<bool> = JoinSet::new();
    for number in 0..6 {
        let cx = with(
            if number % 2 == 0 {
                &world.bo
            } else {
                &world.ana
            },
            &services,
        );
        racing.spawn(async move {
            let done = if number % 2 == 0 {
                receive(&cx, key(), trade, back).await
            } else {
                drop_return(&cx, key(), trade).await
            };
            match done {
                Ok(_) => true,
                Err(Error::Conflict(_)) => false,
                other => panic!("{other:?}"),
            }
        });
    }
    let mut ended = 0;
    while let Some(won) = racing.join_next().await {
        ended += usize::from(won.unwrap());
    }
    assert_eq!(ended, 1);
    world.site.run_jobs().await;
    let (_, refunded) = world.given_back(trade).await;
    let returned: i64 = shop.returned().iter().sum();
    assert_eq!(returned, i64::from(refunded));
    assert!(refunded == 0 || refunded == 650);
    world.sound().await;
}
