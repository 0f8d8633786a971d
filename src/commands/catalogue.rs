//! `dogear catalogue`: dumps of the world's catalogue.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use dogear_catalogue_formats::{Kind, Mapping};
use dogear_server::Cx;
use dogear_server::catalogue::bulk::{self, Counts, Reject, Watch};
use indicatif::{HumanCount, HumanFloatCount, ProgressBar, ProgressStyle};

use super::Failure;
use super::platform::Platform;
use crate::config::Config;

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Load a catalogue: Open Library dumps (authors, works, editions, redirects), MARC 21
    /// (ISO 2709 or XML), ONIX 3 or a table (CSV). Plain or gzipped.
    ///
    /// Interrupted, the same command goes on where it stopped.
    Import {
        /// The files, all of one kind; their order does not matter.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// What kind of files they are, where their beginnings do not tell.
        #[arg(long, value_name = "KIND", value_parser = PossibleValuesParser::new(Kind::ALL.map(Kind::name)))]
        kind: Option<String>,
        /// Which column of a table says what, where its headers do not; may be repeated.
        ///
        /// Fields: id, title, subtitle, author, author-inverted ("Austen, Jane"), isbn,
        /// publisher, year, first-year, pages, language, format, genre, description.
        #[arg(long, value_name = "FIELD=HEADER")]
        map: Vec<String>,
        /// Count what would be done, and do nothing.
        #[arg(long)]
        dry_run: bool,
        /// Write each record that cannot be used to this file: file, number of
        /// the record, reason, beginning.
        #[arg(long, value_name = "FILE")]
        report: Option<PathBuf>,
    },
}

/// Runs the subcommand.
pub(super) async fn run(config: Config, options: Options) -> Result<(), Failure> {
    match options.command {
        Command::Import {
            files,
            kind,
            map,
            dry_run,
            report,
        } => {
            let options = bulk::Options {
                dry_run,
                kind: kind.and_then(|name| Kind::ALL.into_iter().find(|kind| kind.name() == name)),
                mapping: Mapping::parse(map.iter().map(String::as_str))?,
            };
            let platform = Platform::start(&config).await?;
            let outcome = import(&platform, &config, &files, &options, report.as_deref()).await;
            platform.stop().await;
            outcome
        }
    }
}

async fn import(
    platform: &Platform,
    config: &Config,
    files: &[PathBuf],
    options: &bulk::Options,
    report: Option<&Path>,
) -> Result<(), Failure> {
    platform.migrate().await?;
    let services = platform.services(config, "http://127.0.0.1".parse()?)?;
    let report = report
        .map(|path| {
            std::fs::File::create(path)
                .map(BufWriter::new)
                .map_err(|error| format!("{}: {error}", path.display()))
        })
        .transpose()?;
    let start = Instant::now();
    let mut bar = Bar {
        bar: ProgressBar::hidden(),
        report,
    };
    let outcome = bulk::import(&Cx::system(services), files, options, &mut bar).await;
    bar.bar.finish_and_clear();
    if let Some(report) = &mut bar.report {
        report.flush()?;
    }
    let counts = outcome.map_err(in_words)?;
    print(&counts, start.elapsed(), options.dry_run);
    Ok(())
}

/// What was typed wrong, by its own sentence.
fn in_words(error: dogear_server::Error) -> Failure {
    match error {
        dogear_server::Error::Invalid(errors) => errors
            .iter()
            .map(|(_, problem)| problem.to_string())
            .collect::<Vec<_>>()
            .join("\n")
            .into(),
        other => other.into(),
    }
}

struct Bar {
    bar: ProgressBar,
    report: Option<BufWriter<std::fs::File>>,
}

impl Watch for Bar {
    fn step(&mut self, name: &str, total: u64) {
        self.bar.finish_and_clear();
        let (words, style) = match name {
            "read" => (
                "Reading",
                "{msg:24} {bar:30} {bytes}/{total_bytes} {bytes_per_sec}, {eta} left",
            ),
            "search" => (
                "Making them findable",
                "{msg:24} {bar:30} {human_pos}/{human_len} {per_sec}, {eta} left",
            ),
            "authors" => ("Merging authors", "{msg:24} {spinner} {elapsed}"),
            "works" => ("Merging works", "{msg:24} {spinner} {elapsed}"),
            _ => ("Merging editions", "{msg:24} {spinner} {elapsed}"),
        };
        self.bar = ProgressBar::new(total).with_message(words);
        if let Ok(style) = ProgressStyle::with_template(style) {
            self.bar.set_style(style);
        }
        self.bar.enable_steady_tick(Duration::from_millis(200));
        if self.bar.is_hidden() {
            // No terminal: one line per step instead.
            println!("{words}.");
        }
    }

    fn at(&mut self, position: u64) {
        self.bar.set_position(position);
    }

    fn reject(&mut self, file: &Path, reject: &Reject) {
        if let Some(report) = &mut self.report {
            let begins = reject.text.replace(['\t', '\r', '\n'], " ");
            // A full disk is seen when the report is finished.
            let _ = writeln!(
                report,
                "{}\t{}\t{}\t{begins}",
                file.display(),
                reject.number,
                reject.reason.words()
            );
        }
    }
}

fn print(counts: &Counts, time: Duration, dry_run: bool) {
    let seconds = time.as_secs_f64();
    println!(
        "{} records in {seconds:.1} s: {:.0} editions per second; {} editions, {} works, {} authors, {} redirects.",
        HumanCount(counts.read),
        HumanFloatCount(counts.editions as f64 / seconds),
        HumanCount(counts.editions),
        HumanCount(counts.works),
        HumanCount(counts.authors),
        HumanCount(counts.redirects),
    );
    println!(
        "{}: {} editions, {} works, {} authors. Known already: {} editions, {} works. Without a work: {} editions.",
        if dry_run { "Would be new" } else { "New" },
        HumanCount(counts.new_editions),
        HumanCount(counts.new_works),
        HumanCount(counts.new_authors),
        HumanCount(counts.known_editions),
        HumanCount(counts.known_works),
        HumanCount(counts.without_work),
    );
    if counts.damaged_isbns > 0 {
        println!(
            "Taken without a damaged ISBN: {} editions.",
            HumanCount(counts.damaged_isbns)
        );
    }
    if counts.lost_texts > 0 {
        println!(
            "Taken without a part in no known encoding: {} editions.",
            HumanCount(counts.lost_texts)
        );
    }
    if counts.ignored > 0 {
        println!("Empty, or of no use here: {}.", HumanCount(counts.ignored));
    }
    println!("Passed over: {}.", HumanCount(counts.faults()));
    for (reason, number) in &counts.rejected {
        println!("  {:>12} {}", HumanCount(*number), reason.words());
    }
}
