//! Two books become one and are two again; and what was traded.

use dogear_domain::accounts::Role;
use dogear_domain::trades::Method;
use jiff::SignedDuration;

use super::*;
use crate::moderation::merges::works;
use crate::testing::said;
use crate::trades::{self, Books, Proposal};

/// Gives the copy away in person, to the end.
async fn give(from: &Cx, to: &Cx, copy: CopyId) {
    let proposal = Proposal {
        with: to.actor.as_ref().unwrap().handle.clone(),
        books: Books {
            gives: vec![copy],
            gets: vec![],
            gift: true,
        },
        method: Method::Meet,
        message: said("For you."),
    };
    let trade = trades::propose(from, None, &proposal).await.unwrap();
    let seen = trades::page(to, trade).await.unwrap().seen;
    trades::accept(to, None, trade, seen).await.unwrap();
    let leg = trades::page(from, trade).await.unwrap().legs[0].id;
    trades::hand_over(from, None, trade, leg).await.unwrap();
    trades::receive(to, None, trade, leg).await.unwrap();
}

async fn traded(cx: &Cx, review: ReviewId) -> bool {
    sqlx::query_scalar("select traded from reviews where id = $1")
        .bind(review)
        .fetch_one(cx.db())
        .await
        .unwrap()
}

#[tokio::test]
async fn who_gives_or_gets_a_book_has_traded_it() {
    let site = TestSite::new().await;
    load(&site).await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let cyd = site.member("cyd").await;
    let emma = work(&site, "Emma").await;
    let copy = copy_of(&ann, &ann, emma).await;
    let hers = says(&ann, emma, "Before the trade.", "").await;
    let other = says(&cyd, emma, "I was not there.", "").await;
    assert!(!traded(&ann, hers).await);
    give(&ann, &ben, copy).await;
    assert!(traded(&ann, hers).await, "noted when the trade ends");
    let his = says(&ben, emma, "After it.", "").await;
    assert!(traded(&ben, his).await, "noted when the review is written");
    assert!(!traded(&cyd, other).await);
}

#[tokio::test]
async fn of_two_reviews_by_one_reader_the_newer_stands_until_the_books_are_two_again() {
    let site = TestSite::new().await;
    load(&site).await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let bea = site.account("bea", Role::Moderator).await;
    let keep = work(&site, "Emma").await;
    let drop = another(&ann, "Emma, a novel").await;
    let copy = copy_of(&ann, &ann, drop).await;
    give(&ann, &ben, copy).await;

    let older = says(&ann, keep, "The older one.", "").await;
    assert!(!traded(&ann, older).await);
    site.advance(SignedDuration::from_mins(5));
    let newer = says(&ann, drop, "The newer one.", "").await;
    let his = says(&ben, drop, "Only here.", "").await;
    vote(&ben, newer, true).await.unwrap();
    vote(&ben, older, true).await.unwrap();
    vote(&ann, his, true).await.unwrap();

    let merge = works::merge(&bea, None, keep, drop, &[]).await.unwrap();
    let mut both = read(&bea, keep).await;
    both.sort();
    assert_eq!(
        both,
        [("Only here.".into(), 1), ("The newer one.".into(), 1)]
    );
    assert!(is_not_found(vote(&bea, older, true).await), "it waits");
    let own = form(&ann, keep).await.unwrap().own.unwrap();
    assert_eq!(own.id, newer);

    works::undo(&bea, merge).await.unwrap();
    assert_eq!(read(&bea, keep).await, [("The older one.".into(), 1)]);
    assert_eq!(read(&bea, drop).await.len(), 2);
    assert!(traded(&ann, newer).await && !traded(&ann, older).await);

    // Written anew on the kept book meanwhile: what waited stays away.
    let merge = works::merge(&bea, None, keep, drop, &[]).await.unwrap();
    delete(&ann, None, keep).await.unwrap();
    says(&ann, keep, "Written as one.", "").await;
    works::undo(&bea, merge).await.unwrap();
    assert_eq!(read(&bea, keep).await, [("Written as one.".into(), 0)]);
    assert_eq!(read(&bea, drop).await, [("Only here.".into(), 1)]);
    counts_are_right(&bea).await;
}
