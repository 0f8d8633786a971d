//! Work after the commit: an outbox row in the transaction that causes it, a
//! relay that puts its id on a Redis list, workers that claim the row in
//! PostgreSQL and do it.
//!
//! The row is the truth. Redis carries ids and wakes workers, nothing else: an id
//! that is lost with Redis is put there again after [`outbox::REQUEUE_SECONDS`],
//! and while Redis is away the workers ask PostgreSQL themselves.

mod admin;
mod cleanup;
mod handlers;
pub mod outbox;
mod queue;
mod relay;
pub mod schedule;
mod worker;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

pub use admin::{
    Among, JobRow, JobState, Overview, can_be_discarded, discard, list, one, overview, retry,
};
pub use outbox::{Job, push};
pub use worker::{WorkerContext, work_off};

use crate::{Result, Services};

/// Runs relay, workers and schedules until `stop` is cancelled; then takes no new
/// job, and returns when the running ones are finished or handed back, within 20 s.
///
/// # Errors
/// When the mail settings cannot be used. Everything later is logged and tried again.
pub async fn run(
    services: Arc<Services>,
    concurrency: usize,
    stop: CancellationToken,
) -> Result<()> {
    let context = Arc::new(WorkerContext::new(services.clone())?);
    tokio::join!(
        relay::run(services.clone(), stop.clone()),
        schedule::run(services.clone(), schedule::schedules(), stop.clone()),
        worker::run(context, concurrency, stop),
    );
    Ok(())
}
