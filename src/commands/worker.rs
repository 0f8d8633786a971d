//! `dogear worker`: jobs without pages.

use std::sync::Arc;

use dogear_server::{Services, runtime};
use tokio::task::JoinError;
use tokio_util::sync::CancellationToken;

use super::platform::{Platform, WithoutRedis};
use super::serve::CLOSING;
use super::{Failure, asked_to_stop};
use crate::config::Config;

/// Jobs under way at once, per process.
const CONCURRENCY: usize = 4;

pub(super) async fn run(config: Config) -> Result<(), Failure> {
    let platform = Platform::start_with(&config, WithoutRedis::GoOn).await?;
    let services = platform.services(&config, config.own_url()?)?;
    let stop = CancellationToken::new();
    let mut working = tokio::spawn(work(services, stop.clone()));
    println!("The worker is at work.");
    let failed = tokio::select! {
        () = asked_to_stop() => None,
        ended = &mut working => Some(ended_by_itself(ended)),
        failure = platform.failed() => Some(failure),
    };
    let outcome = if let Some(failure) = failed {
        stop.cancel();
        Err(failure)
    } else {
        println!("Closing: letting jobs end.");
        stop.cancel();
        if let Ok(outcome) = tokio::time::timeout(CLOSING, working).await {
            outcome?
        } else {
            tracing::warn!("some jobs did not end in time: another worker does them again");
            Ok(())
        }
    };
    platform.stop().await;
    outcome
}

/// What to say when work ends that nobody has stopped.
pub(super) fn ended_by_itself(ended: Result<Result<(), Failure>, JoinError>) -> Failure {
    let cause = match ended {
        Ok(Ok(())) => "it gave no reason".to_owned(),
        Ok(Err(failure)) => failure.to_string(),
        Err(panic) => panic.to_string(),
    };
    format!("The worker has ended by itself: {cause}").into()
}

/// Relay, worker and schedules, until `stop`.
pub(super) async fn work(services: Arc<Services>, stop: CancellationToken) -> Result<(), Failure> {
    Box::pin(runtime::run(services, CONCURRENCY, stop)).await?;
    Ok(())
}
