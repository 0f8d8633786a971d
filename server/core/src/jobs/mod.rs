//! Work after the commit: an outbox row in the transaction that causes it, a
//! relay that puts its id on a Redis list, workers that claim the row in
//! PostgreSQL and do it.
//!
//! The row is the truth. Redis carries ids and wakes workers, nothing else: an id
//! that is lost with Redis is put there again after [`outbox::REQUEUE_SECONDS`],
//! and while Redis is away, or keeps nothing, the workers ask PostgreSQL themselves.

mod admin;
mod job;
pub mod outbox;
mod queue;
mod relay;
pub mod schedule;
mod worker;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

pub use admin::{Among, JobRow, JobState, Overview, PAGE, discard, list, one, overview, retry};
pub use job::{Job, Jobs};
pub use outbox::{Claim, discard_dead, oldest_due, push, schedules};
pub use worker::run_due;

use crate::{Cx, Services};
use schedule::Schedule;

/// Runs relay, workers and schedules until `stop` is cancelled; then takes no new
/// job, and returns when the running ones are finished or handed back, within 20 s.
/// What fails is logged and tried again.
pub async fn run(
    services: Arc<Services>,
    schedules: Vec<Schedule>,
    concurrency: usize,
    stop: CancellationToken,
) {
    tokio::join!(
        relay::run(services.clone(), stop.clone()),
        schedule::run(services.clone(), schedules, stop.clone()),
        worker::run(Cx::system(services), concurrency, stop),
    );
}
