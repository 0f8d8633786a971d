//! Copies that their owners lend outside the site while others want them.

use dogear_domain::money::{Currency, Money};
use dogear_domain::offers::{Offers, Price};

use super::*;
use crate::Error;
use crate::copies::{Change, LendForm, Lent, book_is_back, change, lend};

fn to_joana() -> LendForm {
    LendForm {
        borrower: "Joana".into(),
        ..LendForm::default()
    }
}

async fn lent(cx: &Cx, copy: CopyId) -> Lent {
    lend(cx, None, copy, &to_joana()).await.unwrap()
}

#[tokio::test]
async fn what_is_lent_is_neither_asked_for_nor_agreed_until_it_is_back() {
    let world = World::new().await;
    let trade = world.proposed().await;
    let out = lent(&world.bo, world.bos[0]).await;
    let refused = world.accept(&world.bo, trade).await;
    let Err(Error::Conflict(sentence)) = refused else {
        panic!("{refused:?}")
    };
    assert!(
        sentence.starts_with("“Bob’s book 1” is lent to somebody just now"),
        "{sentence}"
    );
    assert_eq!(world.state(trade).await, TradeState::Proposed);

    let asked = proposal("bob", &world.anas[2..], &world.bos[..1]);
    let refused = propose(&world.ana, key(), &asked).await;
    let Err(Error::Invalid(errors)) = refused else {
        panic!("{refused:?}")
    };
    assert!(
        errors.get("books").unwrap().contains("is lent to somebody"),
        "{errors:?}"
    );
    world.sound().await;

    book_is_back(&world.bo, out.loan).await.unwrap();
    world.accept(&world.bo, trade).await.unwrap();
    let refused = lend(&world.bo, None, world.bos[0], &to_joana()).await;
    let Err(Error::Conflict(sentence)) = refused else {
        panic!("{refused:?}")
    };
    assert!(sentence.contains(&format!("/trades/{trade}")), "{sentence}");
    world.sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_is_lent_or_promised_and_never_both() {
    let world = World::new().await;
    let copy = world.bos[0];
    let (mut went, mut promised) = (0, 0);
    for _ in 0..20 {
        let trade = world.proposed().await;
        let seen = page(&world.bo, trade).await.unwrap().seen;
        let (lends, accepts) = (world.bo.clone(), world.bo.clone());
        let lending = tokio::spawn(async move { lend(&lends, None, copy, &to_joana()).await });
        let accepting = tokio::spawn(async move { accept(&accepts, key(), trade, seen).await });
        match (lending.await.unwrap(), accepting.await.unwrap()) {
            (Ok(out), Err(Error::Conflict(_))) => {
                went += 1;
                book_is_back(&world.bo, out.loan).await.unwrap();
                world.accept(&world.bo, trade).await.unwrap();
            }
            (Err(Error::Conflict(_)), Ok(TradeState::Agreed)) => {
                promised += 1;
            }
            both => panic!("not one of the two: {both:?}"),
        }
        cancel(&world.ana, key(), trade, &Reason::default())
            .await
            .unwrap();
        assert_eq!(world.holds().await, 0);
    }
    assert_eq!(went + promised, 20);
    world.sound().await;
}

#[tokio::test]
async fn what_is_lent_is_not_sold_until_it_is_back() {
    let world = World::new().await;
    let copy = world.bos[0];
    let price = Price {
        amount: Money {
            minor: 650,
            currency: Currency::Eur,
        },
        postage: None,
        at_once: false,
    };
    let for_sale = Change::Offer(Offers {
        sale: Some(price),
        ..Offers::NONE
    });
    change(&world.bo, None, &[copy], for_sale).await.unwrap();
    let out = lent(&world.bo, copy).await;
    let refused = on_sale(&world.ana, copy).await;
    let Err(Error::Conflict(sentence)) = refused else {
        panic!("{refused:?}")
    };
    assert!(sentence.contains("is lent to somebody"), "{sentence}");
    book_is_back(&world.bo, out.loan).await.unwrap();
    assert_eq!(on_sale(&world.ana, copy).await.unwrap().price, price);
}
