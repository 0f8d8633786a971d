//! The addresses that members keep for their next trades, sealed.

use dogear_domain::ids::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;

/// What a member keeps, if anything.
pub(in crate::trades) async fn of(
    db: impl PgExecutor<'_>,
    user: UserId,
) -> Result<Option<Vec<u8>>> {
    Ok(sqlx::query_scalar!(
        "select sealed from kept_addresses where user_id = $1",
        user.0
    )
    .fetch_optional(db)
    .await?)
}

/// Keeps it, in place of what was kept. Waits for the erasure of the account, and keeps nothing
/// after it.
pub(in crate::trades) async fn put(
    conn: &mut PgConnection,
    user: UserId,
    sealed: &[u8],
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "with here as (select id from users where id = $1 and status <> 'deleted' for key share)
         insert into kept_addresses (user_id, sealed, kept_at) select id, $2, $3 from here
         on conflict (user_id) do update set sealed = excluded.sealed, kept_at = excluded.kept_at",
        user.0,
        sealed,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets it.
pub(in crate::trades) async fn delete(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!("delete from kept_addresses where user_id = $1", user.0)
        .execute(conn)
        .await?;
    Ok(())
}
