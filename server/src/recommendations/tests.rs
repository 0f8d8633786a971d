//! On the demo catalogue, in a real database.

use std::collections::HashSet;

use dogear_domain::grade::Grade;
use dogear_domain::ids::CopyId;

use super::{OfferReason, SimilarityReason, for_reader, newcomer, rebuild_co_owned, similar};
use crate::Cx;
use crate::search::tests::library::{change, list, load, work};
use crate::testing::TestSite;

async fn recount(site: &TestSite) {
    rebuild_co_owned(&Cx::system(site.services.clone()))
        .await
        .unwrap();
}

/// Titles that readers of `title` also own, as `cx` sees them.
async fn also(site: &TestSite, cx: &Cx, title: &str) -> Vec<String> {
    let similar = similar(cx, work(site, title).await).await.unwrap();
    similar
        .also_owned
        .into_iter()
        .map(|(_, work)| work.title)
        .collect()
}

async fn block(site: &TestSite, blocker: &Cx, blocked: &Cx) {
    sqlx::query("insert into blocks (blocker_id, blocked_id) values ($1, $2)")
        .bind(blocker.actor.as_ref().unwrap().id)
        .bind(blocked.actor.as_ref().unwrap().id)
        .execute(&site.services.db)
        .await
        .unwrap();
}

async fn own(site: &TestSite, owner: &Cx, title: &str) -> CopyId {
    let copy = list(site, owner, title, Grade::Good).await;
    sqlx::query("update copies set state = 'owned', listed_at = null where id = $1")
        .bind(copy)
        .execute(&site.services.db)
        .await
        .unwrap();
    let mut tx = site.services.db.begin().await.unwrap();
    crate::search::refresh(
        &mut tx,
        &[work(site, title).await],
        site.services.clock.now(),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    copy
}

#[tokio::test]
async fn three_readers_who_show_both_say_something_and_two_do_not() {
    let site = TestSite::new().await;
    load(&site).await;
    let visitor = site.visitor();
    for name in ["ana", "ben"] {
        let reader = site.member(name).await;
        list(&site, &reader, "Emma", Grade::Good).await;
        list(&site, &reader, "Dracula", Grade::Good).await;
    }
    let cat = site.member("cat").await;
    list(&site, &cat, "Emma", Grade::Good).await;
    let private = own(&site, &cat, "Dracula").await;
    // A second copy makes no second reader.
    list(&site, &cat, "Emma", Grade::Fine).await;
    recount(&site).await;
    assert!(also(&site, &visitor, "Emma").await.is_empty());
    assert!(also(&site, &visitor, "Dracula").await.is_empty());

    sqlx::query("update copies set state = 'listed', listed_at = now() where id = $1")
        .bind(private)
        .execute(&site.services.db)
        .await
        .unwrap();
    recount(&site).await;
    assert_eq!(also(&site, &visitor, "Emma").await, ["Dracula"]);
    assert_eq!(also(&site, &visitor, "Dracula").await, ["Emma"]);
    assert!(also(&site, &cat, "Emma").await.is_empty(), "she has it");

    for (gone, back) in [
        (
            "update users set status = 'suspended' where handle = 'cat'",
            "update users set status = 'active' where handle = 'cat'",
        ),
        (
            "update users set status = 'closing' where handle = 'cat'",
            "update users set status = 'active' where handle = 'cat'",
        ),
        (
            "update copies set hidden_at = now() where owner_id = (select id from users where handle = 'cat')",
            "update copies set hidden_at = null",
        ),
    ] {
        change(&site, gone).await;
        recount(&site).await;
        assert!(also(&site, &visitor, "Emma").await.is_empty(), "{gone}");
        change(&site, back).await;
        recount(&site).await;
        assert_eq!(also(&site, &visitor, "Emma").await.len(), 1, "{back}");
    }
}

#[tokio::test]
async fn what_few_others_own_comes_before_what_everybody_owns() {
    let site = TestSite::new().await;
    load(&site).await;
    for n in 0..8 {
        let reader = site.member(&format!("reader_{n}")).await;
        list(&site, &reader, "Dracula", Grade::Good).await;
        if n < 4 {
            list(&site, &reader, "Emma", Grade::Good).await;
            list(&site, &reader, "Persuasion", Grade::Good).await;
        }
    }
    let system = Cx::system(site.services.clone());
    let (one, other) = tokio::join!(rebuild_co_owned(&system), rebuild_co_owned(&system));
    one.unwrap();
    other.unwrap();
    assert_eq!(
        also(&site, &site.visitor(), "Emma").await,
        ["Persuasion", "Dracula"]
    );
    let before: Vec<(i64, i64, i32, f32)> = rows(&site).await;
    assert_eq!(before.len(), 6);
    // Nothing is written twice, or anew.
    recount(&site).await;
    assert_eq!(before, rows(&site).await);
    // The connection that was used is none the worse for it.
    let left: i64 = sqlx::query_scalar("select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())")
        .fetch_one(&site.services.db)
        .await
        .unwrap();
    assert_eq!(left, 0);
}

async fn rows(site: &TestSite) -> Vec<(i64, i64, i32, f32)> {
    sqlx::query_as("select work_id, other_id, readers, score from also_owned order by 1, 2")
        .fetch_all(&site.services.db)
        .await
        .unwrap()
}

#[tokio::test]
async fn every_book_has_others_like_it_and_none_twice() {
    let site = TestSite::new().await;
    load(&site).await;
    for name in ["ana", "ben", "cat"] {
        let reader = site.member(name).await;
        for title in ["Germinal", "Au Bonheur des Dames", "Emma"] {
            list(&site, &reader, title, Grade::Good).await;
        }
    }
    let dan = site.member("dan").await;
    let bonheur = work(&site, "Au Bonheur des Dames").await;
    let first = &similar(&dan, bonheur).await.unwrap().like_this[0];
    assert_eq!(
        (first.reason, first.work.title.as_str()),
        (SimilarityReason::NextInSeries, "Germinal")
    );
    recount(&site).await;
    let works: Vec<(i64, String)> = sqlx::query_as("select id, title from works order by id")
        .fetch_all(&site.services.db)
        .await
        .unwrap();
    for (id, title) in &works {
        let page = similar(&dan, (*id).into()).await.unwrap();
        assert!(!page.like_this.is_empty(), "{title}");
        let also = page.also_owned.iter().map(|(_, work)| work.id);
        let like = page.like_this.iter().map(|similar| similar.work.id);
        let all: Vec<_> = also.chain(like).collect();
        let once: HashSet<_> = all.iter().collect();
        assert_eq!(once.len(), all.len(), "{title}");
        assert!(all.iter().all(|other| other.0 != *id), "{title}");
    }
    let germinal = similar(&dan, work(&site, "Germinal").await).await.unwrap();
    assert_eq!(germinal.also_owned.len(), 2);

    let before = similar(&dan, work(&site, "Persuasion").await)
        .await
        .unwrap();
    let emma = before.like_this.iter().find(|a| a.work.title == "Emma");
    assert_eq!(emma.unwrap().reason, SimilarityReason::SameAuthor);
    own(&site, &dan, "Emma").await;
    let after = similar(&dan, work(&site, "Persuasion").await)
        .await
        .unwrap();
    assert!(after.like_this.iter().all(|a| a.work.title != "Emma"));
}

#[tokio::test]
async fn a_reader_is_offered_what_fits_their_shelf_by_whom_they_can_ask() {
    let site = TestSite::new().await;
    load(&site).await;
    let me = site.member("mine").await;
    own(&site, &me, "Emma").await;
    let (ana, ben) = (site.member("ana").await, site.member("ben").await);
    for reader in [&ana, &ben, &site.member("cat").await] {
        list(&site, reader, "Emma", Grade::Good).await;
        list(&site, reader, "Dracula", Grade::Good).await;
    }
    list(&site, &ana, "Persuasion", Grade::Fine).await;
    change(
        &site,
        "update users set city = 'York' where handle in ('ben', 'cat')",
    )
    .await;
    recount(&site).await;
    let offers = for_reader(&me).await.unwrap();
    assert!(offers.iter().all(|offer| offer.work.title != "Emma"));
    let fit = |title: &str| {
        let offer = offers.iter().find(|offer| offer.work.title == title);
        offer.unwrap_or_else(|| panic!("{title}: {offers:?}"))
    };
    let emma = || "Emma".to_owned();
    assert_eq!(
        fit("Dracula").reason,
        OfferReason::AlsoOwned { title: emma() }
    );
    assert_eq!(
        fit("Persuasion").reason,
        OfferReason::SameAuthor { title: emma() }
    );
    assert_eq!(
        (fit("Dracula").owner.as_str(), fit("Dracula").near),
        ("ana", true)
    );

    // Away, blocked either way, held: the next one is named, or none.
    block(&site, &me, &ana).await;
    let offers = for_reader(&me).await.unwrap();
    assert!(
        offers.iter().all(|offer| offer.owner != "ana"),
        "{offers:?}"
    );
    assert!(offers.iter().any(|offer| offer.work.title == "Dracula"));
    block(&site, &ben, &me).await;
    change(
        &site,
        "update users set away_until = now() + interval '1 day' where handle = 'cat'",
    )
    .await;
    assert!(for_reader(&me).await.unwrap().is_empty());
    assert!(for_reader(&site.visitor()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_newcomer_is_offered_what_is_near_and_new() {
    let site = TestSite::new().await;
    load(&site).await;
    let me = site.member("mine").await;
    assert!(newcomer(&me).await.unwrap().offers.is_empty());
    let (ana, ben) = (site.member("ana").await, site.member("ben").await);
    list(&site, &ana, "Emma", Grade::Good).await;
    list(&site, &ben, "Dracula", Grade::Good).await;
    list(&site, &me, "Germinal", Grade::Good).await;
    change(
        &site,
        "update users set city = 'York' where handle = 'ben';
         update copies set state = 'archived', listed_at = null
             where owner_id = (select id from users where handle = 'mine')",
    )
    .await;
    assert!(for_reader(&me).await.unwrap().is_empty());
    let offered = newcomer(&me).await.unwrap();
    assert!(!offered.has_books);
    let told: Vec<(&str, &OfferReason)> = offered
        .offers
        .iter()
        .map(|offer| (offer.work.title.as_str(), &offer.reason))
        .collect();
    assert_eq!(
        told,
        [
            ("Emma", &OfferReason::NewNearby),
            ("Dracula", &OfferReason::New)
        ]
    );
    block(&site, &ana, &me).await;
    let offered = newcomer(&me).await.unwrap();
    assert_eq!(offered.offers.len(), 1);
    assert_eq!(offered.offers[0].owner, "ben");
}

#[tokio::test]
async fn u11_nothing_is_offered_that_is_being_traded_for_and_two_of_an_owner_at_most() {
    let site = TestSite::new().await;
    load(&site).await;
    let (me, ana) = (site.member("mine").await, site.member("ana").await);
    for title in ["Germinal", "Dracula", "Middlemarch"] {
        list(&site, &ana, title, Grade::Good).await;
    }
    let emma = list(&site, &site.member("ben").await, "Emma", Grade::Good).await;
    let offered = |cx: Cx| async move {
        let offers = match for_reader(&cx).await.unwrap() {
            fitting if fitting.is_empty() => newcomer(&cx).await.unwrap().offers,
            fitting => fitting,
        };
        let mut owners: Vec<String> = offers.into_iter().map(|offer| offer.owner).collect();
        owners.sort();
        owners
    };
    assert_eq!(offered(me.clone()).await, ["ana", "ana", "ben"]);
    let own = list(&site, &me, "Persuasion", Grade::Good).await;
    assert_eq!(offered(me.clone()).await, ["ana", "ana", "ben"]);
    sqlx::query(
        "with trade as (insert into trades (state, opened_by, reply_due)
             values ('proposed', $1, now()) returning id),
         revision as (insert into trade_revisions (trade_id, number, author_id)
             select id, 1, $1 from trade),
         party as (insert into trade_parties (trade_id, user_id, position)
             select id, $1, 1 from trade)
         select from trade",
    )
    .bind(me.actor.as_ref().unwrap().id)
    .execute(&site.services.db)
    .await
    .unwrap();
    sqlx::query(
        "insert into trade_items (trade_id, revision, copy_id, from_user, to_user, terms_version, frozen)
         select t.id, 1, c.id, c.owner_id, t.opened_by, 1, '{}' from trades t, copies c where c.id = $1",
    )
    .bind(emma)
    .execute(&site.services.db)
    .await
    .unwrap();
    assert_eq!(
        offered(me.clone()).await,
        ["ana", "ana"],
        "Emma is asked for"
    );
    sqlx::query("delete from copies where id = $1")
        .bind(own)
        .execute(&site.services.db)
        .await
        .unwrap();
    assert_eq!(offered(me).await, ["ana", "ana"]);
}
