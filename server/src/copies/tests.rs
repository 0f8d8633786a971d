mod doubts;
mod export;
mod lent;
mod many;
mod offers;
mod photos;
mod scan;
mod shelf;

use dogear_domain::copies::CopyState;
use dogear_domain::grade::Grade;
use dogear_domain::ids::{CopyId, TradeId, UserId};
use uuid::Uuid;

use super::*;
use crate::testing::TestSite;

fn novel(title: &str) -> Book {
    Book::New(Box::new(EditionInput {
        title: title.into(),
        authors: "George Eliot".into(),
        ..EditionInput::default()
    }))
}

fn good() -> CopyInput {
    CopyInput {
        grade: "good".into(),
        listed: true,
        ..CopyInput::default()
    }
}

async fn add(cx: &Cx, title: &str) -> CopyId {
    create(cx, None, &novel(title), &good()).await.unwrap().copy
}

/// Promises a copy in a trade, as an agreement does.
async fn hold(cx: &Cx, copy: CopyId) -> TradeId {
    let trade: TradeId = sqlx::query_scalar(
        "insert into trades (state, opened_by, agreed_at) values ('agreed', $1, now()) returning id",
    )
    .bind(cx.actor.as_ref().unwrap().id)
    .fetch_one(cx.db())
    .await
    .unwrap();
    sqlx::query("insert into copy_holds (copy_id, trade_id) values ($1, $2)")
        .bind(copy)
        .bind(trade)
        .execute(cx.db())
        .await
        .unwrap();
    trade
}

async fn terms(cx: &Cx, copy: CopyId) -> i32 {
    sqlx::query_scalar("select terms_version from copies where id = $1")
        .bind(copy)
        .fetch_one(cx.db())
        .await
        .unwrap()
}

fn field_of(error: Error) -> String {
    match error {
        Error::Invalid(errors) => errors.iter().next().unwrap().0.to_owned(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_same_isbn_by_fifty_at_once_is_one_edition_and_fifty_copies() {
    let site = TestSite::new().await;
    let mut tasks = Vec::new();
    for number in 0..50 {
        let cx = site.member(&format!("reader{number}")).await;
        tasks.push(tokio::spawn(async move {
            let book = Book::New(Box::new(EditionInput {
                // Everybody writes the title in their own way.
                title: ["Middlemarch", "MIDDLEMARCH: a novel", "Middle March"][number % 3].into(),
                authors: "George Eliot".into(),
                isbn: if number % 2 == 0 {
                    "0-14-143954-8"
                } else {
                    "9780141439549"
                }
                .into(),
                ..EditionInput::default()
            }));
            // Again when all connections are taken, with the same key, as a reader would do.
            let key = Some(IdempotencyKey(Uuid::new_v4()));
            loop {
                match create(&cx, key, &book, &good()).await {
                    Err(Error::Busy(_)) => {}
                    outcome => return outcome.unwrap(),
                }
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let counts: (i64, i64, i64, i64, i64) = sqlx::query_as(
        "select (select count(*) from editions), (select count(*) from works),
             (select count(*) from copies), (select count(distinct owner_id) from copies),
             (select count(*) from copy_history where kind = 'added')",
    )
    .fetch_one(&site.services.db)
    .await
    .unwrap();
    assert_eq!(counts, (1, 1, 50, 50, 50));
    let listed: i32 = sqlx::query_scalar("select copies from work_search")
        .fetch_one(&site.services.db)
        .await
        .unwrap();
    assert_eq!(listed, 50);
}

#[tokio::test]
async fn a_form_sent_twice_makes_one_copy_and_a_second_copy_has_to_be_meant() {
    let site = TestSite::new().await;
    let cx = site.member("ann").await;
    let key = Some(IdempotencyKey(Uuid::new_v4()));
    let first = create(&cx, key, &novel("Romola"), &good()).await.unwrap();
    let again = create(&cx, key, &novel("Romola"), &good()).await.unwrap();
    assert_eq!(first, again);

    let refused = create(&cx, None, &novel("Romola"), &good())
        .await
        .unwrap_err();
    assert_eq!(field_of(refused), "second");
    let edition = owned(&cx, first.copy).await.unwrap().book.edition;
    assert_eq!(
        same_edition(&cx, edition).await.unwrap(),
        [(first.copy, Grade::Good, CopyState::Listed)]
    );
    let meant = CopyInput {
        second: true,
        ..good()
    };
    let second = create(&cx, None, &Book::Known(edition), &meant)
        .await
        .unwrap();
    assert_ne!(first.copy, second.copy);
    assert_eq!(same_edition(&cx, edition).await.unwrap().len(), 2);

    let nowhere = create(&cx, None, &Book::Known(EditionId(0)), &good()).await;
    assert!(matches!(nowhere, Err(Error::NotFound)));
}

#[tokio::test]
async fn an_ex_library_copy_is_very_good_at_best() {
    let site = TestSite::new().await;
    let cx = site.member("ann").await;
    let mut input = CopyInput {
        grade: "fine".into(),
        defects: vec!["ex-library".into(), "smoke".into()],
        ..CopyInput::default()
    };
    let refused = create(&cx, None, &novel("Romola"), &input)
        .await
        .unwrap_err();
    assert_eq!(field_of(refused), "grade");
    input.grade = "very-good".into();
    let copy = create(&cx, None, &novel("Romola"), &input)
        .await
        .unwrap()
        .copy;
    // Neither by editing nor by changing many at once.
    input.grade = "as-new".into();
    assert_eq!(
        field_of(edit(&cx, copy, &input).await.unwrap_err()),
        "grade"
    );
    let bulk = change(&cx, None, &[copy], Change::Grade(Grade::Fine)).await;
    assert_eq!(field_of(bulk.unwrap_err()), "grade");
    assert_eq!(owned(&cx, copy).await.unwrap().grade, Grade::VeryGood);
}

#[tokio::test]
async fn what_is_wrong_with_book_and_copy_is_said_together() {
    let site = TestSite::new().await;
    let cx = site.member("ann").await;
    let input = CopyInput {
        note: "x".repeat(501),
        ..CopyInput::default()
    };
    let book = Book::New(Box::default());
    let Err(Error::Invalid(errors)) = create(&cx, None, &book, &input).await else {
        panic!("taken");
    };
    for field in ["title", "authors", "grade", "note"] {
        assert!(errors.get(field).is_some(), "{field}");
    }
}

#[tokio::test]
async fn new_terms_count_up_only_when_something_is_different() {
    let site = TestSite::new().await;
    let cx = site.member("ann").await;
    let copy = add(&cx, "Romola").await;
    edit(&cx, copy, &good()).await.unwrap();
    assert_eq!(terms(&cx, copy).await, 1);
    edit(
        &cx,
        copy,
        &CopyInput {
            note: "Foxed.".into(),
            ..good()
        },
    )
    .await
    .unwrap();
    assert_eq!(terms(&cx, copy).await, 2);
    change(&cx, None, &[copy], Change::Unlist).await.unwrap();
    assert_eq!(terms(&cx, copy).await, 2);
}

#[tokio::test]
async fn a_held_copy_stays_as_it_is() {
    let site = TestSite::new().await;
    let cx = site.member("ann").await;
    let held = add(&cx, "Romola").await;
    let free = add(&cx, "Silas Marner").await;
    let trade = hold(&cx, held).await;
    let edited = edit(
        &cx,
        held,
        &CopyInput {
            grade: "fair".into(),
            ..good()
        },
    )
    .await;
    let mut refusals = vec![edited.unwrap_err()];
    for what in [
        Change::Unlist,
        Change::Archive,
        Change::Delete,
        Change::Grade(Grade::Fair),
    ] {
        refusals.push(change(&cx, None, &[free, held], what).await.unwrap_err());
    }
    for refusal in refusals {
        let Error::Conflict(sentence) = refusal else {
            panic!("{refusal:?}")
        };
        assert!(sentence.contains("Romola") && sentence.contains(&format!("/trades/{trade}")));
    }
    // All or none: the free one was not changed either.
    assert_eq!(owned(&cx, free).await.unwrap().state, CopyState::Listed);
    assert_eq!(
        owned(&cx, held).await.unwrap().held_by,
        Some(HeldBy::Trade(trade))
    );
}

#[tokio::test]
async fn many_are_changed_at_once_and_put_back_as_they_were() {
    let site = TestSite::new().await;
    let cx = site.member("ann").await;
    let mut ids = Vec::new();
    for title in ["Romola", "Silas Marner", "Adam Bede"] {
        ids.push(add(&cx, title).await);
    }
    change(&cx, None, &ids[..1], Change::Unlist).await.unwrap();
    let before: Vec<(CopyState, bool)> = states(&cx, &ids).await;

    let key = Some(IdempotencyKey(Uuid::new_v4()));
    let changed = change(&cx, key, &ids, Change::Archive).await.unwrap();
    assert_eq!(changed.copies, 3);
    assert_eq!(
        change(&cx, key, &ids, Change::Archive).await.unwrap(),
        changed
    );
    assert!(
        states(&cx, &ids)
            .await
            .iter()
            .all(|(state, _)| *state == CopyState::Archived)
    );

    let text: Undo = changed.undo.to_string().parse().unwrap();
    assert_eq!(undo(&cx, &text).await.unwrap().copies, 3);
    assert_eq!(states(&cx, &ids).await, before);
    assert_eq!(undo(&cx, &text).await.unwrap().copies, 0);

    let graded = change(&cx, None, &ids, Change::Grade(Grade::Fair))
        .await
        .unwrap();
    undo(&cx, &graded.undo).await.unwrap();
    assert_eq!(owned(&cx, ids[2]).await.unwrap().grade, Grade::Good);

    let other = site.member("ben").await;
    assert!(matches!(
        change(&other, None, &ids, Change::Delete).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(undo(&other, &text).await, Err(Error::NotFound)));
    assert!("12:gone:4:".parse::<Undo>().is_err() && "".parse::<Undo>().is_err());
    assert_eq!(
        field_of(change(&cx, None, &[], Change::List).await.unwrap_err()),
        "copy"
    );
}

async fn states(cx: &Cx, ids: &[CopyId]) -> Vec<(CopyState, bool)> {
    sqlx::query_as(
        "select state, listed_at is not null from copies where id = any ($1) order by id",
    )
    .bind(ids)
    .fetch_all(cx.db())
    .await
    .unwrap()
}

#[tokio::test]
async fn a_copy_is_seen_by_those_it_is_for() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let moderator = site
        .account("bea", dogear_domain::accounts::Role::Moderator)
        .await;
    let copy = add(&ann, "Romola").await;
    let seen = page(&site.visitor(), copy).await.unwrap();
    assert_eq!((seen.owner_handle.as_str(), seen.mine), ("ann", false));
    assert_eq!(seen.history[0].city, "Leeds");
    assert!(page(&ann, copy).await.unwrap().mine);

    sqlx::query(
        "update copies set hidden_at = now(), hidden_reason = 'Another book' where id = $1",
    )
    .bind(copy)
    .execute(ann.db())
    .await
    .unwrap();
    assert_eq!(
        page(&ann, copy).await.unwrap().copy.hidden.as_deref(),
        Some("Another book")
    );
    assert!(page(&moderator, copy).await.is_ok());
    for stranger in [&ben, &site.visitor()] {
        assert!(matches!(page(stranger, copy).await, Err(Error::NotFound)));
    }
    assert!(matches!(owned(&ben, copy).await, Err(Error::NotFound)));
    offer(&ann, &ben, copy).await;
    for state in ["proposed", "agreed", "disputed", "completed", "declined"] {
        sqlx::query(
            "update trades set state = $1, reply_due = case when $1 = 'proposed' then reply_due end",
        )
        .bind(state)
        .execute(ann.db())
        .await
        .unwrap();
        let runs = matches!(state, "proposed" | "agreed" | "disputed");
        assert_eq!(page(&ben, copy).await.is_ok(), runs, "{state}");
    }
}

#[tokio::test]
async fn a_listed_copy_is_not_shown_past_a_suspension_or_a_block() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let copy = add(&ann, "Romola").await;
    add_photos(&ann, None, copy, photos::files(1))
        .await
        .unwrap();
    let key = owned(&ann, copy).await.unwrap().photos[0].key;
    let sees = |cx: Cx| async move {
        let seen = page(&cx, copy).await.is_ok();
        let photo = open_photo(&cx, key, PhotoSize::Small).await.is_ok();
        assert_eq!(seen, photo, "the photo is seen with its copy");
        seen
    };
    let run = |sql: &'static str| {
        let db = ann.db().clone();
        async move { sqlx::query(sql).execute(&db).await.unwrap() }
    };
    assert!(sees(ben.clone()).await && sees(site.visitor()).await);
    for (one, other) in [("ann", "ben"), ("ben", "ann")] {
        sqlx::query(
            "insert into blocks (blocker_id, blocked_id)
             select a.id, b.id from users a, users b where a.handle = $1 and b.handle = $2",
        )
        .bind(one)
        .bind(other)
        .execute(ann.db())
        .await
        .unwrap();
        assert!(!sees(ben.clone()).await, "{one} has blocked {other}");
        assert!(sees(site.visitor()).await);
        run("delete from blocks").await;
    }
    run("update users set status = 'suspended' where handle = 'ann'").await;
    assert!(!sees(ben.clone()).await && !sees(site.visitor()).await);
    assert!(sees(ann.clone()).await);
    offer(&ann, &ben, copy).await;
    assert!(sees(ben).await, "their trade runs on");
}

/// An open proposal of `from`, who gives `copy` to `to`.
async fn offer(from: &Cx, to: &Cx, copy: CopyId) {
    let (giver, taker): (UserId, UserId) = (from.reader().unwrap().id, to.reader().unwrap().id);
    sqlx::query(
        "with t as (insert into trades (state, opened_by, reply_due) values ('proposed', $1, now()) returning id),
         p as (insert into trade_parties (trade_id, user_id, position)
             select t.id, u, 1 from t, unnest(array[$1, $2]) as u),
         r as (insert into trade_revisions (trade_id, number, author_id) select id, 1, $1 from t)
         insert into trade_items (trade_id, revision, copy_id, from_user, to_user, terms_version, frozen)
         select t.id, 1, $3, $1, $2, 1, '{}' from t",
    )
    .bind(giver)
    .bind(taker)
    .bind(copy)
    .execute(from.db())
    .await
    .unwrap();
}
