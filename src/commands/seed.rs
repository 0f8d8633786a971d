//! `dogear seed`: something to look at, or much to measure with.

use std::time::Instant;

use clap::Args;
use dogear_server::{Cx, seed};
use url::Url;

use super::Failure;
use super::platform::Platform;
use crate::config::Config;

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub struct Options {
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
