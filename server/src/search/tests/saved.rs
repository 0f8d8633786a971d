//! Searches that readers keep, and what they hear of them.

use dogear_domain::grade::Grade;

use super::library::{change, list, load};
use crate::Cx;
use crate::search::saved::{Pairs, remove, save, saved, set_alert, tell};
use crate::testing::{TestSite, said};

async fn told(cx: &Cx) -> Vec<String> {
    let facts: Vec<serde_json::Value> = sqlx::query_scalar(
        "select data from notifications where user_id = $1 and kind = 'search_answered' order by id",
    )
    .bind(cx.actor.as_ref().unwrap().id)
    .fetch_all(cx.db())
    .await
    .unwrap();
    facts
        .iter()
        .map(|facts| facts["what"].as_str().unwrap().to_owned())
        .collect()
}

/// Everything that has happened happened a day earlier.
async fn a_day_passes(site: &TestSite) {
    for statement in [
        "update saved_searches set seen_at = seen_at - interval '24 hours'",
        "update copies set listed_at = listed_at - interval '24 hours'",
        "update work_search set newest_at = newest_at - interval '24 hours'",
    ] {
        sqlx::query(statement)
            .execute(&site.services.db)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_search_is_kept_once_and_comes_back_when_removed_by_mistake() {
    let site = TestSite::new().await;
    let ana = site.member("ana").await;
    let other = site.member("other").await;
    for _ in 0..2 {
        save(&ana, &said("q=emma&genre=classics&page=3"))
            .await
            .unwrap();
    }
    let kept = saved(&ana).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].pairs, "q=emma&genre=classics");
    assert_eq!(kept[0].query.q, "emma");
    assert!(saved(&other).await.unwrap().is_empty());
    let id = kept[0].id;
    assert!(remove(&other, id).await.is_err());
    assert!(set_alert(&other, id, false).await.is_err());
    let pairs = remove(&ana, id).await.unwrap();
    assert!(saved(&ana).await.unwrap().is_empty());
    save(&ana, &said(&pairs)).await.unwrap();
    assert_eq!(saved(&ana).await.unwrap().len(), 1);
    assert!("sort=title".parse::<Pairs>().is_err());
    assert!("q=emma&x%00y=1".parse::<Pairs>().is_err());
    assert!("q=escape+%1B%5B31m".parse::<Pairs>().is_err());
    let turned: Pairs = said("q=%E2%80%AEemma");
    assert_eq!(turned, said("q=emma"));
    assert!(save(&site.visitor(), &said("q=emma")).await.is_err());
}

#[tokio::test]
async fn fifty_searches_are_kept_and_no_more_also_when_they_come_at_once() {
    let site = TestSite::new().await;
    let ana = site.member("ana").await;
    for n in 0..48 {
        save(&ana, &said(&format!("q=word{n}"))).await.unwrap();
    }
    let pairs: Vec<Pairs> = (0..6).map(|n| said(&format!("q=more{n}"))).collect();
    futures::future::join_all(pairs.iter().map(|pairs| save(&ana, pairs))).await;
    assert_eq!(saved(&ana).await.unwrap().len(), 50);
}

#[tokio::test]
async fn a_reader_hears_once_a_day_of_what_others_have_listed() {
    let site = TestSite::new().await;
    load(&site).await;
    let ana = site.member("ana").await;
    let owner = site.member("owner").await;
    save(&ana, &said("q=austen")).await.unwrap();
    save(&ana, &said("q=zola")).await.unwrap();
    // Her own copies are no news to her.
    a_day_passes(&site).await;
    list(&site, &ana, "Persuasion", Grade::Good).await;
    tell(&site.visitor()).await.unwrap();
    assert!(told(&ana).await.is_empty());
    list(&site, &owner, "Emma", Grade::Good).await;
    tell(&site.visitor()).await.unwrap();
    tell(&site.visitor()).await.unwrap();
    assert_eq!(told(&ana).await, ["“Emma”"]);
    // Nothing new since then; and nothing at all once it is turned off.
    a_day_passes(&site).await;
    tell(&site.visitor()).await.unwrap();
    assert_eq!(told(&ana).await.len(), 1);
    let id = saved(&ana).await.unwrap()[1].id;
    set_alert(&ana, id, false).await.unwrap();
    a_day_passes(&site).await;
    list(&site, &owner, "Pride and Prejudice", Grade::Good).await;
    tell(&site.visitor()).await.unwrap();
    assert_eq!(told(&ana).await.len(), 1);
}

#[tokio::test]
async fn only_what_can_be_asked_for_is_told() {
    let site = TestSite::new().await;
    load(&site).await;
    let ana = site.member("ana").await;
    let (held, away) = (site.member("held").await, site.member("away").await);
    let lasting = site.member("lasting").await;
    // A copy that has been there for long keeps the book on offer.
    list(&site, &lasting, "Emma", Grade::Fair).await;
    save(&ana, &said("q=austen")).await.unwrap();
    save(&ana, &said("q=austen&all=1")).await.unwrap();
    a_day_passes(&site).await;
    list(&site, &held, "Emma", Grade::Good).await;
    list(&site, &away, "Emma", Grade::Good).await;
    change(
        &site,
        "insert into trades (state, opened_by) select 'agreed', min(id) from users;
         insert into copy_holds (copy_id, trade_id) select c.id, t.id from trades t, copies c
             join users u on u.id = c.owner_id where u.handle = 'held';
         update users set away_until = now() + interval '1 day' where handle = 'away'",
    )
    .await;
    sqlx::query("update work_search set newest_at = now() where copies > 0")
        .execute(&site.services.db)
        .await
        .unwrap();
    tell(&site.visitor()).await.unwrap();
    assert_eq!(told(&ana).await, Vec::<String>::new());
    sqlx::query("delete from copy_holds")
        .execute(&site.services.db)
        .await
        .unwrap();
    tell(&site.visitor()).await.unwrap();
    assert_eq!(told(&ana).await, ["“Emma”", "“Emma”"]);
}
