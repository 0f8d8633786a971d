//! What goes with a member who leaves.

use dogear_domain::ids::UserId;
use sqlx::PgConnection;

use crate::Result;

/// Takes the ratings of a member out of the sums, if they count.
pub(in crate::library) async fn uncount(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!(
        r#"select shift_ratings($1, -1)::text as "done?" where ratings_count($1)"#,
        user.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(())
}

/// Deletes all of it.
pub(in crate::library) async fn erase(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!("delete from readings where user_id = $1", user.0)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("delete from reader_books where user_id = $1", user.0)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("delete from merged_entries where user_id = $1", user.0)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("delete from library_settings where user_id = $1", user.0)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("delete from reading_goals where user_id = $1", user.0)
        .execute(conn)
        .await?;
    Ok(())
}
