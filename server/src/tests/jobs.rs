//! Jobs of the features on a real PostgreSQL and Redis.

use std::time::Duration;

use dogear_core::testing::{all_done, eventually};
use dogear_domain::accounts::Role;
use dogear_domain::ids::OutboxId;
use tokio_util::sync::CancellationToken;

use crate::Error;
use crate::jobs::{discard, push, retry, schedule};
use crate::mail::{self, NewMail, Rendered, SendMail};
use crate::runtime::{self, run};
use crate::testing::TestSite;

async fn sql(site: &TestSite, statement: &'static str) {
    sqlx::raw_sql(statement)
        .execute(&site.services.db)
        .await
        .unwrap();
}

/// A job that does nothing: there is no such mail.
const IDLE: SendMail = SendMail { mail: -1 };

async fn push_idle(site: &TestSite, key: &str) {
    let mut conn = site.services.db.acquire().await.unwrap();
    push(&mut conn, &IDLE, key, None).await.unwrap();
}

/// Queues a mail to `{name}@readers.test`.
async fn queue_mail(site: &TestSite, name: &str) {
    let mut tx = site.services.db.begin().await.unwrap();
    let mail = NewMail {
        user: None,
        to: format!("{name}@readers.test"),
        kind: "test",
        dedupe_key: name.into(),
        content: Rendered {
            subject: format!("For {name}"),
            text: "text".into(),
            html: "<p>html</p>".into(),
            calendar: None,
        },
        trade: None,
        not_before: None,
        not_after: None,
        unsubscribe_url: None,
    };
    mail::queue(&mut tx, &mail).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn jobs_pass_through_relay_queue_and_worker() {
    let site = TestSite::new().await;
    let stop = CancellationToken::new();
    let task = tokio::spawn(run(site.services.clone(), 4, stop.clone()));
    for name in ["ann", "ben", "cleo"] {
        queue_mail(&site, name).await;
    }
    site.services.wake_relay.notify_one();
    eventually("all mails are sent", async || {
        all_done(&site.services).await
    })
    .await;
    stop.cancel();
    let ended = tokio::time::timeout(Duration::from_secs(20), task).await;
    ended.expect("stops within 20 s").unwrap().unwrap();
    let mut to: Vec<String> = site
        .dev_mailbox
        .messages()
        .into_iter()
        .flat_map(|mail| mail.to)
        .collect();
    to.sort();
    assert_eq!(
        to,
        ["ann@readers.test", "ben@readers.test", "cleo@readers.test"]
    );
}

#[tokio::test]
async fn an_erasure_cannot_be_given_up() {
    let site = TestSite::new().await;
    let staff = site.account("bea", Role::Moderator).await;
    let mut conn = site.services.db.acquire().await.unwrap();
    let erasure = crate::accounts::EraseAccount {
        user: staff.actor.as_ref().unwrap().id,
    };
    push(&mut conn, &erasure, "erasure", None).await.unwrap();
    sql(&site, "update outbox set state = 'dead', attempts = 12").await;
    let id: OutboxId = sqlx::query_scalar("select id from outbox")
        .fetch_one(&site.services.db)
        .await
        .unwrap();
    assert!(matches!(
        discard(&staff, &mut conn, id).await,
        Err(Error::Conflict(sentence)) if sentence.contains("cannot be cancelled")
    ));
    let state: String = sqlx::query_scalar("select state from outbox")
        .fetch_one(&site.services.db)
        .await
        .unwrap();
    assert_eq!(state, "dead");
    retry(&staff, &mut conn, id).await.unwrap();
}

#[tokio::test]
async fn a_mail_fails_with_its_job_and_is_sent_with_its_retry() {
    let site = TestSite::new().await;
    let staff = site.account("bea", Role::Moderator).await;
    queue_mail(&site, "ann").await;
    let mut conn = site.services.db.acquire().await.unwrap();
    let mail = async || -> (String, String) {
        sqlx::query_as("select state, last_error from mails")
            .fetch_one(&site.services.db)
            .await
            .unwrap()
    };
    let job: OutboxId = sqlx::query_scalar("select id from outbox")
        .fetch_one(&site.services.db)
        .await
        .unwrap();
    // Every worker that took it died.
    sql(&site, "update outbox set state = 'running', attempts = max_attempts, lease_until = now() - interval '1 second'").await;
    site.run_jobs().await;
    assert_eq!(mail().await.0, "failed");
    assert!(mail().await.1.contains("died"));
    retry(&staff, &mut conn, job).await.unwrap();
    assert_eq!(mail().await.0, "queued");
    discard(&staff, &mut conn, job).await.unwrap();
    assert_eq!(
        mail().await,
        ("failed".into(), "given up by a moderator".into())
    );
    retry(&staff, &mut conn, job).await.unwrap();
    site.run_jobs().await;
    assert_eq!(mail().await.0, "sent");
    assert_eq!(site.dev_mailbox.messages().len(), 1);
    // Not a second time by a job that somebody kept.
    sql(&site, "update outbox set state = 'dead'").await;
    assert!(matches!(
        retry(&staff, &mut conn, job).await,
        Err(Error::Conflict(_))
    ));
}

#[tokio::test]
async fn the_clean_up_deletes_what_is_old_and_keeps_the_rest() {
    let site = TestSite::new().await;
    for key in ["old", "new", "dead"] {
        push_idle(&site, key).await;
    }
    sql(&site, "update outbox set state = 'done', done_at = now() - interval '13 days' where dedupe_key = 'new';
        update outbox set state = 'done', done_at = now() - interval '15 days' where dedupe_key = 'old';
        update outbox set state = 'dead', created_at = now() - interval '1 year' where dedupe_key = 'dead';
        insert into idempotency_keys (user_id, key, request_hash, created_at)
        values (1, gen_random_uuid(), '', now() - interval '49 hours'), (2, gen_random_uuid(), '', now() - interval '47 hours')").await;
    for schedule in runtime::schedules() {
        assert!(
            schedule::run_if_due(&site.services, &schedule)
                .await
                .unwrap()
        );
    }
    let keys: Vec<String> = sqlx::query_scalar("select dedupe_key from outbox order by id")
        .fetch_all(&site.services.db)
        .await
        .unwrap();
    assert_eq!(keys, ["new", "dead"]);
    let users: Vec<i64> = sqlx::query_scalar("select user_id from idempotency_keys")
        .fetch_all(&site.services.db)
        .await
        .unwrap();
    assert_eq!(users, [2]);
}
