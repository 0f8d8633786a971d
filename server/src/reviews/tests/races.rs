//! At once: each of these is wrong without the lock or the key that it names.

use std::time::Duration;

use dogear_domain::accounts::Role;

use super::*;
use crate::moderation::merges::works;
use crate::testing::races::{PATIENCE, patient, with};

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_who_votes_many_times_at_once_counts_once() {
    let site = TestSite::new().await;
    load(&site).await;
    let (wren, ben) = (site.member("wren").await, site.member("ben").await);
    let emma = work(&site, "Emma").await;
    let review = says(&wren, emma, "Wonderful.", "").await;
    let services = patient(&site, 12).await;
    let votes = (0..12).map(|_| {
        let ben = with(&ben, &services);
        tokio::spawn(async move { vote(&ben, review, true).await })
    });
    for done in futures::future::join_all(votes).await {
        assert_eq!(done.unwrap().unwrap().helpful, 1);
    }
    counts_are_right(&wren).await;
    // In and out, as fast as it goes.
    let turns = (0..12).map(|turn| {
        let ben = with(&ben, &services);
        tokio::spawn(async move { vote(&ben, review, turn % 2 == 0).await })
    });
    for done in futures::future::join_all(turns).await {
        done.unwrap().unwrap();
    }
    counts_are_right(&wren).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_written_twice_at_once_is_there_once() {
    let site = TestSite::new().await;
    load(&site).await;
    let wren = site.member("wren").await;
    let emma = work(&site, "Emma").await;
    let services = patient(&site, 8).await;
    let writes = (0..8).map(|turn| {
        let wren = with(&wren, &services);
        let draft = draft(&format!("Version {turn}."), "4");
        tokio::spawn(async move { write(&wren, None, emma, &draft, &Version::default()).await })
    });
    for done in futures::future::join_all(writes).await {
        let done = done.unwrap();
        assert!(matches!(done, Ok(_) | Err(Error::Conflict(_))), "{done:?}");
    }
    assert_eq!(number(&wren, "select count(*) from reviews").await, 1);
    assert_eq!(number(&wren, "select n::bigint from work_ratings").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vote_beside_a_deletion_is_counted_or_refused() {
    let site = TestSite::new().await;
    load(&site).await;
    let wren = site.member("wren").await;
    let emma = work(&site, "Emma").await;
    let services = patient(&site, 8).await;
    let mut voters = Vec::new();
    for name in ["ann", "ben", "cyd", "dee"] {
        voters.push(with(&site.member(name).await, &services));
    }
    let author = with(&wren, &services);
    for _ in 0..6 {
        let review = says(&wren, emma, "Wonderful.", "").await;
        let votes = voters.iter().map(|voter| vote(voter, review, true));
        let (deleted, voted) = tokio::join!(
            delete(&author, None, emma),
            futures::future::join_all(votes)
        );
        deleted.unwrap();
        for vote in voted {
            assert!(matches!(vote, Ok(_) | Err(Error::NotFound)), "{vote:?}");
        }
    }
    counts_are_right(&wren).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reviews_beside_a_merge_stand_with_the_kept_book_or_are_refused() {
    let site = TestSite::new().await;
    load(&site).await;
    let keep = work(&site, "Emma").await;
    let services = patient(&site, 12).await;
    let bea = with(&site.account("bea", Role::Moderator).await, &services);
    let mut readers = Vec::new();
    for name in ["ann", "ben", "cyd", "dee", "eve", "flo"] {
        readers.push(with(&site.member(name).await, &services));
    }
    for round in 0..4 {
        let drop = another(&bea, &format!("Emma again {round}")).await;
        for reader in &readers[..3] {
            says(reader, drop, "Written before.", "").await;
        }
        let at_once = async {
            let writes = readers.iter().map(|reader| async move {
                write(
                    reader,
                    None,
                    drop,
                    &draft("Beside it.", ""),
                    &Version::default(),
                )
                .await
            });
            tokio::join!(
                works::merge(&bea, None, keep, drop, &[]),
                futures::future::join_all(writes)
            )
        };
        let (merged, written) = tokio::time::timeout(PATIENCE, at_once)
            .await
            .expect("no circle of locks");
        merged.unwrap();
        for done in written {
            assert!(
                matches!(done, Ok(_) | Err(Error::NotFound | Error::Conflict(_))),
                "{done:?}"
            );
        }
        let astray = "select count(*) from reviews r where not exists (select from works w where w.id = r.work_id)";
        assert_eq!(number(&bea, astray).await, 0);
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
