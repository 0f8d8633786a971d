//! Copies for money.

use dogear_domain::money::{Currency, Money};
use dogear_domain::offers::{Offers, Price};
use dogear_domain::trades::PaymentState;
use tokio::task::JoinSet;

use super::*;
use crate::Error;
use crate::copies::{self, Change};
use crate::testing::races::{patient, with};

fn euros(minor: i32) -> Money {
    Money {
        minor,
        currency: Currency::Eur,
    }
}

fn offered(minor: i32) -> Change {
    Change::Offer(Offers {
        sale: Some(Price {
            amount: euros(minor),
            postage: Some(200),
            at_once: false,
        }),
        ..Offers::NONE
    })
}

impl World {
    /// Bob sells this copy for so much.
    async fn sells(&self, copy: CopyId, minor: i32) {
        copies::change(&self.bo, None, &[copy], offered(minor))
            .await
            .unwrap();
    }

    /// Ana asks to buy Bob's first copy, which is for sale at 6.50.
    async fn asked(&self, method: Method) -> TradeId {
        self.sells(self.bos[0], 650).await;
        let purchase = purchase(&self.ana, self.bos[0], method).await;
        buy(&self.ana, key(), &purchase).await.unwrap()
    }

    /// And he accepts.
    pub(super) async fn bought(&self, method: Method) -> TradeId {
        let trade = self.asked(method).await;
        self.accept(&self.bo, trade).await.unwrap();
        trade
    }

    async fn money(&self, trade: TradeId) -> Option<(PaymentState, i32)> {
        let payment = page(&self.bo, trade).await.unwrap().payment?;
        Some((payment.state, payment.amount.minor))
    }
}

async fn purchase(cx: &Cx, copy: CopyId, method: Method) -> Purchase {
    Purchase {
        copy,
        seen: on_sale(cx, copy).await.unwrap().terms,
        price: String::new(),
        method,
        message: Message::default(),
    }
}

pub(super) fn conflict<T: std::fmt::Debug>(refused: crate::Result<T>) -> String {
    match refused {
        Err(Error::Conflict(sentence) | Error::Forbidden(sentence)) => sentence,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_is_posted_is_paid_before_and_belongs_to_the_buyer_once_it_is_there() {
    let world = World::new().await;
    let trade = world.bought(Method::Post).await;
    assert_eq!(world.money(trade).await, Some((PaymentState::Due, 850)));
    let view = page(&world.ana, trade).await.unwrap();
    assert_eq!(view.kind, dogear_domain::trades::TradeKind::Sale);
    world.says_where(&world.ana, trade).await;
    let leg = world.leg(&world.bo, trade).await;
    let early = send(&world.bo, key(), trade, leg, &Shipment::default()).await;
    assert!(conflict(early).contains("not paid"));
    // Only the seller knows.
    conflict(mark_paid(&world.ana, key(), trade).await);
    let once = key();
    mark_paid(&world.bo, once, trade).await.unwrap();
    mark_paid(&world.bo, once, trade).await.unwrap();
    conflict(mark_paid(&world.bo, key(), trade).await);
    world.post(&world.bo, trade).await;
    let state = receive(&world.ana, key(), trade, leg).await.unwrap();
    assert_eq!(state, TradeState::Completed);
    assert_eq!(world.owner(world.bos[0]).await, id(&world.ana));
    let mine = copies::owned(&world.ana, world.bos[0]).await.unwrap();
    assert_eq!(mine.offers, Offers::default());
    assert_eq!(world.holds().await, 0);
    let told = world.told(&world.ana).await;
    assert!(told.contains(&"payment_marked".to_owned()), "{told:?}");
    world.sound().await;
}

#[tokio::test]
async fn handing_over_is_being_paid() {
    let world = World::new().await;
    let trade = world.bought(Method::Meet).await;
    // Postage is for what is posted.
    assert_eq!(world.money(trade).await, Some((PaymentState::Due, 650)));
    let leg = world.leg(&world.bo, trade).await;
    conflict(receive(&world.ana, key(), trade, leg).await);
    hand_over(&world.bo, key(), trade, leg).await.unwrap();
    assert_eq!(world.money(trade).await, Some((PaymentState::Paid, 650)));
    receive(&world.ana, key(), trade, leg).await.unwrap();
    assert_eq!(world.state(trade).await, TradeState::Completed);
    world.sound().await;
}

#[tokio::test]
async fn whoever_saw_another_price_is_asked_again() {
    let world = World::new().await;
    world.sells(world.bos[0], 650).await;
    let shown = purchase(&world.ana, world.bos[0], Method::Post).await;
    world.sells(world.bos[0], 900).await;
    conflict(buy(&world.ana, key(), &shown).await);
    let trade = {
        let shown = purchase(&world.ana, world.bos[0], Method::Post).await;
        buy(&world.ana, key(), &shown).await.unwrap()
    };
    let seen = page(&world.bo, trade).await.unwrap().seen;
    world.sells(world.bos[0], 300).await;
    conflict(accept(&world.bo, key(), trade, seen).await);
    // The buyer's yes has fallen away with the old terms.
    let view = page(&world.bo, trade).await.unwrap();
    assert!(!view.accepted.contains(&id(&world.ana)));
    assert_eq!(world.holds().await, 0);
    world.sound().await;
}

#[tokio::test]
async fn the_price_is_talked_about_until_both_say_yes() {
    let world = World::new().await;
    world.sells(world.bos[0], 650).await;
    let mut less = purchase(&world.ana, world.bos[0], Method::Meet).await;
    for (typed, taken) in [("0", false), ("12.505", false), ("5,00", true)] {
        less.price = typed.into();
        let asked = buy(&world.ana, key(), &less).await;
        assert_eq!(asked.is_ok(), taken, "{typed}: {asked:?}");
    }
    let trade: TradeId = sqlx::query_scalar("select id from trades")
        .fetch_one(world.ana.db())
        .await
        .unwrap();
    let answer = async |cx: &Cx, price: &str| {
        let seen = page(cx, trade).await.unwrap().seen;
        let said = Message::default();
        let prices = [(world.bos[0], price.to_owned())];
        haggle(cx, key(), trade, seen, &prices, Method::Post, &said).await
    };
    conflict(answer(&world.ana, "4").await);
    answer(&world.bo, "€ 6").await.unwrap();
    let view = page(&world.ana, trade).await.unwrap();
    assert_eq!(view.amount, Some(euros(800)));
    world.accept(&world.ana, trade).await.unwrap();
    assert_eq!(world.money(trade).await, Some((PaymentState::Due, 800)));
    world.sound().await;
}

#[tokio::test]
async fn what_is_not_for_sale_cannot_be_bought_nor_what_is_for_sale_alone_be_traded() {
    let world = World::new().await;
    let copy = world.bos[0];
    let blind = |copy| Purchase {
        copy,
        seen: 1,
        price: "5".into(),
        method: Method::Meet,
        message: Message::default(),
    };
    conflict(buy(&world.ana, key(), &blind(copy)).await);
    world.sells(copy, 650).await;
    conflict(on_sale(&world.bo, copy).await);
    conflict(buy(&world.bo, key(), &blind(copy)).await);
    let swap = proposal("bob", &world.anas[..1], &world.bos[..1]);
    let refused = propose(&world.ana, key(), &swap).await;
    assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
    // Other books are no answer to a price.
    let trade = world.asked(Method::Meet).await;
    let look = ShelfSearch::default();
    conflict(counter_builder(&world.bo, trade, None, &look).await);
    let seen = page(&world.bo, trade).await.unwrap().seen;
    let books = Books {
        gives: world.bos[..1].to_vec(),
        gets: world.anas[..1].to_vec(),
        gift: true,
    };
    let said = Message::default();
    let other = counter(&world.bo, key(), trade, seen, &books, Method::Meet, &said).await;
    assert!(other.is_err(), "{other:?}");
    world.sound().await;
}

#[tokio::test]
async fn what_is_free_may_be_asked_for_by_everybody_without_a_second_question() {
    let world = World::new().await;
    crate::accounts::set_gift_requests(&world.bo, false, &Version::default())
        .await
        .unwrap();
    copies::change(
        &world.bo,
        None,
        &world.bos[..1],
        Change::Offer(Offers::GIFT),
    )
    .await
    .unwrap();
    let mut asking = proposal("bob", &[], &world.bos[..1]);
    asking.books.gift = false;
    propose(&world.ana, key(), &asking).await.unwrap();
    let mut untaken = proposal("bob", &[], &world.bos[1..2]);
    untaken.books.gift = true;
    assert!(propose(&world.ana, key(), &untaken).await.is_err());
}

#[tokio::test]
async fn a_sale_that_nobody_pays_for_ends_and_the_book_is_free_again() {
    let world = World::new().await;
    let trade = world.bought(Method::Post).await;
    let meeting = {
        world.sells(world.bos[1], 300).await;
        let purchase = purchase(&world.ana, world.bos[1], Method::Meet).await;
        let trade = buy(&world.ana, key(), &purchase).await.unwrap();
        world.accept(&world.bo, trade).await.unwrap();
        trade
    };
    let cx = Cx::system(world.site.services.clone());
    world.site.advance(jiff::SignedDuration::from_hours(24 * 6));
    super::super::sweeps::sweep(&cx).await.unwrap();
    assert_eq!(world.state(trade).await, TradeState::Agreed);
    world.site.advance(jiff::SignedDuration::from_hours(25));
    for _ in 0..2 {
        super::super::sweeps::sweep(&cx).await.unwrap();
    }
    assert_eq!(world.state(trade).await, TradeState::Cancelled);
    assert_eq!(world.money(trade).await, Some((PaymentState::Void, 850)));
    // Who meets pays then.
    assert_eq!(world.state(meeting).await, TradeState::Agreed);
    assert_eq!(world.holds().await, 1);
    on_sale(&world.ana, world.bos[0]).await.unwrap();
    world.sound().await;
}

#[tokio::test]
async fn money_that_was_paid_is_given_back_by_the_seller_and_by_nobody_else() {
    let world = World::new().await;
    let trade = world.bought(Method::Post).await;
    mark_paid(&world.bo, key(), trade).await.unwrap();
    let why = Reason::default();
    let asked = cancel(&world.ana, key(), trade, &why).await.unwrap();
    assert_eq!(asked, TradeState::Agreed);
    consent_to_cancel(&world.bo, key(), trade).await.unwrap();
    assert_eq!(world.state(trade).await, TradeState::Cancelled);
    assert_eq!(
        world.money(trade).await,
        Some((PaymentState::Refunded, 850))
    );
    world.sound().await;
}

#[tokio::test]
async fn the_two_can_have_it_decided_whether_it_was_paid() {
    let world = World::new().await;
    let trade = world.bought(Method::Meet).await;
    let leg = world.leg(&world.bo, trade).await;
    let reason = ProblemReason::Payment;
    let details = said("I have paid, and he does not say so.");
    report_problem(&world.ana, key(), trade, leg, reason, &details, vec![])
        .await
        .unwrap();
    let bea = world
        .site
        .account("beatrice", dogear_domain::accounts::Role::Moderator)
        .await;
    resolve(
        &bea,
        key(),
        trade,
        Outcome::Complete,
        "He has told me that he was paid.",
    )
    .await
    .unwrap();
    assert_eq!(world.money(trade).await, Some((PaymentState::Paid, 650)));
    assert_eq!(world.owner(world.bos[0]).await, id(&world.ana));
    world.sound().await;
}

#[tokio::test]
async fn nobody_sells_more_than_so_much_a_year() {
    let world = World::new().await;
    world.sells(world.bos[1], 190_000).await;
    let dear = purchase(&world.ana, world.bos[1], Method::Meet).await;
    let dear = buy(&world.ana, key(), &dear).await.unwrap();
    world.accept(&world.bo, dear).await.unwrap();
    world.sells(world.bos[0], 15_000).await;
    let more = purchase(&world.ana, world.bos[0], Method::Meet).await;
    let more = buy(&world.ana, key(), &more).await.unwrap();
    assert!(conflict(world.accept(&world.bo, more).await).contains("2000 euros"));
    // What was called off is not sold.
    cancel(&world.bo, key(), dear, &Reason::default())
        .await
        .unwrap();
    world.accept(&world.bo, more).await.unwrap();
    world.sound().await;
}

#[tokio::test]
async fn lists_and_masthead_know_whose_turn_it_is_in_a_sale() {
    let world = World::new().await;
    let waits = async |cx: &Cx, trade: TradeId| {
        let all = list(cx, Filter::All, "", None).await.unwrap();
        let row = all
            .rows
            .iter()
            .find(|row| row.id == trade)
            .unwrap()
            .needs_you;
        let waiting = list(cx, Filter::NeedsYou, "", None).await.unwrap();
        assert_eq!(waiting.rows.iter().any(|row| row.id == trade), row);
        row
    };
    let trade = world.asked(Method::Post).await;
    assert_eq!(
        (
            waits(&world.ana, trade).await,
            waits(&world.bo, trade).await
        ),
        (false, true)
    );
    world.accept(&world.bo, trade).await.unwrap();
    world.says_where(&world.ana, trade).await;
    assert_eq!(
        (
            waits(&world.ana, trade).await,
            waits(&world.bo, trade).await
        ),
        (true, false)
    );
    let due = list(&world.ana, Filter::NeedsYou, "", None)
        .await
        .unwrap()
        .rows[0]
        .due;
    let payment = page(&world.ana, trade).await.unwrap().payment.unwrap();
    assert_eq!(due, payment.due);
    mark_paid(&world.bo, key(), trade).await.unwrap();
    assert_eq!(
        (
            waits(&world.ana, trade).await,
            waits(&world.bo, trade).await
        ),
        (false, true)
    );
    let ana = orders(&world.ana, Orders::Getting, None).await.unwrap();
    assert_eq!((ana.rows.len(), ana.getting, ana.giving), (1, 1, 0));
    let bo = orders(&world.bo, Orders::Giving, None).await.unwrap();
    assert_eq!((bo.rows.len(), bo.getting, bo.giving), (1, 0, 1));
    let none = orders(&world.ana, Orders::Giving, None).await.unwrap();
    assert!(none.rows.is_empty());
}

#[tokio::test]
async fn who_leaves_or_is_suspended_sells_no_more() {
    let world = World::new().await;
    let trade = world.asked(Method::Post).await;
    sqlx::query("update users set status = 'suspended' where id = $1")
        .bind(id(&world.ana))
        .execute(world.ana.db())
        .await
        .unwrap();
    conflict(world.accept(&world.bo, trade).await);
    assert_eq!(world.money(trade).await, None);
    assert_eq!(world.holds().await, 0);
    world.sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_buyers_of_one_copy_and_as_many_accepts_make_one_sale() {
    let world = World::new().await;
    let wanted = world.bos[0];
    world.sells(wanted, 650).await;
    let mut buyers = Vec::new();
    for number in 0..50 {
        buyers.push(world.site.member(&format!("buyer{number}x")).await);
    }
    let services = patient(&world.site, 20).await;
    let mut asking = JoinSet::new();
    for buyer in &buyers {
        let buyer = with(buyer, &services);
        let purchase = purchase(&buyer, wanted, Method::Meet).await;
        asking.spawn(async move { buy(&buyer, key(), &purchase).await });
    }
    let mut accepting = JoinSet::new();
    while let Some(asked) = asking.join_next().await {
        let trade = match asked.unwrap() {
            Ok(trade) => trade,
            // Whoever asks after the first acceptance is refused.
            Err(Error::Conflict(_)) if !accepting.is_empty() => continue,
            other => panic!("{other:?}"),
        };
        let bo = with(&world.bo, &services);
        let seen = page(&bo, trade).await.unwrap().seen;
        accepting.spawn(async move { accept(&bo, key(), trade, seen).await });
    }
    let mut agreed = 0;
    while let Some(done) = accepting.join_next().await {
        match done.unwrap() {
            Ok(TradeState::Agreed) => agreed += 1,
            Err(Error::Conflict(_)) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(agreed, 1);
    let owed: i64 = sqlx::query_scalar("select count(*) from payments")
        .fetch_one(world.bo.db())
        .await
        .unwrap();
    assert_eq!((owed, world.holds().await), (1, 1));
    world.sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_price_that_changes_beside_an_accept_is_never_agreed_unseen() {
    let world = World::new().await;
    let services = patient(&world.site, 10).await;
    for round in 0..8 {
        let trade = world.asked(Method::Meet).await;
        let seen = page(&world.bo, trade).await.unwrap().seen;
        let bo = with(&world.bo, &services);
        let accepted = tokio::spawn(async move { accept(&bo, key(), trade, seen).await });
        let (bo, copy) = (with(&world.bo, &services), world.bos[0]);
        let edited =
            tokio::spawn(
                async move { copies::change(&bo, None, &[copy], offered(700 + round)).await },
            );
        let (accepted, edited) = (accepted.await.unwrap(), edited.await.unwrap());
        // One of the two was first, and the other was refused.
        assert_ne!(accepted.is_ok(), edited.is_ok(), "{accepted:?} {edited:?}");
        world.sound().await;
        match world.state(trade).await {
            TradeState::Agreed => cancel(&world.bo, key(), trade, &Reason::default()).await,
            _ => withdraw(&world.ana, key(), trade).await,
        }
        .unwrap();
    }
}
