//! What changes while a book is in a cart, and beside a checkout.

use dogear_domain::grade::Grade;

use super::*;
use crate::moderation::{listings, members};
use crate::testing::{said, statements};

/// What can become of Emma, which is Bob's, between the page and the button.
#[derive(Clone, Copy, Debug)]
pub(super) enum Blow {
    Dearer,
    Deleted,
    Unlisted,
    Hidden,
    Blocked,
    Suspended,
    Bought,
}

pub(super) const BLOWS: [Blow; 7] = [
    Blow::Dearer,
    Blow::Deleted,
    Blow::Unlisted,
    Blow::Hidden,
    Blow::Blocked,
    Blow::Suspended,
    Blow::Bought,
];

pub(super) async fn strike(world: &World, blow: Blow, emma: CopyId) -> Result<()> {
    let offers = Offers {
        sale: Some(Price {
            amount: euros(990),
            postage: None,
            at_once: true,
        }),
        ..Offers::NONE
    };
    let bob = &world.bob;
    match blow {
        Blow::Dearer => copies::change(bob, None, &[emma], Change::Offer(offers))
            .await
            .map(drop),
        Blow::Deleted => copies::change(bob, None, &[emma], Change::Delete)
            .await
            .map(drop),
        Blow::Unlisted => copies::change(bob, None, &[emma], Change::Unlist)
            .await
            .map(drop),
        Blow::Hidden => {
            let bea = world.moderator().await;
            listings::hide(&bea, None, emma, &said("It is stolen."), &said(""))
                .await
                .map(drop)
        }
        Blow::Blocked => crate::accounts::block(bob, "ana").await.map(drop),
        Blow::Suspended => {
            let bea = world.moderator().await;
            let member = bob.actor.as_ref().unwrap().id;
            let term = members::Suspension::read(member, Some(7), "Rest.", "").unwrap();
            members::suspend(&bea, None, &term).await.map(drop)
        }
        Blow::Bought => {
            let seen = trades::on_sale(&world.cai, emma).await?.terms;
            let purchase = trades::Purchase {
                copy: emma,
                seen,
                price: String::new(),
                method: Method::Meet,
                message: dogear_domain::fields::Message::default(),
            };
            trades::buy(&world.cai, key(), &purchase).await.map(drop)
        }
    }
}

#[tokio::test]
async fn one_line_that_has_changed_and_nothing_is_placed() {
    for blow in BLOWS {
        let world = World::new().await;
        let emma = world.sells_at_once(&world.bob, "Emma", 650).await;
        let solaris = world.sells_at_once(&world.cai, "Solaris", 400).await;
        world.in_cart(&[emma, solaris]).await;
        let order = shown(&world.ana).await;
        strike(&world, blow, emma).await.unwrap();
        let before = world.made().await;
        let answer = refused(checkout(&world.ana, key(), &order).await);
        assert!(
            answer.contains(&format!("line-{emma}: ")),
            "{blow:?}: {answer}"
        );
        assert!(
            !answer.contains(&format!("line-{solaris}")),
            "{blow:?}: {answer}"
        );
        assert_eq!(world.made().await, before, "{blow:?}");
        assert_eq!(in_cart(&world.ana).await, 2, "{blow:?}");
        // What is left can be bought, and the page shows what is not.
        let again = shown(&world.ana).await;
        assert_eq!(
            again.lines.len(),
            if matches!(blow, Blow::Dearer) { 2 } else { 1 }
        );
        checkout(&world.ana, key(), &again).await.unwrap();
        world.sound().await;
    }
}

#[tokio::test]
async fn a_cart_says_what_has_become_of_its_books_until_it_is_seen() {
    let world = World::new().await;
    let (dearer, cheaper, worn) = (
        world.sells(&world.bob, "Dearer", 500, None).await,
        world.sells(&world.bob, "Cheaper", 500, None).await,
        world.sells(&world.bob, "Worn", 500, None).await,
    );
    world.in_cart(&[dearer, cheaper, worn]).await;
    let news = async || {
        let cart = page(&world.ana).await.unwrap();
        cart.lines().map(|line| line.news).collect::<Vec<_>>()
    };
    assert_eq!(news().await, [None; 3]);
    price(&world.bob, dearer, 900, None, false).await;
    price(&world.bob, cheaper, 100, None, false).await;
    copies::change(&world.bob, None, &[worn], Change::Grade(Grade::ReadingCopy))
        .await
        .unwrap();
    let changed = [
        Some(News::Dearer(euros(500))),
        Some(News::Cheaper(euros(500))),
        Some(News::Otherwise),
    ];
    assert_eq!(news().await, changed);
    let order = shown(&world.ana).await;
    // It changes once more before the button is pressed: that is still to be seen.
    price(&world.bob, dearer, 950, None, false).await;
    let (noted, taken) = statements::count(seen(&world.ana, &order.lines)).await;
    noted.unwrap();
    assert!(taken <= 4, "{taken} statements for two of three books");
    assert_eq!(news().await, [Some(News::Dearer(euros(500))), None, None]);
    // Another reader's cart is not theirs to look at.
    seen(&world.cai, &shown(&world.ana).await.lines)
        .await
        .unwrap();
    assert_eq!(in_cart(&world.cai).await, 0);
    assert!(
        News::Dearer(euros(500))
            .said("Emma", euros(900))
            .contains("has become dearer")
    );
}

#[tokio::test]
async fn what_cannot_be_bought_stays_with_its_reason() {
    for (blow, why) in [
        (Blow::Deleted, NotForSale::Gone),
        (Blow::Blocked, NotForSale::Gone),
        (Blow::Suspended, NotForSale::Gone),
        (Blow::Hidden, NotForSale::Gone),
        (Blow::Bought, NotForSale::Promised),
    ] {
        let world = World::new().await;
        let emma = world.sells_at_once(&world.bob, "Emma", 650).await;
        world.in_cart(&[emma]).await;
        strike(&world, blow, emma).await.unwrap();
        let cart = page(&world.ana).await.unwrap();
        assert_eq!(cart.gone.len(), 1, "{blow:?}");
        assert_eq!(
            (cart.gone[0].why, cart.gone[0].book.title.as_str()),
            (why, "Emma")
        );
        // It cannot be put back, so nothing promises that.
        assert!(!remove(&world.ana, emma).await.unwrap());
        assert!(page(&world.ana).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn an_order_is_what_the_page_showed_and_nothing_else() {
    let world = World::new().await;
    let emma = world.sells_at_once(&world.bob, "Emma", 650).await;
    let dune = world.sells_at_once(&world.bob, "Dune", 300).await;
    world.in_cart(&[emma]).await;
    let shown_first = shown(&world.ana).await;
    // Something came into the cart meanwhile.
    world.in_cart(&[dune]).await;
    let more = refused(checkout(&world.ana, key(), &shown_first).await);
    assert!(more.contains("more books"), "{more}");
    // Something is named that is not in it.
    let mut strange = shown(&world.ana).await;
    strange.lines.push((CopyId(999_999), 1));
    assert!(refused(checkout(&world.ana, key(), &strange).await).contains("line-999999"));
    let others = shown(&world.ana).await;
    assert!(refused(checkout(&world.cai, key(), &others).await).contains("not in your cart"));
    // Nobody said how it changes hands, or wrote too much.
    let mut silent = shown(&world.ana).await;
    for way in silent.ways.values_mut() {
        way.method = None;
    }
    assert!(refused(checkout(&world.ana, key(), &silent).await).contains("method-"));
    for way in silent.ways.values_mut() {
        way.message = "x".repeat(4001);
    }
    assert!(refused(checkout(&world.ana, key(), &silent).await).contains("message-"));
    assert!(refused(checkout(&world.ana, key(), &Order::default()).await).contains("more books"));
    assert!(
        refused(checkout(&world.cai, key(), &Order::default()).await)
            .contains("nothing in your cart")
    );
    assert_eq!(world.made().await, (0, 0, 0));
    // Twice in one form is once.
    let mut twice = shown(&world.ana).await;
    twice.lines.extend_from_within(..);
    checkout(&world.ana, key(), &twice).await.unwrap();
    assert_eq!(world.made().await, (1, 2, 1));
    world.sound().await;
}
