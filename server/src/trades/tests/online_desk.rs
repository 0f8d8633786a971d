//! What of paying online needs somebody: other amounts, refunds that fail; and who leaves.

use dogear_domain::accounts::Role;
use dogear_domain::trades::PaymentState;
use serde_json::json;

use super::online::Shop;
use super::*;
use crate::Error;

#[tokio::test]
async fn another_amount_is_looked_at_by_an_admin() {
    for other in [
        (1, "eur"),
        (850, "usd"),
        (99_999_999_999, "eur"),
        (850, "xxx"),
    ] {
        let shop = Shop::new().await;
        let world = &shop.world;
        let trade = shop.paying().await;
        assert!(shop.stub.pay_other(Some(other)));
        for _ in 0..2 {
            shop.tells("checkout.session.completed").await;
            world.site.run_jobs().await;
        }
        assert_eq!(
            shop.money(trade).await,
            PaymentState::Processing,
            "{other:?}"
        );
        assert!(page(&world.ana, trade).await.unwrap().online.in_review);
        let told = world.told(&world.ana).await;
        let troubles = told.iter().filter(|kind| *kind == "payment_trouble");
        assert_eq!(troubles.count(), 1, "{told:?}");
        world.sound().await;
        let bea = world.site.account("beatrice", Role::Moderator).await;
        assert!(matches!(
            payments(&bea, None, 1).await,
            Err(Error::NotFound)
        ));
        let keeper = world.site.account("keeper", Role::Admin).await;
        let (rows, _) = payments(&keeper, Some("review"), 1).await.unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].paid, Some((other.0, other.1.to_uppercase())));
        assert!(matches!(
            give_back(&bea, rows[0].id).await,
            Err(Error::NotFound)
        ));
        give_back(&keeper, rows[0].id).await.unwrap();
        assert!(matches!(
            give_back(&keeper, rows[0].id).await,
            Err(Error::Conflict(_))
        ));
        world.site.run_jobs().await;
        assert_eq!(shop.returned(), [other.0]);
        assert_eq!(shop.money(trade).await, PaymentState::Due);
        world.sound().await;
    }
}

#[tokio::test]
async fn another_amount_goes_back_by_itself_when_the_sale_ends() {
    let shop = Shop::new().await;
    let trade = shop.paying().await;
    shop.stub.pay_other(Some((1, "eur")));
    shop.tells("checkout.session.completed").await;
    shop.world.site.run_jobs().await;
    cancel(&shop.world.ana, key(), trade, &Reason::default())
        .await
        .unwrap();
    shop.later(2).await;
    assert_eq!(shop.returned(), [1]);
    shop.world.sound().await;
}

#[tokio::test]
async fn a_refund_that_fails_is_told_once_and_can_be_tried_again() {
    let shop = Shop::new().await;
    let world = &shop.world;
    let trade = shop.paying().await;
    shop.stub.pay();
    shop.later(11).await;
    shop.stub.state().refunds_end = Some("failed");
    cancel(&world.bo, key(), trade, &Reason::default())
        .await
        .unwrap();
    world.site.run_jobs().await;
    let keeper = world.site.account("keeper", Role::Admin).await;
    let (rows, _) = payments(&keeper, None, 1).await.unwrap();
    assert_eq!(rows[0].refund.as_deref(), Some("failed"));
    assert!(page(&world.ana, trade).await.unwrap().online.is_stuck);
    world.sound().await;
    // They have paid into the account again, and the service has done it there.
    shop.stub.state().returned[0].status = "succeeded";
    ask_again(&keeper, rows[0].id).await.unwrap();
    let (rows, _) = payments(&keeper, None, 1).await.unwrap();
    assert_eq!(rows[0].refund.as_deref(), Some("done"));
    let told = world.told(&world.ana).await;
    let of = |kind: &str| told.iter().filter(|told| *told == kind).count();
    assert_eq!((of("payment_trouble"), of("refunded")), (1, 1), "{told:?}");
    world.sound().await;
}

#[tokio::test]
async fn messages_about_nothing_of_ours_are_kept_and_counted() {
    let shop = Shop::new().await;
    let now = shop.world.site.services.clock.now();
    let about = json!({ "id": "cs_elsewhere", "object": "checkout.session" });
    let (header, body) = shop.stub.message("checkout.session.completed", &about, now);
    let kept = receive_message(&shop.system(), "stripe", &header, &body).await;
    assert_eq!(kept.unwrap(), Received::Kept);
    let forged = receive_message(&shop.system(), "stripe", "t=1,v1=00", &body).await;
    assert_eq!(forged.unwrap(), Received::Refused);
    let nowhere = receive_message(&shop.system(), "paypal", &header, &body).await;
    assert_eq!(nowhere.unwrap(), Received::Nowhere);
    shop.world.site.run_jobs().await;
    let keeper = shop.world.site.account("keeper", Role::Admin).await;
    let (rows, unknown) = payments(&keeper, None, 1).await.unwrap();
    assert_eq!((rows.len(), unknown), (0, 1));
    shop.world.sound().await;
}

#[tokio::test]
async fn nothing_that_names_anybody_is_kept_of_a_payment() {
    let shop = Shop::new().await;
    let world = &shop.world;
    let trade = shop.paying().await;
    shop.stub.pay();
    shop.later(11).await;
    let kept: String = sqlx::query_scalar(
        "select (select json_agg(a)::text from payment_attempts a) || (select coalesce(json_agg(e)::text, '') from payment_events e)",
    )
    .fetch_one(&world.site.services.db)
    .await
    .unwrap();
    assert!(
        !kept.contains("Nobody’s business") && !kept.contains("/pay/cs"),
        "{kept}"
    );
    // A seller who leaves: the account is forgotten, and the money of what ends goes back.
    let bob = id(&world.bo);
    let mut tx = world.bo.begin().await.unwrap();
    lock_all_of(&mut tx, bob).await.unwrap();
    leave_running(&mut tx, &world.bo, bob).await.unwrap();
    erase(&mut tx, bob).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(account(&world.bo).await.unwrap(), Some(Account::None));
    assert_eq!(world.state(trade).await, TradeState::Cancelled);
    world.site.run_jobs().await;
    assert_eq!(shop.returned(), [850]);
    world.sound().await;
}
