//! Rules about dependencies.

use anyhow::{Context, bail};

use crate::{prereq, proc, site::cargo};

/// Crates that belong to the server and must never reach the browser.
const SERVER_ONLY: [&str; 5] = ["sqlx", "dogear-core", "dogear-server", "tokio", "axum"];

/// Checks licences, sources and banned versions (`deny.toml`), that every dependency is used, and
/// that the islands do not pull in the server.
pub(crate) fn check() -> anyhow::Result<()> {
    // What is known about holes since is in a database on the network, which not every machine
    // reaches: the workflow of the forge asks it.
    proc::run(
        prereq::cargo_tool(&prereq::DENY)?
            .args(["--locked", "check", "bans", "licenses", "sources"]),
    )
    .context("see deny.toml")?;
    proc::run(prereq::cargo_tool(&prereq::MACHETE)?.arg("--skip-target-dir"))?;
    let browser_build = islands_tree(&["--prefix", "none"])?;
    let mut found = Vec::new();
    for name in server_only_in(&browser_build) {
        let path = islands_tree(&["--invert", name])?;
        found.push(format!("{name} is part of the browser's build:\n{path}"));
    }
    if !found.is_empty() {
        bail!("{}", found.join("\n"));
    }
    Ok(())
}

/// What `cargo tree` prints about the crates that the islands are built from.
fn islands_tree(arguments: &[&str]) -> anyhow::Result<String> {
    let output = cargo()
        .args([
            "tree",
            "--quiet",
            "--package",
            "dogear-client",
            "--edges",
            "normal",
        ])
        .args(["--target", "wasm32-unknown-unknown"])
        .args(arguments)
        .output()?;
    if !output.status.success() {
        bail!(
            "cargo tree failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The crates for the server alone that a list of crates, one per line, contains.
fn server_only_in(list: &str) -> Vec<&'static str> {
    let names: Vec<&str> = list
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    SERVER_ONLY
        .into_iter()
        .filter(|name| names.contains(name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_crate_in_the_browsers_build_is_found() {
        let list = "dogear v0.1.0 (/x)\nsqlx-macros v0.9.0\n";
        assert_eq!(server_only_in(list), Vec::<&str>::new());
        assert_eq!(
            server_only_in(&format!("{list}sqlx v0.9.0 (*)\n")),
            ["sqlx"]
        );
    }
}
