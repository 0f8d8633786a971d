//! Who is told what, and what lists show.

use super::*;

#[tokio::test]
async fn the_drawn_one_is_asked_and_the_others_hear_who_has_it() {
    let world = World::new().await;
    let (_, round) = world.asked("Emma").await;
    world.hours(48).await;
    let taker = world.offered(round).await.unwrap();
    assert_eq!(world.told(taker).await, ["gift_offered"]);
    let other = world.askers.iter().find(|cx| id(cx) != id(taker)).unwrap();
    assert_eq!(world.told(other).await, [""; 0]);
    take(taker, key(), round, Method::Meet).await.unwrap();
    assert_eq!(world.told(other).await, ["gift_not_drawn"]);
    assert_eq!(world.told(&world.owner).await, ["trade_accepted"]);
    world.site.mails_are_due().await;
    let subjects = world.site.mailed_subjects().await;
    assert!(
        subjects.contains(&"Emma can be yours".to_owned()),
        "{subjects:?}"
    );
    // Mail of this kind is off until somebody wants it.
    assert!(
        !subjects
            .iter()
            .any(|subject| subject.contains("somebody else")),
        "{subjects:?}"
    );
    world.sound().await;
}

#[tokio::test]
async fn lists_show_what_can_be_asked_for() {
    let world = World::new().await;
    let (_, drawn) = world.asked("Drawn").await;
    let copy = world.copy("Queue").await;
    let queue = open(&world.owner, key(), copy, RoundMode::Queue, "168")
        .await
        .unwrap()
        .round;
    ask(&world.askers[0], key(), queue).await.unwrap();
    let rows = list(&world.askers[0], Some(Order::Soon), 1).await.unwrap();
    let shown: Vec<_> = rows
        .rows
        .iter()
        .map(|row| (row.id, row.waiting, row.asked))
        .collect();
    assert_eq!(shown, [(drawn, 3, true), (queue, 1, true)]);
    let mine = own(&world.owner).await.unwrap();
    assert_eq!((mine.gives.len(), mine.asks.len()), (2, 0));
    let asks = own(&world.askers[0]).await.unwrap().asks;
    assert_eq!(asks[0].id, queue);
    assert!(asks[0].offer_until.is_some() && asks[1].offer_until.is_none());
    world.hours(48).await;
    let rows = list(&world.site.visitor(), None, 7).await.unwrap();
    assert_eq!((rows.page, rows.found, rows.rows[0].id), (1, 1, queue));

    let bea = world
        .site
        .account("bea", dogear_domain::accounts::Role::Moderator)
        .await;
    let seen = desk::list(&bea, "drawn", false, None).await.unwrap();
    assert_eq!((seen.len(), seen[0].asked), (1, 3));
    assert!(matches!(
        desk::list(&world.owner, "", false, None).await,
        Err(Error::NotFound)
    ));
    assert_eq!(page(&bea, drawn).await.unwrap().order.len(), 3);
    assert_eq!(own(&world.site.visitor()).await.unwrap(), Own::default());
}

#[tokio::test]
async fn the_pages_of_books_copies_and_readers_lead_to_the_round() {
    let world = World::new().await;
    let (copy, round) = world.asked("Emma").await;
    let asker = &world.askers[0];
    let shown = crate::copies::page(asker, copy).await.unwrap();
    assert_eq!(shown.round.map(|(id, _)| id), Some(round));
    assert!(shown.held && shown.copy.held_by.is_none());
    let book = crate::pages::book(asker, shown.copy.book.work, None, 1)
        .await
        .unwrap();
    assert_eq!((book.available, book.in_trades), (1, 0));
    assert_eq!(book.copies[0].round.map(|(id, _)| id), Some(round));
    let crate::pages::ReaderPage::Open { shelf, .. } =
        crate::pages::reader(asker, "giver", 1).await.unwrap()
    else {
        panic!("the shelf is open")
    };
    assert_eq!(shelf[0].round.map(|(id, _)| id), Some(round));
    world.hours(48).await;
    let book = crate::pages::book(asker, shown.copy.book.work, None, 1)
        .await
        .unwrap();
    assert_eq!((book.available, book.in_trades), (0, 1));
}
