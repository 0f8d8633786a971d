//! `dogear worker`: jobs without pages.

use std::sync::Arc;

use dogear_server::{Services, jobs};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::platform::Platform;
use super::{Failure, asked_to_stop};
use crate::config::Config;

/// Jobs under way at once, per process.
const CONCURRENCY: usize = 4;

pub async fn run(config: Config) -> Result<(), Failure> {
    let platform = Platform::start(&config).await?;
    let base_url = match config.base_url.clone() {
        Some(url) => url,
        None => Url::parse(&format!("http://{}", config.listen))?,
    };
    let services = platform.services(&config, base_url)?;
    let stop = CancellationToken::new();
    let working = tokio::spawn(work(services, stop.clone()));
    println!("The worker is at work.");
    asked_to_stop().await;
    println!("Closing: letting jobs end.");
    stop.cancel();
    working.await??;
    platform.stop().await;
    Ok(())
}

/// Relay, worker and schedules, until `stop`.
pub async fn work(services: Arc<Services>, stop: CancellationToken) -> Result<(), Failure> {
    jobs::run(services, CONCURRENCY, stop).await?;
    Ok(())
}
