//! Imports of readers' shelves: a file is read, its books are looked up by a job, the reader
//! looks at what was found and starts it, and the job adds the copies, a few per transaction.
//! Each row says what became of it in the transaction in which that happens, so that a job
//! which breaks off goes on where it was. For 24 hours the whole can be undone.

mod check;
mod read;
mod repo;
mod run;
mod steps;
#[cfg(test)]
mod tests;
mod undo;
mod upload;
mod views;

use std::time::{Duration, Instant};

use dogear_domain::ids::{ImportId, OutboxId};
use dogear_domain::imports::ImportState;
use futures::FutureExt;
use jiff::SignedDuration;
use sqlx::PgConnection;

pub use read::{MOST_BYTES, MOST_ROWS};
pub use steps::{Choice, Plan, choose, retry, save_plan, start, stop, undo};
pub use upload::{set_columns, upload};
pub use views::{
    Candidate, Column, ImportLine, ImportPage, Numbers, Progress, RowLine, Rows, ShelfLine, list,
    page, progress, rows,
};

use crate::jobs::schedule::{Schedule, When};
use crate::jobs::{self, Job};
use crate::{Cx, Result};

/// After it was finished or stopped, an import can be undone for this long.
pub const UNDONE_WITHIN: SignedDuration = SignedDuration::from_hours(24);
/// Imports, with their rows, are thrown away after this many days.
pub const KEPT_DAYS: i64 = 30;
/// A job works this long, then another one goes on: well within what a job may take.
const SHIFT: Duration = Duration::from_secs(40);

/// Works on an import until nothing is left to do, or the shift is over. Tells whether
/// nothing is left.
///
/// # Errors
/// Those of the database; what was done until then stays.
pub(crate) async fn work(cx: &Cx, import: ImportId) -> Result<bool> {
    let end = Instant::now() + SHIFT;
    while Instant::now() < end {
        match repo::state(cx.db(), import).await? {
            Some(ImportState::Checking) => check::some(cx, import).await?,
            Some(ImportState::Running) => run::some(cx, import).await?,
            Some(ImportState::Undoing) => undo::some(cx, import).await?,
            _ => return Ok(true),
        }
    }
    Ok(false)
}

/// Has another job go on after that one.
///
/// # Errors
/// Those of the database.
pub(crate) async fn go_on(
    conn: &mut PgConnection,
    import: ImportId,
    after: OutboxId,
) -> Result<()> {
    let key = format!("import:{import}:after:{after}");
    jobs::push(conn, &Job::ShelfImport { import }, &key, None).await
}

/// Has a job begin with what the import is to do now.
async fn begin_work(conn: &mut PgConnection, import: ImportId, round: i32) -> Result<()> {
    let key = format!("import:{import}:{round}");
    jobs::push(conn, &Job::ShelfImport { import }, &key, None).await
}

/// What the site does with imports by itself.
pub(crate) fn schedules() -> [Schedule; 1] {
    [Schedule {
        name: "clean up imports",
        when: When::Daily {
            hour: 4,
            minute: 20,
        },
        run: |cx| async move { repo::clean_up(&cx).await }.boxed(),
    }]
}
