//! `dogear migrate`.

use super::Failure;
use super::platform::Platform;
use crate::config::Config;

pub(super) async fn run(config: Config) -> Result<(), Failure> {
    let platform = Platform::start(&config).await?;
    let migrated = platform.migrate().await;
    platform.stop().await;
    migrated?;
    println!("The database has this version's schema.");
    Ok(())
}
