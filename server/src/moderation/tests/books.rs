//! Entries of the catalogue that are deleted.

use dogear_domain::accounts::Role;
use dogear_domain::ids::WorkId;

use super::*;
use crate::catalogue::{self, EditionInput, Settled};
use crate::moderation::books::delete;

/// A book that nobody has.
async fn entered(cx: &Cx, title: &str) -> WorkId {
    let input = EditionInput {
        title: title.into(),
        authors: "Nobody Known".into(),
        isbn: "9780141439587".into(),
        ..EditionInput::default()
    };
    match catalogue::enter(cx, None, &input).await.unwrap() {
        Settled::Found(found) => found.work,
        Settled::Asked(doubt) => panic!("{doubt:?}"),
    }
}

async fn number(cx: &Cx, statement: &'static str) -> i64 {
    sqlx::query_scalar(statement)
        .fetch_one(cx.db())
        .await
        .unwrap()
}

#[tokio::test]
async fn junk_is_deleted_by_moderators_alone_and_stands_in_the_audit_log() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let bea = site.account("bea", Role::Moderator).await;
    let work = entered(&ann, "Qwertz").await;
    assert!(is_not_found(delete(&ann, work, "").await));
    delete(&bea, work, "nonsense").await.unwrap();
    assert_eq!(number(&bea, "select count(*) from works").await, 0);
    assert_eq!(number(&bea, "select count(*) from editions").await, 0);
    assert_eq!(number(&bea, "select count(*) from work_search").await, 0);
    let audited =
        "select count(*) from audit_log where action = 'work.delete' and reason = 'nonsense'
        and before ->> 'title' = 'Qwertz' and before -> 'isbns' ->> 0 = '9780141439587'";
    assert_eq!(number(&bea, audited).await, 1);
    assert!(is_not_found(delete(&bea, work, "").await));
}

#[tokio::test]
async fn what_somebody_has_or_says_is_not_deleted() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let bea = site.account("bea", Role::Moderator).await;
    for (n, refers) in [
        "insert into copies (edition_id, work_id, owner_id, grade, state)
           select e.id, e.work_id, u.id, 3, 'deleted' from editions e, users u where e.work_id = $1 and u.handle = 'ann'",
        "insert into reader_books (user_id, work_id, status, updated_at)
           select id, $1, 'want', now() from users where handle = 'ann'",
        "insert into reviews (user_id, work_id, body, created_at)
           select id, $1, 'Good.', now() from users where handle = 'ann'",
        "insert into corrections (work_id, member_id, changes, note)
           select $1, id, '[]', 'Wrong.' from users where handle = 'ann'",
        "insert into work_merges (dropped_id, kept_id, moderator_id, snapshot, title_key, author_key)
           select 999, $1, id, '{}', 'x', 'y' from users where handle = 'bea'",
    ]
    .into_iter()
    .enumerate()
    {
        let title = format!("Book {}", ["one", "two", "three", "four", "five"][n]);
        let input = EditionInput {
            title,
            authors: format!("Author {}", ["Ay", "Bee", "Cee", "Dee", "Eff"][n]),
            ..EditionInput::default()
        };
        let Settled::Found(found) = catalogue::enter(&ann, None, &input).await.unwrap() else {
            panic!("no doubt");
        };
        sqlx::query(refers)
            .bind(found.work)
            .execute(bea.db())
            .await
            .unwrap();
        let refused = delete(&bea, found.work, "").await;
        assert!(is_conflict(refused), "{refers}");
    }
    assert_eq!(number(&bea, "select count(*) from works").await, 5);
}
