//! A file arrives; its columns are chosen otherwise.

use dogear_domain::fields::FileName;
use dogear_domain::grade::Grade;
use dogear_domain::ids::{ImportId, UserId};
use dogear_domain::imports::{Field, ImportState, Offer, Source};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;

use super::read::{self, Columns, Table};
use super::{check, enqueue, repo};
use crate::db::{IdempotencyKey, Idempotent};
use crate::limits::IMPORT;
use crate::{Cx, Error, Result, blocking};

/// Imports of one reader that were never started; older ones make room.
const MOST_DRAFTS: i64 = 5;
/// So few books are looked up before the answer.
const AT_ONCE: usize = 100;

/// Reads a file of books and has them looked up. Nothing is added yet.
///
/// # Errors
/// `Invalid` (field `file`) saying what is wrong with the file; `TooMany`; `Forbidden`,
/// `SignInRequired`; `Conflict` for a form sent before with another file.
pub async fn upload(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    name: &FileName,
    bytes: Vec<u8>,
) -> Result<ImportId> {
    let owner = cx.member()?.id;
    cx.limit(IMPORT, &owner.to_string()).await?;
    if bytes.is_empty() {
        return Err(Error::field(
            "file",
            "Choose the file that the other program has exported.",
        ));
    }
    let (hash, table) =
        blocking::run(move || (Sha256::digest(&bytes).to_vec(), read::read(&bytes))).await?;
    let table = table.map_err(|problem| Error::field("file", problem))?;
    let mut once = match cx.once(key, &hash).await? {
        Idempotent::Done(import) => return Ok(import),
        Idempotent::New(once) => once,
    };
    repo::prune_drafts(&mut once.tx, owner, MOST_DRAFTS - 1).await?;
    let import = insert(cx, &mut once.tx, owner, name, &table).await?;
    repo::put_rows(&mut once.tx, import, &table.rows).await?;
    enqueue(&mut once.tx, import, 1).await?;
    once.commit(&import).await?;
    if table.rows.len() <= AT_ONCE {
        look_up_now(cx, import).await;
    }
    Ok(import)
}

/// Looks a short list up before the answer, so that its reader has nothing to wait for.
async fn look_up_now(cx: &Cx, import: ImportId) {
    for _ in 0..2 {
        if let Err(error) = check::process_batch(cx, import).await {
            // The job does it.
            tracing::debug!(%import, %error, "books of an import not looked up at once");
            return;
        }
    }
}

async fn insert(
    cx: &Cx,
    conn: &mut PgConnection,
    owner: UserId,
    name: &FileName,
    table: &Table,
) -> Result<ImportId> {
    let shelves = read::by_default(table.source, &read::shelves(&table.rows));
    let offer = match table.source {
        Source::Own => Offer::File,
        _ => Offer::Keep,
    };
    let new = repo::NewImport {
        owner,
        file_name: name,
        source: table.source,
        headers: &table.headers,
        columns: &table.columns,
        shelves: &shelves,
        grade: Grade::Good,
        offer,
        reading: read::say_of_reading(&table.rows),
    };
    repo::insert(conn, &new, cx.now()).await
}

/// Chooses which columns of a table say what, and has its books looked up again.
///
/// # Errors
/// `NotFound` when it is not the reader's; `Invalid` (field `title`) when no column names the
/// books; `Conflict` once it was started, and for files whose columns are known.
pub async fn set_columns(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    import: ImportId,
    chosen: &[(Field, usize)],
) -> Result<()> {
    let owner = cx.member()?.id;
    let mut once = match cx.once(key, &(import, chosen)).await? {
        Idempotent::Done(()) => return Ok(()),
        Idempotent::New(once) => once,
    };
    let locked = repo::lock_own(&mut once.tx, import, owner, cx.now()).await?;
    let open = matches!(locked.state, ImportState::Checking | ImportState::Ready);
    if !open || locked.source != Source::Generic {
        return Err(Error::Conflict(
            "The columns of this import stay as they are: its books have been added, or its file says itself what they are.".into(),
        ));
    }
    let columns = Columns::chosen(chosen.iter().copied(), locked.headers.len());
    if !columns.names_books() {
        return Err(Error::field(
            "column-title",
            "Choose the column with the titles, or the one with the ISBNs.",
        ));
    }
    let cells = repo::cells(&mut once.tx, import).await?;
    let again = columns.clone();
    let rows = blocking::run(move || {
        let mut rows: Vec<_> = cells
            .into_iter()
            .map(|(number, cells)| read::read_again(number, cells, &again))
            .collect();
        read::settle(&mut rows);
        rows
    })
    .await?;
    repo::put_rows(&mut once.tx, import, &rows).await?;
    let shelves = read::by_default(Source::Generic, &read::shelves(&rows));
    let reading = read::say_of_reading(&rows);
    repo::set_columns(&mut once.tx, import, &columns, &shelves, reading).await?;
    super::set_state(&mut once.tx, &locked, ImportState::Checking, cx.now()).await?;
    once.commit(&()).await?;
    if rows.len() <= AT_ONCE {
        look_up_now(cx, import).await;
    }
    Ok(())
}
