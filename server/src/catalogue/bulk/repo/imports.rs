//! How far an import is: its row, its files, the staging tables and the limits of its
//! statements.

use dogear_domain::ids::WorkId;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::Result;
use crate::catalogue::bulk::report::Counts;

/// Statements over millions of rows; they are given the time they need.
const UNLIMITED: [&str; 5] = [
    "set local statement_timeout = 0",
    "set local lock_timeout = 0",
    "set local idle_in_transaction_session_timeout = 0",
    "set local work_mem = '128MB'",
    "set local maintenance_work_mem = '512MB'",
];

/// Authors, redirects, works, editions.
const COPY: [&str; 4] = [
    "copy staged_authors from stdin",
    "copy staged_redirects from stdin",
    "copy staged_works from stdin",
    "copy staged_editions from stdin",
];

/// An import under way, or the one that was interrupted.
pub(in crate::catalogue::bulk) struct Import {
    pub id: i64,
    pub fingerprint: String,
    pub step: String,
    pub counts: Json<Counts>,
}

/// How far a file was read.
pub(in crate::catalogue::bulk) struct Progress {
    /// Records.
    pub read: i64,
    pub finished: bool,
}

/// Lifts the limits of an ordinary request in this transaction.
pub(in crate::catalogue::bulk) async fn lift_limits(conn: &mut PgConnection) -> Result<()> {
    for statement in UNLIMITED {
        sqlx::query(statement).execute(&mut *conn).await?;
    }
    Ok(())
}

/// Tries to be the only import; false when another one runs.
pub(in crate::catalogue::bulk) async fn try_alone(conn: &mut PgConnection) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select pg_try_advisory_lock(hashtextextended('catalogue import', 0)) as "alone!""#
    )
    .fetch_one(conn)
    .await?)
}

/// Lets other imports run.
pub(in crate::catalogue::bulk) async fn release(conn: &mut PgConnection) -> Result<()> {
    sqlx::query_scalar!("select pg_advisory_unlock(hashtextextended('catalogue import', 0))")
        .fetch_one(conn)
        .await?;
    Ok(())
}

/// The import that is not finished.
pub(in crate::catalogue::bulk) async fn unfinished(
    conn: &mut PgConnection,
) -> Result<Option<Import>> {
    Ok(sqlx::query_as!(
        Import,
        r#"select id, fingerprint, step, counts as "counts: Json<Counts>"
         from catalogue_imports where finished_at is null"#
    )
    .fetch_optional(conn)
    .await?)
}

/// A new import, of no files yet.
pub(in crate::catalogue::bulk) async fn insert(
    conn: &mut PgConnection,
    fingerprint: &str,
) -> Result<Import> {
    Ok(sqlx::query_as!(
        Import,
        r#"insert into catalogue_imports (fingerprint) values ($1)
         returning id, fingerprint, step, counts as "counts: Json<Counts>""#,
        fingerprint
    )
    .fetch_one(conn)
    .await?)
}

/// One more file of an import.
pub(in crate::catalogue::bulk) async fn insert_file(
    conn: &mut PgConnection,
    import: i64,
    position: i16,
    path: &str,
) -> Result<()> {
    sqlx::query!(
        "insert into catalogue_import_files (import_id, position, path) values ($1, $2, $3)",
        import,
        position,
        path
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets an import.
pub(in crate::catalogue::bulk) async fn delete(conn: &mut PgConnection, import: i64) -> Result<()> {
    sqlx::query!("delete from catalogue_imports where id = $1", import)
        .execute(conn)
        .await?;
    Ok(())
}

/// How far a file was read.
pub(in crate::catalogue::bulk) async fn progress(
    conn: &mut PgConnection,
    import: i64,
    file: i16,
) -> Result<Progress> {
    Ok(sqlx::query_as!(
        Progress,
        "select read, finished from catalogue_import_files where import_id = $1 and position = $2",
        import,
        file
    )
    .fetch_one(conn)
    .await?)
}

/// So many records more of a file are read, perhaps its last ones.
pub(in crate::catalogue::bulk) async fn add_read(
    conn: &mut PgConnection,
    import: i64,
    file: i16,
    records: i64,
    last: bool,
) -> Result<()> {
    sqlx::query!(
        "update catalogue_import_files set read = read + $3, finished = $4
         where import_id = $1 and position = $2",
        import,
        file,
        records,
        last
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes what has been counted.
pub(in crate::catalogue::bulk) async fn set_counts(
    conn: &mut PgConnection,
    import: i64,
    counts: &Counts,
) -> Result<()> {
    sqlx::query!(
        "update catalogue_imports set counts = $2 where id = $1",
        import,
        Json(counts) as Json<&Counts>
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The import goes on with `step`.
pub(in crate::catalogue::bulk) async fn advance(
    conn: &mut PgConnection,
    import: i64,
    step: &str,
    counts: &Counts,
) -> Result<()> {
    sqlx::query!(
        "update catalogue_imports set step = $2, counts = $3,
             finished_at = case when $2 = 'done' then now() end where id = $1",
        import,
        step,
        Json(counts) as Json<&Counts>
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Sends rows to the staging tables, in the order of [`COPY`].
pub(in crate::catalogue::bulk) async fn copy(
    conn: &mut PgConnection,
    rows: [Vec<u8>; 4],
) -> Result<()> {
    for (statement, rows) in COPY.into_iter().zip(rows) {
        if rows.is_empty() {
            continue;
        }
        let mut copy = conn.copy_in_raw(statement).await?;
        copy.send(rows).await?;
        copy.finish().await?;
    }
    Ok(())
}

/// Empties the staging tables.
pub(in crate::catalogue::bulk) async fn clear(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!(
        "truncate staged_authors, staged_redirects, staged_works, staged_editions, resolved_works"
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Rows of the staging tables.
pub(in crate::catalogue::bulk) struct Staged {
    pub authors: i64,
    pub redirects: i64,
    pub editions: i64,
}

/// Counts the rows of the staging tables.
pub(in crate::catalogue::bulk) async fn count_staged(conn: &mut PgConnection) -> Result<Staged> {
    Ok(sqlx::query_as!(
        Staged,
        r#"select (select count(*) from staged_authors) as "authors!",
             (select count(*) from staged_redirects) as "redirects!",
             (select count(*) from staged_editions) as "editions!""#
    )
    .fetch_one(conn)
    .await?)
}

/// Drops the temporary tables of a step.
pub(in crate::catalogue::bulk) async fn drop_temporary(conn: &mut PgConnection) -> Result<()> {
    sqlx::query("drop table if exists merging, drawn")
        .execute(conn)
        .await?;
    Ok(())
}

/// Works whose search rows are still to be made.
pub(in crate::catalogue::bulk) async fn count_works(conn: &mut PgConnection) -> Result<i64> {
    Ok(
        sqlx::query_scalar!(r#"select count(distinct work_id) as "works!" from resolved_works"#)
            .fetch_one(conn)
            .await?,
    )
}

/// Takes at most so many off the list of works whose search rows are to be made.
pub(in crate::catalogue::bulk) async fn take_works(
    conn: &mut PgConnection,
    most: i64,
) -> Result<Vec<WorkId>> {
    Ok(sqlx::query_scalar!(
        "delete from resolved_works where key = any (array(select key from resolved_works limit $1))
             returning work_id",
        most
    )
    .fetch_all(conn)
    .await?)
}

/// Has the planner look at all that was loaded, and clears away what it replaced.
pub(in crate::catalogue::bulk) async fn tidy(conn: &mut PgConnection) -> Result<()> {
    for statement in [
        "set statement_timeout = 0",
        "analyze works, editions, authors, work_search, search_words",
        "vacuum work_search",
    ] {
        sqlx::query(statement).execute(&mut *conn).await?;
    }
    Ok(())
}
