//! Takes ids from the queue, claims their rows, does the work.

use std::sync::Arc;
use std::time::Duration;

use dogear_domain::ids::OutboxId;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::job::Lane;
use super::outbox::{self, Claim};
use super::queue::Queue;
use crate::db::in_time;
use crate::{Cx, Error, Result};

/// A handler that takes longer has failed.
const LONGEST_JOB: Duration = Duration::from_mins(2);
/// A third of the lease, so that two renewals may be lost.
const RENEW_EVERY: Duration = Duration::from_secs(outbox::LEASE_SECONDS as u64 / 3);
/// How often the table is asked for what an empty queue may have overlooked.
const LOOK_EVERY: Duration = Duration::from_secs(outbox::OVERLOOKED_SECONDS as u64);
/// On stop, running jobs may take this long before they are broken off.
const DRAIN: Duration = Duration::from_secs(15);

/// Works with `concurrency` jobs at a time until `stop`, and beside them with those that have
/// places of their own.
pub(super) async fn run(cx: Cx, concurrency: usize, stop: CancellationToken) {
    let lanes = cx.services.jobs.lanes(concurrency).into_iter();
    let works = lanes.map(|lane| work(cx.clone(), lane, stop.clone()));
    futures::future::join_all(works).await;
}

/// Works with the jobs of a lane until `stop`.
async fn work(cx: Cx, lane: Lane, stop: CancellationToken) {
    let places = Arc::new(Semaphore::new(lane.places));
    let queue = Queue::for_worker(&cx.services.redis, lane);
    let mut look = Instant::now() + LOOK_EVERY;
    let running = TaskTracker::new();
    let abort = CancellationToken::new();
    while !stop.is_cancelled() {
        let place = tokio::select! {
            () = stop.cancelled() => break,
            place = places.clone().acquire_owned() => place,
        };
        // The semaphore is never closed.
        let Ok(place) = place else { break };
        // Not cancelled by `stop`: an id must not be lost between Redis and us.
        let ids = match queue.pop().await {
            Ok(Some(id)) => vec![id],
            Ok(None) if look <= Instant::now() => {
                let found = in_time(cx.db(), async |conn| {
                    outbox::overlooked(conn, &queue.lane, 20).await
                })
                .await;
                let found = found.unwrap_or_else(|error| {
                    tracing::warn!(%error, "worker: the database does not answer");
                    Vec::new()
                });
                // Where some were, there are more.
                if found.is_empty() {
                    look = Instant::now() + LOOK_EVERY;
                } else {
                    tracing::warn!(
                        jobs = found.len(),
                        "worker: jobs that the queue does not have"
                    );
                }
                found
            }
            Ok(None) => Vec::new(),
            Err(error) => {
                tracing::debug!(%error, "worker: no queue, asking the database");
                tokio::time::sleep(Duration::from_secs(1)).await;
                let due = in_time(cx.db(), async |conn| {
                    outbox::due(conn, &queue.lane, 20).await
                })
                .await;
                due.unwrap_or_else(|error| {
                    tracing::warn!(%error, "worker: neither queue nor database answer");
                    Vec::new()
                })
            }
        };
        if ids.is_empty() {
            continue;
        }
        let (cx, abort, stop) = (cx.clone(), abort.clone(), stop.clone());
        running.spawn(async move {
            for (number, id) in ids.into_iter().enumerate() {
                // The first one may be missing in Redis now; the others are nobody's yet.
                if abort.is_cancelled() || (number > 0 && stop.is_cancelled()) {
                    break;
                }
                attempt(&cx, id, &abort).await;
            }
            drop(place);
        });
    }
    running.close();
    if tokio::time::timeout(DRAIN, running.wait()).await.is_err() {
        tracing::warn!(jobs = running.len(), "worker: handing unfinished jobs back");
        abort.cancel();
        if tokio::time::timeout(Duration::from_secs(2), running.wait())
            .await
            .is_err()
        {
            tracing::warn!("worker: some jobs were not handed back; their leases will run out");
        }
    }
    queue.close().await;
}

/// Claims and does one job; whatever happens is in its row afterwards.
async fn attempt(cx: &Cx, id: OutboxId, abort: &CancellationToken) {
    let db = cx.db();
    let claim = match in_time(db, async |conn| outbox::claim(conn, id).await).await {
        Ok(Some(claim)) => Arc::new(claim),
        // Done already, or somebody else's.
        Ok(None) => return,
        Err(error) => {
            tracing::warn!(job = %id, %error, "worker: job not claimed; it will be queued again");
            return;
        }
    };
    let outcome = if claim.attempt > claim.max_attempts {
        Err("every worker that took this job died with it".to_owned())
    } else {
        let (cx, claimed) = (cx.clone(), claim.clone());
        let handler = tokio::spawn(async move { cx.services.jobs.run(&cx, &claimed).await });
        supervise(db, &claim, handler, abort).await
    };
    let noted = match outcome {
        Ok(Ended::Done) => {
            tracing::info!(job = %id, kind = claim.kind, attempt = claim.attempt, "job done");
            return;
        }
        Ok(Ended::Lost) => {
            tracing::warn!(job = %id, kind = claim.kind, "job taken over by another worker");
            return;
        }
        Ok(Ended::Unfinished) => in_time(db, async |conn| claim.release(conn).await).await,
        Err(error) => claim.fail(&cx.services, &error).await.map(|dead| {
            if dead {
                tracing::error!(job = %id, kind = claim.kind, error, "job dead after its last attempt");
            } else {
                tracing::warn!(job = %id, kind = claim.kind, attempt = claim.attempt, error, "job failed");
            }
        }),
    };
    if let Err(error) = noted {
        tracing::warn!(job = %id, %error, "worker: outcome not noted; the lease will run out");
    }
}

enum Ended {
    Done,
    /// Another worker holds it now.
    Lost,
    /// Broken off because the process ends.
    Unfinished,
}

/// Waits for the handler and keeps the lease alive meanwhile. The error is what the row keeps.
async fn supervise(
    db: &sqlx::PgPool,
    claim: &Claim,
    mut handler: JoinHandle<Result<()>>,
    abort: &CancellationToken,
) -> Result<Ended, String> {
    let deadline = tokio::time::sleep(LONGEST_JOB);
    tokio::pin!(deadline);
    let mut renewal = tokio::time::interval_at(Instant::now() + RENEW_EVERY, RENEW_EVERY);
    let broken_off = loop {
        tokio::select! {
            done = &mut handler => return match done {
                Ok(Ok(())) => Ok(Ended::Done),
                Ok(Err(Error::Conflict(_))) if !renew(db, claim).await.unwrap_or(true) => Ok(Ended::Lost),
                Ok(Err(error)) => Err(error.to_string()),
                Err(panic) => Err(format!("the handler panicked: {panic}")),
            },
            _ = renewal.tick() => match renew(db, claim).await {
                Ok(true) => {}
                Ok(false) => break Ok(Ended::Lost),
                Err(error) => tracing::warn!(job = %claim.id, %error, "lease not renewed"),
            },
            () = &mut deadline => break Err(format!("not done within {} s", LONGEST_JOB.as_secs())),
            () = abort.cancelled() => break Ok(Ended::Unfinished),
        }
    };
    handler.abort();
    // Only when it has really ended may another worker have it.
    match handler.await {
        Ok(Ok(())) => Ok(Ended::Done),
        _ => broken_off,
    }
}

async fn renew(db: &sqlx::PgPool, claim: &Claim) -> Result<bool> {
    in_time(db, async |conn| claim.renew(conn).await).await
}

/// Does everything that is due now, one after the other, and returns: for tests, for
/// seeding and for `dogear` commands that must not leave work behind. Works with the
/// table alone. Tells how many jobs it looked at.
///
/// # Errors
/// Those of the database; failed jobs are in their rows.
pub async fn run_due(cx: &Cx) -> Result<usize> {
    let never = CancellationToken::new();
    let mut worked = 0;
    loop {
        let ids = outbox::due(cx.db(), &Lane::ALL, 100).await?;
        if ids.is_empty() {
            return Ok(worked);
        }
        worked += ids.len();
        for id in ids {
            attempt(cx, id, &never).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::push;
    use crate::jobs::tests::{Idle, site};
    use crate::testing::TestServices;

    async fn claimed(site: &TestServices) -> Claim {
        let db = &site.services.db;
        let mut conn = db.acquire().await.unwrap();
        push(&mut conn, &Idle {}, "job", None).await.unwrap();
        outbox::claim(db, OutboxId(1)).await.unwrap().unwrap()
    }

    #[tokio::test]
    async fn a_panic_is_a_failed_attempt() {
        let site = site().await;
        let claim = claimed(&site).await;
        let handler = tokio::spawn(async { panic!("out of paper") });
        let calm = CancellationToken::new();
        let ended = supervise(&site.services.db, &claim, handler, &calm).await;
        assert!(matches!(ended, Err(error) if error.contains("out of paper")));
    }

    #[tokio::test]
    async fn a_job_broken_off_at_the_end_is_free_at_once() {
        let site = site().await;
        let claim = claimed(&site).await;
        let handler = tokio::spawn(std::future::pending());
        let abort = CancellationToken::new();
        abort.cancel();
        let ended = supervise(&site.services.db, &claim, handler, &abort).await;
        assert!(matches!(ended, Ok(Ended::Unfinished)));
        claim.release(&site.services.db).await.unwrap();
        let next = outbox::claim(&site.services.db, claim.id).await.unwrap();
        assert_eq!(next.unwrap().attempt, 2);
    }

    #[tokio::test]
    async fn a_stop_without_jobs_is_quick() {
        let site = site().await;
        let cx = Cx::system(site.services.clone());
        let stop = CancellationToken::new();
        stop.cancel();
        let started = std::time::Instant::now();
        run(cx, 2, stop).await;
        assert!(
            started.elapsed() < Duration::from_secs(5),
            "nothing runs, so nothing is waited for"
        );
    }
}
