//! What has to be installed, and installing it where that is possible.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::bail;

use crate::{
    fingerprint::Inputs,
    proc,
    project::{self, Profile},
};

/// The oldest PostgreSQL and Node.js that will do.
const OLDEST_POSTGRES: u32 = 15;
const OLDEST_NODE: u32 = 18;

/// A program that cargo installs, in the version that the checks were written for.
#[derive(Debug)]
pub(crate) struct CargoTool {
    name: &'static str,
    version: &'static str,
}

/// Licences, sources and banned versions of dependencies.
pub(crate) const DENY: CargoTool = CargoTool {
    name: "cargo-deny",
    version: "0.20.2",
};
/// Dependencies that nothing uses.
pub(crate) const MACHETE: CargoTool = CargoTool {
    name: "cargo-machete",
    version: "0.9.2",
};

/// Rules broken on purpose, to see whether a test notices.
pub(crate) const MUTANTS: CargoTool = CargoTool {
    name: "cargo-mutants",
    version: "27.1.0",
};

/// The layout of `view!`, which rustfmt leaves alone.
pub(crate) const LEPTOSFMT: CargoTool = CargoTool {
    name: "leptosfmt",
    version: "0.1.33",
};

/// Something that must be on the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// A linker, which cargo calls `cc`.
    Linker,
    /// The server programs, 15 or newer.
    Postgres,
    /// The server program.
    Redis,
    /// Node.js 18 or newer.
    Node,
    /// Node's package manager.
    Npm,
    /// The browser that the tests drive.
    Chromium,
    /// What the checker of HTML runs on.
    Java,
    /// What the linter of HTTP runs on, with its way to make a folder of packages.
    Python,
    /// The load generator of `bench`.
    Wrk,
}

/// What a running Dogear needs when it brings its own services.
pub(crate) const SERVICES: [Need; 2] = [Need::Postgres, Need::Redis];
/// What the browser tests need besides.
pub(crate) const BROWSER: [Need; 5] = [
    Need::Node,
    Need::Npm,
    Need::Chromium,
    Need::Java,
    Need::Python,
];

/// What building needs.
pub(crate) fn for_build(profile: Profile) -> Vec<Need> {
    match profile {
        Profile::Dev => vec![Need::Linker],
        // The optimiser for WebAssembly comes from npm.
        Profile::Release => vec![Need::Linker, Need::Node, Need::Npm],
    }
}

impl Need {
    fn is_met(self) -> bool {
        match self {
            Self::Linker => find_program(&["cc"]).is_some(),
            Self::Postgres => newest_postgres() >= Some(OLDEST_POSTGRES),
            Self::Redis => find_program(&["redis-server"]).is_some(),
            Self::Node => version_of("node") >= Some(OLDEST_NODE),
            Self::Npm => find_program(&["npm"]).is_some(),
            Self::Chromium => chromium().is_some(),
            Self::Java => find_program(&["java"]).is_some(),
            Self::Python => has_venv(),
            Self::Wrk => find_program(&["wrk"]).is_some(),
        }
    }

    /// For people: the thing, and what it is for.
    fn reason(self) -> &'static str {
        match self {
            Self::Linker => "a C linker, which finishes every Rust program",
            Self::Postgres => "PostgreSQL 15 or newer (server programs), which holds the data",
            Self::Redis => "Redis 7 or newer, for sessions and the job queue",
            Self::Node => "Node.js 18 or newer, for the browser tests and to shrink WebAssembly",
            Self::Npm => "npm, which installs the tools for Node.js",
            Self::Chromium => "Chromium, which the browser tests drive",
            Self::Java => "Java 11 or newer, which the checker of HTML runs on",
            Self::Python => {
                "Python 3.10 or newer with venv, which the linter of HTTP and the tester of the interface run on"
            }
            Self::Wrk => "wrk, which makes the load that is measured",
        }
    }

    fn debian_packages(self) -> &'static [&'static str] {
        match self {
            Self::Linker => &["gcc", "libc6-dev"],
            Self::Postgres => &["postgresql"],
            Self::Redis => &["redis-server"],
            Self::Node => &["nodejs"],
            Self::Npm => &["npm"],
            Self::Chromium => &["chromium", "fonts-dejavu-core"],
            Self::Java => &["default-jre-headless"],
            Self::Python => &["python3", "python3-venv"],
            Self::Wrk => &["wrk"],
        }
    }
}

/// Makes sure that the Rust parts and everything in `needs` are there, and installs what is
/// missing where root's rights and `apt-get` are at hand.
///
/// # Errors
/// Says exactly what to install when it may not do so itself.
pub(crate) fn ensure(needs: &[Need]) -> anyhow::Result<()> {
    ensure_wasm_target()?;
    let missing: Vec<Need> = needs
        .iter()
        .copied()
        .filter(|need| !need.is_met())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing
        .iter()
        .flat_map(|need| need.debian_packages())
        .copied()
        .collect();
    eprintln!("Missing on this machine:");
    for need in &missing {
        eprintln!("  - {}", need.reason());
    }
    let install = format!(
        "apt-get install -y --no-install-recommends {}",
        packages.join(" ")
    );
    let Some(prefix) = root_command().filter(|_| find_program(&["apt-get"]).is_some()) else {
        bail!("Install it and start again. On Debian, as root:\n  apt-get update && {install}");
    };
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("env");
        if !prefix.is_empty() {
            command = Command::new(prefix[0]);
            command.args(&prefix[1..]).arg("env");
        }
        command
            .arg("DEBIAN_FRONTEND=noninteractive")
            .arg("apt-get")
            .args(arguments);
        proc::run(&mut command)
    };
    let why = "Dogear uses the programs only, not the services that Debian may set up with them";
    proc::step(&format!("Installing {}", packages.join(", ")), why, || {
        apt(&["update"])?;
        let mut arguments = vec!["install", "-y", "--no-install-recommends"];
        arguments.extend(&packages);
        apt(&arguments)
    })?;
    match missing.iter().find(|need| !need.is_met()) {
        Some(need) => bail!(
            "Still missing after “{install}”: {}. Install a newer one by hand.",
            need.reason()
        ),
        None => Ok(()),
    }
}

/// The words before a command that root must run; none when that is impossible without asking.
fn root_command() -> Option<&'static [&'static str]> {
    // SAFETY: geteuid only reads the process's own credentials.
    #[allow(unsafe_code)] // a call of the C library
    let is_root = unsafe { libc::geteuid() } == 0;
    if is_root {
        return Some(&[]);
    }
    succeeds(Command::new("sudo").args(["-n", "true"])).then_some(&["sudo", "-n"])
}

/// Adds the compiler's part for WebAssembly when it is missing.
fn ensure_wasm_target() -> anyhow::Result<()> {
    let output = Command::new("rustc")
        .current_dir(project::root())
        .args([
            "--print",
            "target-libdir",
            "--target",
            "wasm32-unknown-unknown",
        ])
        .output()?;
    let folder = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    if output.status.success() && folder.is_dir() {
        return Ok(());
    }
    rustup(
        &["target", "add", "wasm32-unknown-unknown"],
        "the islands are compiled to WebAssembly",
    )
}

/// Adds rustfmt and clippy when they are missing.
pub(crate) fn ensure_rust_tools() -> anyhow::Result<()> {
    for (component, command) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if !succeeds(crate::site::cargo().args([command, "--version"])) {
            rustup(
                &["component", "add", component],
                "one of the checks is done by it",
            )?;
        }
    }
    Ok(())
}

fn rustup(arguments: &[&str], why: &str) -> anyhow::Result<()> {
    proc::step(&format!("rustup {}", arguments.join(" ")), why, || {
        proc::run(
            Command::new("rustup")
                .current_dir(project::root())
                .args(arguments),
        )
    })
}

/// Installs the tools listed in `end2end/package-lock.json`, unless they are installed already.
pub(crate) fn install_npm_tools() -> anyhow::Result<()> {
    let folder = project::end2end();
    let mut inputs = Inputs::of("npm ci 1");
    inputs.file(&folder.join("package-lock.json"))?;
    // In the folder that npm empties first, so that a broken installation leaves no stamp.
    let stamp = folder.join("node_modules/.dogear-stamp");
    inputs
        .run_if_changed(&stamp, || {
            proc::step(
                "Installing tools from npm",
                "for tests and for smaller WebAssembly",
                || {
                    proc::run(
                        Command::new("npm")
                            .current_dir(&folder)
                            .args(["ci", "--no-audit", "--no-fund"])
                            .env("PUPPETEER_SKIP_DOWNLOAD", "1")
                            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"),
                    )
                },
            )
        })
        .map(drop)
}

/// The folder of the programs from `end2end/requirements.txt`, installed into a folder of their own
/// unless they are there already.
///
/// # Errors
/// When Python or pip fails.
pub(crate) fn python_tools() -> anyhow::Result<PathBuf> {
    let wanted = project::end2end().join("requirements.txt");
    let folder = project::target().join("tools").join("python");
    let mut inputs = Inputs::of("pip install 1");
    inputs.file(&wanted)?;
    // In the folder that is emptied first, as with npm.
    inputs.run_if_changed(&folder.join("dogear-stamp"), || {
        proc::step(
            "Installing tools from PyPI",
            "for the tests of what is sent",
            || {
                proc::run(
                    Command::new("python3")
                        .args(["-m", "venv", "--clear"])
                        .arg(&folder),
                )?;
                proc::run(
                    Command::new(folder.join("bin/python"))
                        .args(["-m", "pip", "install", "--quiet", "--no-deps"])
                        .arg("--disable-pip-version-check")
                        .arg("--requirement")
                        .arg(&wanted),
                )
            },
        )
    })?;
    Ok(folder.join("bin"))
}

/// The program, installed into the folder for everything that is built unless it is there already.
pub(crate) fn cargo_tool(tool: &CargoTool) -> anyhow::Result<Command> {
    let CargoTool { name, version } = tool;
    let root = project::target().join("tools");
    let program = root.join("bin").join(name);
    if !is_version(&program, version) {
        let why = "one of the checks is done by it; compiling it takes a minute or two";
        proc::step(&format!("Installing {name} {version}"), why, || {
            proc::run(
                crate::site::cargo()
                    // Unoptimised it compiles in a third of the time and is quick enough.
                    .args(["install", "--locked", "--debug", "--force", "--quiet"])
                    .args([name, "--version", version])
                    .arg("--root")
                    .arg(&root)
                    .arg("--target-dir")
                    .arg(root.join("build"))
                    .env("CARGO_PROFILE_DEV_DEBUG", "0"),
            )
        })?;
        // Only needed again for another version.
        fs::remove_dir_all(root.join("build"))?;
    }
    let mut command = Command::new(program);
    command.current_dir(project::root());
    Ok(command)
}

/// Whether the program is there and says that it has this version.
fn is_version(program: &Path, version: &str) -> bool {
    let output = Command::new(program).arg("--version").output();
    output.is_ok_and(|output| {
        String::from_utf8_lossy(&output.stdout)
            .split_whitespace()
            .any(|word| word == version)
    })
}

/// The browser's program.
pub(crate) fn chromium() -> Option<PathBuf> {
    find_program(&["chromium", "chromium-browser", "google-chrome"])
}

fn find_program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|program| program.is_file())
}

fn newest_postgres() -> Option<u32> {
    let mut programs: Vec<PathBuf> = find_program(&["postgres"]).into_iter().collect();
    if let Ok(versions) = fs::read_dir("/usr/lib/postgresql") {
        programs.extend(
            versions
                .flatten()
                .map(|version| version.path().join("bin/postgres")),
        );
    }
    programs.iter().filter_map(version_of).max()
}

/// The first whole number that `program --version` prints.
fn version_of(program: impl AsRef<Path>) -> Option<u32> {
    let output = Command::new(program.as_ref())
        .arg("--version")
        .output()
        .ok()?;
    first_number(&String::from_utf8_lossy(&output.stdout))
}

/// Whether Python can make a folder for packages that has pip: Debian leaves that part out.
fn has_venv() -> bool {
    let made = Command::new("python3")
        .args([
            "-c",
            "import ensurepip, sys; assert sys.version_info >= (3, 10)",
        ])
        .stderr(Stdio::null())
        .status();
    made.is_ok_and(|status| status.success())
}

fn first_number(text: &str) -> Option<u32> {
    let digits = text.trim_start_matches(|mark: char| !mark.is_ascii_digit());
    let end = digits
        .find(|mark: char| !mark.is_ascii_digit())
        .unwrap_or(digits.len());
    digits[..end].parse().ok()
}

fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_programs_say() {
        assert_eq!(
            first_number("postgres (PostgreSQL) 15.6 (Debian 15.6-0)"),
            Some(15)
        );
        assert_eq!(first_number("v20.20.2\n"), Some(20));
        assert_eq!(first_number("none"), None);
    }
}
