//! `dogear migrate`.

use super::Failure;
use super::platform::{Platform, WithoutRedis};
use crate::config::Config;

pub(super) async fn run(config: Config) -> Result<(), Failure> {
    // Only PostgreSQL is needed: a Redis that is away is said and does no harm.
    let platform = Platform::start_with(&config, WithoutRedis::GoOn).await?;
    let migrated = platform.migrate().await;
    platform.stop().await;
    migrated?;
    println!("The database has this version's schema.");
    Ok(())
}
