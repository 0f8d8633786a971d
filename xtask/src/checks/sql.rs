//! The checked statements of the server, described by a PostgreSQL that has every migration.
//! What it says of them is kept in `.sqlx`, from which they are compiled without a database.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, bail};
use dogear_local_services::Services;

use crate::{proc, project, site::cargo};

/// A database of this check alone.
const SCRATCH: &str = "dogear_statements";

/// What each statement is, by the name of its file.
type Described = BTreeMap<String, String>;

fn kept() -> PathBuf {
    project::root().join(".sqlx")
}

/// Fails when `.sqlx` is not what the statements are now.
///
/// # Errors
/// Says which statements differ and what to run; or why the database could not be asked.
pub(crate) fn check(services: &Services) -> anyhow::Result<()> {
    let (now, before) = (describe(services)?, read(&kept())?);
    let differ: Vec<&str> = now
        .keys()
        .chain(before.keys())
        .filter(|name| now.get(*name) != before.get(*name))
        .map(String::as_str)
        .collect();
    if !differ.is_empty() {
        bail!(
            "`.sqlx` is not what the statements are now; run `cargo xtask sql` and commit it:\n{}",
            differ.join("\n")
        );
    }
    Ok(())
}

/// Brings `.sqlx` up to date.
///
/// # Errors
/// When a statement does not fit the schema, or the database cannot be asked.
pub(crate) fn update(services: &Services) -> anyhow::Result<()> {
    let now = describe(services)?;
    let folder = kept();
    fs::create_dir_all(&folder)?;
    for name in read(&folder)?
        .keys()
        .filter(|name| !now.contains_key(*name))
    {
        fs::remove_file(folder.join(name))?;
    }
    for (name, text) in &now {
        fs::write(folder.join(name), text)?;
    }
    eprintln!("{} statements are described in .sqlx", now.len());
    Ok(())
}

/// Compiles the server against a database with every migration, which describes its statements.
fn describe(services: &Services) -> anyhow::Result<Described> {
    let server = services.database_url().context("PostgreSQL runs")?;
    let (address, _) = server
        .rsplit_once('/')
        .context("the address of a database")?;
    let scratch = format!("{address}/{SCRATCH}");
    psql(
        server,
        &["-c", &format!("drop database if exists {SCRATCH}")],
    )?;
    psql(server, &["-c", &format!("create database {SCRATCH}")])?;
    let mut migrations: Vec<PathBuf> = fs::read_dir(project::root().join("migrations"))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    migrations.retain(|path| path.extension().is_some_and(|kind| kind == "sql"));
    migrations.sort();
    for path in &migrations {
        psql(&scratch, &["-1", "-f", &path.to_string_lossy()])?;
    }
    let folder = project::target().join("statements");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    // The macros run only when their crate is compiled anew; the server needs the others.
    for folder in ["server/core", "server/mail", "server"] {
        File::options()
            .append(true)
            .open(project::root().join(folder).join("src/lib.rs"))?
            .set_modified(std::time::SystemTime::now())?;
    }
    proc::run(
        cargo()
            .args(["check", "--package", "dogear-server"])
            .env("SQLX_OFFLINE", "false")
            .env("SQLX_OFFLINE_DIR", &folder)
            .env("DATABASE_URL", &scratch),
    )?;
    read(&folder)
}

fn psql(database: &str, what: &[&str]) -> anyhow::Result<()> {
    proc::run(
        Command::new("psql")
            .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database])
            .args(what)
            .env("PGOPTIONS", "-c client_min_messages=warning"),
    )
}

/// The files of a folder of descriptions; none when it is not there.
fn read(folder: &Path) -> anyhow::Result<Described> {
    let mut described = Described::new();
    if folder.exists() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with("query-") {
                described.insert(name.into_owned(), fs::read_to_string(&path)?);
            }
        }
    }
    Ok(described)
}
