//! A file arrives; its columns are chosen otherwise.

use dogear_domain::fields;
use dogear_domain::grade::Grade;
use dogear_domain::ids::{ImportId, UserId};
use dogear_domain::imports::{Field, ImportState, Offer, Source};
use jiff_sqlx::ToSqlx;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use sqlx::types::Json;

use super::read::{self, Columns, Table};
use super::{begin_work, check, repo};
use crate::db::{IdempotencyKey, Once};
use crate::limits::IMPORT;
use crate::{Cx, Error, Result, heavy};

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
    name: &str,
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
        heavy::run(move || (Sha256::digest(&bytes).to_vec(), read::read(&bytes))).await?;
    let table = table.map_err(|problem| Error::field("file", problem))?;
    let mut once = match cx.once(key, &hash).await? {
        Once::Done(import) => return Ok(import),
        Once::New(once) => once,
    };
    let name = fields::line(name, "the name", 100).unwrap_or_default();
    make_room(&mut once.tx, owner).await?;
    let import = insert(cx, &mut once.tx, owner, &name, &table).await?;
    repo::put_rows(&mut once.tx, import, &table.rows).await?;
    begin_work(&mut once.tx, import, 1).await?;
    once.commit(&import).await?;
    if table.rows.len() <= AT_ONCE {
        look_up_now(cx, import).await;
    }
    Ok(import)
}

/// Looks a short list up before the answer, so that its reader has nothing to wait for.
async fn look_up_now(cx: &Cx, import: ImportId) {
    for _ in 0..2 {
        if let Err(error) = check::some(cx, import).await {
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
    name: &str,
    table: &Table,
) -> Result<ImportId> {
    let shelves = read::by_default(table.source, &read::shelves(&table.rows));
    let offer = match table.source {
        Source::Own => Offer::File,
        _ => Offer::Keep,
    };
    Ok(sqlx::query_scalar(
        "insert into shelf_imports (user_id, file_name, source, headers, columns, shelves, grade, offer, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id",
    )
    .bind(owner)
    .bind(name)
    .bind(table.source)
    .bind(&table.headers)
    .bind(Json(&table.columns))
    .bind(shelves)
    .bind(Grade::Good)
    .bind(offer)
    .bind(cx.now().to_sqlx())
    .fetch_one(conn)
    .await?)
}

/// Deletes the oldest imports that were never started, one at a time under the reader's lock.
async fn make_room(conn: &mut PgConnection, owner: UserId) -> Result<()> {
    sqlx::query("select from users where id = $1 for no key update")
        .bind(owner)
        .execute(&mut *conn)
        .await?;
    sqlx::query(
        "delete from shelf_imports where id in (
             select id from shelf_imports where user_id = $1 and state in ('checking', 'ready')
                 and not exists (select from shelf_import_rows r where r.import_id = shelf_imports.id and r.copy_id is not null)
             order by id desc offset $2)",
    )
    .bind(owner)
    .bind(MOST_DRAFTS - 1)
    .execute(conn)
    .await?;
    Ok(())
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
        Once::Done(()) => return Ok(()),
        Once::New(once) => once,
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
            "title",
            "Choose the column with the titles, or the one with the ISBNs.",
        ));
    }
    let cells: Vec<(i32, Vec<String>)> = sqlx::query_as(
        "select number, coalesce(cells, '{}') from shelf_import_rows where import_id = $1 order by number",
    )
    .bind(import)
    .fetch_all(&mut *once.tx)
    .await?;
    let again = columns.clone();
    let rows = heavy::run(move || {
        let mut rows: Vec<_> = cells
            .into_iter()
            .map(|(number, cells)| read::read_again(number as usize, cells, &again))
            .collect();
        read::settle(&mut rows);
        rows
    })
    .await?;
    repo::put_rows(&mut once.tx, import, &rows).await?;
    let shelves = read::by_default(Source::Generic, &read::shelves(&rows));
    sqlx::query("update shelf_imports set columns = $2, shelves = $3 where id = $1")
        .bind(import)
        .bind(Json(&columns))
        .bind(shelves)
        .execute(&mut *once.tx)
        .await?;
    super::set_state(&mut once.tx, &locked, ImportState::Checking, cx.now()).await?;
    once.commit(&()).await?;
    if rows.len() <= AT_ONCE {
        look_up_now(cx, import).await;
    }
    Ok(())
}
