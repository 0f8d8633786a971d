//! Books that do not exist: in a database, or in files to import.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use dogear::commands::{Failure, platform::Platform};
use dogear::config::Config;
use dogear_server::{Cx, seed};

#[derive(Debug, Args)]
pub(crate) struct SeedOptions {
    /// This many editions, with works, readers and copies.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    scale: u32,
    /// The same number gives the same books.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
}

#[derive(Debug, Args)]
pub(crate) struct DumpsOptions {
    /// How many editions.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    editions: u32,
    /// The same number gives the same books.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The folder for the files.
    #[arg(long, default_value = ".")]
    into: PathBuf,
}

/// Loads generated books into the configured site.
///
/// # Errors
/// When a dependency is away, or the books cannot be loaded.
pub(crate) async fn seed(config: Config, options: SeedOptions) -> Result<(), Failure> {
    let platform = Platform::start(&config).await?;
    let loaded = load(&platform, &config, &options).await;
    platform.stop().await;
    loaded
}

async fn load(platform: &Platform, config: &Config, options: &SeedOptions) -> Result<(), Failure> {
    platform.migrate().await?;
    let services = platform.services(config, config.own_url()?)?;
    let start = Instant::now();
    println!("Generating {} editions.", options.scale);
    let size = seed::scale(&Cx::system(services), options.scale as usize, options.seed).await?;
    println!(
        "Loaded {} works, {} editions, {} readers and {} copies in {:.1} s.",
        size.works,
        size.editions,
        size.readers,
        size.copies,
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Writes generated dumps and prints their paths.
///
/// # Errors
/// When the folder cannot be written.
pub(crate) fn dumps(options: DumpsOptions) -> Result<(), Failure> {
    for file in seed::generate(&options.into, options.editions as usize, options.seed)? {
        println!("{}", file.display());
    }
    Ok(())
}
