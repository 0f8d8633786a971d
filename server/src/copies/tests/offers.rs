//! What copies are offered for.

use dogear_domain::money::{Currency, Money};
use dogear_domain::offers::{Offers, Price};

use super::*;
use crate::copies::{Handed, hand_on};

fn offering(ways: &[&str], price: &str) -> CopyInput {
    CopyInput {
        offers: Some(OffersInput {
            ways: ways.iter().map(|way| (*way).to_owned()).collect(),
            price: price.into(),
            currency: "EUR".into(),
            postage: String::new(),
            days: String::new(),
            at_once: false,
        }),
        ..good()
    }
}

fn at(minor: i32) -> Price {
    let currency = Currency::Eur;
    Price {
        amount: Money { minor, currency },
        postage: None,
        at_once: false,
    }
}

async fn offers(cx: &Cx, copy: CopyId) -> Offers {
    owned(cx, copy).await.unwrap().offers
}

#[tokio::test]
async fn a_copy_is_offered_for_what_was_ticked_and_for_trade_otherwise() {
    let site = TestSite::new().await;
    let cx = site.member("ann").await;
    let traded = add(&cx, "Romola").await;
    assert_eq!(offers(&cx, traded).await, Offers::default());
    let input = offering(&["trade", "sale"], "6,50");
    let sold = create(&cx, None, &novel("Adam Bede"), &input)
        .await
        .unwrap();
    let expected = Offers {
        sale: Some(at(650)),
        ..Offers::default()
    };
    assert_eq!((sold.offers, sold.listed), (expected, true));
    assert_eq!(offers(&cx, sold.copy).await, expected);
    // The next form begins with the currency of the last one.
    assert_eq!(currency(&cx).await.unwrap(), Currency::Eur);
    let in_pounds = Some(OffersInput {
        ways: vec!["sale".into()],
        price: "£4".into(),
        currency: "GBP".into(),
        postage: "1.20".into(),
        days: String::new(),
        at_once: true,
    });
    let input = CopyInput {
        offers: in_pounds,
        ..good()
    };
    let holt = create(&cx, None, &novel("Felix Holt"), &input)
        .await
        .unwrap();
    assert!(offers(&cx, holt.copy).await.is_sold_at_once());
    assert_eq!(currency(&cx).await.unwrap(), Currency::Gbp);
}

#[tokio::test]
async fn what_cannot_be_offered_is_refused_at_its_field() {
    let site = TestSite::new().await;
    let cx = site.member("ann").await;
    let copy = add(&cx, "Romola").await;
    for (ways, price, field) in [
        (&["sale"][..], "", "price"),
        (&["sale"], "0", "price"),
        (&["sale"], "12.505", "price"),
        (&["give", "sale"], "5", "offer"),
        (&[], "", "offer"),
    ] {
        let refused = edit(&cx, copy, &offering(ways, price)).await;
        let Err(Error::Invalid(errors)) = refused else {
            panic!("{ways:?} {price}: {refused:?}")
        };
        assert!(errors.get(field).is_some(), "{ways:?} {price}: {errors:?}");
    }
    for days in ["0", "181", "some", "-3", "1e9"] {
        let lent = CopyInput {
            offers: Some(OffersInput {
                ways: vec!["lend".into()],
                days: days.into(),
                ..OffersInput::default()
            }),
            ..offering(&["lend"], "")
        };
        let refused = edit(&cx, copy, &lent).await;
        let Err(Error::Invalid(errors)) = refused else {
            panic!("{days}: {refused:?}")
        };
        assert!(errors.get("days").is_some(), "{days}: {errors:?}");
    }
    // Somebody typed a price and forgot the tick.
    let forgot = create(&cx, None, &novel("Adam Bede"), &offering(&["trade"], "5")).await;
    assert!(matches!(forgot, Err(Error::Invalid(_))), "{forgot:?}");
    assert_eq!(offers(&cx, copy).await, Offers::default());
    assert_eq!(terms(&cx, copy).await, 1);
}

#[tokio::test]
async fn another_offer_is_another_term_and_stale_pages_are_refused() {
    let site = TestSite::new().await;
    let cx = site.member("ann").await;
    let copy = add(&cx, "Romola").await;
    let shown = owned(&cx, copy).await.unwrap().version().unwrap();
    let same = CopyInput {
        version: shown.clone(),
        ..offering(&["trade"], "")
    };
    edit(&cx, copy, &same).await.unwrap();
    assert_eq!(terms(&cx, copy).await, 1);
    let dearer = |price| CopyInput {
        version: shown.clone(),
        ..offering(&["sale"], price)
    };
    edit(&cx, copy, &dearer("6")).await.unwrap();
    let after = terms(&cx, copy).await;
    assert!(after > 1);
    // Another tab still shows the copy for trade.
    let stale = edit(&cx, copy, &dearer("7")).await;
    assert!(stale.is_err(), "{stale:?}");
    assert_eq!(offers(&cx, copy).await.sale, Some(at(600)));
    assert_eq!(terms(&cx, copy).await, after);
}

#[tokio::test]
async fn many_are_offered_at_once_and_the_undo_brings_back_what_was() {
    let site = TestSite::new().await;
    let cx = site.member("ann").await;
    let listed = add(&cx, "Romola").await;
    let input = CopyInput {
        listed: false,
        ..offering(&["give"], "")
    };
    let kept = create(&cx, None, &novel("Adam Bede"), &input)
        .await
        .unwrap();
    let both = [listed, kept.copy];
    let sale = Change::Offer(Offers {
        sale: Some(at(300)),
        ..Offers::NONE
    });
    let done = change(&cx, None, &both, sale).await.unwrap();
    assert_eq!(done.copies, 2);
    for copy in both {
        let now = owned(&cx, copy).await.unwrap();
        assert_eq!(
            (now.state, now.offers.sale),
            (CopyState::Listed, Some(at(300)))
        );
    }
    assert_eq!(change(&cx, None, &both, sale).await.unwrap().copies, 0);
    // It travels in a cookie.
    let undone: Undo = done.undo.to_string().parse().unwrap();
    assert_eq!(undone.to_string(), done.undo.to_string());
    undo(&cx, &undone).await.unwrap();
    assert_eq!(offers(&cx, listed).await, Offers::default());
    let back = owned(&cx, kept.copy).await.unwrap();
    assert_eq!((back.state, back.offers), (CopyState::Owned, Offers::GIFT));
    // One that an older program wrote leaves the offers alone.
    let older = format!("{listed}:owned:4:");
    undo(&cx, &older.parse().unwrap()).await.unwrap();
    assert_eq!(offers(&cx, listed).await, Offers::default());
}

#[tokio::test]
async fn a_copy_that_changes_hands_loses_its_price() {
    let site = TestSite::new().await;
    let (ann, bob) = (site.member("ann").await, site.member("bob").await);
    let input = offering(&["sale"], "6");
    let copy = create(&ann, None, &novel("Romola"), &input)
        .await
        .unwrap()
        .copy;
    let mut tx = ann.begin().await.unwrap();
    let (from, to) = (ann.reader().unwrap().id, bob.reader().unwrap().id);
    hand_on(&mut tx, copy, from, to, Handed::Back, ann.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(offers(&bob, copy).await, Offers::default());
}

#[tokio::test]
async fn the_database_refuses_what_the_forms_do() {
    let site = TestSite::new().await;
    let cx = site.member("ann").await;
    let copy = add(&cx, "Romola").await;
    for (set, constraint) in [
        ("price_minor = 0, currency = 'EUR'", "copies_price"),
        ("price_minor = 5", "copies_price_currency"),
        ("currency = 'EUR'", "copies_price_currency"),
        ("postage_minor = 5", "copies_postage"),
        ("offer_loan = true", "copies_loan_days"),
        ("loan_days = 7", "copies_loan_days"),
        (
            "offer_give = true, price_minor = 5, currency = 'EUR'",
            "copies_given_or_sold",
        ),
        ("offer_trade = false", "copies_listed_offered"),
    ] {
        let statement = format!("update copies set {set} where id = {copy}");
        let refused = sqlx::query(sqlx::AssertSqlSafe(statement))
            .execute(cx.db())
            .await
            .unwrap_err();
        let refused = refused.to_string();
        assert!(
            refused.contains(&format!("\"{constraint}\"")),
            "{set}: {refused}"
        );
    }
}
