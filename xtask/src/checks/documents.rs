//! Files that the documents name: they exist.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::bail;

use super::text::text_files;
use crate::project;

/// Endings of names that are a file of the project wherever they stand.
const ENDINGS: [&str; 6] = [".rs", ".css", ".sql", ".toml", ".ts", ".md"];

/// Reports each file or folder between backticks in a document that does not exist.
pub(crate) fn check() -> anyhow::Result<()> {
    let root = project::root();
    let mut files = BTreeSet::new();
    for path in text_files(&root)? {
        let name = path.strip_prefix(&root)?.to_string_lossy();
        files.insert(format!("/{}", name.replace('\\', "/")));
    }
    let mut found = Vec::new();
    for name in files.iter().filter(|name| is_document(name)) {
        let document = fs::read_to_string(root.join(&name[1..]))?;
        for named in named(&document) {
            if !exists(&root, &files, &named) {
                found.push(format!("{}: there is no {named}", &name[1..]));
            }
        }
    }
    if !found.is_empty() {
        bail!("{}", found.join("\n"));
    }
    Ok(())
}

/// The changelog tells of what was.
fn is_document(name: &str) -> bool {
    name.ends_with(".md") && name != "/CHANGELOG.md"
}

/// What stands between backticks and is the name of a file or of a folder of the project.
fn named(document: &str) -> BTreeSet<String> {
    document
        .lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .filter(|text| is_name(text))
        .map(str::to_owned)
        .collect()
}

fn is_name(text: &str) -> bool {
    let plain = text
        .chars()
        .all(|sign| sign.is_ascii_alphanumeric() || "/._-".contains(sign));
    let first = text.split('/').next().unwrap_or_default();
    let of_project = [
        "app",
        "docs",
        "domain",
        "end2end",
        "migrations",
        "server",
        "src",
        "style",
        "xtask",
    ];
    let path = text.contains('/') && of_project.contains(&first);
    // The name of a migration that a recipe tells how to make is none.
    let made = text.starts_with("YYYY") || text.contains("test-results");
    plain && !made && (path || ENDINGS.iter().any(|ending| text.ends_with(ending)))
}

/// From the project's root, or from any folder: documents leave out where they are already.
fn exists(root: &Path, files: &BTreeSet<String>, named: &str) -> bool {
    let inside = format!("/{}", named.trim_end_matches('/'));
    root.join(named).exists()
        || files
            .iter()
            .any(|file| file.ends_with(&inside) || file.contains(&format!("{inside}/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_stand_between_backticks() {
        let text = "`server/core/src/db.rs`, `accept` in `step.rs`, `/admin`, `cargo xtask run`, src/a.rs, \
                    `YYYYMMDDNNNNNN_what_it_does.sql`, `style/`, `application/json`";
        let named: Vec<_> = named(text).into_iter().collect();
        assert_eq!(named, ["server/core/src/db.rs", "step.rs", "style/"]);
    }

    #[test]
    fn a_name_is_found_from_any_folder() {
        let files = BTreeSet::from(["/server/src/trades/repo/load.rs".to_owned()]);
        let nowhere = Path::new("/nonexistent");
        for named in ["server/src/trades", "repo/load.rs", "load.rs", "server/"] {
            assert!(exists(nowhere, &files, named), "{named}");
        }
        for named in ["oad.rs", "repo/save.rs", "server/src/trade"] {
            assert!(!exists(nowhere, &files, named), "{named}");
        }
    }
}
