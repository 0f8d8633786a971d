//! Rules about dependencies.

use std::fs;

use anyhow::{Context, bail};

use crate::{project, site::cargo};

/// The oldest version of each crate without a known hole that matters here. A crate that is not
/// in the lock file is fine too.
const MINIMUM: [(&str, [u32; 3]); 10] = [
    ("ammonia", [4, 1, 4]),
    ("h2", [0, 4, 16]),
    ("hydration_context", [0, 3, 1]),
    ("leptos", [0, 8, 20]),
    ("lettre", [0, 11, 22]),
    ("server_fn", [0, 8, 13]),
    ("sqlx", [0, 8, 1]),
    ("sqlx-postgres", [0, 8, 1]),
    ("tachys", [0, 2, 16]),
    ("time", [0, 3, 47]),
];

/// Crates that belong to the server and must never reach the browser.
const SERVER_ONLY: [&str; 4] = ["sqlx", "dogear-server", "tokio", "axum"];

/// Checks the lock file, and that the islands do not pull in the server.
pub fn check() -> anyhow::Result<()> {
    let lock =
        fs::read_to_string(project::root().join("Cargo.lock")).context("reading Cargo.lock")?;
    let mut found = outdated(&lock);
    let browser_build = islands_tree(&["--prefix", "none"])?;
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
            "dogear",
            "--edges",
            "normal",
        ])
        .args(["--target", "wasm32-unknown-unknown"])
        .args(["--no-default-features", "--features", "hydrate"])
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

/// A sentence for each crate in the lock file that is older than it may be.
fn outdated(lock: &str) -> Vec<String> {
    lock.split("[[package]]")
        .filter_map(|package| {
            let name = value(package, "name")?;
            let (_, minimum) = MINIMUM.iter().find(|(known, _)| *known == name)?;
            let version = value(package, "version")?;
            (parse(version)? < *minimum).then(|| {
                let minimum = minimum.map(|part| part.to_string()).join(".");
                format!("{name} {version} is older than {minimum}, which closes a known hole.")
            })
        })
        .collect()
}

fn value<'a>(package: &'a str, key: &str) -> Option<&'a str> {
    package.lines().find_map(|line| {
        line.strip_prefix(key)?
            .strip_prefix(" = \"")?
            .strip_suffix('"')
    })
}

fn parse(version: &str) -> Option<[u32; 3]> {
    let plain = version.split(['-', '+']).next()?;
    let mut parts = plain.split('.').map(|part| part.parse().ok());
    Some([parts.next()??, parts.next()??, parts.next()??])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(version: &str) -> String {
        format!(
            "version = 4\n\n[[package]]\nname = \"h2\"\nversion = \"{version}\"\ndependencies = []\n"
        )
    }

    #[test]
    fn only_versions_below_the_minimum_are_reported() {
        assert_eq!(outdated(&lock("0.4.16")), Vec::<String>::new());
        assert_eq!(outdated(&lock("0.10.2")), Vec::<String>::new());
        assert_eq!(outdated(&lock("0.4.9")).len(), 1);
    }

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
