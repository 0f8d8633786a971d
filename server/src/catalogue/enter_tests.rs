//! Books that are entered without a copy.

use uuid::Uuid;

use super::{EditionInput, Settled, enter};
use crate::db::IdempotencyKey;
use crate::testing::TestSite;
use crate::{Cx, Error};

fn book(title: &str, authors: &str) -> EditionInput {
    EditionInput {
        title: title.into(),
        authors: authors.into(),
        ..EditionInput::default()
    }
}

async fn works(cx: &Cx) -> i64 {
    sqlx::query_scalar("select count(*) from works")
        .fetch_one(cx.db())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_book_is_entered_once_by_members_and_found_after_that() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let emma = book("Emma", "Jane Austen");
    assert!(matches!(
        enter(&site.visitor(), None, &emma).await,
        Err(Error::SignInRequired)
    ));
    assert!(matches!(
        enter(&ann, None, &book("", "")).await,
        Err(Error::Invalid(_))
    ));
    let key = Some(IdempotencyKey(Uuid::new_v4()));
    let Settled::Found(made) = enter(&ann, key, &emma).await.unwrap() else {
        panic!("nothing is known")
    };
    assert!(made.created);
    assert_eq!(
        enter(&ann, key, &emma).await.unwrap(),
        Settled::Found(made),
        "the same answer"
    );
    let Settled::Found(found) = enter(&ann, None, &emma).await.unwrap() else {
        panic!("it is the same")
    };
    assert_eq!((found.edition, found.created), (made.edition, false));
    assert!(matches!(
        enter(&ann, key, &book("Persuasion", "Jane Austen")).await,
        Err(Error::Conflict(_))
    ));
    assert_eq!(works(&ann).await, 1);
}

#[tokio::test]
async fn a_doubt_enters_nothing_until_it_is_answered() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let isbn = "9780141439587";
    let emma = EditionInput {
        isbn: isbn.into(),
        ..book("Emma", "Jane Austen")
    };
    let Settled::Found(known) = enter(&ann, None, &emma).await.unwrap() else {
        panic!("nothing is known")
    };
    let mut other = EditionInput {
        isbn: isbn.into(),
        ..book("The Rings of Saturn", "W. G. Sebald")
    };
    let key = Some(IdempotencyKey(Uuid::new_v4()));
    let Settled::Asked(doubt) = enter(&ann, key, &other).await.unwrap() else {
        panic!("the number is taken")
    };
    assert_eq!(doubt.editions[0].edition, known.edition);
    assert_eq!(works(&ann).await, 1);
    other.known = doubt.none_of_these();
    let Settled::Found(apart) = enter(&ann, key, &other).await.unwrap() else {
        panic!("it is answered")
    };
    assert!(apart.created && apart.work != known.work);
    other.known = known.edition.to_string();
    let Settled::Found(same) = enter(&ann, None, &other).await.unwrap() else {
        panic!("it is answered")
    };
    assert_eq!(
        same,
        crate::catalogue::Resolved {
            created: false,
            ..known
        }
    );
}
