//! The programs that tests are: compiled at once, then run one by one.
//!
//! Cargo gives a dependency the features that the crates of one call want, so that each call for
//! other crates compiles most dependencies anew. One call for all of them does so once.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{bail, ensure};
use serde_json::Value;

use crate::{proc, project, site::cargo};

/// The tests of one crate, or of one of its binaries.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Program {
    package: String,
    path: PathBuf,
    /// That of the crate, in which its tests run.
    folder: PathBuf,
}

/// See the module.
pub(crate) struct Programs(Vec<Program>);

impl Programs {
    /// Compiles the tests of these crates; those of the whole project, and the site's program, which
    /// some of them start and kill, when none is named.
    ///
    /// # Errors
    /// When something does not compile.
    pub(crate) fn build(packages: &[&str]) -> anyhow::Result<Self> {
        let mut command = cargo();
        command.args([
            "build",
            "--tests",
            "--bins",
            "--message-format=json-render-diagnostics",
        ]);
        if packages.is_empty() {
            // The islands' crate would give the server, too, what only browsers have.
            command.args(["--workspace", "--exclude", "dogear-client"]);
        }
        for package in packages {
            command.args(["--package", package]);
        }
        let said = project::target().join("programs.json");
        proc::run(command.stdout(File::create(&said)?))?;
        let said = fs::read_to_string(said)?;
        Ok(Self(said.lines().filter_map(program).collect()))
    }

    /// How the tests of these crates are run, one program after the other.
    ///
    /// # Errors
    /// When they are not among what was compiled.
    pub(crate) fn of(&self, packages: &[&str]) -> anyhow::Result<Vec<Command>> {
        let mut commands = Vec::new();
        for package in packages {
            let before = commands.len();
            for program in self.0.iter().filter(|program| program.package == *package) {
                let mut command = Command::new(&program.path);
                command
                    .current_dir(&program.folder)
                    .env("CARGO_MANIFEST_DIR", &program.folder);
                commands.push(command);
            }
            ensure!(commands.len() > before, "{package} has no tests");
        }
        Ok(commands)
    }
}

/// Runs all of them. One that fails does not hide what the next one says.
///
/// # Errors
/// When one of them fails.
pub(crate) fn run(commands: Vec<Command>) -> anyhow::Result<()> {
    let mut failed = Vec::new();
    for mut command in commands {
        eprintln!("   Running {}", Path::new(command.get_program()).display());
        if let Err(error) = proc::run(&mut command) {
            if proc::stopped() {
                return Err(error);
            }
            failed.push(error.to_string());
        }
    }
    if !failed.is_empty() {
        bail!("{}", failed.join("\n"));
    }
    Ok(())
}

/// The tests that a line of cargo's says were compiled.
fn program(line: &str) -> Option<Program> {
    let message: Value = serde_json::from_str(line).ok()?;
    if message["reason"] != "compiler-artifact" || message["profile"]["test"] != true {
        return None;
    }
    Some(Program {
        package: package(message["package_id"].as_str()?)?.to_owned(),
        path: message["executable"].as_str()?.into(),
        folder: Path::new(message["manifest_path"].as_str()?)
            .parent()?
            .to_owned(),
    })
}

/// The name in an id such as `path+file:///books/server#dogear-server@0.1.0`; it stands in the
/// address alone when the folder has it too: `path+file:///books/dogear#0.1.0`.
fn package(id: &str) -> Option<&str> {
    let (address, version) = id.split_once('#')?;
    match version.split_once('@') {
        Some((name, _)) => Some(name),
        None => address.rsplit('/').next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_read_from_what_cargo_says() {
        let line = r#"{"reason":"compiler-artifact","package_id":"path+file:///books/server#dogear-server@0.1.0","manifest_path":"/books/server/Cargo.toml","profile":{"test":true},"executable":"/books/target/debug/deps/dogear_server-1"}"#;
        let found = program(line).expect("a program");
        assert_eq!(found.package, "dogear-server");
        assert_eq!(found.folder, Path::new("/books/server"));
        assert_eq!(program(&line.replace("true", "false")), None);
        assert_eq!(program("   Compiling dogear"), None);
    }

    #[test]
    fn a_package_is_named_like_its_folder_where_its_id_does_not_say() {
        assert_eq!(package("path+file:///books/dogear#0.1.0"), Some("dogear"));
        assert_eq!(
            package("path+file:///books/main#dogear@0.1.0"),
            Some("dogear")
        );
    }
}
