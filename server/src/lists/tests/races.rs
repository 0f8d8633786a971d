//! Many at once.

use tokio::task::JoinSet;

use super::*;
use crate::testing::races::{PATIENCE, patient, with};

/// The places of a list are a proper order: as many positions as books, and each book once.
async fn in_order(cx: &Cx, list: ListId) -> Vec<String> {
    let (books, positions): (i64, i64) = sqlx::query_as(
        "select count(distinct work_id), count(distinct position) from list_items where list_id = $1",
    )
    .bind(list)
    .fetch_one(cx.db())
    .await
    .unwrap();
    assert_eq!(books, positions);
    titles(cx, list).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_book_added_by_many_at_once_is_there_once() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let services = patient(&site, 12).await;
    let mut works = Vec::new();
    for number in 0..4 {
        works.push(work(&site, &format!("Number {number}")).await);
    }
    let list = list_of(&ann, ListVisibility::Private, &[]).await;
    let mut tasks = JoinSet::new();
    for number in 0..40 {
        let (ann, work) = (with(&ann, &services), works[number % works.len()]);
        tasks.spawn(async move { add(&ann, list, work).await });
    }
    let mut new = 0;
    let all = async {
        while let Some(done) = tasks.join_next().await {
            new += usize::from(done.unwrap().unwrap().is_new);
        }
    };
    tokio::time::timeout(PATIENCE, all).await.unwrap();
    assert_eq!(new, 4);
    assert_eq!(in_order(&ann, list).await.len(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn moving_beside_removing_and_adding_keeps_an_order() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let services = patient(&site, 12).await;
    let mut works = Vec::new();
    for number in 0..6 {
        works.push(work(&site, &format!("Number {number}")).await);
    }
    let list = list_of(&ann, ListVisibility::Private, &works).await;
    let mut tasks = JoinSet::new();
    for number in 0..60 {
        let (ann, work) = (with(&ann, &services), works[number % works.len()]);
        tasks.spawn(async move {
            let done = match number % 5 {
                0 => step(&ann, None, list, work, Step::Up).await,
                1 => step(&ann, None, list, work, Step::Down).await,
                2 => remove(&ann, list, work).await,
                3 => put_back(&ann, list, work).await,
                _ => {
                    let first = EntryForm {
                        place: "1".into(),
                        ..EntryForm::default()
                    };
                    edit(&ann, list, work, &first).await
                }
            };
            match done {
                Ok(_) | Err(Error::NotFound) => {}
                Err(error) => panic!("{error:?}"),
            }
        });
    }
    let all = async { while tasks.join_next().await.transpose().unwrap().is_some() {} };
    tokio::time::timeout(PATIENCE, all).await.unwrap();
    for work in &works {
        add(&ann, list, *work).await.unwrap();
    }
    assert_eq!(in_order(&ann, list).await.len(), 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundredth_list_is_made_once() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let services = patient(&site, 12).await;
    sqlx::query(
        "insert into lists (owner_id, name, slug, created_at, updated_at)
         select $1, 'More', 'more', now(), now() from generate_series(1, 99)",
    )
    .bind(id(&ann))
    .execute(ann.db())
    .await
    .unwrap();
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        let ann = with(&ann, &services);
        tasks.spawn(async move {
            let text = form("The last", ListVisibility::Private);
            create(&ann, None, &text, None).await.is_ok()
        });
    }
    let made = tasks.join_all().await;
    assert_eq!(made.iter().filter(|made| **made).count(), 1);
}
