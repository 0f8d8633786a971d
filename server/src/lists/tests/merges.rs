//! Lists when two works become one, and two again.

use dogear_domain::accounts::Role;

use super::*;
use crate::moderation::merges::works;
use crate::testing::races::{patient, with};

#[tokio::test]
async fn a_list_follows_a_merge_and_its_undo() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let bea = site.account("bea", Role::Moderator).await;
    let (kept, gone, solaris) = (
        work(&site, "Emma").await,
        work(&site, "Emma, a novel").await,
        work(&site, "Solaris").await,
    );
    let alone = list_of(&ann, ListVisibility::Private, &[gone, solaris]).await;
    let both = list_of(&ann, ListVisibility::Private, &[gone, solaris, kept]).await;
    let note = |note: &str| EntryForm {
        note: note.into(),
        ..EntryForm::default()
    };
    edit(&ann, alone, gone, &note("Alone.")).await.unwrap();
    edit(&ann, both, gone, &note("The one that goes."))
        .await
        .unwrap();
    edit(&ann, both, kept, &note("The one that stays."))
        .await
        .unwrap();

    let merge = works::merge(&bea, None, kept, gone, &[]).await.unwrap();
    assert_eq!(titles(&ann, alone).await, ["Emma", "Solaris"]);
    assert_eq!(titles(&ann, both).await, ["Solaris", "Emma"]);
    let notes = async |list| -> Vec<String> {
        let page = opened(&ann, list).await.unwrap();
        page.items.into_iter().map(|item| item.note).collect()
    };
    assert_eq!(notes(alone).await, ["Alone.", ""]);
    assert_eq!(notes(both).await, ["", "The one that stays."]);
    // A page from before the merge still means the book.
    assert!(!add(&ann, both, gone).await.unwrap().is_new);
    // What a merge set aside is not what its owner took out.
    remove(&ann, both, kept).await.unwrap();
    put_back(&ann, both, kept).await.unwrap();

    works::undo(&bea, merge).await.unwrap();
    assert_eq!(titles(&ann, alone).await, ["Emma, a novel", "Solaris"]);
    assert_eq!(notes(alone).await, ["Alone.", ""]);
    assert_eq!(
        titles(&ann, both).await,
        ["Emma, a novel", "Solaris", "Emma"]
    );
    assert_eq!(
        notes(both).await,
        ["The one that goes.", "", "The one that stays."]
    );
    let left: i64 = sqlx::query_scalar("select count(*) from removed_list_items")
        .fetch_one(ann.db())
        .await
        .unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn what_was_taken_out_before_a_merge_comes_back_as_the_kept_work() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let bea = site.account("bea", Role::Moderator).await;
    let (kept, gone) = (work(&site, "Emma").await, work(&site, "Emma!").await);
    let list = list_of(&ann, ListVisibility::Private, &[gone]).await;
    remove(&ann, list, gone).await.unwrap();
    works::merge(&bea, None, kept, gone, &[]).await.unwrap();
    put_back(&ann, list, gone).await.unwrap();
    assert_eq!(titles(&ann, list).await, ["Emma"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_book_that_is_added_while_it_is_merged_is_in_the_list_as_the_kept_work() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let bea = site.account("bea", Role::Moderator).await;
    let services = patient(&site, 8).await;
    for _ in 0..6 {
        let (kept, gone) = (work(&site, "Emma").await, work(&site, "Emma!").await);
        let list = list_of(&ann, ListVisibility::Private, &[]).await;
        let (adder, merger) = (with(&ann, &services), with(&bea, &services));
        let (added, merged) = tokio::join!(
            add(&adder, list, gone),
            works::merge(&merger, None, kept, gone, &[])
        );
        added.unwrap();
        merged.unwrap();
        let page = opened(&ann, list).await.unwrap();
        let works: Vec<_> = page.items.iter().map(|item| item.work.id).collect();
        assert_eq!(works, [kept]);
    }
}
