//! The project's own commands: `cargo xtask build`, `run`, `test`, `fmt` and `bench`.

mod assets;
mod browser;
mod checks;
mod css;
mod fingerprint;
mod format;
mod mutants;
mod prereq;
mod proc;
mod programs;
mod project;
mod run;
mod site;
mod test;
mod test_data;
mod workshop;

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use crate::project::Profile;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Builds, runs, tests and measures Dogear."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the server and the browser's part.
    Build {
        /// Optimise, which takes several minutes.
        #[arg(long)]
        release: bool,
    },
    /// Build, start a private PostgreSQL and Redis, load the demo community and serve it.
    Run {
        /// Optimise, which takes several minutes.
        #[arg(long)]
        release: bool,
        /// The port to listen on, instead of the first free one from 3000.
        #[arg(long)]
        port: Option<u16>,
        /// More arguments for `dogear serve`, after `--`.
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Run every check, or only the named ones.
    Test {
        /// The checks to run; all of them when none is named.
        #[arg(value_enum)]
        names: Vec<test::Check>,
    },
    /// Lay out all code, the views of pages included.
    Fmt,
    /// Describe the checked statements of the server anew, after one or the schema changed.
    Sql,
    /// Break the rules of the domain place by place: a test has to notice each (an hour or two).
    Mutants {
        /// More arguments for cargo-mutants, such as `--file domain/src/isbn.rs`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Look at the pages: take pictures of them, or let Lighthouse judge the main ones.
    Look {
        #[arg(value_enum)]
        what: Look,
    },
    /// Measure the release build.
    Bench {
        /// Arguments for the workshop's `bench`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Hold what is read of catalogues against files and answers of others.
    Outside {
        /// The folder with them; they are no part of the project.
        folder: std::path::PathBuf,
    },
    /// Make much to measure with: many books in a database, or in files to import.
    Workshop {
        /// Arguments for the workshop, such as `--help`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Look {
    /// Every page at three widths, in light and dark, into `end2end/shots`.
    Pictures,
    /// Lighthouse's mobile scores of home, browse and a book, in the release build.
    Lighthouse,
}

fn main() -> ExitCode {
    proc::forward_signals();
    let result = match Arguments::parse().command {
        Command::Build { release } => build(Profile::of(release)),
        Command::Run {
            release,
            port,
            arguments,
        } => run::run(Profile::of(release), port, &arguments),
        Command::Test { names } => test::test(&names),
        Command::Fmt => format::write(),
        Command::Sql => test::describe_statements(),
        Command::Mutants { arguments } => mutants::mutants(&arguments),
        Command::Look { what } => look(what),
        Command::Bench { arguments } => workshop::bench(&arguments),
        Command::Outside { folder } => workshop::outside(&folder),
        Command::Workshop { arguments } => workshop::workshop(&arguments),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn build(profile: Profile) -> anyhow::Result<ExitCode> {
    prereq::ensure(&prereq::for_build(profile))?;
    site::build(profile)?;
    Ok(ExitCode::SUCCESS)
}

fn look(what: Look) -> anyhow::Result<ExitCode> {
    let (profile, name) = match what {
        Look::Pictures => (Profile::Dev, "pictures"),
        Look::Lighthouse => (Profile::Release, "lighthouse"),
    };
    let site = browser::build(profile, false)?;
    browser::playwright(profile, &site, &[], Some(name))?;
    Ok(ExitCode::SUCCESS)
}
