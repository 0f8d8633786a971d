//! Catalogue data in bulk: dumps of Open Library, MARC, ONIX and tables, read into staging
//! tables and merged.
//!
//! Known by its key at the source, an ISBN, or title, subtitle and authors, a record completes
//! what is there; otherwise it adds to it. Copies, and what readers wrote, stay untouched.
//! Killed at any moment, the same import started again goes on where it stopped.

mod merge;
mod read;
mod repo;
mod report;
mod rows;
mod stage;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use dogear_catalogue_formats::{Kind, Mapping};
use sha2::{Digest, Sha256};
use sqlx::{ConnectOptions, PgConnection};

pub use read::Reject;
use repo::imports::{self, Import};
pub use report::Counts;

use crate::{Cx, Error, Result, search};

/// Parts of a file that may wait for the database: bounds the memory.
const WAITING: usize = 2;
/// Works whose search rows are made in one transaction.
const BATCH: i64 = 5_000;

/// Watches an import.
pub trait Watch: Send {
    /// A step begins; it will count to `total` (bytes of the files, then rows).
    fn step(&mut self, name: &str, total: u64);
    /// So far in this step.
    fn at(&mut self, position: u64);
    /// A record that is passed over, or taken without its damaged ISBN or text. `file` as it lies on the disk.
    fn reject(&mut self, file: &Path, reject: &Reject);
}

/// How an import is done.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Everything is done and counted, and then undone.
    pub dry_run: bool,
    /// The kind of the files; without it their beginnings tell.
    pub kind: Option<Kind>,
    /// Which column of a table says what, where its headers do not.
    pub mapping: Mapping,
}

/// A file to be read.
struct Input {
    path: PathBuf,
    size: u64,
    kind: Kind,
}

/// Imports `files`, or goes on with the same import.
///
/// # Errors
/// `Conflict` when another import is unfinished or runs now; `Invalid` (field `files`)
/// when a file cannot be read, is of no known kind or of another kind than the others.
pub async fn import(
    cx: &Cx,
    files: &[PathBuf],
    options: &Options,
    watch: &mut dyn Watch,
) -> Result<Counts> {
    let inputs: Vec<Input> = files
        .iter()
        .map(|file| input(file, options.kind))
        .collect::<Result<_>>()?;
    // Records are joined by keys of their source, and an import is from one.
    if let Some(other) = inputs
        .iter()
        .find(|input| input.kind.source() != inputs[0].kind.source())
    {
        return Err(Error::field(
            "files",
            format!(
                "{} is {}, and {} is {}: import one kind of file at a time.",
                inputs[0].path.display(),
                inputs[0].kind.name(),
                other.path.display(),
                other.kind.name()
            ),
        ));
    }
    // Its own, and without a line in the log for each statement that takes a second: all do.
    let unlogged = cx
        .db()
        .connect_options()
        .as_ref()
        .clone()
        .disable_statement_logging();
    let mut conn = unlogged.connect().await?;
    if !imports::try_alone(&mut conn).await? {
        return Err(Error::Conflict("Another import runs just now.".into()));
    }
    let outcome = run(cx, &mut conn, &inputs, options, watch).await;
    // The lock ends with the connection, but only when the database has noticed; given back
    // here, the next import finds it open. A connection that is broken has nothing to give.
    let _ = imports::release(&mut conn).await;
    sqlx::Connection::close(conn).await?;
    outcome
}

fn input(file: &Path, kind: Option<Kind>) -> Result<Input> {
    let wrong = |error: &dyn std::fmt::Display| {
        Error::field("files", format!("{}: {error}", file.display()))
    };
    let (path, size) = read::size(file).map_err(|error| wrong(&error))?;
    let kind = match kind {
        Some(kind) => kind,
        None => read::kind(&path)
            .map_err(|error| wrong(&error))?
            .map_err(|sentence| wrong(&sentence))?,
    };
    Ok(Input { path, size, kind })
}

async fn run(
    cx: &Cx,
    conn: &mut PgConnection,
    files: &[Input],
    options: &Options,
    watch: &mut dyn Watch,
) -> Result<Counts> {
    let source = files
        .first()
        .map_or(Kind::OpenLibrary, |file| file.kind)
        .source();
    let mut import = begin(conn, files, options).await?;
    if import.step == "read" {
        read_all(conn, &mut import, files, &options.mapping, watch).await?;
    }
    if options.dry_run {
        let mut tx = sqlx::Connection::begin(&mut *conn).await?;
        imports::lift_limits(&mut tx).await?;
        for step in ["authors", "works", "editions"] {
            watch.step(step, 0);
            merge_step(&mut tx, step, source, &mut import.counts.0).await?;
        }
        tx.rollback().await?;
        imports::clear(conn).await?;
        imports::delete(conn, import.id).await?;
        return Ok(import.counts.0);
    }
    for (step, next) in [
        ("authors", "works"),
        ("works", "editions"),
        ("editions", "search"),
    ] {
        if import.step != step {
            continue;
        }
        watch.step(step, 0);
        let mut tx = sqlx::Connection::begin(&mut *conn).await?;
        imports::lift_limits(&mut tx).await?;
        merge_step(&mut tx, step, source, &mut import.counts.0).await?;
        advance(&mut tx, &mut import, next).await?;
        tx.commit().await?;
    }
    search_rows(cx, conn, watch).await?;
    let mut tx = sqlx::Connection::begin(&mut *conn).await?;
    imports::clear(&mut tx).await?;
    advance(&mut tx, &mut import, "done").await?;
    tx.commit().await?;
    Ok(import.counts.0)
}

async fn merge_step(
    conn: &mut PgConnection,
    step: &str,
    source: &str,
    counts: &mut Counts,
) -> Result<()> {
    match step {
        "authors" => merge::authors(conn, source, counts).await,
        "works" => {
            merge::works(conn, source, counts).await?;
            // Its temporary tables go with the step, also in a dry run.
            imports::drop_temporary(conn).await
        }
        _ => {
            merge::editions(conn, source, counts).await?;
            imports::drop_temporary(conn).await
        }
    }
}

/// The unfinished import of the same files, or a new one.
async fn begin(conn: &mut PgConnection, files: &[Input], options: &Options) -> Result<Import> {
    let fingerprint = fingerprint(files, options);
    let open = imports::unfinished(conn).await?;
    if let Some(open) = open {
        let whole = open.fingerprint == fingerprint
            && !options.dry_run
            && (open.step == "search" || stage::is_whole(conn, &open.counts).await?);
        if whole {
            return Ok(open);
        }
        // Steps that are done stay done; what was only staged is read again.
        if open.fingerprint != fingerprint && open.step != "read" {
            return Err(Error::Conflict(
                "An import of other files was interrupted. Start that one again first: it goes on where it stopped.".into(),
            ));
        }
        imports::delete(conn, open.id).await?;
    }
    imports::clear(conn).await?;
    let mut tx = sqlx::Connection::begin(&mut *conn).await?;
    let import = imports::insert(&mut tx, &fingerprint).await?;
    for (position, file) in (0..).zip(files) {
        let path = file.path.display().to_string();
        imports::insert_file(&mut tx, import.id, position, &path).await?;
    }
    tx.commit().await?;
    Ok(import)
}

fn fingerprint(files: &[Input], options: &Options) -> String {
    let mut hash = Sha256::new();
    hash.update([u8::from(options.dry_run)]);
    hash.update(options.mapping.in_a_line());
    for file in files {
        hash.update(file.kind.name());
        hash.update(file.path.as_os_str().as_encoded_bytes());
        hash.update(file.size.to_le_bytes());
    }
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

async fn read_all(
    conn: &mut PgConnection,
    import: &mut Import,
    files: &[Input],
    mapping: &Mapping,
    watch: &mut dyn Watch,
) -> Result<()> {
    watch.step("read", files.iter().map(|file| file.size).sum());
    let position = Arc::new(AtomicU64::new(0));
    for (number, Input { path, kind, .. }) in (0..).zip(files) {
        let progress = imports::progress(conn, import.id, number).await?;
        if progress.finished {
            continue;
        }
        let (sender, mut parts) = tokio::sync::mpsc::channel(WAITING);
        let reader = {
            let (path, kind, mapping) = (path.clone(), *kind, mapping.clone());
            let position = Arc::clone(&position);
            tokio::task::spawn_blocking(move || {
                let reading = read::Reading {
                    path: &path,
                    kind,
                    mapping: &mapping,
                    skip: progress.read.unsigned_abs(),
                    position: &position,
                };
                read::read(&reading, &sender)
            })
        };
        while let Some(part) = parts.recv().await {
            for reject in &part.rejects {
                watch.reject(path, reject);
            }
            import.counts.add(&part.counts);
            let mut tx = sqlx::Connection::begin(&mut *conn).await?;
            stage::stage(&mut tx, import.id, number, part, &import.counts).await?;
            tx.commit().await?;
            watch.at(position.load(Ordering::Relaxed));
        }
        reader
            .await
            .map_err(Error::internal)?
            .map_err(|error| Error::field("files", format!("{}: {error}", path.display())))?;
    }
    let mut tx = sqlx::Connection::begin(&mut *conn).await?;
    advance(&mut tx, import, "authors").await?;
    tx.commit().await?;
    Ok(())
}

async fn advance(conn: &mut PgConnection, import: &mut Import, step: &str) -> Result<()> {
    imports::advance(conn, import.id, step, &import.counts).await?;
    step.clone_into(&mut import.step);
    Ok(())
}

/// Makes the search rows of the works the import touched. Each batch stands for itself,
/// and is taken off the list of what is left to do.
async fn search_rows(cx: &Cx, conn: &mut PgConnection, watch: &mut dyn Watch) -> Result<()> {
    let total = imports::count_works(conn).await?;
    watch.step("search", total.unsigned_abs());
    let mut tx = sqlx::Connection::begin(&mut *conn).await?;
    imports::lift_limits(&mut tx).await?;
    search::count_rows(&mut tx).await?;
    tx.commit().await?;
    let mut done = 0;
    loop {
        let mut tx = sqlx::Connection::begin(&mut *conn).await?;
        imports::lift_limits(&mut tx).await?;
        let mut works = imports::take_works(&mut tx, BATCH).await?;
        if works.is_empty() {
            tx.commit().await?;
            break;
        }
        works.sort_unstable();
        works.dedup();
        search::refresh(&mut tx, &works, cx.now()).await?;
        tx.commit().await?;
        done += works.len() as u64;
        watch.at(done);
    }
    imports::tidy(conn).await
}
