//! From the outbox to the queue.

use std::sync::Arc;
use std::time::Duration;

use sqlx::Connection;
use tokio_util::sync::CancellationToken;

use super::outbox;
use super::queue::Queue;
use crate::{Result, Services, db};

/// Ids per look.
const BATCH: i64 = 200;
/// A list is not filled beyond this: the rest is as safe in the table.
const LONGEST_QUEUE: u64 = 1000;

/// After a wake. Every commit wakes, whether or not it has pushed a job: those that come close
/// together are answered by one look.
const GATHER: Duration = Duration::from_millis(10);

/// Looks every second, and at once when woken; logs what fails and goes on.
pub(super) async fn run(services: Arc<Services>, stop: CancellationToken) {
    let lanes = services.jobs.lanes(1).into_iter();
    let queues: Vec<Queue> = lanes
        .map(|lane| Queue::new(&services.redis, lane))
        .collect();
    let mut failing = false;
    loop {
        match drain_all(&services, &queues).await {
            Ok(()) if failing => {
                failing = false;
                tracing::info!("relay: jobs reach the queue again");
            }
            Ok(()) => {}
            Err(error) if !failing => {
                failing = true;
                tracing::warn!(%error, "relay: jobs do not reach the queue; trying every second");
            }
            Err(error) => tracing::debug!(%error, "relay: still no queue"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = services.wake_relay.notified(), if !failing => tokio::time::sleep(GATHER).await,
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
    }
}

async fn drain_all(services: &Services, queues: &[Queue]) -> Result<()> {
    for queue in queues {
        drain(services, queue).await?;
    }
    Ok(())
}

/// Moves everything of a lane that is due, as far as its list has room.
pub(super) async fn drain(services: &Services, queue: &Queue) -> Result<()> {
    while queue.len().await? < LONGEST_QUEUE {
        // Committed after the push: when Redis refuses, no row is marked as queued.
        let moved = db::in_time(&services.db, async |conn| {
            let mut tx = conn.begin().await?;
            let ids = outbox::take_due(&mut tx, &queue.lane, BATCH).await?;
            if !ids.is_empty() {
                queue.push(&ids).await?;
                tx.commit().await?;
            }
            Ok(ids.len() as i64)
        });
        if moved.await? < BATCH {
            break;
        }
    }
    Ok(())
}
