//! `cargo xtask mutants`: whether a test notices when a rule is broken.

use std::process::ExitCode;

use crate::{prereq, proc, project};

/// Breaks one place of the rules after the other and runs their tests; what no test notices is
/// listed in `target/mutants.out/missed.txt`. Which places are left out, and why, is said in
/// `.cargo/mutants.toml`.
///
/// # Errors
/// When the program is missing, or a mutant survives.
pub(crate) fn mutants(arguments: &[String]) -> anyhow::Result<ExitCode> {
    prereq::ensure_rust_tools()?;
    let mut command = prereq::cargo_tool(&prereq::MUTANTS)?;
    command
        .args(["mutants", "--package", "dogear-domain", "--output"])
        .arg(project::root().join("target"))
        .args(arguments)
        // Enough to find what is broken; the test command tries more.
        .env("PROPTEST_CASES", "64");
    proc::run(&mut command)?;
    Ok(ExitCode::SUCCESS)
}
