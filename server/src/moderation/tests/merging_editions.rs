//! Two editions merged into one, and taken apart again.

use dogear_domain::accounts::Role;
use dogear_domain::grade::Grade;
use dogear_domain::ids::{EditionId, WorkId};
use dogear_domain::isbn::Isbn13;

use super::*;
use crate::catalogue::{self, NewEdition};
use crate::copies::{self, Book, CopyInput};
use crate::moderation::merges::{editions, works};

const ONE: &str = "9780141439587";
const TWO: &str = "9780199535521";
const THREE: &str = "9780571334650";

async fn edition(cx: &Cx, work: Option<WorkId>, isbn: Option<&str>, publisher: &str) -> EditionId {
    sqlx::query_scalar(
        "with made as (insert into works (title, title_key, slug) select 'Emma', 'emma', 'emma'
             where $1::bigint is null returning id)
         insert into editions (work_id, isbn13, publisher)
         values (coalesce($1, (select id from made)), $2, $3) returning id",
    )
    .bind(work)
    .bind(isbn)
    .bind(publisher)
    .fetch_one(cx.db())
    .await
    .unwrap()
}

async fn work(cx: &Cx, edition: EditionId) -> WorkId {
    sqlx::query_scalar("select work_id from editions where id = $1")
        .bind(edition)
        .fetch_one(cx.db())
        .await
        .unwrap()
}

async fn edition_of(cx: &Cx, copy: CopyId) -> EditionId {
    sqlx::query_scalar("select edition_id from copies where id = $1")
        .bind(copy)
        .fetch_one(cx.db())
        .await
        .unwrap()
}

async fn by_isbn(cx: &Cx, isbn: &str) -> Vec<EditionId> {
    let found = catalogue::lookup(cx, isbn).await.unwrap().editions;
    found.into_iter().map(|known| known.edition).collect()
}

fn good() -> CopyInput {
    CopyInput {
        grade: Grade::Good.value().to_string(),
        second: true,
        ..CopyInput::default()
    }
}

async fn add(cx: &Cx, edition: EditionId) -> CopyId {
    copies::create(cx, None, &Book::Known(edition), &good())
        .await
        .unwrap()
        .copy
}

#[tokio::test]
async fn the_dropped_isbn_leads_to_the_kept_edition_until_undo() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let bea = site.account("bea", Role::Moderator).await;
    let keep = edition(&bea, None, Some(ONE), "").await;
    let emma = work(&bea, keep).await;
    let drop = edition(&bea, Some(emma), Some(TWO), "Penguin").await;
    let copy = add(&ann, drop).await;
    sqlx::query("insert into edition_sources (source, key, edition_id) values ('ol', 'M2', $1)")
        .bind(drop)
        .execute(bea.db())
        .await
        .unwrap();
    assert!(is_not_found(editions::preview(&ann, keep, drop).await));
    let preview = editions::preview(&bea, keep, drop).await.unwrap();
    assert_eq!(preview.moves.map(|(_, number)| number), [1, 0, 1]);
    assert!(is_not_found(editions::merge(&ann, None, keep, drop).await));
    assert!(is_conflict(editions::merge(&bea, None, keep, keep).await));
    let other = edition(&bea, None, Some(THREE), "").await;
    assert!(is_conflict(editions::merge(&bea, None, keep, other).await));

    let merge = editions::merge(&bea, None, keep, drop).await.unwrap();
    assert_eq!(edition_of(&bea, copy).await, keep);
    assert_eq!(by_isbn(&ann, TWO).await, [keep]);
    assert_eq!(by_isbn(&ann, ONE).await, [keep]);
    assert_eq!(
        catalogue::edition(&ann, drop).await.unwrap().publisher,
        "Penguin"
    );
    // Entered anew, or added by somebody whose page is older: the kept one.
    let new = NewEdition {
        title: "Emma".into(),
        isbn: Some(Isbn13::parse(TWO).unwrap()),
        ..NewEdition::default()
    };
    let mut tx = bea.begin().await.unwrap();
    let resolved = catalogue::find_or_create_edition(&mut tx, &new, bea.now())
        .await
        .unwrap();
    assert_eq!((resolved.edition, resolved.created), (keep, false));
    tx.commit().await.unwrap();
    let late = add(&ann, drop).await;
    assert_eq!(edition_of(&bea, late).await, keep);
    assert!(is_conflict(editions::merge(&bea, None, keep, drop).await));

    assert!(is_not_found(editions::undo(&ann, merge).await));
    assert_eq!(
        editions::undo(&bea, merge).await.unwrap(),
        Vec::<String>::new()
    );
    assert_eq!(edition_of(&bea, copy).await, drop);
    assert_eq!(edition_of(&bea, late).await, keep);
    assert_eq!(by_isbn(&ann, TWO).await, [drop]);
    assert_eq!(catalogue::edition(&ann, keep).await.unwrap().publisher, "");
    assert!(is_conflict(editions::undo(&bea, merge).await));
    let sources: EditionId = sqlx::query_scalar("select edition_id from edition_sources")
        .fetch_one(bea.db())
        .await
        .unwrap();
    assert_eq!(sources, drop);
    let chain = crate::audit::verify(&bea).await.unwrap();
    assert_eq!(chain.broken_at, None);
}

#[tokio::test]
async fn what_is_missing_is_completed_and_given_back_unless_it_was_changed() {
    let site = TestSite::new().await;
    let bea = site.account("bea", Role::Moderator).await;
    let keep = edition(&bea, None, None, "").await;
    let drop = edition(&bea, Some(work(&bea, keep).await), Some(ONE), "Penguin").await;
    let merge = editions::merge(&bea, None, keep, drop).await.unwrap();
    let kept = catalogue::edition(&bea, keep).await.unwrap();
    assert_eq!(
        (kept.isbn13.as_deref(), kept.publisher.as_str()),
        (Some(ONE), "Penguin")
    );
    sqlx::query("update editions set publisher = 'Penguin Classics'")
        .execute(bea.db())
        .await
        .unwrap();
    let left = editions::undo(&bea, merge).await.unwrap();
    assert_eq!(
        left,
        ["the Publisher of the kept edition, which was changed since"]
    );
    let kept = catalogue::edition(&bea, keep).await.unwrap();
    assert_eq!(
        (kept.isbn13, kept.publisher.as_str()),
        (None, "Penguin Classics")
    );
    assert_eq!(by_isbn(&bea, ONE).await, [drop]);
    // Once more, and the ISBN is given to somebody else before it is taken back.
    let merge = editions::merge(&bea, None, keep, drop).await.unwrap();
    sqlx::query("update editions set isbn13 = $1")
        .bind(TWO)
        .execute(bea.db())
        .await
        .unwrap();
    edition(&bea, None, Some(ONE), "").await;
    assert!(is_conflict(editions::undo(&bea, merge).await));
}

#[tokio::test]
async fn merges_are_taken_back_in_the_opposite_order() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let bea = site.account("bea", Role::Moderator).await;
    let first = edition(&bea, None, Some(ONE), "").await;
    let emma = work(&bea, first).await;
    let second = edition(&bea, None, Some(TWO), "").await;
    let again = work(&bea, second).await;
    let third = edition(&bea, Some(again), Some(THREE), "").await;
    let copy = add(&ann, third).await;
    let inner = editions::merge(&bea, None, second, third).await.unwrap();
    let works = works::merge(&bea, None, emma, again, &[]).await.unwrap();
    let outer = editions::merge(&bea, None, first, second).await.unwrap();
    for isbn in [ONE, TWO, THREE] {
        assert_eq!(by_isbn(&bea, isbn).await, [first]);
    }
    assert!(is_conflict(editions::undo(&bea, inner).await));
    assert!(is_conflict(works::undo(&bea, works).await));
    editions::undo(&bea, outer).await.unwrap();
    assert!(is_conflict(editions::undo(&bea, inner).await));
    works::undo(&bea, works).await.unwrap();
    editions::undo(&bea, inner).await.unwrap();
    assert_eq!(edition_of(&bea, copy).await, third);
    assert_eq!(by_isbn(&bea, THREE).await, [third]);
    let astray: i64 = sqlx::query_scalar(
        "select count(*) from copies c join editions e on e.id = c.edition_id where e.work_id <> c.work_id",
    )
    .fetch_one(bea.db())
    .await
    .unwrap();
    assert_eq!(astray, 0);
    let merge = editions::merge(&bea, None, second, third).await.unwrap();
    site.advance(jiff::SignedDuration::from_hours(30 * 24 + 1));
    assert!(is_conflict(editions::undo(&bea, merge).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_that_are_added_meanwhile_are_of_the_kept_edition() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let (bea, dov) = (
        site.account("bea", Role::Moderator).await,
        site.account("dov", Role::Moderator).await,
    );
    for _ in 0..12 {
        let one = edition(&bea, None, None, "").await;
        let two = edition(&bea, Some(work(&bea, one).await), None, "").await;
        let (book, input) = (Book::Known(two), good());
        let (forth, added, back) = tokio::join!(
            editions::merge(&bea, None, one, two),
            copies::create(&ann, None, &book, &input),
            editions::merge(&dov, None, two, one),
        );
        assert!(forth.is_ok() != back.is_ok(), "{forth:?} {back:?}");
        let stands = if forth.is_ok() { one } else { two };
        assert_eq!(edition_of(&bea, added.unwrap().copy).await, stands);
    }
}

#[tokio::test]
async fn an_edition_that_is_made_again_has_the_columns_of_today() {
    let site = TestSite::new().await;
    let bea = site.account("bea", Role::Moderator).await;
    let keep = edition(&bea, None, Some(ONE), "").await;
    let emma = work(&bea, keep).await;
    let drop = edition(&bea, Some(emma), Some(TWO), "Penguin").await;
    let merge = editions::merge(&bea, None, keep, drop).await.unwrap();
    // What was kept of the dropped edition knows nothing of it.
    sqlx::query("alter table editions add column weight integer not null default 7")
        .execute(bea.db())
        .await
        .unwrap();
    editions::undo(&bea, merge).await.unwrap();
    let whole: i64 = sqlx::query_scalar(
        "select count(*) from editions where weight = 7 and publisher in ('', 'Penguin')",
    )
    .fetch_one(bea.db())
    .await
    .unwrap();
    assert_eq!(whole, 2);
    assert_eq!(by_isbn(&bea, TWO).await, [drop]);
}

#[tokio::test]
async fn records_are_worded_as_older_programs_read_them() {
    let site = TestSite::new().await;
    let bea = site.account("bea", Role::Moderator).await;
    let one = edition(&bea, None, Some(ONE), "").await;
    let emma = work(&bea, one).await;
    let two = edition(&bea, Some(emma), Some(TWO), "Penguin").await;
    let three = edition(&bea, None, Some(THREE), "").await;
    editions::merge(&bea, None, one, two).await.unwrap();
    let again = work(&bea, three).await;
    works::merge(&bea, None, emma, again, &[]).await.unwrap();
    let words: Vec<String> = sqlx::query_scalar(
        "select string_agg(word, ' ' order by word)
         from (select snapshot from edition_merges union all select snapshot from work_merges) m
         cross join jsonb_object_keys(snapshot) word group by snapshot order by 1",
    )
    .fetch_all(bea.db())
    .await
    .unwrap();
    assert_eq!(
        words,
        [
            // They pass over what is of later features: readings and reviews.
            "after before copies details dropped isbns readings sources",
            "after before dropped facts moved reviews sources"
        ]
    );
}
