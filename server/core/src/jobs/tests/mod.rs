//! Jobs on a real PostgreSQL and Redis.

mod dead_connections;
mod lanes;

use std::time::Duration;

use dogear_domain::accounts::Role;
use dogear_domain::ids::OutboxId;
use serde::{Deserialize, Serialize};

use super::*;
use crate::testing::{TestServices, all_done, eventually};
use crate::{Cx, Error, Result};

/// A job that does nothing.
#[derive(Serialize, Deserialize)]
pub(super) struct Idle {}

impl Job for Idle {
    const KIND: &'static str = "idle";
    type Kept = ();

    async fn run(self, cx: &Cx, (): &(), claim: &Claim) -> Result<()> {
        let mut conn = cx.db().acquire().await?;
        claim.finish(&mut conn).await
    }
}

/// A job that leaves a word in the database.
#[derive(Serialize, Deserialize)]
struct Write {
    word: String,
}

impl Job for Write {
    const KIND: &'static str = "write";
    type Kept = ();

    async fn run(self, cx: &Cx, (): &(), claim: &Claim) -> Result<()> {
        let mut tx = cx.begin().await?;
        sqlx::query("insert into written (word) values ($1)")
            .bind(&self.word)
            .execute(&mut *tx)
            .await?;
        claim.finish(&mut tx).await?;
        tx.commit().await
    }
}

/// A job that waits for a server which never answers.
#[derive(Serialize, Deserialize)]
struct Hang {}

impl Job for Hang {
    const KIND: &'static str = "hang";
    const PLACES: Option<usize> = Some(2);
    type Kept = ();

    async fn run(self, _: &Cx, (): &(), _: &Claim) -> Result<()> {
        std::future::pending().await
    }
}

fn kinds() -> Jobs {
    Jobs::default()
        .register::<Hang>()
        .register::<Idle>()
        .register::<Write>()
}

/// Services that know these jobs.
pub(super) async fn site() -> TestServices {
    let site = TestServices::new(kinds()).await;
    sql(&site, "create table written (word text not null)").await;
    site
}

/// The words that jobs have left.
async fn written(site: &TestServices) -> Vec<String> {
    sqlx::query_scalar("select word from written order by word")
        .fetch_all(&site.services.db)
        .await
        .unwrap()
}

/// What the row of a job says.
#[derive(Debug, PartialEq, Eq, sqlx::FromRow)]
struct State {
    state: String,
    attempts: i32,
    last_error: String,
}

async fn state(site: &TestServices, key: &str) -> State {
    sqlx::query_as("select state, attempts, last_error from outbox where dedupe_key = $1")
        .bind(key)
        .fetch_one(&site.services.db)
        .await
        .unwrap()
}

async fn id_of(site: &TestServices, key: &str) -> OutboxId {
    sqlx::query_scalar("select id from outbox where dedupe_key = $1")
        .bind(key)
        .fetch_one(&site.services.db)
        .await
        .unwrap()
}

async fn sql(site: &TestServices, statement: &'static str) {
    sqlx::raw_sql(statement)
        .execute(&site.services.db)
        .await
        .unwrap();
}

async fn push_idle(site: &TestServices, key: &str) {
    let mut conn = site.services.db.acquire().await.unwrap();
    push(&mut conn, &Idle {}, key, None).await.unwrap();
}

/// A job nobody can do.
async fn push_poison(site: &TestServices, key: &str, max_attempts: i32) {
    sqlx::query(
        "insert into outbox (kind, payload, dedupe_key, max_attempts)
         values ('poison', '{\"kind\": \"poison\"}', $1, $2)",
    )
    .bind(key)
    .bind(max_attempts)
    .execute(&site.services.db)
    .await
    .unwrap();
}

async fn push_write(site: &TestServices, word: &str) {
    let mut conn = site.services.db.acquire().await.unwrap();
    let job = Write { word: word.into() };
    push(&mut conn, &job, word, None).await.unwrap();
}

/// Relay and workers as in production.
struct Running {
    stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

impl Running {
    fn start(site: &TestServices) -> Self {
        let stop = CancellationToken::new();
        let task = tokio::spawn(run(site.services.clone(), Vec::new(), 4, stop.clone()));
        Self { stop, task }
    }

    async fn stop(self) {
        self.stop.cancel();
        let ended = tokio::time::timeout(Duration::from_secs(20), self.task).await;
        ended.expect("stops within 20 s").unwrap();
    }
}

#[tokio::test]
async fn a_job_exists_only_if_its_transaction_commits_and_once_per_key() {
    let site = site().await;
    let mut tx = site.services.db.begin().await.unwrap();
    push(&mut tx, &Idle {}, "undone", None).await.unwrap();
    tx.rollback().await.unwrap();
    for _ in 0..3 {
        push_idle(&site, "once").await;
    }
    let keys: Vec<String> = sqlx::query_scalar("select dedupe_key from outbox")
        .fetch_all(&site.services.db)
        .await
        .unwrap();
    assert_eq!(keys, ["once"]);
}

#[tokio::test]
async fn losing_redis_between_push_and_work_loses_nothing() {
    let site = site().await;
    push_write(&site, "ann").await;
    let queue = queue::Queue::new(&site.services.redis, job::Lane::ALL);
    relay::drain(&site.services, &queue).await.unwrap();
    assert_eq!(queue.len().await.unwrap(), 1);
    // Queued a moment ago: not queued again each second.
    relay::drain(&site.services, &queue).await.unwrap();
    assert_eq!(queue.len().await.unwrap(), 1);
    site.flush_redis().await;
    let running = Running::start(&site);
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert!(
        written(&site).await.is_empty(),
        "the id was lost with Redis"
    );
    sql(
        &site,
        "update outbox set queued_at = queued_at - interval '31 seconds'",
    )
    .await;
    eventually("the sweep queues it again", async || {
        all_done(&site.services).await
    })
    .await;
    running.stop().await;
    assert_eq!(written(&site).await, ["ann"]);
}

/// The services of the site, with a Redis that nobody reaches.
fn without_redis(site: &TestServices) -> Arc<Services> {
    use fred::interfaces::ClientLike;
    let mut config = fred::types::config::Config::from_url(&site.redis_url).unwrap();
    // Nothing listens on the discard port.
    config.server = fred::types::config::ServerConfig::new_centralized("127.0.0.1", 9);
    let away = fred::clients::Client::new(config, None, None, None);
    let _connecting = away.connect();
    Arc::new(Services {
        db: site.services.db.clone(),
        redis: away,
        redis_breaker: crate::breaker::Breaker::default(),
        clock: site.services.clock.clone(),
        settings: site.services.settings.clone(),
        wake_relay: tokio::sync::Notify::new(),
        jobs: kinds(),
        hooks: site.services.hooks,
        photos: site.services.photos.clone(),
    })
}

#[tokio::test]
async fn without_redis_workers_ask_the_table() {
    let site = site().await;
    let without = without_redis(&site);
    push_write(&site, "ann").await;
    let stop = CancellationToken::new();
    let task = tokio::spawn(run(without, Vec::new(), 2, stop.clone()));
    eventually("the job is done", async || all_done(&site.services).await).await;
    Running { stop, task }.stop().await;
    assert_eq!(written(&site).await, ["ann"]);
}

#[tokio::test]
async fn a_job_survives_the_worker_that_died_with_it() {
    let site = site().await;
    push_write(&site, "ann").await;
    let id = id_of(&site, "ann").await;
    let dead = outbox::claim(&site.services.db, id).await.unwrap().unwrap();
    assert!(
        outbox::claim(&site.services.db, id)
            .await
            .unwrap()
            .is_none(),
        "its lease is live"
    );
    site.run_jobs().await;
    assert!(written(&site).await.is_empty());
    sql(
        &site,
        "update outbox set lease_until = now() - interval '1 second'",
    )
    .await;
    site.run_jobs().await;
    assert_eq!(written(&site).await, ["ann"]);
    assert_eq!(state(&site, "ann").await.attempts, 2);
    // The first worker was only asleep: nothing it does now counts.
    assert!(!dead.renew(&site.services.db).await.unwrap());
    dead.fail(&site.services, "late").await.unwrap();
    let mut conn = site.services.db.acquire().await.unwrap();
    assert!(matches!(
        dead.finish(&mut conn).await,
        Err(Error::Conflict(_))
    ));
    assert_eq!(state(&site, "ann").await.state, "done");
}

#[tokio::test]
async fn two_workers_never_get_the_same_claim() {
    let site = site().await;
    push_idle(&site, "wanted").await;
    let id = id_of(&site, "wanted").await;
    let claims =
        futures::future::join_all((0..20).map(|_| outbox::claim(&site.services.db, id))).await;
    let won = claims
        .into_iter()
        .filter(|claim| matches!(claim, Ok(Some(_))))
        .count();
    assert_eq!(won, 1);
}

#[tokio::test]
async fn a_job_that_kills_its_workers_ends_dead_too() {
    let site = site().await;
    push_poison(&site, "killer", 12).await;
    sql(&site, "update outbox set state = 'running', attempts = 12, lease_until = now() - interval '1 second'").await;
    site.run_jobs().await;
    let last = state(&site, "killer").await;
    assert_eq!(last.state, "dead");
    assert!(last.last_error.contains("died"), "{}", last.last_error);
}

#[tokio::test]
async fn a_schedule_has_one_leader_and_runs_once_per_period() {
    use futures::FutureExt;
    let site = site().await;
    let schedule = schedule::Schedule {
        name: "test",
        when: schedule::Interval::Every(jiff::SignedDuration::from_hours(1)),
        run: |cx| {
            async move {
                let key = uuid::Uuid::new_v4().to_string();
                let mut conn = cx.db().acquire().await?;
                push(&mut conn, &Idle {}, &key, None).await?;
                tokio::time::sleep(Duration::from_millis(200)).await;
                Ok(())
            }
            .boxed()
        },
    };
    let ran = || async {
        let runs = (0..5).map(|_| schedule::run_if_due(&site.services, &schedule));
        let runs = futures::future::join_all(runs).await;
        runs.into_iter()
            .filter(|ran| matches!(ran, Ok(true)))
            .count()
    };
    assert_eq!(ran().await, 1);
    assert_eq!(ran().await, 0, "not due again");
    site.advance(jiff::SignedDuration::from_hours(5));
    assert_eq!(ran().await, 1, "missed runs run once");
    assert_eq!(ran().await, 0);
    let count: i64 = sqlx::query_scalar("select count(*) from outbox")
        .fetch_one(&site.services.db)
        .await
        .unwrap();
    assert_eq!(count, 2);
}

#[tokio::test]
async fn a_poison_job_ends_dead_and_holds_nobody_up() {
    let site = site().await;
    push_poison(&site, "poison", 12).await;
    push_poison(&site, "short", 2).await;
    push_write(&site, "ann").await;
    site.run_jobs().await;
    assert_eq!(written(&site).await, ["ann"], "others proceed");
    let first = state(&site, "poison").await;
    assert_eq!((first.state.as_str(), first.attempts), ("ready", 1));
    let later: bool = sqlx::query_scalar(
        "select run_at between now() + interval '3 seconds' and now() + interval '6 seconds'
         from outbox where dedupe_key = 'poison'",
    )
    .fetch_one(&site.services.db)
    .await
    .unwrap();
    assert!(later, "the second try waits");
    for _ in 0..15 {
        sql(
            &site,
            "update outbox set run_at = now() where state = 'ready'",
        )
        .await;
        site.run_jobs().await;
    }
    for (key, attempts) in [("poison", 12), ("short", 2)] {
        let last = state(&site, key).await;
        assert_eq!((last.state.as_str(), last.attempts), ("dead", attempts));
        assert!(!last.last_error.is_empty());
    }
}

#[tokio::test]
async fn only_moderators_see_retry_and_discard_jobs() {
    let site = site().await;
    push_idle(&site, "one").await;
    push_idle(&site, "two").await;
    push_write(&site, "ann").await;
    sql(
        &site,
        "update outbox set state = 'dead', attempts = 12 where dedupe_key in ('one', 'two')",
    )
    .await;
    let (one, two) = (id_of(&site, "one").await, id_of(&site, "two").await);
    let reader = site.member("reader").await;
    let staff = site.account("bea", Role::Moderator).await;
    let mut conn = site.services.db.acquire().await.unwrap();
    assert!(matches!(overview(&reader).await, Err(Error::NotFound)));
    assert!(matches!(
        list(&reader, Among::Dead, None).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(
        retry(&reader, &mut conn, one).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(
        discard(&reader, &mut conn, one).await,
        Err(Error::NotFound)
    ));

    let numbers = overview(&staff).await.unwrap();
    assert_eq!((numbers.waiting, numbers.dead), (1, 2));
    assert!(numbers.oldest_due.is_some());
    let ids = async |cx: &Cx, among, before| -> Vec<OutboxId> {
        list(cx, among, before)
            .await
            .unwrap()
            .into_iter()
            .map(|job| job.id)
            .collect()
    };
    assert_eq!(ids(&staff, Among::Dead, None).await, [two, one]);
    assert_eq!(ids(&staff, Among::Dead, Some(two)).await, [one]);
    retry(&staff, &mut conn, one).await.unwrap();
    discard(&staff, &mut conn, two).await.unwrap();
    assert_eq!(
        state(&site, "one").await,
        State {
            state: "ready".into(),
            attempts: 0,
            last_error: String::new()
        }
    );
    assert_eq!(ids(&staff, Among::Discarded, None).await, [two]);
    assert!(matches!(
        discard(&staff, &mut conn, two).await,
        Err(Error::Conflict(_))
    ));
    retry(&staff, &mut conn, two).await.unwrap();
    sql(&site, "update outbox set state = 'done' where dedupe_key = 'two'; update outbox set attempts = 1 where dedupe_key = 'one'").await;
    assert!(matches!(
        retry(&staff, &mut conn, two).await,
        Err(Error::Conflict(_))
    ));
    assert_eq!(ids(&staff, Among::Failed, None).await, [one]);
    assert!(!ids(&staff, Among::Waiting, None).await.contains(&one));
}

#[tokio::test]
async fn k18_the_workers_know_by_how_much_they_are_behind() {
    let site = site().await;
    let minute = Duration::from_mins(1);
    push_write(&site, "just now").await;
    let late = async || outbox::late(&site.services.db, minute).await.unwrap();
    assert_eq!(late().await, None);
    for word in ["waits", "waits too"] {
        push_write(&site, word).await;
    }
    sqlx::query(
        "update outbox set run_at = now() - interval '90 s' where dedupe_key <> 'just now'",
    )
    .execute(&site.services.db)
    .await
    .unwrap();
    let (jobs, oldest) = late().await.unwrap();
    assert_eq!(jobs, 2);
    assert!((90..100).contains(&oldest.as_secs()), "{oldest:?}");
}
