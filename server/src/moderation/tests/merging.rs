//! Two works merged into one, and taken apart again.

use dogear_domain::accounts::Role;
use dogear_domain::grade::Grade;
use dogear_domain::ids::WorkId;

use super::*;
use crate::catalogue;
use crate::moderation::merges::works::{self, Fact};

async fn work_of(cx: &Cx, copy: CopyId) -> WorkId {
    sqlx::query_scalar("select work_id from copies where id = $1")
        .bind(copy)
        .fetch_one(cx.db())
        .await
        .unwrap()
}

async fn found(cx: &Cx, work: WorkId) -> i32 {
    let copies: Option<i32> =
        sqlx::query_scalar("select copies from work_search where work_id = $1")
            .bind(work)
            .fetch_optional(cx.db())
            .await
            .unwrap();
    copies.unwrap_or(-1)
}

async fn number(cx: &Cx, statement: &'static str) -> i64 {
    sqlx::query_scalar(statement)
        .fetch_one(cx.db())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_merge_moves_everything_and_undo_puts_it_back() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let bea = site.account("bea", Role::Moderator).await;
    let one = listed(&site, &ann, "Emma").await;
    let two = listed(&site, &ben, "Emma, a novel").await;
    let (keep, drop) = (work_of(&bea, one).await, work_of(&bea, two).await);
    sqlx::query("insert into work_sources (source, key, work_id) values ('ol', 'W2', $1)")
        .bind(drop)
        .execute(bea.db())
        .await
        .unwrap();
    sqlx::query("update works set subtitle = 'In three volumes', first_year = 1815, series_position = 1.5 where id = $1")
        .bind(drop)
        .execute(bea.db())
        .await
        .unwrap();
    assert!(is_not_found(works::preview(&ann, keep, drop).await));
    let preview = works::preview(&bea, keep, drop).await.unwrap();
    assert_eq!(preview.moves, [("editions", 1), ("copies", 1)]);
    assert!(preview.differences().contains(&(Fact::Subtitle, true)));
    assert!(preview.differences().contains(&(Fact::Title, false)));
    assert!(is_not_found(
        works::merge(&ann, None, keep, drop, &[]).await
    ));
    assert!(is_conflict(works::merge(&bea, None, keep, keep, &[]).await));

    let facts = [Fact::Subtitle, Fact::Year];
    let merge = works::merge(&bea, None, keep, drop, &facts).await.unwrap();
    assert_eq!(work_of(&bea, two).await, keep);
    assert_eq!((found(&bea, keep).await, found(&bea, drop).await), (2, -1));
    assert_eq!(
        catalogue::moved_to(&bea, drop).await.unwrap().unwrap().0,
        keep
    );
    assert_eq!(catalogue::moved_to(&bea, keep).await.unwrap(), None);
    let kept = "select count(*) from works where subtitle = 'In three volumes' and first_year = 1815 and title = 'Emma'";
    assert_eq!(number(&bea, kept).await, 1);
    assert_eq!(
        number(&bea, "select work_id from work_sources").await,
        keep.0
    );
    assert!(is_conflict(works::merge(&bea, None, keep, drop, &[]).await));

    // One fact is changed since: it stays, and the rest goes back.
    sqlx::query("update works set subtitle = 'Corrected' where id = $1")
        .bind(keep)
        .execute(bea.db())
        .await
        .unwrap();
    let left = works::undo(&bea, merge).await.unwrap();
    assert_eq!(left, ["the subtitle, which was changed since"]);
    assert_eq!(work_of(&bea, two).await, drop);
    assert_eq!((found(&bea, keep).await, found(&bea, drop).await), (1, 1));
    assert_eq!(
        number(&bea, "select work_id from work_sources").await,
        drop.0
    );
    let back = "select count(*) from works where subtitle = 'In three volumes' and first_year = 1815 and series_position = 1.5";
    assert_eq!(number(&bea, back).await, 1);
    let own = "select count(*) from works where subtitle = 'Corrected' and first_year is null";
    assert_eq!(number(&bea, own).await, 1);
    assert!(is_conflict(works::undo(&bea, merge).await));
    assert_eq!(catalogue::moved_to(&bea, drop).await.unwrap(), None);
    assert_eq!(crate::audit::verify(&bea).await.unwrap().broken_at, None);
}

#[tokio::test]
async fn chains_lead_to_their_end_and_are_undone_from_there() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let bea = site.account("bea", Role::Moderator).await;
    let mut works = Vec::new();
    for title in ["Emma", "Emma.", "Emma!"] {
        let copy = listed(&site, &ann, title).await;
        works.push(work_of(&bea, copy).await);
    }
    let first = works::merge(&bea, None, works[1], works[0], &[])
        .await
        .unwrap();
    let second = works::merge(&bea, None, works[2], works[1], &[])
        .await
        .unwrap();
    assert_eq!(
        catalogue::moved_to(&bea, works[0])
            .await
            .unwrap()
            .unwrap()
            .0,
        works[2]
    );
    assert_eq!(found(&bea, works[2]).await, 3);
    assert!(is_conflict(works::undo(&bea, first).await));
    works::undo(&bea, second).await.unwrap();
    assert_eq!(found(&bea, works[1]).await, 2);
    site.advance(jiff::SignedDuration::from_hours(30 * 24 + 1));
    assert!(is_conflict(works::undo(&bea, first).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_merges_in_opposite_directions_one_happens() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let bea = site.account("bea", Role::Moderator).await;
    let dov = site.account("dov", Role::Moderator).await;
    for _ in 0..5 {
        let (one, two) = (
            listed(&site, &ann, "Emma").await,
            listed(&site, &ann, "Emma").await,
        );
        let (one, two) = (work_of(&bea, one).await, work_of(&bea, two).await);
        let (forth, back) = tokio::join!(
            works::merge(&bea, None, one, two, &[]),
            works::merge(&dov, None, two, one, &[]),
        );
        assert!(forth.is_ok() != back.is_ok(), "{forth:?} {back:?}");
        assert!(is_conflict(forth) != is_conflict(back));
    }
    assert_eq!(number(&bea, "select count(*) from works").await, 5);
    let astray = "select count(*) from copies c join editions e on e.id = c.edition_id where e.work_id <> c.work_id";
    assert_eq!(number(&bea, astray).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_that_are_added_or_asked_for_meanwhile_move_too() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let bea = site.account("bea", Role::Moderator).await;
    // A newcomer can have three open proposals.
    for _ in 0..3 {
        let (one, two) = (
            listed(&site, &ann, "Emma").await,
            listed(&site, &ben, "Emma").await,
        );
        let (keep, drop) = (work_of(&bea, one).await, work_of(&bea, two).await);
        let edition = sqlx::query_scalar("select edition_id from copies where id = $1")
            .bind(two)
            .fetch_one(bea.db())
            .await
            .unwrap();
        let book = crate::copies::Book::Known(edition);
        let input = crate::copies::CopyInput {
            grade: Grade::Good.value().to_string(),
            ..crate::copies::CopyInput::default()
        };
        let proposal = Proposal {
            with: "ben".into(),
            books: Books {
                gives: Vec::new(),
                gets: vec![two],
                gift: true,
            },
            method: Method::Post,
            message: said("Shall we?"),
        };
        let (merged, added, proposed) = tokio::join!(
            works::merge(&bea, None, keep, drop, &[]),
            crate::copies::create(&ann, None, &book, &input),
            trades::propose(&ann, None, &proposal),
        );
        merged.unwrap();
        let added = added.unwrap();
        proposed.unwrap();
        assert_eq!(work_of(&bea, added.copy).await, keep);
        assert_eq!(work_of(&bea, two).await, keep);
    }
    assert_eq!(
        trades::invariants::violations(bea.db()).await.unwrap(),
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn a_work_that_is_made_again_has_the_columns_of_today() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let bea = site.account("bea", Role::Moderator).await;
    let one = listed(&site, &ann, "Emma").await;
    let two = listed(&site, &ann, "Emma, a novel").await;
    let (keep, drop) = (work_of(&bea, one).await, work_of(&bea, two).await);
    let merge = works::merge(&bea, None, keep, drop, &[]).await.unwrap();
    // What was kept of the dropped work knows nothing of it.
    sqlx::query("alter table works add column weight integer not null default 7")
        .execute(bea.db())
        .await
        .unwrap();
    works::undo(&bea, merge).await.unwrap();
    let whole = "select count(*) from works where weight = 7 and title like 'Emma%'";
    assert_eq!(number(&bea, whole).await, 2);
    assert_eq!(work_of(&bea, two).await, drop);
}

#[tokio::test]
async fn f03_editions_keep_their_titles_and_subtitles_in_a_merge() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let bea = site.account("bea", Role::Moderator).await;
    let one = listed(&site, &ann, "A Thousand Rivers").await;
    let two = listed(&site, &ann, "Thousand Rivers").await;
    let (keep, drop) = (work_of(&bea, one).await, work_of(&bea, two).await);
    sqlx::query("update works set subtitle = case id when $1 then 'one' else 'two' end")
        .bind(keep)
        .execute(bea.db())
        .await
        .unwrap();
    let merge = works::merge(&bea, None, keep, drop, &[]).await.unwrap();
    let own = "select count(*) from editions where title = 'Thousand Rivers' and subtitle = 'two'";
    assert_eq!(number(&bea, own).await, 1);
    assert!(found(&bea, keep).await > 0);
    works::undo(&bea, merge).await.unwrap();
    let none = "select count(*) from editions where title = '' and subtitle = ''";
    assert_eq!(number(&bea, none).await, 2, "they say what their works say");
}
