//! Rows wait in staging tables until every file is read. Each part of a file and the
//! mark of how far it was read are one transaction.

use sqlx::PgConnection;

use super::read::Part;

use super::repo::imports;
use super::report::Counts;
use super::rows::Rows;
use crate::Result;

/// Sends the rows of `part` and remembers it as read.
///
/// # Errors
/// Those of the database; nothing of the part is kept then.
pub(super) async fn stage(
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
    imports::copy(
        conn,
        [authors, redirects, works, editions].map(String::into_bytes),
    )
    .await?;
    imports::add_read(conn, import, file, part.counts.read as i64, part.last).await?;
    imports::set_counts(conn, import, counts).await
}

/// Whether the staging tables hold what `counts` says: not after a crash of the database.
///
/// # Errors
/// Those of the database.
pub(super) async fn is_whole(conn: &mut PgConnection, counts: &Counts) -> Result<bool> {
    let staged = imports::count_staged(conn).await?;
    Ok(staged.authors.unsigned_abs() == counts.authors
        && staged.redirects.unsigned_abs() == counts.redirects
        && staged.editions.unsigned_abs() == counts.editions)
}
