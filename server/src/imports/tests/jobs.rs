//! Running, stopping, breaking off, undoing.

use std::collections::HashSet;

use dogear_domain::ids::CopyId;
use dogear_domain::trades::Method;
use jiff::SignedDuration;
use uuid::Uuid;

use std::fmt::Write as _;

use super::*;
use crate::copies::{Change, change};
use crate::db::IdempotencyKey;
use crate::trades::{self, Books, Proposal};

/// A table of books that nobody has entered.
fn table(rows: usize) -> String {
    let mut file = "Title,Author\n".to_owned();
    for n in 0..rows {
        let _ = writeln!(file, "Volume {n} of {},Author {}", n * 7, n % 50);
    }
    file
}

async fn titles(cx: &Cx) -> (i64, i64) {
    sqlx::query_as(
        "select count(*), count(distinct work_id) from copies where owner_id = $1 and state <> 'deleted'",
    )
    .bind(cx.reader().unwrap().id)
    .fetch_one(cx.db())
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_breaks_off_goes_on_without_adding_a_book_twice() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    // Half of the books are known, so that both ways of adding are broken off.
    let known = uploaded(&site, &ben, numbered(300)).await;
    started(&site, &ben, known).await;
    let import = uploaded(&site, &ann, numbered(600)).await;
    start(&ann, None, import, &plan(&ann, import).await)
        .await
        .unwrap();
    for share in [150, 450] {
        let begin = || {
            let services = site.services.clone();
            tokio::spawn(async move { work(&Cx::system(services), import).await })
        };
        let mut worker = begin();
        while copies_of(&ann).await < share {
            // It may have met the lock of the one that was broken off.
            if worker.is_finished() {
                worker = begin();
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        worker.abort();
        let _ = worker.await;
        // As a worker leaves it that dies.
        sqlx::query(
            "update outbox set state = 'running', attempts = attempts + 1, lease_until = now() - interval '1 second'
             where kind = 'shelf_import' and state <> 'done'",
        )
        .execute(ann.db())
        .await
        .unwrap();
    }
    let before = copies_of(&ann).await;
    assert!(
        (450..600).contains(&before),
        "{before} copies when it broke off"
    );
    site.run_jobs().await;
    assert_eq!(state(&ann, import).await, ImportState::Done);
    assert_eq!(titles(&ann).await, (600, 600));
    let told: i64 = sqlx::query_scalar("select count(*) from notifications where user_id = $1")
        .bind(ann.reader().unwrap().id)
        .fetch_one(ann.db())
        .await
        .unwrap();
    assert_eq!(told, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_starts_and_two_workers_at_once_add_each_book_once() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let import = uploaded(&site, &ann, table(200)).await;
    let plan = plan(&ann, import).await;
    let key = Some(IdempotencyKey(Uuid::new_v4()));
    let other = Some(IdempotencyKey(Uuid::new_v4()));
    let (one, two, three) = tokio::join!(
        start(&ann, key, import, &plan),
        start(&ann, key, import, &plan),
        start(&ann, other, import, &plan)
    );
    one.and(two).and(three).unwrap();
    let jobs: i64 = sqlx::query_scalar(
        "select count(*) from outbox where kind = 'shelf_import' and state = 'ready'",
    )
    .fetch_one(ann.db())
    .await
    .unwrap();
    assert_eq!(jobs, 1);
    let system = Cx::system(site.services.clone());
    let (one, two) = tokio::join!(work(&system, import), work(&system, import));
    assert!(one.unwrap() && two.unwrap());
    site.run_jobs().await;
    assert_eq!(titles(&ann).await, (200, 200));
    let after = start(&ann, key, import, &plan).await;
    assert!(after.is_ok(), "sent once more: {after:?}");
    site.run_jobs().await;
    assert_eq!(titles(&ann).await, (200, 200));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_import_adds_nothing_more_until_it_is_started_again() {
    let site = TestSite::new().await;
    let (ann, eve) = (site.member("ann").await, site.member("eve").await);
    let import = uploaded(&site, &ann, table(300)).await;
    started_until(&site, &ann, import, 50).await;
    assert_eq!(state(&ann, import).await, ImportState::Stopped);
    let stopped = copies_of(&ann).await;
    assert!((50..300).contains(&stopped), "{stopped}");
    site.run_jobs().await;
    assert_eq!(copies_of(&ann).await, stopped);
    assert!(matches!(stop(&eve, import).await, Err(Error::NotFound)));
    stop(&ann, import).await.unwrap();
    started(&site, &ann, import).await;
    assert_eq!(
        (state(&ann, import).await, titles(&ann).await),
        (ImportState::Done, (300, 300))
    );
}

/// Starts it, and stops it when so many copies are there.
async fn started_until(site: &TestSite, cx: &Cx, import: ImportId, most: i64) {
    start(cx, None, import, &plan(cx, import).await)
        .await
        .unwrap();
    let jobs = async {
        site.run_jobs().await;
    };
    let stopping = async {
        while copies_of(cx).await < most {
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        stop(cx, import).await.unwrap();
    };
    tokio::join!(jobs, stopping);
}

#[tokio::test]
async fn an_import_is_undone_but_for_what_somebody_has_touched() {
    let site = TestSite::new().await;
    let (ann, ben, eve) = (
        site.member("ann").await,
        site.member("ben").await,
        site.member("eve").await,
    );
    let given = enter(&ben, "Middlemarch", "George Eliot", "").await;
    change(&ben, None, &[given.copy], Change::List)
        .await
        .unwrap();
    let own = enter(&ann, "Romola", "George Eliot", "").await;
    let import = uploaded(&site, &ann, table(8)).await;
    let early = undo(&ann, None, import).await;
    assert!(matches!(early, Err(Error::Conflict(_))));
    let mut plan = plan(&ann, import).await;
    plan.offer = "trade".into();
    start(&ann, None, import, &plan).await.unwrap();
    site.run_jobs().await;
    let copies: Vec<CopyId> = sqlx::query_scalar(
        "select copy_id from shelf_import_rows where import_id = $1 order by number",
    )
    .bind(import)
    .fetch_all(ann.db())
    .await
    .unwrap();
    // One in a proposed trade, one that was edited, one that is somebody else's by now, one in the trash.
    let proposal = Proposal {
        with: "ann".into(),
        books: Books {
            gives: vec![given.copy],
            gets: vec![copies[0]],
            gift: true,
        },
        method: Method::Post,
        message: dogear_domain::fields::Message::default(),
    };
    trades::propose(&ben, None, &proposal).await.unwrap();
    change(&ann, None, &[copies[1]], Change::Unlist)
        .await
        .unwrap();
    sqlx::query("update copies set owner_id = $2 where id = $1")
        .bind(copies[2])
        .bind(eve.reader().unwrap().id)
        .execute(ann.db())
        .await
        .unwrap();
    change(&ann, None, &[copies[3]], Change::Delete)
        .await
        .unwrap();
    assert!(matches!(
        undo(&eve, None, import).await,
        Err(Error::NotFound)
    ));
    undo(&ann, None, import).await.unwrap();
    undo(&ann, None, import).await.unwrap();
    site.run_jobs().await;
    let shown = page(&ann, import).await.unwrap();
    assert_eq!(
        (
            shown.state,
            shown.of(Outcome::Removed),
            shown.of(Outcome::Kept)
        ),
        (ImportState::Undone, 5, 3)
    );
    let kept: HashSet<CopyId> = shown.kept.iter().map(|(copy, _)| *copy).collect();
    assert_eq!(kept, copies[..3].iter().copied().collect());
    let left: HashSet<CopyId> =
        sqlx::query_scalar("select id from copies where owner_id = $1 and state <> 'deleted'")
            .bind(ann.reader().unwrap().id)
            .fetch_all(ann.db())
            .await
            .unwrap()
            .into_iter()
            .collect();
    assert_eq!(left, HashSet::from([own.copy, copies[0], copies[1]]));
    let listed: i64 = sqlx::query_scalar(
        "select coalesce(sum(s.copies), 0)::bigint from work_search s
         join copies c on c.work_id = s.work_id where c.state = 'deleted'",
    )
    .fetch_one(ann.db())
    .await
    .unwrap();
    assert_eq!(listed, 0, "search knows that they are gone");
    let again = start(&ann, None, import, &plan).await;
    assert!(matches!(again, Err(Error::Conflict(_))));
}

#[tokio::test]
async fn after_a_day_nothing_is_undone_and_after_a_month_it_is_forgotten() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let import = uploaded(&site, &ann, table(2)).await;
    started(&site, &ann, import).await;
    assert!(page(&ann, import).await.unwrap().undone_until.is_some());
    site.advance(SignedDuration::from_hours(24));
    assert_eq!(page(&ann, import).await.unwrap().undone_until, None);
    assert!(matches!(
        undo(&ann, None, import).await,
        Err(Error::Conflict(_))
    ));
    let system = Cx::system(site.services.clone());
    delete_old(&system).await.unwrap();
    assert_eq!(list(&ann).await.unwrap().len(), 1);
    site.advance(SignedDuration::from_hours(24 * KEPT_DAYS));
    delete_old(&system).await.unwrap();
    assert_eq!(list(&ann).await.unwrap(), []);
    assert_eq!(copies_of(&ann).await, 2);
}

#[tokio::test]
async fn a_row_that_fails_is_named_and_tried_again_and_the_others_are_added() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    for title in ["Emma", "Persuasion"] {
        enter(&ben, title, "Jane Austen", "").await;
    }
    let import = uploaded(
        &site,
        &ann,
        "Title,Author\nEmma,Jane Austen\nPersuasion,Jane Austen\nRomola,George Eliot\n",
    )
    .await;
    for statement in [
        "create function refuse() returns trigger language plpgsql as $$ begin
             if (select title from works where id = new.work_id) in ('Emma', 'Romola') then raise 'no'; end if;
             return new; end $$",
        "create trigger refuse before insert on copies for each row execute function refuse()",
    ] {
        sqlx::query(statement).execute(ann.db()).await.unwrap();
    }
    started(&site, &ann, import).await;
    let shown = page(&ann, import).await.unwrap();
    assert_eq!(
        (
            shown.state,
            shown.of(Outcome::Added),
            shown.of(Outcome::Failed)
        ),
        (ImportState::Done, 1, 2)
    );
    sqlx::query("drop trigger refuse on copies")
        .execute(ann.db())
        .await
        .unwrap();
    retry(&ann, None, import).await.unwrap();
    retry(&ann, None, import).await.unwrap();
    site.run_jobs().await;
    assert_eq!(page(&ann, import).await.unwrap().of(Outcome::Added), 3);
    assert_eq!(copies_of(&ann).await, 3);
}

#[tokio::test]
async fn a_suspended_reader_gets_no_more_books_and_a_reader_who_leaves_no_traces() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let import = uploaded(&site, &ann, table(3)).await;
    start(&ann, None, import, &plan(&ann, import).await)
        .await
        .unwrap();
    sqlx::query("update users set status = 'suspended'")
        .execute(ann.db())
        .await
        .unwrap();
    site.run_jobs().await;
    assert_eq!(
        (state(&ann, import).await, copies_of(&ann).await),
        (ImportState::Stopped, 0)
    );
}

#[tokio::test]
async fn uploads_that_are_never_started_make_room_for_others() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let kept = uploaded(&site, &ann, table(1)).await;
    started(&site, &ann, kept).await;
    for _ in 0..7 {
        uploaded(&site, &ann, table(2)).await;
    }
    let imports: Vec<ImportId> = list(&ann)
        .await
        .unwrap()
        .iter()
        .map(|line| line.id)
        .collect();
    assert_eq!(imports.len(), 6);
    assert!(imports.contains(&kept));
    let key = Some(IdempotencyKey(Uuid::new_v4()));
    let one = upload(&ann, key, &said("a.csv"), table(2).into())
        .await
        .unwrap();
    assert_eq!(
        upload(&ann, key, &said("a.csv"), table(2).into())
            .await
            .unwrap(),
        one
    );
    let other = upload(&ann, key, &said("a.csv"), table(3).into()).await;
    assert!(matches!(other, Err(Error::Conflict(_))));
}
