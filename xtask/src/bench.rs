//! `cargo xtask bench`.

use std::process::{Command, ExitCode};

use crate::{
    prereq, proc,
    project::{self, Profile},
    site,
};

/// Builds the release site and becomes `dogear bench` with the given arguments.
///
/// # Errors
/// When something is missing, the build fails, or the program cannot be started.
pub fn bench(arguments: &[String]) -> anyhow::Result<ExitCode> {
    let mut needed = prereq::for_build(Profile::Release);
    needed.extend(prereq::SERVICES);
    needed.push(prereq::Need::Wrk);
    prereq::ensure(&needed)?;
    site::build(Profile::Release)?;
    let mut dogear = Command::new(project::server(Profile::Release));
    dogear
        .current_dir(project::root())
        .arg("bench")
        .args(arguments)
        .env("DOGEAR_SITE_ROOT", project::site());
    // A line for each of half a million requests would bury what is measured.
    if std::env::var_os("DOGEAR_LOG").is_none() {
        dogear.env("DOGEAR_LOG", "warn");
    }
    Err(proc::become_program(&mut dogear))
}
