//! What the rows of an import bring into the library.

use dogear_domain::ids::{CopyId, EditionId, ImportId, WorkId};
use dogear_domain::imports::Outcome;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};

use crate::Result;
use crate::imports::read::Entry;
use crate::imports::record::Kept;

/// A row that says something of its reader's reading, and has not been written down yet.
#[derive(Debug)]
pub(in crate::imports) struct Unrecorded {
    pub number: i32,
    pub entry: Json<Entry>,
    pub outcome: Outcome,
    pub edition_id: Option<EditionId>,
    /// None of a book that nobody has entered yet.
    pub work_id: Option<WorkId>,
    pub copy_id: Option<CopyId>,
}

/// The first rows that are to be written down, or the one with this number if it is: those of
/// which it is known which book they are, and those whose book is to be entered.
pub(in crate::imports) async fn to_record(
    conn: &mut PgConnection,
    import: ImportId,
    most: i64,
    number: Option<i32>,
) -> Result<Vec<Unrecorded>> {
    Ok(sqlx::query_as!(
        Unrecorded,
        r#"select r.number, r.entry as "entry: Json<Entry>", r.outcome, r.edition_id, r.copy_id,
             coalesce(e.work_id, r.work_id) as "work_id: WorkId"
         from shelf_import_rows r left join editions e on e.id = r.edition_id
         where r.import_id = $1 and r.has_reading and r.recorded is null
             and ($3::int is null or r.number = $3)
             and (r.outcome in ('new', 'enter', 'duplicate', 'added', 'kept')
               or r.outcome = 'unusable' and (r.entry->>'is_ebook')::boolean)
         order by r.number limit $2"#,
        import.0,
        most,
        number
    )
    .fetch_all(conn)
    .await?)
}

/// Notes which edition a row was entered as.
pub(in crate::imports) async fn set_edition(
    conn: &mut PgConnection,
    import: ImportId,
    number: i32,
    edition: EditionId,
) -> Result<()> {
    sqlx::query!(
        "update shelf_import_rows set edition_id = $3,
             outcome = case outcome when 'enter' then 'new' else outcome end
         where import_id = $1 and number = $2",
        import.0,
        number,
        edition.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes what came of rows in the library.
pub(in crate::imports) async fn set_recorded(
    conn: &mut PgConnection,
    import: ImportId,
    rows: &[(i32, Kept)],
) -> Result<()> {
    let (numbers, kept): (Vec<i32>, Vec<Json<&Kept>>) = rows
        .iter()
        .map(|(number, kept)| (*number, Json(kept)))
        .unzip();
    sqlx::query!(
        "update shelf_import_rows r set recorded = t.kept
         from unnest($2::int[], $3::jsonb[]) as t (number, kept)
         where r.import_id = $1 and r.number = t.number",
        import.0,
        &numbers,
        &kept as &[Json<&Kept>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The first rows that were written down, with what came of them.
pub(in crate::imports) async fn recorded(
    conn: &mut PgConnection,
    import: ImportId,
    most: i64,
) -> Result<Vec<(i32, Kept)>> {
    let rows = sqlx::query!(
        r#"select number, recorded as "recorded!: Json<Kept>" from shelf_import_rows
         where import_id = $1 and recorded is not null order by number limit $2"#,
        import.0,
        most
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.number, row.recorded.0))
        .collect())
}

/// Notes that rows were taken out of the library again.
pub(in crate::imports) async fn forget_recorded(
    conn: &mut PgConnection,
    import: ImportId,
    numbers: &[i32],
) -> Result<()> {
    sqlx::query!(
        "update shelf_import_rows set recorded = null where import_id = $1 and number = any ($2)",
        import.0,
        numbers
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How many rows of the import are in the library.
pub(in crate::imports) async fn count_recorded(
    conn: &mut PgConnection,
    import: ImportId,
) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "recorded!" from shelf_import_rows
         where import_id = $1 and recorded->>'work' is not null"#,
        import.0
    )
    .fetch_one(conn)
    .await?)
}

/// What the rows of an import say of reading.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReadingNumbers {
    /// Rows that say something of it.
    pub rows: i64,
    /// Those that can be written down, and are not.
    pub waiting: i64,
    /// Those that are in the library.
    pub recorded: i64,
    /// Those of which something was left out, or stayed as it was.
    pub said: i64,
    /// Those with a review.
    pub reviews: i64,
}

/// Counts them.
pub(in crate::imports) async fn reading_numbers(
    db: &PgPool,
    import: ImportId,
) -> Result<ReadingNumbers> {
    Ok(sqlx::query_as!(
        ReadingNumbers,
        r#"select count(*) as "rows!",
             count(*) filter (where recorded is null and (outcome in ('new', 'enter', 'duplicate', 'added', 'kept')
               or outcome = 'unusable' and (entry->>'is_ebook')::boolean)) as "waiting!",
             count(*) filter (where recorded->>'work' is not null) as "recorded!",
             count(*) filter (where jsonb_array_length(recorded->'said') > 0) as "said!",
             count(*) filter (where entry->'life'->>'review' <> '') as "reviews!"
         from shelf_import_rows where import_id = $1 and has_reading"#,
        import.0
    )
    .fetch_one(db)
    .await?)
}
