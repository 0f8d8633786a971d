//! What measures Dogear, and makes what is measured. Not part of the program that is installed.

// The router wraps futures of pages in many layers.
#![recursion_limit = "512"]
// Numbers of what was generated here, and times.
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]

mod bench;
mod generate;

use clap::{Parser, Subcommand};
use dogear::commands;
use dogear::config::Config;

/// Measures Dogear, and makes much to measure with.
#[derive(Parser)]
#[command(name = "cargo xtask workshop", max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    config: Config,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure pages beside the least this machine can do.
    Bench(bench::Options),
    /// Fill a site with many generated books, readers and copies.
    Seed(generate::SeedOptions),
    /// Write dumps of books that do not exist, in Open Library's format.
    Dumps(generate::DumpsOptions),
}

fn main() -> std::process::ExitCode {
    let cli = Cli::parse();
    commands::run(&cli.config.clone(), async {
        match cli.command {
            Command::Bench(options) => bench::run(cli.config, options).await,
            Command::Seed(options) => generate::seed(cli.config, options).await,
            Command::Dumps(options) => generate::dumps(options),
        }
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    /// One of both would be read as the other, and the program end in a panic.
    #[test]
    fn no_command_has_an_option_of_the_same_name_as_the_site() {
        let cli = Cli::command();
        let site: Vec<_> = cli.get_arguments().map(clap::Arg::get_id).collect();
        assert!(site.len() > 5, "{site:?}");
        for command in cli.get_subcommands() {
            for option in command.get_arguments() {
                assert!(!site.contains(&option.get_id()), "{}", option.get_id());
            }
        }
    }
}
