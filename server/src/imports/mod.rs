//! Imports of readers' shelves: a file is read, its books are looked up by a job, the reader
//! looks at what was found and starts it, and the job adds the copies, a few per transaction.
//! Each row says what became of it in the transaction in which that happens, so that a job
//! which breaks off goes on where it was. For 24 hours the whole can be undone.

mod check;
mod read;
mod record;
mod repo;
mod run;
mod steps;
#[cfg(test)]
mod tests;
mod undo;
mod upload;
mod views;

use std::time::{Duration, Instant};

use dogear_domain::ids::ImportId;
use dogear_domain::imports::ImportState;
use futures::FutureExt;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

pub use read::{MOST_BYTES, MOST_ROWS};
pub use repo::ReadingNumbers;
pub(crate) use repo::{erase, merging};
pub use steps::{Choice, Plan, choose, retry, save_plan, start, stop, undo};
pub use upload::{set_columns, upload};
pub use views::{
    Candidate, Column, ImportLine, ImportPage, Numbers, Progress, RowLine, Rows, ShelfLine, list,
    page, progress, rows,
};

use crate::jobs::schedule::{Interval, Schedule};
use crate::jobs::{self, Claim, Job};
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
async fn work(cx: &Cx, import: ImportId) -> Result<bool> {
    let end = Instant::now() + SHIFT;
    while Instant::now() < end {
        match repo::state(cx.db(), import).await? {
            Some(ImportState::Checking) => check::process_batch(cx, import).await?,
            Some(ImportState::Running) => run::process_batch(cx, import).await?,
            Some(ImportState::Undoing) => undo::process_batch(cx, import).await?,
            _ => return Ok(true),
        }
    }
    Ok(false)
}

/// Goes on with an import of a reader's books.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WorkOnImport {
    import: ImportId,
}

impl Job for WorkOnImport {
    const KIND: &'static str = "shelf_import";
    type Kept = ();

    async fn run(self, cx: &Cx, (): &(), claim: &Claim) -> Result<()> {
        let whole = work(cx, self.import).await?;
        let mut tx = cx.begin().await?;
        if !whole {
            let key = format!("import:{}:after:{}", self.import, claim.id);
            jobs::push(&mut tx, &self, &key, None).await?;
        }
        claim.finish(&mut tx).await?;
        tx.commit().await
    }
}

/// Has a job begin with what the import is to do now.
async fn enqueue(conn: &mut PgConnection, import: ImportId, round: i32) -> Result<()> {
    let key = format!("import:{import}:{round}");
    jobs::push(conn, &WorkOnImport { import }, &key, None).await
}

/// Moves a locked import on; where that is for a job to work on, it is pushed.
async fn set_state(
    conn: &mut PgConnection,
    import: &repo::Locked,
    state: ImportState,
    now: Timestamp,
) -> Result<()> {
    let round = repo::set_state(conn, import, state, now).await?;
    if state.is_working() {
        enqueue(conn, import.id, round).await?;
    }
    Ok(())
}

/// Deletes old imports, one per statement: each may have thousands of rows.
async fn delete_old(cx: &Cx) -> Result<()> {
    let before = cx.now() - SignedDuration::from_hours(24 * KEPT_DAYS);
    while repo::delete_oldest(cx.db(), before).await? {}
    Ok(())
}

/// What the site does with imports by itself.
pub(crate) fn schedules() -> [Schedule; 1] {
    [Schedule {
        name: "clean up imports",
        when: Interval::Daily {
            hour: 4,
            minute: 20,
        },
        run: |cx| async move { delete_old(&cx).await }.boxed(),
    }]
}
