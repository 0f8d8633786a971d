//! Connections and transactions, against PostgreSQL.

use std::time::Duration;

use super::*;
use crate::jobs::Jobs;
use crate::testing::TestServices;

/// Whether the backend still works on something, looked at for a second and a half.
async fn goes_on(site: &TestServices, pid: i32) -> bool {
    for _ in 0..15 {
        let active: bool = sqlx::query_scalar(
            "select exists (select from pg_stat_activity where pid = $1 and state = 'active')",
        )
        .bind(pid)
        .fetch_one(&site.services.db)
        .await
        .unwrap();
        if !active {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    true
}

#[tokio::test]
async fn a_commit_wakes_the_relay_and_nothing_else_does() {
    let site = TestServices::new(Jobs::default()).await;
    let cx = site.visitor();
    let woken = async || {
        let wake = site.services.wake_relay.notified();
        tokio::time::timeout(Duration::from_millis(20), wake)
            .await
            .is_ok()
    };
    cx.begin().await.unwrap().rollback().await.unwrap();
    drop(cx.begin().await.unwrap());
    assert!(!woken().await);
    cx.begin().await.unwrap().commit().await.unwrap();
    assert!(woken().await);
    let Ok(Idempotent::New(once)) = cx.once::<()>(None, "anything").await else {
        panic!("nobody has done it yet");
    };
    once.commit(&()).await.unwrap();
    assert!(woken().await);
}

#[tokio::test]
async fn k11_a_commit_whose_answer_is_lost_is_told_as_such() {
    let site = TestServices::new(Jobs::default()).await;
    let mut tx = site.visitor().begin().await.unwrap();
    let pid: i32 = sqlx::query_scalar("select pg_backend_pid()")
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    sqlx::query("select pg_terminate_backend($1)")
        .bind(pid)
        .execute(&site.services.db)
        .await
        .unwrap();
    let outcome = tx.commit().await;
    assert!(matches!(outcome, Err(Error::Unsure(_))), "{outcome:?}");
}

#[tokio::test]
async fn a_statement_ends_when_nobody_waits_for_it_any_more() {
    let site = TestServices::new(Jobs::default()).await;
    let mut db = cancel_on_drop(&site.services.db).await.unwrap();
    let pid: i32 = sqlx::query_scalar("select pg_backend_pid()")
        .fetch_one(&mut *db)
        .await
        .unwrap();
    let slow = sqlx::query("select pg_sleep(4)").execute(&mut *db);
    let answer = tokio::time::timeout(Duration::from_millis(100), slow).await;
    assert!(answer.is_err(), "it is slow");
    assert!(goes_on(&site, pid).await, "as long as somebody holds it");
    drop(db);
    assert!(!goes_on(&site, pid).await);
}
