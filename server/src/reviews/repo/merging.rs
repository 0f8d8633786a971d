//! Reviews of works that are merged. The works are held.

use dogear_domain::ids::{ReviewId, WorkId};
use sqlx::PgConnection;

use crate::Result;

fn numbers(ids: &[ReviewId]) -> Vec<i64> {
    ids.iter().map(|id| id.0).collect()
}

/// Of two reviews by one reader, of either work, has the older one wait. Gives those that wait now.
pub(in crate::reviews) async fn set_aside(
    conn: &mut PgConnection,
    from: WorkId,
    to: WorkId,
) -> Result<Vec<ReviewId>> {
    Ok(sqlx::query_scalar!(
        "update reviews set set_aside_at = now() where id in (
           select case when (coalesce(a.edited_at, a.created_at), a.id)
             > (coalesce(b.edited_at, b.created_at), b.id) then b.id else a.id end
           from reviews a join reviews b on b.user_id = a.user_id
           where a.work_id = $1 and b.work_id = $2
             and a.deleted_at is null and a.set_aside_at is null
             and b.deleted_at is null and b.set_aside_at is null)
         returning id",
        from.0,
        to.0
    )
    .fetch_all(conn)
    .await?)
}

/// Gives every review of one work to another, also what is deleted or waits. Gives their numbers.
pub(in crate::reviews) async fn move_all(
    conn: &mut PgConnection,
    from: WorkId,
    to: WorkId,
) -> Result<Vec<ReviewId>> {
    Ok(sqlx::query_scalar!(
        "update reviews set work_id = $2 where work_id = $1 returning id",
        from.0,
        to.0
    )
    .fetch_all(conn)
    .await?)
}

/// Gives some of the reviews of one work to another.
pub(in crate::reviews) async fn move_some(
    conn: &mut PgConnection,
    ids: &[ReviewId],
    from: WorkId,
    to: WorkId,
) -> Result<()> {
    sqlx::query!(
        "update reviews set work_id = $3 where id = any ($1) and work_id = $2",
        &numbers(ids),
        from.0,
        to.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Has some reviews wait no longer, unless their author has another one of the book.
pub(in crate::reviews) async fn show_again(
    conn: &mut PgConnection,
    ids: &[ReviewId],
) -> Result<()> {
    sqlx::query!(
        "update reviews r set set_aside_at = null
         where r.id = any ($1) and not exists (select from reviews o
           where o.user_id = r.user_id and o.work_id = r.work_id and o.id <> r.id
             and o.deleted_at is null and o.set_aside_at is null)",
        &numbers(ids)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes anew with each review of a work whether its author has traded it.
pub(in crate::reviews) async fn count_trades(conn: &mut PgConnection, work: WorkId) -> Result<()> {
    sqlx::query!(
        "update reviews set traded = not traded
         where work_id = $1 and traded <> has_traded(user_id, work_id)",
        work.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
