//! Requests for books that offer none.

use super::*;
use crate::Error;
use crate::accounts::set_gift_requests;

/// Which field a refusal is about.
fn field<T: std::fmt::Debug>(refused: crate::Result<T>) -> String {
    let Err(Error::Invalid(fields)) = refused else {
        panic!("{refused:?}");
    };
    ["gift", "books"]
        .into_iter()
        .find(|name| fields.get(name).is_some())
        .unwrap_or_else(|| panic!("{fields:?}"))
        .to_owned()
}

#[tokio::test]
async fn u06_who_offers_nothing_says_so_and_only_where_it_is_taken() {
    let world = World::new().await;
    let asking = |gift| {
        let mut asked = proposal("bob", &[], &world.bos[..1]);
        asked.books.gift = gift;
        asked
    };
    let silent = propose(&world.ana, key(), &asking(false)).await;
    assert_eq!(field(silent), "gift");
    propose(&world.ana, key(), &asking(true)).await.unwrap();

    set_gift_requests(&world.bo, false, &Version::default())
        .await
        .unwrap();
    let untaken = propose(&world.ana, key(), &asking(true)).await;
    assert_eq!(field(untaken), "books");
    let look = ShelfSearch::default();
    let view = builder(&world.ana, "bob", &asking(true).books, &look).await;
    assert!(view.unwrap().no_gift.is_some());
    // Who gives something, or offers a gift, is not asked.
    let mut swap = proposal("bob", &world.anas[..1], &world.bos[1..2]);
    swap.books.gift = false;
    propose(&world.ana, key(), &swap).await.unwrap();
    let mut present = proposal("bob", &world.anas[1..2], &[]);
    present.books.gift = false;
    propose(&world.ana, key(), &present).await.unwrap();
}

#[tokio::test]
async fn u06_an_answer_that_takes_the_own_books_out_is_a_request_too() {
    let world = World::new().await;
    let trade = world.proposed().await;
    set_gift_requests(&world.ana, false, &Version::default())
        .await
        .unwrap();
    let answer = |gives: &[CopyId], gift| Books {
        gives: gives.to_vec(),
        gets: world.anas[..1].to_vec(),
        gift,
    };
    let seen = page(&world.bo, trade).await.unwrap().seen;
    let with = |books: Books| {
        let world = &world;
        async move {
            counter(
                &world.bo,
                key(),
                trade,
                seen,
                &books,
                Method::Post,
                &Message::default(),
            )
            .await
        }
    };
    assert_eq!(field(with(answer(&[], true)).await), "books");
    set_gift_requests(&world.ana, true, &Version::default())
        .await
        .unwrap();
    assert_eq!(field(with(answer(&[], false)).await), "gift");
    with(answer(&[], true)).await.unwrap();
}
