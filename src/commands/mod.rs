//! The commands of the binary.

mod admin;
mod catalogue;
mod doctor;
mod migrate;
pub mod platform;
mod seed;
pub mod serve;
mod token;
mod worker;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Config;
use crate::telemetry;

/// Dogear: readers trade books they have read for books they want to read.
#[derive(Parser)]
#[command(version, about, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    config: Config,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the site; the worker runs in the same process unless told otherwise.
    Serve(serve::Options),
    /// Work off jobs: mail, notifications, deadlines.
    Worker,
    /// Check every dependency, and say cause and cure of what is wrong.
    Doctor(doctor::Options),
    /// Load catalogue data in bulk.
    Catalogue(catalogue::Options),
    /// Make accounts and change roles from the command line.
    Admin(admin::Options),
    /// Make and end access tokens for scripts.
    Token(token::Options),
    /// Bring the database to this version's schema, and stop.
    Migrate,
    /// Fill the site with readers, books and trades to look at.
    Seed(seed::Options),
}

/// What went wrong, and what to do, in words for the operator.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Parses the command line and runs it.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    run(&cli.config.clone(), async {
        match cli.command {
            Command::Serve(options) => serve::run(cli.config, options).await,
            Command::Worker => worker::run(cli.config).await,
            Command::Doctor(options) => doctor::run(cli.config, options).await,
            Command::Catalogue(options) => catalogue::run(cli.config, options).await,
            Command::Admin(options) => admin::run(cli.config, options).await,
            Command::Token(options) => token::run(cli.config, options).await,
            Command::Migrate => migrate::run(cli.config).await,
            Command::Seed(options) => seed::run(cli.config, options).await,
        }
    })
}

/// Starts the log and the threads, does `work`, and says what went wrong with it.
pub fn run(config: &Config, work: impl Future<Output = Result<(), Failure>>) -> ExitCode {
    telemetry::start(&config.log, config.production);
    let mistakes = config.mistakes();
    if !mistakes.is_empty() {
        eprintln!("The configuration needs changing:");
        for mistake in mistakes {
            eprintln!("  - {mistake}");
        }
        return ExitCode::from(2);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("The system gave us no threads: {error}");
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(work);
    // Threads that still decode or hash are not waited for.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            let mut cause = failure.source();
            while let Some(error) = cause {
                eprintln!("  because: {error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}

/// Ends when the process is asked to: Ctrl-C, SIGTERM, or the end of `xtask`.
pub async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
