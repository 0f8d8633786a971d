//! Books of open proposals that are no longer offered.

use dogear_domain::accounts::Role;

use super::*;
use crate::Error;
use crate::copies::{self, Change, Undo};
use crate::moderation::listings;

/// What the reader's inbox says, oldest first, once every job is done.
async fn inbox(world: &World, cx: &Cx) -> Vec<String> {
    world.site.run_jobs().await;
    crate::notifications::list(cx, crate::notifications::Filter::All, None)
        .await
        .unwrap()
        .rows
        .into_iter()
        .rev()
        .map(|notice| notice.text)
        .collect()
}

#[tokio::test]
async fn c08_a_book_that_is_taken_back_ends_its_proposals_and_the_other_side_is_told() {
    for step in [Change::Unlist, Change::Archive, Change::Delete] {
        for by_author in [true, false] {
            let world = World::new().await;
            let trade = world.proposed().await;
            let (owner, other, book) = if by_author {
                (&world.ana, &world.bo, world.anas[1])
            } else {
                (&world.bo, &world.ana, world.bos[0])
            };
            let unconcerned = world
                .propose(&world.ana, "bob", &world.anas[2..], &world.bos[1..2])
                .await;
            world.told(owner).await;
            let (before, told) = (world.told(owner).await, world.told(other).await);
            let changed = copies::change(owner, key(), &[book], step).await.unwrap();
            assert_eq!(changed.ended, 1, "{step:?}");
            assert_eq!(world.state(trade).await, TradeState::Superseded, "{step:?}");
            assert_eq!(world.state(unconcerned).await, TradeState::Proposed);
            // Whoever did it is told by the answer, not by a notice.
            assert_eq!(world.told(owner).await, before);
            let news = world.told(other).await.split_off(told.len());
            assert_eq!(news, ["trade_superseded"], "{step:?}");
            let said = inbox(&world, other).await.pop().unwrap();
            let title = if by_author {
                "Ana’s book 2"
            } else {
                "Bob’s book 1"
            };
            assert!(
                said.starts_with(&format!("{title} is no longer offered")),
                "{said}"
            );
            let mail = world.site.dev_mailbox.messages().remove(0);
            assert!(
                mail.subject == format!("{title} is no longer offered"),
                "{}",
                mail.subject
            );
            world.sound().await;
        }
    }
}

#[tokio::test]
async fn c08_siblings_an_undo_and_several_books_at_once_end_each_proposal_once() {
    let world = World::new().await;
    let trade = world.proposed().await;
    let rival = world
        .propose(&world.bo, "ana", &world.bos[1..2], &world.anas[1..2])
        .await;
    let changed = copies::change(&world.ana, key(), &world.anas[..2], Change::Archive)
        .await
        .unwrap();
    assert_eq!((changed.copies, changed.ended), (2, 2));
    for ended in [trade, rival] {
        assert_eq!(world.state(ended).await, TradeState::Superseded);
    }
    // To list a book by mistake and to take that back ends what was asked meanwhile.
    let listed = copies::change(&world.ana, key(), &world.anas[..1], Change::List)
        .await
        .unwrap();
    let asked = world
        .propose(&world.bo, "ana", &world.bos[..1], &world.anas[..1])
        .await;
    let before: Undo = listed.undo.to_string().parse().unwrap();
    let undone = copies::undo(&world.ana, &before).await.unwrap();
    assert_eq!((undone.copies, undone.ended), (1, 1));
    assert_eq!(world.state(asked).await, TradeState::Superseded);
    // What was agreed stays: the book is promised.
    let agreed = world
        .propose(&world.ana, "bob", &world.anas[2..], &world.bos[..1])
        .await;
    world.accept(&world.bo, agreed).await.unwrap();
    let promised = copies::change(&world.ana, key(), &world.anas[2..], Change::Delete).await;
    assert!(matches!(promised, Err(Error::Conflict(_))));
    assert_eq!(world.state(agreed).await, TradeState::Agreed);
    world.site.run_jobs().await;
    world.sound().await;
}

#[tokio::test]
async fn c08_a_moderator_who_hides_a_book_ends_its_proposals_and_both_sides_are_told() {
    let world = World::new().await;
    let trade = world.proposed().await;
    let (ana, bo) = (world.told(&world.ana).await, world.told(&world.bo).await);
    let bea = world.site.account("bea", Role::Moderator).await;
    listings::hide(
        &bea,
        None,
        world.bos[0],
        &said("Another book is shown."),
        &said(""),
    )
    .await
    .unwrap();
    assert_eq!(world.state(trade).await, TradeState::Superseded);
    let news = world.told(&world.ana).await.split_off(ana.len());
    assert_eq!(news, ["trade_superseded"]);
    let mut news = world.told(&world.bo).await.split_off(bo.len());
    news.sort();
    assert_eq!(news, ["listing_hidden", "trade_superseded"]);
    let late = world.accept(&world.bo, trade).await;
    assert!(matches!(late, Err(Error::Conflict(text)) if text.contains("no longer")));
    world.sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c08_a_book_that_is_taken_back_while_somebody_accepts_or_proposes_ends_in_one_order() {
    let world = World::new().await;
    for round in 0..8 {
        let trade = world.proposed().await;
        let seen = page(&world.bo, trade).await.unwrap().seen;
        let (bo, ana, book) = (world.bo.clone(), world.ana.clone(), world.anas[0]);
        let accepted = tokio::spawn(async move { accept(&bo, key(), trade, seen).await });
        let steps = [Change::Unlist, Change::Archive, Change::Delete];
        let step = steps[round % steps.len()];
        let taken = tokio::spawn(async move { copies::change(&ana, key(), &[book], step).await });
        // Somebody else asks for it in the same moment.
        let (bo, book) = (world.bo.clone(), world.anas[0]);
        let give = world.bos[1];
        let asked =
            tokio::spawn(
                async move { propose(&bo, key(), &proposal("ana", &[give], &[book])).await },
            );
        let (accepted, taken, asked) = (
            accepted.await.unwrap(),
            taken.await.unwrap(),
            asked.await.unwrap(),
        );
        match (&accepted, &taken) {
            (Ok(TradeState::Agreed), Err(Error::Conflict(_) | Error::Busy(_))) => {
                cancel(&world.bo, key(), trade, &Reason::default())
                    .await
                    .unwrap();
            }
            (Err(Error::Conflict(_)), Ok(_)) => {
                assert_eq!(world.state(trade).await, TradeState::Superseded);
                if let Ok(asked) = asked {
                    assert_ne!(world.state(asked).await, TradeState::Proposed);
                }
            }
            other => panic!("{other:?}"),
        }
        let open_without_a_book: i64 = sqlx::query_scalar(
            "select count(*) from trades t join trade_items i on i.trade_id = t.id and i.revision = t.revision
               join copies c on c.id = i.copy_id where t.state = 'proposed' and c.state <> 'listed'",
        )
        .fetch_one(&world.site.services.db)
        .await
        .unwrap();
        assert_eq!(open_without_a_book, 0);
        sqlx::query(
            "update copies set state = 'listed', listed_at = now() where state <> 'listed'",
        )
        .execute(&world.site.services.db)
        .await
        .unwrap();
    }
    world.site.run_jobs().await;
    world.sound().await;
}
