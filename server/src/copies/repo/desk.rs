//! What moderators do to copies: out of sight and back, and along with merged works and
//! editions.

use dogear_domain::ids::{CopyId, EditionId, WorkId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::Result;

/// Takes a copy out of sight; false when it is already.
pub(crate) async fn hide(
    conn: &mut PgConnection,
    copy: CopyId,
    reason: &str,
    now: Timestamp,
) -> Result<bool> {
    let hidden = sqlx::query!(
        "update copies set hidden_at = $2, hidden_reason = $3 where id = $1 and hidden_at is null",
        copy.0,
        now.to_sqlx(),
        reason
    )
    .execute(conn)
    .await?;
    Ok(hidden.rows_affected() == 1)
}

/// Shows a copy again; false when it is not hidden.
pub(crate) async fn unhide(conn: &mut PgConnection, copy: CopyId) -> Result<bool> {
    let shown = sqlx::query!(
        "update copies set hidden_at = null, hidden_reason = '' where id = $1 and hidden_at is not null",
        copy.0
    )
    .execute(conn)
    .await?;
    Ok(shown.rows_affected() == 1)
}

/// Keeps others from the copies of these works until the end of the transaction.
pub(crate) async fn lock_of_works(conn: &mut PgConnection, works: &[i64]) -> Result<()> {
    sqlx::query!(
        "select from copies where work_id = any ($1) order by id for no key update",
        works
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps others from the copies of these editions until the end of the transaction.
pub(crate) async fn lock_of_editions(conn: &mut PgConnection, editions: &[i64]) -> Result<()> {
    sqlx::query!(
        "select from copies where edition_id = any ($1) order by id for no key update",
        editions
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives every copy of one work to another; their numbers.
pub(crate) async fn move_to_work(
    conn: &mut PgConnection,
    from: WorkId,
    to: WorkId,
) -> Result<Vec<i64>> {
    let mut moved: Vec<i64> = sqlx::query_scalar!(
        r#"update copies set work_id = $2 where work_id = $1 returning id as "id: i64""#,
        from.0,
        to.0
    )
    .fetch_all(conn)
    .await?;
    moved.sort_unstable();
    Ok(moved)
}

/// Gives those of these copies that are still with one work to another; how many.
pub(crate) async fn move_some_to_work(
    conn: &mut PgConnection,
    copies: &[i64],
    from: WorkId,
    to: WorkId,
) -> Result<u64> {
    let moved = sqlx::query!(
        "update copies set work_id = $2 where work_id = $1 and id = any ($3)",
        from.0,
        to.0,
        copies
    )
    .execute(conn)
    .await?;
    Ok(moved.rows_affected())
}

/// Has the copies that are with one work, of editions of another, follow their editions there.
pub(crate) async fn follow_editions(
    conn: &mut PgConnection,
    from: WorkId,
    to: WorkId,
) -> Result<()> {
    sqlx::query!(
        "update copies c set work_id = e.work_id from editions e
         where e.id = c.edition_id and e.work_id = $2 and c.work_id = $1",
        from.0,
        to.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Makes every copy of one edition a copy of another; their numbers.
pub(crate) async fn move_to_edition(
    conn: &mut PgConnection,
    from: EditionId,
    to: EditionId,
) -> Result<Vec<i64>> {
    Ok(sqlx::query_scalar!(
        r#"update copies set edition_id = $2 where edition_id = $1 returning id as "id: i64""#,
        from.0,
        to.0
    )
    .fetch_all(conn)
    .await?)
}

/// Makes those of these copies that are still of one edition copies of another; how many.
pub(crate) async fn move_some_to_edition(
    conn: &mut PgConnection,
    copies: &[i64],
    from: EditionId,
    to: EditionId,
) -> Result<u64> {
    let moved = sqlx::query!(
        "update copies set edition_id = $2 where edition_id = $1 and id = any ($3)",
        from.0,
        to.0,
        copies
    )
    .execute(conn)
    .await?;
    Ok(moved.rows_affected())
}
