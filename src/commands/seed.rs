//! `dogear seed`: something to look at.

use std::sync::Arc;
use std::time::Instant;

use clap::Args;
use dogear_server::{Services, seed};

use super::Failure;
use super::platform::Platform;
use crate::config::Config;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// A made-up community with shelves, trades and reports, when nobody is registered.
    #[arg(long, required = true)]
    demo: bool,
}

pub(super) async fn run(config: Config, _: Options) -> Result<(), Failure> {
    let platform = Platform::start(&config).await?;
    let loaded = load(&platform, &config).await;
    platform.stop().await;
    loaded
}

async fn load(platform: &Platform, config: &Config) -> Result<(), Failure> {
    platform.migrate().await?;
    let services = platform.services(config, config.own_url()?)?;
    demo(&services).await?;
    print_log_ins(&services).await
}

/// Loads the demo community into an empty site, and says how long that took.
///
/// # Errors
/// In production: everybody knows the password of its admin.
pub(super) async fn demo(services: &Arc<Services>) -> Result<(), Failure> {
    if !services.settings.development {
        return Err(
            "The demo community is not for production: everybody knows its passwords.".into(),
        );
    }
    let start = Instant::now();
    println!("Filling the site with a demo community, if it is empty.");
    let summary = seed::demo(services).await?;
    if summary == seed::DemoSummary::default() {
        println!("It has readers already: nothing was added.");
    } else {
        println!(
            "Added {} works, {} readers, {} copies, {} photos, {} trades, {} events and {} reports in {:.1} s.",
            summary.works,
            summary.readers,
            summary.copies,
            summary.photos,
            summary.trades,
            summary.events,
            summary.reports,
            start.elapsed().as_secs_f64()
        );
    }
    Ok(())
}

/// Says whom to log in as, when the demo community is on this site.
pub(super) async fn print_log_ins(services: &Services) -> Result<(), Failure> {
    if seed::demo_is_here(services).await? {
        println!("Log in with the password {} as:", seed::PASSWORD);
        for (handle, what) in seed::LOG_INS {
            println!("  {:<32} {what}", seed::mail_address(handle));
        }
    }
    Ok(())
}
