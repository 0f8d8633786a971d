//! Many at once.

use std::time::Duration;

use futures::future::join_all;

use super::super::*;
use super::*;
use crate::testing::races;

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_finish_a_reading_at_once_one_does() {
    let site = TestSite::new().await;
    load(&site).await;
    let wren = site.member("wren").await;
    let book = work(&site, "Emma").await;
    for round in 1..=5 {
        let reading = start(&wren, None, book).await.unwrap();
        let ending = |ending| Finish {
            reading,
            ending,
            ended: None,
            rating: Some(stars(8)),
        };
        let (done, stopped) = (ending(Ending::Finished), ending(Ending::Stopped));
        let both = tokio::join!(finish(&wren, None, &done), finish(&wren, None, &stopped));
        let won = [both.0.is_ok(), both.1.is_ok()];
        assert!(won[0] != won[1], "{both:?}");
        let all = super::super::book(&wren, book).await.unwrap().readings;
        assert_eq!(all.len(), round);
        assert!(all.iter().all(|reading| reading.input.ending.is_some()));
        assert_eq!(sums(&site, book).await.unwrap().0, 1);
    }
    assert_eq!(violations(&site).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ratings_of_twenty_at_once_add_up() {
    let site = TestSite::new().await;
    load(&site).await;
    let book = work(&site, "Emma").await;
    let services = races::patient(&site, 20).await;
    let mut readers = Vec::new();
    for n in 1..=20_i16 {
        let reader = site.member(&format!("reader{n}")).await;
        readers.push((n, races::with(&reader, &services)));
    }
    let rating = readers.iter().map(|(n, reader)| async move {
        // Twice: the second takes the first away.
        rate(reader, None, book, stars(21 - n)).await?;
        rate(reader, None, book, stars(*n)).await
    });
    for done in join_all(rating).await {
        done.unwrap();
    }
    let (n, sum, buckets) = sums(&site, book).await.unwrap();
    assert_eq!((n, sum, buckets), (20, 210, vec![1; 20]));
    assert_eq!(violations(&site).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_suspended_while_they_rate_does_not_count() {
    let site = TestSite::new().await;
    load(&site).await;
    let wren = site.member("wren").await;
    let reader = wren.actor.as_ref().unwrap().id;
    let (emma, other) = (work(&site, "Emma").await, work(&site, "Middlemarch").await);
    rate(&wren, None, other, stars(5)).await.unwrap();
    for round in 0..10 {
        let status = if round % 2 == 0 {
            "suspended"
        } else {
            "active"
        };
        let standing = async {
            sqlx::query("update users set status = $2 where id = $1")
                .bind(reader)
                .bind(status)
                .execute(&site.services.db)
                .await
        };
        let (one, two, stood) = tokio::join!(
            rate(&wren, None, emma, stars(round + 1)),
            rate(&wren, None, other, stars(20 - round)),
            standing,
        );
        one.unwrap();
        two.unwrap();
        stood.unwrap();
        assert_eq!(
            violations(&site).await,
            Vec::<String>::new(),
            "round {round}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspension_waits_for_a_rating_that_is_half_done() {
    let site = TestSite::new().await;
    load(&site).await;
    let wren = site.member("wren").await;
    let reader = wren.actor.as_ref().unwrap().id;
    let emma = work(&site, "Emma").await;
    let mut rating = wren.begin().await.unwrap();
    rate_in(&mut rating, reader, emma, stars(9), wren.now())
        .await
        .unwrap();
    let db = site.services.db.clone();
    let suspension = tokio::spawn(async move {
        sqlx::query("update users set status = 'suspended' where id = $1")
            .bind(reader)
            .execute(&db)
            .await
    });
    // As long as it needs where nothing keeps it.
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!suspension.is_finished());
    rating.commit().await.unwrap();
    suspension.await.unwrap().unwrap();
    assert_eq!(sums(&site, emma).await.map_or(0, |sums| sums.0), 0);
    assert_eq!(violations(&site).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_is_emptied_while_others_change_it_is_there_for_them() {
    let site = TestSite::new().await;
    load(&site).await;
    let wren = site.member("wren").await;
    let book = work(&site, "Emma").await;
    for _ in 0..15 {
        want(&wren, None, book).await.unwrap();
        let gone = join_all((0..4).map(|_| want_no_more(&wren, None, book)));
        let (gone, rated) = tokio::join!(gone, rate(&wren, None, book, stars(9)));
        rated.unwrap();
        for done in gone {
            done.unwrap();
        }
        rate(&wren, None, book, None).await.unwrap();
    }
    assert_eq!(violations(&site).await, Vec::<String>::new());
}
