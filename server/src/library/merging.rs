//! Books that turn out to be one, and editions that do.
//!
//! Of a book that is merged away, readings and entries go to the kept one. What gave way, a rating
//! that was older, a reading that went on beside another, waits in `merged_entries` for the merge
//! to be taken back.

use dogear_domain::ids::{EditionId, WorkId};
use sqlx::PgConnection;

use super::repo::{entries, merging};
use crate::Result;

/// Locks what readers have of these books. Called before the books themselves are locked, as
/// readers take their locks; what comes in between is locked again by [`unite`].
///
/// # Errors
/// Those of the database.
pub(crate) async fn lock_of_works(conn: &mut PgConnection, works: &[i64]) -> Result<()> {
    merging::lock(conn, works).await
}

/// Has all that readers have of one book be of another. Both are locked.
///
/// # Errors
/// Those of the database.
pub(crate) async fn unite(conn: &mut PgConnection, from: WorkId, to: WorkId) -> Result<()> {
    let both = [from.0, to.0];
    merging::lock(&mut *conn, &both).await?;
    merging::remember(&mut *conn, from, to).await?;
    merging::close_second(&mut *conn, from, to).await?;
    merging::unite(&mut *conn, from, to).await?;
    merging::derive(&mut *conn, from, &both).await?;
    entries::recount(&mut *conn, from).await?;
    entries::recount(conn, to).await
}

/// Gives a book that was merged into another, and is there again, what readers had of it.
///
/// # Errors
/// Those of the database.
pub(crate) async fn divide(conn: &mut PgConnection, kept: WorkId, dropped: WorkId) -> Result<()> {
    let both = [kept.0, dropped.0];
    merging::lock(&mut *conn, &both).await?;
    merging::put_back_readings(&mut *conn, kept, dropped).await?;
    merging::put_back_entries(&mut *conn, kept, dropped).await?;
    merging::derive(&mut *conn, dropped, &both).await?;
    merging::forget(&mut *conn, dropped).await?;
    entries::recount(&mut *conn, kept).await?;
    entries::recount(conn, dropped).await
}

/// Has the readings of one edition be of another of the same book. Gives their numbers.
///
/// # Errors
/// Those of the database.
pub(crate) async fn move_to_edition(
    conn: &mut PgConnection,
    from: EditionId,
    to: EditionId,
) -> Result<Vec<i64>> {
    merging::move_editions(conn, from.0, to.0, None).await
}

/// As [`move_to_edition`], of these readings alone.
///
/// # Errors
/// Those of the database.
pub(crate) async fn move_some_to_edition(
    conn: &mut PgConnection,
    readings: &[i64],
    from: EditionId,
    to: EditionId,
) -> Result<()> {
    merging::move_editions(conn, from.0, to.0, Some(readings)).await?;
    Ok(())
}
