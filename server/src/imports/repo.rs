//! The SQL of imports.

use std::collections::HashSet;

use dogear_domain::grade::Grade;
use dogear_domain::ids::{CopyId, EditionId, ImportId, UserId, WorkId};
use dogear_domain::imports::{ImportState, Offer, Outcome, Source};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};

use super::KEPT_DAYS;
use super::read::{Entry, Row};
use crate::{Cx, Error, Result};

/// Rows in one statement.
const BATCH: usize = 1000;

/// An import that is locked until the end of the transaction.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Locked {
    pub id: ImportId,
    pub user_id: UserId,
    pub source: Source,
    pub state: ImportState,
    pub shelves: Vec<String>,
    pub grade: Grade,
    pub offer: Offer,
    pub seconds: bool,
    pub round: i32,
    pub headers: Vec<String>,
    #[sqlx(try_from = "crate::db::MaybeTimestamp")]
    pub finished_at: Option<Timestamp>,
    /// Its reader may add books.
    pub active: bool,
}

pub(super) async fn state(db: &PgPool, import: ImportId) -> Result<Option<ImportState>> {
    Ok(
        sqlx::query_scalar("select state from shelf_imports where id = $1")
            .bind(import)
            .fetch_optional(db)
            .await?,
    )
}

/// The import, locked; and its reader's standing, which stays as it is until the commit.
pub(super) async fn lock(
    conn: &mut PgConnection,
    import: ImportId,
    now: Timestamp,
) -> Result<Option<Locked>> {
    Ok(sqlx::query_as(
        "select i.id, i.user_id, i.source, i.state, i.shelves, i.grade, i.offer, i.seconds, i.round,
             i.headers, i.finished_at, in_good_standing(u, $2) as active
         from shelf_imports i join users u on u.id = i.user_id
         where i.id = $1 for no key update of i for share of u",
    )
    .bind(import)
    .bind(now.to_sqlx())
    .fetch_optional(conn)
    .await?)
}

/// As [`lock`], for its own reader.
pub(super) async fn lock_own(
    conn: &mut PgConnection,
    import: ImportId,
    user: UserId,
    now: Timestamp,
) -> Result<Locked> {
    lock(conn, import, now)
        .await?
        .filter(|import| import.user_id == user)
        .ok_or(Error::NotFound)
}

/// Stores where a locked import stands now; a state in which a job works begins a new round.
/// Gives the number of the round.
pub(super) async fn set_state(
    conn: &mut PgConnection,
    import: &Locked,
    state: ImportState,
    now: Timestamp,
) -> Result<i32> {
    let round = sqlx::query_scalar(
        "update shelf_imports set state = $2, round = round + $3::int,
             finished_at = case when $2 in ('stopped', 'done') then $4 else finished_at end
         where id = $1 returning round",
    )
    .bind(import.id)
    .bind(state)
    .bind(i32::from(state.is_working()))
    .bind(now.to_sqlx())
    .fetch_one(&mut *conn)
    .await?;
    Ok(round)
}

/// Inserts rows, or puts them in the place of those with the same numbers.
pub(super) async fn put_rows(
    conn: &mut PgConnection,
    import: ImportId,
    rows: &[Row],
) -> Result<()> {
    for rows in rows.chunks(BATCH) {
        let numbers: Vec<i32> = rows.iter().map(|row| row.number as i32).collect();
        // An array of arrays is one long array in SQL.
        let cells: Vec<Option<Json<&[String]>>> = rows
            .iter()
            .map(|row| row.cells.as_deref().map(Json))
            .collect();
        let entries: Vec<Json<&Entry>> = rows.iter().map(|row| Json(&row.entry)).collect();
        let shelves: Vec<&str> = rows.iter().map(|row| row.shelf.as_str()).collect();
        let repeats: Vec<Option<i32>> = rows
            .iter()
            .map(|row| row.repeats.map(|n| n as i32))
            .collect();
        sqlx::query(
            "insert into shelf_import_rows (import_id, number, cells, entry, shelf, repeats)
             select $1, number, case when cells is not null then array(select jsonb_array_elements_text(cells)) end,
                 entry, shelf, repeats
             from unnest($2::int[], $3::jsonb[], $4::jsonb[], $5::text[], $6::int[])
                 as t (number, cells, entry, shelf, repeats)
             on conflict (import_id, number) do update set entry = excluded.entry, shelf = excluded.shelf,
                 repeats = excluded.repeats, outcome = 'unchecked', reason = '', edition_id = null,
                 work_id = null, candidates = '{}', second = false",
        )
        .bind(import)
        .bind(&numbers)
        .bind(&cells)
        .bind(&entries)
        .bind(&shelves)
        .bind(&repeats)
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// A row that waits to be looked up, or to be added.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Waiting {
    pub number: i32,
    pub entry: Json<Entry>,
    pub repeats: Option<i32>,
    pub edition_id: Option<EditionId>,
    pub work_id: Option<WorkId>,
    pub second: bool,
}

/// What became of a row.
#[derive(Debug, Clone)]
pub(super) struct Verdict {
    pub number: i32,
    pub outcome: Outcome,
    pub reason: String,
    pub edition: Option<EditionId>,
    pub work: Option<WorkId>,
    pub candidates: Vec<EditionId>,
    pub copy: Option<CopyId>,
}

impl Verdict {
    pub fn of(number: i32, outcome: Outcome) -> Self {
        Self {
            number,
            outcome,
            reason: String::new(),
            edition: None,
            work: None,
            candidates: Vec::new(),
            copy: None,
        }
    }
}

/// Notes verdicts; candidates stay when a verdict has none.
pub(super) async fn note(
    conn: &mut PgConnection,
    import: ImportId,
    verdicts: &[Verdict],
) -> Result<()> {
    let numbers: Vec<i32> = verdicts.iter().map(|verdict| verdict.number).collect();
    let outcomes: Vec<Outcome> = verdicts.iter().map(|verdict| verdict.outcome).collect();
    let reasons: Vec<&str> = verdicts
        .iter()
        .map(|verdict| verdict.reason.as_str())
        .collect();
    let editions: Vec<Option<EditionId>> = verdicts.iter().map(|verdict| verdict.edition).collect();
    let works: Vec<Option<WorkId>> = verdicts.iter().map(|verdict| verdict.work).collect();
    let candidates: Vec<Json<&[EditionId]>> = verdicts
        .iter()
        .map(|verdict| Json(verdict.candidates.as_slice()))
        .collect();
    let copies: Vec<Option<CopyId>> = verdicts.iter().map(|verdict| verdict.copy).collect();
    sqlx::query(
        "update shelf_import_rows r set outcome = t.outcome, reason = t.reason,
             edition_id = coalesce(t.edition, r.edition_id), work_id = coalesce(t.work, r.work_id),
             candidates = case when t.candidates = '[]' then r.candidates
                 else array(select jsonb_array_elements_text(t.candidates)::bigint) end,
             copy_id = coalesce(t.copy, r.copy_id)
         from unnest($2::int[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::jsonb[], $8::bigint[])
             as t (number, outcome, reason, edition, work, candidates, copy)
         where r.import_id = $1 and r.number = t.number",
    )
    .bind(import)
    .bind(&numbers)
    .bind(&outcomes)
    .bind(&reasons)
    .bind(&editions)
    .bind(&works)
    .bind(&candidates)
    .bind(&copies)
    .execute(conn)
    .await?;
    Ok(())
}

/// The first rows that nobody has looked up yet, and the round in which they were read.
pub(super) async fn unchecked(db: &PgPool, import: ImportId, most: i64) -> Result<Vec<Waiting>> {
    Ok(sqlx::query_as(
        "select number, entry, repeats, edition_id, work_id, second from shelf_import_rows
         where import_id = $1 and outcome = 'unchecked' order by number limit $2",
    )
    .bind(import)
    .bind(most)
    .fetch_all(db)
    .await?)
}

/// The first rows that are to be added, or the one with this number if it is.
pub(super) async fn to_add(
    conn: &mut PgConnection,
    import: &Locked,
    most: i64,
    number: Option<i32>,
) -> Result<Vec<Waiting>> {
    Ok(sqlx::query_as(
        "select number, entry, repeats, edition_id, work_id, second from shelf_import_rows
         where import_id = $1 and shelf = any ($2) and ($5::int is null or number = $5)
             and (outcome in ('new', 'enter') or $3 and outcome = 'duplicate')
         order by number limit $4",
    )
    .bind(import.id)
    .bind(&import.shelves)
    .bind(import.seconds)
    .bind(most)
    .bind(number)
    .fetch_all(conn)
    .await?)
}

/// Those of these editions that the reader has a copy of. Where each row is a copy of its own,
/// what this import has added does not count.
pub(super) async fn owned(
    conn: &mut PgConnection,
    import: &Locked,
    editions: &[EditionId],
) -> Result<HashSet<EditionId>> {
    let owned: Vec<EditionId> = sqlx::query_scalar(
        "select distinct c.edition_id from copies c
         where c.owner_id = $1 and c.edition_id = any ($2) and c.state <> 'deleted'
             and not ($3 and exists (select from shelf_import_rows r
                 where r.copy_id = c.id and r.import_id = $4))",
    )
    .bind(import.user_id)
    .bind(editions)
    .bind(import.source.rows_are_copies())
    .bind(import.id)
    .fetch_all(conn)
    .await?;
    Ok(owned.into_iter().collect())
}

/// Deletes old imports, one per statement: each may have thousands of rows.
pub(super) async fn clean_up(cx: &Cx) -> Result<()> {
    let before = cx.now() - SignedDuration::from_hours(24 * KEPT_DAYS);
    loop {
        let deleted = sqlx::query(
            "delete from shelf_imports where id = (select id from shelf_imports
             where created_at < $1 and coalesce(finished_at, created_at) < $1
                 and state not in ('checking', 'running', 'undoing')
             order by id limit 1)",
        )
        .bind(before.to_sqlx())
        .execute(cx.db())
        .await?;
        if deleted.rows_affected() == 0 {
            return Ok(());
        }
    }
}
