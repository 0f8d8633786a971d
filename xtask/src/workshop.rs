//! `cargo xtask workshop`, `cargo xtask bench` and `cargo xtask outside`.

use std::process::{Command, ExitCode};

use crate::{
    prereq, proc,
    project::{self, Profile},
    site,
};

/// Builds the release site and becomes the workshop's `bench` with the given arguments.
///
/// # Errors
/// When something is missing, the build fails, or the program cannot be started.
pub(crate) fn bench(arguments: &[String]) -> anyhow::Result<ExitCode> {
    let mut needed = prereq::for_build(Profile::Release);
    needed.push(prereq::Need::Wrk);
    prereq::ensure(&needed)?;
    site::build(Profile::Release)?;
    let arguments: Vec<_> = [String::from("bench")]
        .into_iter()
        .chain(arguments.iter().cloned())
        .collect();
    workshop(&arguments)
}

/// Reads the files of others in a folder, and fails when too little of them is read.
///
/// # Errors
/// When the program cannot be built, or too little was read.
pub(crate) fn outside(folder: &std::path::Path) -> anyhow::Result<ExitCode> {
    let folder = std::path::absolute(folder)?;
    let arguments = ["run", "--quiet", "--package", "dogear-outside", "--"];
    proc::run(site::cargo().args(arguments).arg(folder))?;
    Ok(ExitCode::SUCCESS)
}

/// Builds the workshop, optimised, and becomes it.
///
/// # Errors
/// When something is missing, the build fails, or the program cannot be started.
pub(crate) fn workshop(arguments: &[String]) -> anyhow::Result<ExitCode> {
    prereq::ensure(&prereq::SERVICES)?;
    proc::run(site::cargo().args(["build", "--release", "--package", "dogear-workshop"]))?;
    let mut workshop = Command::new(project::program(Profile::Release, "dogear-workshop"));
    workshop
        .current_dir(project::root())
        .args(arguments)
        .env("DOGEAR_SITE_ROOT", project::site());
    // A line for each of half a million requests would bury what is measured.
    if std::env::var_os("DOGEAR_LOG").is_none() {
        workshop.env("DOGEAR_LOG", "warn");
    }
    Err(proc::exec(&mut workshop))
}
