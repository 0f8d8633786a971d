//! The rows of an import's file.

use std::collections::HashSet;

use dogear_domain::ids::{CopyId, EditionId, ImportId, WorkId};
use dogear_domain::imports::Outcome;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};

use super::Locked;
use crate::Result;
use crate::imports::read::{Entry, Row};

/// Rows in one statement.
const BATCH: usize = 1000;

/// Inserts rows, or puts them in the place of those with the same numbers.
pub(in crate::imports) async fn put_rows(
    conn: &mut PgConnection,
    import: ImportId,
    rows: &[Row],
) -> Result<()> {
    for rows in rows.chunks(BATCH) {
        let numbers: Vec<i32> = rows.iter().map(|row| row.number).collect();
        // An array of arrays is one long array in SQL.
        let cells: Vec<Option<Json<&[String]>>> = rows
            .iter()
            .map(|row| row.cells.as_deref().map(Json))
            .collect();
        let entries: Vec<Json<&Entry>> = rows.iter().map(|row| Json(&row.entry)).collect();
        let shelves: Vec<&str> = rows.iter().map(|row| row.shelf.as_str()).collect();
        let repeats: Vec<Option<i32>> = rows.iter().map(|row| row.repeats).collect();
        let readings: Vec<bool> = rows
            .iter()
            .map(|row| row.entry.life.says_something())
            .collect();
        sqlx::query!(
            "insert into shelf_import_rows (import_id, number, cells, entry, shelf, repeats, has_reading)
             select $1, number, case when cells is not null then array(select jsonb_array_elements_text(cells)) end,
                 entry, shelf, repeats, has_reading
             from unnest($2::int[], $3::jsonb[], $4::jsonb[], $5::text[], $6::int[], $7::bool[])
                 as t (number, cells, entry, shelf, repeats, has_reading)
             on conflict (import_id, number) do update set entry = excluded.entry, shelf = excluded.shelf,
                 repeats = excluded.repeats, has_reading = excluded.has_reading, outcome = 'unchecked', reason = '', edition_id = null,
                 work_id = null, candidates = '{}', second = false",
            import.0,
            &numbers,
            &cells as &[Option<Json<&[String]>>],
            &entries as &[Json<&Entry>],
            &shelves as &[&str],
            &repeats as &[Option<i32>],
            &readings
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// A row that waits to be looked up, or to be added.
#[derive(Debug)]
pub(in crate::imports) struct Waiting {
    pub number: i32,
    pub entry: Json<Entry>,
    pub repeats: Option<i32>,
    pub edition_id: Option<EditionId>,
    pub work_id: Option<WorkId>,
    pub second: bool,
}

/// What became of a row.
#[derive(Debug, Clone)]
pub(in crate::imports) struct Verdict {
    pub number: i32,
    pub outcome: Outcome,
    pub reason: String,
    pub edition: Option<EditionId>,
    pub work: Option<WorkId>,
    pub candidates: Vec<EditionId>,
    pub copy: Option<CopyId>,
}

impl Verdict {
    pub(crate) fn of(number: i32, outcome: Outcome) -> Self {
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

/// Records verdicts; candidates stay when a verdict has none.
pub(in crate::imports) async fn record(
    conn: &mut PgConnection,
    import: ImportId,
    verdicts: &[Verdict],
) -> Result<()> {
    let numbers: Vec<i32> = verdicts.iter().map(|verdict| verdict.number).collect();
    let outcomes: Vec<&str> = verdicts
        .iter()
        .map(|verdict| verdict.outcome.as_str())
        .collect();
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
    sqlx::query!(
        "update shelf_import_rows r set outcome = t.outcome, reason = t.reason,
             edition_id = coalesce(t.edition, r.edition_id), work_id = coalesce(t.work, r.work_id),
             candidates = case when t.candidates = '[]' then r.candidates
                 else array(select jsonb_array_elements_text(t.candidates)::bigint) end,
             copy_id = coalesce(t.copy, r.copy_id)
         from unnest($2::int[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::jsonb[], $8::bigint[])
             as t (number, outcome, reason, edition, work, candidates, copy)
         where r.import_id = $1 and r.number = t.number",
        import.0,
        &numbers,
        &outcomes as &[&str],
        &reasons as &[&str],
        &editions as &[Option<EditionId>],
        &works as &[Option<WorkId>],
        &candidates as &[Json<&[EditionId]>],
        &copies as &[Option<CopyId>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The first rows that nobody has looked up yet.
pub(in crate::imports) async fn unchecked(
    db: &PgPool,
    import: ImportId,
    most: i64,
) -> Result<Vec<Waiting>> {
    Ok(sqlx::query_as!(
        Waiting,
        r#"select number, entry as "entry: Json<Entry>", repeats, edition_id, work_id, second
         from shelf_import_rows
         where import_id = $1 and outcome = 'unchecked' order by number limit $2"#,
        import.0,
        most
    )
    .fetch_all(db)
    .await?)
}

/// The first rows that are to be added, or the one with this number if it is.
pub(in crate::imports) async fn to_add(
    conn: &mut PgConnection,
    import: &Locked,
    most: i64,
    number: Option<i32>,
) -> Result<Vec<Waiting>> {
    Ok(sqlx::query_as!(
        Waiting,
        r#"select number, entry as "entry: Json<Entry>", repeats, edition_id, work_id, second
         from shelf_import_rows
         where import_id = $1 and shelf = any ($2) and ($5::int is null or number = $5)
             and (outcome in ('new', 'enter') or $3 and outcome = 'duplicate')
         order by number limit $4"#,
        import.id.0,
        &import.shelves,
        import.seconds,
        most,
        number
    )
    .fetch_all(conn)
    .await?)
}

/// Those of these editions that the reader has a copy of. Where each row is a copy of its own,
/// what this import has added does not count.
pub(in crate::imports) async fn owned(
    conn: &mut PgConnection,
    import: &Locked,
    editions: &[EditionId],
) -> Result<HashSet<EditionId>> {
    let owned = sqlx::query_scalar!(
        "select distinct c.edition_id from copies c
         where c.owner_id = $1 and c.edition_id = any ($2) and c.state <> 'deleted'
             and not ($3 and exists (select from shelf_import_rows r
                 where r.copy_id = c.id and r.import_id = $4))",
        import.user_id.0,
        editions as &[EditionId],
        import.source.rows_are_copies(),
        import.id.0
    )
    .fetch_all(conn)
    .await?;
    Ok(owned.into_iter().collect())
}

/// Every row's cells by number, in order; none where they are not kept.
pub(in crate::imports) async fn cells(
    conn: &mut PgConnection,
    import: ImportId,
) -> Result<Vec<(i32, Vec<String>)>> {
    let rows = sqlx::query!(
        r#"select number, coalesce(cells, '{}') as "cells!" from shelf_import_rows
         where import_id = $1 order by number"#,
        import.0
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.number, row.cells))
        .collect())
}

/// Deletes the cells of all rows.
pub(in crate::imports) async fn delete_cells(
    conn: &mut PgConnection,
    import: ImportId,
) -> Result<()> {
    sqlx::query!(
        "update shelf_import_rows set cells = null where import_id = $1 and cells is not null",
        import.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A row as a choice finds it.
pub(in crate::imports) struct Open {
    pub entry: Json<Entry>,
    pub candidates: Vec<EditionId>,
    pub edition_id: Option<EditionId>,
}

/// A row for which something can be chosen; none when its copy is there already.
pub(in crate::imports) async fn open_row(
    conn: &mut PgConnection,
    import: ImportId,
    number: i32,
) -> Result<Option<Open>> {
    Ok(sqlx::query_as!(
        Open,
        r#"select entry as "entry: Json<Entry>", candidates as "candidates: Vec<EditionId>", edition_id
         from shelf_import_rows where import_id = $1 and number = $2
             and outcome in ('new', 'enter', 'duplicate', 'doubtful', 'skipped', 'failed')"#,
        import.0,
        number
    )
    .fetch_optional(conn)
    .await?)
}

/// Sets what a row is to become. For an edition that was merged, the one it was merged into.
pub(in crate::imports) async fn set_choice(
    conn: &mut PgConnection,
    import: ImportId,
    number: i32,
    outcome: Outcome,
    edition: Option<EditionId>,
    second: bool,
) -> Result<()> {
    sqlx::query!(
        "update shelf_import_rows set outcome = $3, edition_id = merged_edition($4), second = $5
         where import_id = $1 and number = $2",
        import.0,
        number,
        outcome.as_str(),
        edition.map(|edition| edition.0),
        second
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Has the rows that could not be added wait again; how many there were.
pub(in crate::imports) async fn retry_failed(
    conn: &mut PgConnection,
    import: ImportId,
) -> Result<u64> {
    let again = sqlx::query!(
        "update shelf_import_rows set reason = '',
             outcome = case when edition_id is null and work_id is null then 'enter' else 'new' end
         where import_id = $1 and outcome = 'failed'",
        import.0
    )
    .execute(conn)
    .await?;
    Ok(again.rows_affected())
}

/// How many copies the import has added.
pub(in crate::imports) async fn count_added(
    conn: &mut PgConnection,
    import: ImportId,
) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "added!" from shelf_import_rows
         where import_id = $1 and outcome = 'added'"#,
        import.0
    )
    .fetch_one(conn)
    .await?)
}

/// The first copies that the import has added and that are not taken back yet.
pub(in crate::imports) async fn added_copies(
    conn: &mut PgConnection,
    import: ImportId,
    most: i64,
) -> Result<Vec<CopyId>> {
    Ok(sqlx::query_scalar!(
        r#"select copy_id as "copy_id!" from shelf_import_rows
         where import_id = $1 and outcome = 'added' and copy_id is not null order by number limit $2"#,
        import.0,
        most
    )
    .fetch_all(conn)
    .await?)
}

/// Records which of these copies were taken back; the others were kept.
pub(in crate::imports) async fn record_taken_back(
    conn: &mut PgConnection,
    import: ImportId,
    copies: &[CopyId],
    removed: &[CopyId],
) -> Result<()> {
    sqlx::query!(
        "update shelf_import_rows set outcome = case when copy_id = any ($2) then 'removed' else 'kept' end
         where import_id = $1 and outcome = 'added' and copy_id = any ($3)",
        import.0,
        removed as &[CopyId],
        copies as &[CopyId]
    )
    .execute(conn)
    .await?;
    Ok(())
}
