//! `library_settings`: how a reader wants their reading to be seen.

use dogear_domain::ids::UserId;
use sqlx::PgExecutor;

use crate::Result;

/// Whether others see what a reader reads, where a book does not say otherwise.
pub(in crate::library) async fn is_public(db: impl PgExecutor<'_>, reader: UserId) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from library_settings where user_id = $1 and is_public) as "public!""#,
        reader.0
    )
    .fetch_one(db)
    .await?)
}

/// Writes it.
pub(in crate::library) async fn set_public(
    db: impl PgExecutor<'_>,
    reader: UserId,
    is_public: bool,
) -> Result<()> {
    sqlx::query!(
        "insert into library_settings (user_id, is_public) values ($1, $2)
         on conflict (user_id) do update set is_public = excluded.is_public",
        reader.0,
        is_public
    )
    .execute(db)
    .await?;
    Ok(())
}
