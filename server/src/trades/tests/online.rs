//! Paying online, with a payment service that loses, doubles, reorders and forges.

use dogear_domain::money::{Currency, Money};
use dogear_domain::offers::{Offers, Price};
use dogear_domain::trades::PaymentState;
use jiff::SignedDuration;
use serde_json::json;

use super::super::online::reconcile;
use super::*;
use crate::Error;
use crate::copies::{self, Change};
use crate::testing::payments::{Stub, Trick};

/// A site on which Bob can be paid online, and the payment service.
pub(super) struct Shop {
    pub world: World,
    pub stub: Stub,
}

impl Shop {
    /// The number that this statement gives.
    pub(super) async fn count(&self, statement: &'static str) -> i64 {
        sqlx::query_scalar(statement)
            .fetch_one(&self.world.site.services.db)
            .await
            .unwrap()
    }

    pub(super) async fn new() -> Self {
        let stub = Stub::new().await;
        let settings = stub.settings();
        let site = TestSite::with(|site| site.payments = Some(settings)).await;
        let shop = Self {
            world: World::around(site).await,
            stub,
        };
        connect(&shop.world.bo).await.unwrap();
        shop.stub.accepts_accounts();
        refresh_account(&shop.world.bo).await.unwrap();
        shop
    }

    pub(super) fn system(&self) -> Cx {
        Cx::system(self.world.site.services.clone())
    }

    /// Ana buys Bob's copy by post, for 8.50 with postage.
    pub(super) async fn bought(&self, number: usize, method: Method) -> TradeId {
        let world = &self.world;
        let copy = world.bos[number];
        let amount = Money {
            minor: 650,
            currency: Currency::Eur,
        };
        let offer = Change::Offer(Offers {
            sale: Some(Price {
                amount,
                postage: Some(200),
                at_once: false,
            }),
            ..Offers::NONE
        });
        copies::change(&world.bo, None, &[copy], offer)
            .await
            .unwrap();
        let purchase = Purchase {
            copy,
            seen: on_sale(&world.ana, copy).await.unwrap().terms,
            price: String::new(),
            method,
            message: Message::default(),
        };
        let trade = buy(&world.ana, key(), &purchase).await.unwrap();
        world.accept(&world.bo, trade).await.unwrap();
        trade
    }

    /// And goes to pay.
    pub(super) async fn paying(&self) -> TradeId {
        let trade = self.bought(0, Method::Post).await;
        start_payment(&self.world.ana, key(), trade).await.unwrap();
        trade
    }

    pub(super) async fn money(&self, trade: TradeId) -> PaymentState {
        let view = page(&self.world.bo, trade).await.unwrap();
        view.payment.unwrap().state
    }

    /// The service tells of the latest page.
    pub(super) async fn tells(&self, kind: &str) -> Received {
        let now = self.world.site.services.clock.now();
        let (header, body) = self.stub.told(kind, now);
        receive_message(&self.system(), "stripe", &header, &body)
            .await
            .unwrap()
    }

    pub(super) async fn later(&self, minutes: i64) {
        self.world.site.advance(SignedDuration::from_mins(minutes));
        reconcile(&self.system()).await.unwrap();
        super::super::sweeps::sweep(&self.system()).await.unwrap();
        self.world.site.run_jobs().await;
    }

    pub(super) fn returned(&self) -> Vec<i64> {
        let state = self.stub.state();
        state.returned.iter().map(|one| one.minor).collect()
    }
}

const DONE: &str = "checkout.session.completed";

#[tokio::test]
async fn a_buyer_pays_at_the_service_and_the_seller_posts_the_book() {
    let shop = Shop::new().await;
    let world = &shop.world;
    let trade = shop.bought(0, Method::Post).await;
    assert!(page(&world.ana, trade).await.unwrap().online.is_offered);
    let once = key();
    start_payment(&world.ana, once, trade).await.unwrap();
    start_payment(&world.ana, once, trade).await.unwrap();
    // Pressed again, the same page is gone on with.
    start_payment(&world.ana, key(), trade).await.unwrap();
    assert_eq!(shop.stub.state().sessions.len(), 1);
    let asked = shop.stub.state().sessions[0].clone();
    assert_eq!((asked.minor, &*asked.currency), (850, "eur"));
    assert_eq!(asked.account, "acct_1");
    let about = asked.asked.values().cloned().collect::<String>();
    assert!(!about.contains("Bob") && !about.contains("ana"), "{about}");
    let seen = pay_page(&world.ana, trade).await.unwrap().unwrap();
    assert!(seen.link.unwrap().contains("/pay/cs_1"));
    // The page belongs to the buyer.
    assert!(pay_page(&world.bo, trade).await.unwrap().is_none());
    assert!(matches!(
        mark_paid(&world.bo, key(), trade).await,
        Err(Error::Conflict(_))
    ));
    assert_eq!(shop.money(trade).await, PaymentState::Processing);
    world.sound().await;

    // Coming back proves nothing.
    assert!(!check_now(&world.ana, trade).await.unwrap());
    assert!(shop.stub.pay());
    assert_eq!(shop.tells(DONE).await, Received::Kept);
    world.site.run_jobs().await;
    assert_eq!(shop.money(trade).await, PaymentState::Paid);
    assert!(
        pay_page(&world.ana, trade)
            .await
            .unwrap()
            .unwrap()
            .link
            .is_none()
    );
    world.says_where(&world.ana, trade).await;
    let leg = world.post(&world.bo, trade).await;
    receive(&world.ana, key(), trade, leg).await.unwrap();
    assert_eq!(world.state(trade).await, TradeState::Completed);
    for cx in [&world.ana, &world.bo] {
        let told = world.told(cx).await;
        assert_eq!(
            told.iter().filter(|kind| *kind == "paid").count(),
            1,
            "{told:?}"
        );
    }
    world.sound().await;
}

#[tokio::test]
async fn without_a_payment_service_nothing_of_it_is_there() {
    let world = World::new().await;
    assert_eq!(account(&world.bo).await.unwrap(), None);
    assert!(matches!(connect(&world.bo).await, Err(Error::NotFound)));
    let cx = Cx::system(world.site.services.clone());
    let nowhere = receive_message(&cx, "stripe", "t=1,v1=00", b"{}").await;
    assert_eq!(nowhere.unwrap(), Received::Nowhere);
    reconcile(&cx).await.unwrap();
}

#[tokio::test]
async fn only_a_seller_whose_account_is_ready_is_paid_online_and_only_by_post() {
    let shop = Shop::new().await;
    let world = &shop.world;
    let met = shop.bought(1, Method::Meet).await;
    assert!(start_payment(&world.ana, key(), met).await.is_err());
    let trade = shop.bought(0, Method::Post).await;
    assert!(matches!(
        start_payment(&world.bo, key(), trade).await,
        Err(Error::NotFound)
    ));
    let stranger = world.site.member("cai").await;
    assert!(matches!(
        start_payment(&stranger, key(), trade).await,
        Err(Error::NotFound)
    ));
    // The service takes the account back, and says so.
    for (_, ready) in &mut shop.stub.state().accounts {
        *ready = false;
    }
    let now = world.site.services.clock.now();
    let about = json!({ "id": "acct_1", "object": "account" });
    let (header, body) = shop.stub.message("account.updated", &about, now);
    receive_message(&shop.system(), "stripe", &header, &body)
        .await
        .unwrap();
    world.site.run_jobs().await;
    assert_eq!(
        account(&world.bo).await.unwrap(),
        Some(Account::Unfinished { link: None })
    );
    assert!(matches!(
        start_payment(&world.ana, key(), trade).await,
        Err(Error::Conflict(_))
    ));
    assert!(!page(&world.ana, trade).await.unwrap().online.is_offered);
    disconnect(&world.bo).await.unwrap();
    assert_eq!(account(&world.bo).await.unwrap(), Some(Account::None));
    // By hand, as ever.
    mark_paid(&world.bo, key(), trade).await.unwrap();
    world.sound().await;
}

#[tokio::test]
async fn a_lost_message_is_made_up_for_and_doubled_and_reordered_ones_do_nothing() {
    let shop = Shop::new().await;
    let trade = shop.paying().await;
    assert!(shop.stub.pay());
    // Nobody tells. After ten minutes the service is asked.
    shop.later(9).await;
    assert_eq!(shop.money(trade).await, PaymentState::Processing);
    shop.later(2).await;
    assert_eq!(shop.money(trade).await, PaymentState::Paid);
    // Then everything comes at once, the oldest last, and some of it twice.
    let now = shop.world.site.services.clock.now();
    let late = shop.stub.told(DONE, now);
    let wrong = shop.stub.told("checkout.session.expired", now);
    for (header, body) in [&wrong, &late, &late, &wrong] {
        let kept = receive_message(&shop.system(), "stripe", header, body).await;
        assert_eq!(kept.unwrap(), Received::Kept);
    }
    shop.world.site.run_jobs().await;
    assert_eq!(shop.money(trade).await, PaymentState::Paid);
    let events: i64 = sqlx::query_scalar("select count(*) from payment_events")
        .fetch_one(&shop.world.site.services.db)
        .await
        .unwrap();
    assert_eq!(events, 2);
    shop.world.sound().await;
}

#[tokio::test]
async fn a_message_that_comes_before_the_page_is_known_is_nothing_lost() {
    let shop = Shop::new().await;
    let trade = shop.bought(0, Method::Post).await;
    // The page is made, and the answer is lost: the process might as well have died.
    shop.stub.plays([Trick::Loses]);
    let lost = start_payment(&shop.world.ana, key(), trade).await;
    assert!(matches!(lost, Err(Error::Conflict(_))), "{lost:?}");
    assert!(
        pay_page(&shop.world.ana, trade)
            .await
            .unwrap()
            .unwrap()
            .is_opening
    );
    assert_eq!(shop.tells("checkout.session.created").await, Received::Kept);
    shop.world.site.run_jobs().await;
    shop.world.sound().await;
    // Pressed again, it is the same page.
    start_payment(&shop.world.ana, key(), trade).await.unwrap();
    assert_eq!(shop.stub.state().sessions.len(), 1);
    assert!(shop.stub.pay());
    shop.later(11).await;
    assert_eq!(shop.money(trade).await, PaymentState::Paid);
    shop.world.sound().await;
}

#[tokio::test]
async fn what_was_begun_and_never_opened_lapses_by_itself() {
    let shop = Shop::new().await;
    let trade = shop.bought(0, Method::Post).await;
    // The process died before it could ask.
    shop.stub.plays([Trick::Says(500, "")]);
    start_payment(&shop.world.ana, key(), trade)
        .await
        .unwrap_err();
    shop.later(11).await;
    assert_eq!(shop.money(trade).await, PaymentState::Due);
    let told = shop.world.told(&shop.world.ana).await;
    assert!(told.contains(&"payment_due".to_owned()), "{told:?}");
    assert!(
        !shop
            .world
            .told(&shop.world.bo)
            .await
            .contains(&"payment_due".to_owned())
    );
    start_payment(&shop.world.ana, key(), trade).await.unwrap();
    assert_eq!(shop.money(trade).await, PaymentState::Processing);
    shop.world.sound().await;
}

#[tokio::test]
async fn what_the_service_does_not_take_is_due_again_at_once() {
    let shop = Shop::new().await;
    let trade = shop.bought(0, Method::Post).await;
    shop.stub
        .plays([Trick::Says(400, r#"{"error":{"code":"amount_too_small"}}"#)]);
    let refused = start_payment(&shop.world.ana, key(), trade).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    assert_eq!(shop.money(trade).await, PaymentState::Due);
    mark_paid(&shop.world.bo, key(), trade).await.unwrap();
    shop.world.sound().await;
}

#[tokio::test]
async fn a_page_that_runs_out_leaves_the_sale_due_until_its_days_are_over() {
    let shop = Shop::new().await;
    let trade = shop.paying().await;
    // The hour is over: the page is closed by us, and nothing was paid.
    shop.later(61).await;
    assert_eq!(shop.stub.state().sessions[0].status, "expired");
    assert_eq!(shop.money(trade).await, PaymentState::Due);
    assert_eq!(shop.world.state(trade).await, TradeState::Agreed);
    // On the last day a buyer begins to pay: that is waited for.
    shop.later(60 * 24 * 7 - 70).await;
    start_payment(&shop.world.ana, key(), trade).await.unwrap();
    shop.later(30).await;
    assert_eq!(shop.world.state(trade).await, TradeState::Agreed);
    shop.stub.run_out();
    shop.later(31).await;
    shop.later(1).await;
    assert_eq!(shop.world.state(trade).await, TradeState::Cancelled);
    assert_eq!(shop.world.holds().await, 0);
    shop.world.sound().await;
}

#[tokio::test]
async fn what_was_paid_goes_back_when_the_sale_ends_before_the_book_leaves() {
    let shop = Shop::new().await;
    let trade = shop.paying().await;
    shop.stub.pay();
    shop.tells(DONE).await;
    shop.world.site.run_jobs().await;
    // The buyer ends it alone: the money needs nobody to go back.
    let state = cancel(&shop.world.ana, key(), trade, &Reason::default())
        .await
        .unwrap();
    assert_eq!(state, TradeState::Cancelled);
    shop.world.sound().await;
    // The service has trouble; the job is tried again, and what it did not hear is not done twice.
    shop.stub
        .plays([Trick::Says(500, ""), Trick::Says(503, "")]);
    shop.world.site.run_jobs().await;
    assert!(
        page(&shop.world.ana, trade)
            .await
            .unwrap()
            .online
            .is_returning
    );
    shop.later(11).await;
    shop.later(11).await;
    assert_eq!(shop.returned(), [850]);
    assert_eq!(shop.money(trade).await, PaymentState::Refunded);
    assert!(
        !page(&shop.world.ana, trade)
            .await
            .unwrap()
            .online
            .is_returning
    );
    for cx in [&shop.world.ana, &shop.world.bo] {
        assert!(shop.world.told(cx).await.contains(&"refunded".to_owned()));
    }
    shop.world.sound().await;
}

#[tokio::test]
async fn a_moderator_gives_it_back_too() {
    let shop = Shop::new().await;
    let world = &shop.world;
    let trade = shop.paying().await;
    shop.stub.pay();
    shop.tells(DONE).await;
    world.site.run_jobs().await;
    world.says_where(&world.ana, trade).await;
    let leg = world.post(&world.bo, trade).await;
    receive(&world.ana, key(), trade, leg).await.unwrap();
    let wrong = ProblemReason::WrongBook;
    report_problem(
        &world.ana,
        key(),
        trade,
        leg,
        wrong,
        &said("Another book."),
        vec![],
    )
    .await
    .unwrap();
    let role = dogear_domain::accounts::Role::Moderator;
    let bea = world.site.account("beatrice", role).await;
    resolve(&bea, key(), trade, Outcome::Return, "It goes back.")
        .await
        .unwrap();
    world.site.run_jobs().await;
    assert_eq!(shop.returned(), [850]);
    world.sound().await;
}

#[tokio::test]
async fn what_is_paid_after_the_end_goes_back_once() {
    let shop = Shop::new().await;
    let trade = shop.paying().await;
    cancel(&shop.world.bo, key(), trade, &Reason::default())
        .await
        .unwrap();
    assert_eq!(shop.money(trade).await, PaymentState::Void);
    // The buyer still has the page of the service open.
    assert!(shop.stub.pay());
    for _ in 0..3 {
        shop.tells(DONE).await;
        shop.later(2).await;
    }
    assert_eq!(shop.returned(), [850]);
    assert_eq!(shop.money(trade).await, PaymentState::Void);
    assert!(page(&shop.world.ana, trade).await.unwrap().online.came_late);
    assert!(
        shop.world
            .told(&shop.world.ana)
            .await
            .contains(&"refunded".to_owned())
    );
    shop.world.sound().await;
}

#[tokio::test]
async fn the_page_of_a_sale_that_has_ended_is_closed() {
    let shop = Shop::new().await;
    let trade = shop.paying().await;
    cancel(&shop.world.ana, key(), trade, &Reason::default())
        .await
        .unwrap();
    shop.later(1).await;
    assert_eq!(shop.stub.state().sessions[0].status, "expired");
    assert!(!shop.stub.pay());
    assert!(shop.returned().is_empty());
    shop.world.sound().await;
}
