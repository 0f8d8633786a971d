//! What the pages of imports read.

use dogear_domain::grade::Grade;
use dogear_domain::ids::{CopyId, EditionId, ImportId, UserId};
use dogear_domain::imports::{ImportState, Offer, Outcome, Source};
use jiff::Timestamp;
use sqlx::PgPool;
use sqlx::types::Json;

use crate::Result;
use crate::imports::ImportLine;
use crate::imports::read::{Columns, Entry};

/// The reader's imports, newest first.
pub(in crate::imports) async fn list(db: &PgPool, user: UserId) -> Result<Vec<ImportLine>> {
    Ok(sqlx::query_as!(
        ImportLine,
        r#"select i.id, i.file_name, i.source as "source: Source", i.state, i.created_at,
             count(*) as "rows!", count(*) filter (where r.outcome in ('added', 'kept')) as "added!"
         from shelf_imports i join shelf_import_rows r on r.import_id = i.id
         where i.user_id = $1 group by i.id order by i.id desc limit 50"#,
        user.0
    )
    .fetch_all(db)
    .await?)
}

/// An import without its rows.
pub(in crate::imports) struct Head {
    pub file_name: String,
    pub source: Source,
    pub state: ImportState,
    pub created_at: Timestamp,
    pub headers: Vec<String>,
    pub columns: Json<Columns>,
    pub shelves: Vec<String>,
    pub grade: Grade,
    pub offer: Offer,
    pub seconds: bool,
    pub reading: bool,
    pub reviews: bool,
    pub finished_at: Option<jiff_sqlx::Timestamp>,
}

/// An import, when it is the reader's.
pub(in crate::imports) async fn get(
    db: &PgPool,
    import: ImportId,
    user: UserId,
) -> Result<Option<Head>> {
    Ok(sqlx::query_as!(
        Head,
        r#"select file_name, source as "source: Source", state, created_at, headers,
             columns as "columns: Json<Columns>", shelves, grade, offer as "offer: Offer", seconds, reading, reviews,
             finished_at
         from shelf_imports where id = $1 and user_id = $2"#,
        import.0,
        user.0
    )
    .fetch_optional(db)
    .await?)
}

/// How many rows of a shelf have an outcome.
pub(in crate::imports) struct RowCount {
    pub shelf: String,
    pub outcome: Outcome,
    pub rows: i64,
}

/// Rows by shelf and outcome.
pub(in crate::imports) async fn counts(db: &PgPool, import: ImportId) -> Result<Vec<RowCount>> {
    Ok(sqlx::query_as!(
        RowCount,
        r#"select shelf, outcome, count(*) as "rows!" from shelf_import_rows
         where import_id = $1 group by shelf, outcome"#,
        import.0
    )
    .fetch_all(db)
    .await?)
}

/// The cells of the first row; none where they are not kept.
pub(in crate::imports) async fn first_cells(db: &PgPool, import: ImportId) -> Result<Vec<String>> {
    let cells = sqlx::query_scalar!(
        r#"select cells as "cells!" from shelf_import_rows
         where import_id = $1 and cells is not null order by number limit 1"#,
        import.0
    )
    .fetch_optional(db)
    .await?;
    Ok(cells.unwrap_or_default())
}

/// The first copies that stayed when an import was undone, with their titles.
pub(in crate::imports) async fn kept(
    db: &PgPool,
    import: ImportId,
    most: i64,
) -> Result<Vec<(CopyId, String)>> {
    let rows = sqlx::query!(
        r#"select c.id, shown_title(e.title, w.title) as "title!"
         from shelf_import_rows r join copies c on c.id = r.copy_id
         join editions e on e.id = c.edition_id join works w on w.id = c.work_id
         where r.import_id = $1 and r.outcome = 'kept' order by r.number limit $2"#,
        import.0,
        most
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.title)).collect())
}

/// One row of the file.
pub(in crate::imports) struct ImportRow {
    pub number: i32,
    pub entry: Json<Entry>,
    pub shelf: String,
    pub outcome: Outcome,
    pub reason: String,
    pub edition_id: Option<EditionId>,
    pub candidates: Vec<EditionId>,
    pub second: bool,
    pub copy_id: Option<CopyId>,
    /// What was left out or stays in the library as it was, in sentences.
    pub said: Vec<String>,
}

/// A page of rows, of all or of those with one outcome.
pub(in crate::imports) async fn rows(
    db: &PgPool,
    import: ImportId,
    show: Option<Outcome>,
    most: i64,
    offset: i64,
) -> Result<Vec<ImportRow>> {
    Ok(sqlx::query_as!(
        ImportRow,
        r#"select number, entry as "entry: Json<Entry>", shelf, outcome, reason, edition_id,
             candidates as "candidates: Vec<EditionId>", second, copy_id,
             coalesce(array(select jsonb_array_elements_text(recorded->'said')), '{}') as "said!"
         from shelf_import_rows where import_id = $1 and ($2::text is null or outcome = $2)
         order by number limit $3 offset $4"#,
        import.0,
        show.map(Outcome::as_str),
        most,
        offset
    )
    .fetch_all(db)
    .await?)
}
