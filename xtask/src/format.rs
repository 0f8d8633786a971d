//! `cargo xtask fmt`: the layout of the code, and of the views in it.

use std::process::{Command, ExitCode};

use crate::{prereq, proc, site::cargo};

/// Lines of a view are as long as those of rustfmt.
const WIDTH: &str = "100";
/// Where views are.
const VIEWS: &str = "app/src/**/*.rs";

/// Lays out all code.
///
/// # Errors
/// When a program is missing or a file cannot be read as Rust.
pub(crate) fn write() -> anyhow::Result<ExitCode> {
    prereq::ensure_rust_tools()?;
    // Each of the two moves what the other has laid out; after the second time both are content.
    for _ in 0..2 {
        proc::run(&mut views()?)?;
        proc::run(cargo().args(["fmt", "--all"]))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Reports each file that is laid out otherwise.
///
/// # Errors
/// When there is one: `cargo xtask fmt` mends it.
pub(crate) fn check() -> anyhow::Result<()> {
    prereq::ensure_rust_tools()?;
    proc::run(cargo().args(["fmt", "--all", "--check"]))?;
    proc::run(views()?.arg("--check"))
}

fn views() -> anyhow::Result<Command> {
    let mut command = prereq::cargo_tool(&prereq::LEPTOSFMT)?;
    command.args(["--quiet", "--max-width", WIDTH, VIEWS]);
    Ok(command)
}
