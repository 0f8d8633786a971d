//! What becomes of imports when two editions are merged.

use dogear_domain::ids::EditionId;
use sqlx::PgConnection;

use crate::Result;

/// Keeps others from the rows that were matched to an edition until the end of the transaction.
pub(crate) async fn lock_rows_of(conn: &mut PgConnection, edition: EditionId) -> Result<()> {
    sqlx::query!(
        "select from shelf_import_rows where edition_id = $1 order by import_id, number for update",
        edition.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Matches the rows of one edition to another.
pub(crate) async fn move_rows(
    conn: &mut PgConnection,
    from: EditionId,
    to: EditionId,
) -> Result<()> {
    sqlx::query!(
        "update shelf_import_rows set edition_id = $2 where edition_id = $1",
        from.0,
        to.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
