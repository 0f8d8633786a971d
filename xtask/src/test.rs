//! `cargo xtask test`.

use std::{
    fs::{self, File},
    process::{Command, ExitCode},
    time::{Duration, Instant},
};

use anyhow::{bail, ensure};
use clap::ValueEnum;
use dogear_local_services::{Services, Settings};

use crate::{
    browser, checks, prereq, proc,
    programs::{self, Programs},
    project::{self, Profile},
    site::cargo,
    test_data::TestData,
};

/// The checks, cheap ones first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Check {
    /// The code is formatted.
    Fmt,
    /// Our own rules about the project's text.
    Text,
    /// Modules name only what is below them, and write only their own tables.
    Layers,
    /// Dependencies: licences, sources, known holes, none unused, the server's not in the browser.
    Deps,
    /// The checked statements are described as they are now.
    Sql,
    /// Clippy for everything native.
    Clippy,
    /// Clippy for the islands.
    ClippyWasm,
    /// The documentation of the code, without a broken link.
    Doc,
    /// Tests without services.
    Unit,
    /// Tests of the services on a real PostgreSQL and Redis.
    Server,
    /// Tests through the real router.
    Http,
    /// What browsers load, as it is released, has not grown.
    Size,
    /// Journeys in Chromium.
    Browser,
    /// The tests of what was once found wrong, with a list of them; only when it is named, since
    /// the others run them too.
    Found,
}

/// Runs the named checks, or all of them, in order, and prints a summary.
///
/// # Errors
/// Only when the summary cannot be trusted; a failing check shows in the exit code.
pub(crate) fn test(names: &[Check]) -> anyhow::Result<ExitCode> {
    let wanted: Vec<Check> = Check::value_variants()
        .iter()
        .copied()
        .filter(|check| match names {
            [] => *check != Check::Found,
            names => names.contains(check),
        })
        .collect();
    let mut harness = Harness {
        whole: [Check::Server, Check::Http, Check::Found]
            .iter()
            .any(|check| wanted.contains(check)),
        programs: None,
        services: None,
        data: None,
    };
    let mut results = Vec::new();
    for check in wanted {
        let name = name_of(check);
        eprintln!("\n=> Check “{name}”");
        let start = Instant::now();
        let result = harness.run(check);
        if proc::stopped() {
            bail!("Stopped on request.");
        }
        if let Err(error) = &result {
            eprintln!("\n{error:#}");
        }
        results.push((name, result.is_ok(), start.elapsed()));
    }
    drop(harness);
    println!("\n{}", summary(&results));
    let all_passed = results.iter().all(|(_, passed, _)| *passed);
    Ok(if all_passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn name_of(check: Check) -> String {
    check
        .to_possible_value()
        .map(|value| value.get_name().to_owned())
        .unwrap_or_default()
}

/// One line per check, and the count on the last line.
fn summary(results: &[(String, bool, Duration)]) -> String {
    let mut lines: Vec<String> = results
        .iter()
        .map(|(name, passed, time)| {
            let verdict = if *passed { "passed" } else { "FAILED" };
            format!("{name:<12} {verdict}  {}", proc::duration(*time))
        })
        .collect();
    let passed = results.iter().filter(|(_, passed, _)| *passed).count();
    lines.push(format!(
        "{passed} passed, {} failed",
        results.len() - passed
    ));
    lines.join("\n")
}

/// Describes the checked statements anew.
///
/// # Errors
/// When a statement does not fit the schema, or PostgreSQL cannot be started.
pub(crate) fn describe_statements() -> anyhow::Result<ExitCode> {
    let mut harness = Harness::default();
    checks::sql::update(harness.services()?)?;
    Ok(ExitCode::SUCCESS)
}

/// Crates whose tests need no services.
const UNIT: &[&str] = &[
    "dogear-catalogue-formats",
    "dogear-domain",
    "dogear-local-services",
    "dogear-urls",
    "xtask",
];
const SERVER: &[&str] = &["dogear-server", "dogear-core", "dogear-mail", "dogear-api"];
const HTTP: &[&str] = &["dogear", "dogear-app", "dogear-workshop"];

/// Runs checks, and the services from the first check that needs them until the end.
#[derive(Default)]
struct Harness {
    /// The tests of the whole project are compiled, not only those without services.
    whole: bool,
    programs: Option<Programs>,
    services: Option<Services>,
    /// Theirs. Goes after them.
    data: Option<TestData>,
}

impl Harness {
    fn run(&mut self, check: Check) -> anyhow::Result<()> {
        match check {
            Check::Fmt => crate::format::check(),
            Check::Text => checks::text::check()
                .and_then(|()| checks::styles::check())
                .and_then(|()| checks::documents::check()),
            Check::Layers => checks::layers::check().and_then(|()| checks::tables::check()),
            Check::Deps => checks::deps::check(),
            Check::Sql => checks::sql::check(self.services()?),
            Check::Clippy => {
                prereq::ensure_rust_tools()?;
                let what = [
                    "clippy",
                    "--workspace",
                    "--all-targets",
                    "--",
                    "-D",
                    "warnings",
                ];
                proc::run(cargo().args(what))
            }
            Check::ClippyWasm => {
                prereq::ensure_rust_tools()?;
                prereq::ensure(&[])?;
                proc::run(cargo().args([
                    "clippy",
                    "--package",
                    "dogear-client",
                    "--package",
                    "dogear-barcode",
                    "--package",
                    "dogear-square",
                    "--target",
                    "wasm32-unknown-unknown",
                    "--",
                    "-D",
                    "warnings",
                ]))
            }
            Check::Doc => proc::run(
                cargo()
                    .args(["doc", "--workspace", "--no-deps"])
                    .env("RUSTDOCFLAGS", "-D warnings"),
            ),
            Check::Unit => programs::run(self.programs()?.of(UNIT)?),
            Check::Server => {
                programs::run(self.with_services(SERVER)?)?;
                // Once more for its table: how well search answers.
                let mut search = self.with_services(&["dogear-server"])?;
                for command in &mut search {
                    command.args(["relevance", "--nocapture"]);
                }
                programs::run(search)
            }
            Check::Http => programs::run(self.with_services(HTTP)?),
            Check::Size => {
                prereq::ensure(&prereq::for_build(Profile::Release))?;
                checks::size::check()
            }
            Check::Browser => journeys(self.whole && self.programs.is_some()),
            Check::Found => self.found(),
        }
    }

    /// Runs the tests that are named by the id of what was found wrong, and lists the ids.
    fn found(&mut self) -> anyhow::Result<()> {
        let mut outcomes = checks::found::Outcomes::default();
        let path = project::target().join("found.txt");
        let file = File::create(&path)?;
        let mut read = 0;
        let commands = [
            self.programs()?.of(UNIT)?,
            self.with_services(SERVER)?,
            self.with_services(HTTP)?,
        ];
        for mut command in commands.into_iter().flatten() {
            command.args(checks::found::filters());
            command.stdout(file.try_clone()?);
            let run = proc::run(&mut command);
            let printed = fs::read_to_string(&path)?;
            if !outcomes.read(&printed[read..]) {
                run?;
            }
            read = printed.len();
        }
        let (list, sound) = outcomes.summary();
        println!("\n{list}");
        ensure!(
            sound,
            "Some of their tests fail; what they said is in {}.",
            path.display()
        );
        Ok(())
    }

    /// The tests of crates, with a database and a Redis that belong to the tests alone.
    fn with_services(&mut self, packages: &[&str]) -> anyhow::Result<Vec<Command>> {
        let mut commands = self.programs()?.of(packages)?;
        let services = self.services()?;
        if let (Some(database), Some(redis)) = (services.database_url(), services.redis_url()) {
            for command in &mut commands {
                command
                    .env("DATABASE_URL", database)
                    .env("REDIS_URL", redis);
            }
        }
        Ok(commands)
    }

    /// What is compiled once, for all checks that run it.
    fn programs(&mut self) -> anyhow::Result<&Programs> {
        let programs = match self.programs.take() {
            Some(built) => built,
            None => Programs::build(if self.whole { &[] } else { UNIT })?,
        };
        Ok(self.programs.insert(programs))
    }

    fn services(&mut self) -> anyhow::Result<&Services> {
        let services = if let Some(running) = self.services.take() {
            running
        } else {
            prereq::ensure(&prereq::SERVICES)?;
            proc::step(
                "Starting PostgreSQL and Redis",
                "tests use real ones of their own",
                || {
                    let data = self.data.insert(TestData::new());
                    let services = Services::start(&Settings {
                        data_dir: data.folder().to_owned(),
                        postgres: true,
                        redis: true,
                        durable: false,
                    })?;
                    services
                        .notices()
                        .iter()
                        .for_each(|notice| eprintln!("   {notice}"));
                    Ok(services)
                },
            )?
        };
        Ok(self.services.insert(services))
    }
}

impl Drop for Harness {
    fn drop(&mut self) {
        if let Some(services) = self.services.take() {
            services.stop();
        }
    }
}

/// The journeys start the built server themselves.
fn journeys(has_program: bool) -> anyhow::Result<()> {
    let site = browser::build(Profile::Dev, has_program)?;
    // The walk over all pages has a site of its own: the journeys leave letters and
    // reports behind that would make it see other pages each time. So has what is sent to the
    // interface for programs by chance.
    let runs: [&[&str]; 3] = [
        &["tests/pages.spec.ts"],
        &["tests/interface.spec.ts"],
        &["--grep-invert", "is sound|as it is described"],
    ];
    for which in runs {
        browser::playwright(Profile::Dev, &site, which, None)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_of_the_summary_counts() {
        let second = Duration::from_secs(1);
        let results = [
            ("fmt".to_owned(), true, second),
            ("unit".to_owned(), false, second),
        ];
        let text = summary(&results);
        assert_eq!(text.lines().last(), Some("1 passed, 1 failed"));
        assert!(text.contains("unit         FAILED  1.0 s"), "{text}");
    }

    #[test]
    fn checks_have_the_documented_names() {
        let names: Vec<String> = Check::value_variants()
            .iter()
            .map(|check| name_of(*check))
            .collect();
        let documented = [
            "fmt",
            "text",
            "layers",
            "deps",
            "sql",
            "clippy",
            "clippy-wasm",
            "doc",
            "unit",
            "server",
            "http",
            "size",
            "browser",
            "found",
        ];
        assert_eq!(names, documented);
    }
}
