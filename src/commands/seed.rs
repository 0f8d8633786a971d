//! `dogear seed`: something to look at, or much to measure with.

use std::sync::Arc;
use std::time::Instant;

use clap::Args;
use dogear_server::{Cx, Services, seed};
use url::Url;

use super::Failure;
use super::platform::Platform;
use crate::config::Config;

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub struct Options {
    /// A made-up community with shelves, trades and reports, when nobody is registered.
    #[arg(long)]
    demo: bool,
    /// This many generated editions, with works, readers and copies.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    scale: Option<u32>,
    /// The same number gives the same generated books.
    #[arg(long, value_name = "S", default_value_t = 1, requires = "scale")]
    seed: u64,
}

pub async fn run(config: Config, options: Options) -> Result<(), Failure> {
    let platform = Platform::start(&config).await?;
    let loaded = load(&platform, &config, &options).await;
    platform.stop().await;
    loaded
}

async fn load(platform: &Platform, config: &Config, options: &Options) -> Result<(), Failure> {
    platform.migrate().await?;
    let base_url = match config.base_url.clone() {
        Some(url) => url,
        None => Url::parse(&format!("http://{}", config.listen))?,
    };
    let services = platform.services(config, base_url)?;
    if options.demo {
        demo(&services).await?;
        print_log_ins(&services).await?;
    }
    if let Some(editions) = options.scale {
        let start = Instant::now();
        println!("Generating {editions} editions.");
        let size = seed::scale(&Cx::system(services), editions as usize, options.seed).await?;
        println!(
            "Loaded {} works, {} editions, {} readers and {} copies in {:.1} s.",
            size.works,
            size.editions,
            size.readers,
            size.copies,
            start.elapsed().as_secs_f64()
        );
    }
    Ok(())
}

/// Loads the demo community into an empty site, and says how long that took.
///
/// # Errors
/// In production: everybody knows the password of its admin.
pub async fn demo(services: &Arc<Services>) -> Result<(), Failure> {
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
            "Added {} works, {} readers, {} copies, {} photos, {} trades and {} reports in {:.1} s.",
            summary.works,
            summary.readers,
            summary.copies,
            summary.photos,
            summary.trades,
            summary.reports,
            start.elapsed().as_secs_f64()
        );
    }
    Ok(())
}

/// Says whom to log in as, when the demo community is on this site.
pub async fn print_log_ins(services: &Services) -> Result<(), Failure> {
    if seed::demo_is_here(services).await? {
        println!("Log in with the password {} as:", seed::PASSWORD);
        for (handle, what) in seed::LOG_INS {
            println!("  {:<32} {what}", seed::mail_address(handle));
        }
    }
    Ok(())
}
