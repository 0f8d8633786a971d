//! Rows wait in staging tables until every file is read. Each part of a file and the
//! mark of how far it was read are one transaction.

use sqlx::PgConnection;

use super::read::Part;
use super::record::Rows;
use super::report::Counts;
use crate::Result;

/// The staging tables and their columns.
const TABLES: [(&str, &str); 4] = [
    ("staged_authors", "copy staged_authors from stdin"),
    ("staged_redirects", "copy staged_redirects from stdin"),
    ("staged_works", "copy staged_works from stdin"),
    ("staged_editions", "copy staged_editions from stdin"),
];

/// Sends the rows of `part` and remembers it as read.
///
/// # Errors
/// Those of the database; nothing of the part is kept then.
pub async fn stage(
    conn: &mut PgConnection,
    import: i64,
    file: i16,
    part: Part,
    counts: &Counts,
) -> Result<()> {
    let Rows {
        authors,
        redirects,
        works,
        editions,
    } = part.rows;
    for ((_, statement), rows) in TABLES.iter().zip([authors, redirects, works, editions]) {
        if rows.is_empty() {
            continue;
        }
        let mut copy = conn.copy_in_raw(statement).await?;
        copy.send(rows.into_bytes()).await?;
        copy.finish().await?;
    }
    sqlx::query(
        "update catalogue_import_files set read = read + $3, finished = $4
         where import_id = $1 and position = $2",
    )
    .bind(import)
    .bind(file)
    .bind(part.counts.read as i64)
    .bind(part.last)
    .execute(&mut *conn)
    .await?;
    sqlx::query("update catalogue_imports set counts = $2 where id = $1")
        .bind(import)
        .bind(serde_json::to_value(counts)?)
        .execute(conn)
        .await?;
    Ok(())
}

/// Empties the staging tables.
///
/// # Errors
/// Those of the database.
pub async fn clear(conn: &mut PgConnection) -> Result<()> {
    sqlx::query(
        "truncate staged_authors, staged_redirects, staged_works, staged_editions, resolved_works",
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether the staging tables hold what `counts` says: not after a crash of the database.
///
/// # Errors
/// Those of the database.
pub async fn is_whole(conn: &mut PgConnection, counts: &Counts) -> Result<bool> {
    let (authors, redirects, editions): (i64, i64, i64) = sqlx::query_as(
        "select (select count(*) from staged_authors), (select count(*) from staged_redirects),
             (select count(*) from staged_editions)",
    )
    .fetch_one(conn)
    .await?;
    Ok(authors as u64 == counts.authors
        && redirects as u64 == counts.redirects
        && editions as u64 == counts.editions)
}
