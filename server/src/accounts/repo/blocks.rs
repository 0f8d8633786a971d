//! Who has blocked whom.

use dogear_domain::ids::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};

use crate::Result;
use crate::accounts::Blocked;

/// Everybody whom `blocker` has blocked, the last one first.
pub(in crate::accounts) async fn list(db: &PgPool, blocker: UserId) -> Result<Vec<Blocked>> {
    Ok(sqlx::query_as!(
        Blocked,
        "select u.id, u.handle, u.display_name, b.created_at as since
         from blocks b join users u on u.id = b.blocked_id
         where b.blocker_id = $1 order by b.created_at desc, u.id",
        blocker.0
    )
    .fetch_all(db)
    .await?)
}

/// The same from behind one of them on.
pub(in crate::accounts) async fn list_before(
    db: &PgPool,
    blocker: UserId,
    before: Option<(Timestamp, UserId)>,
    most: i64,
) -> Result<Vec<Blocked>> {
    Ok(sqlx::query_as!(
        Blocked,
        "select u.id, u.handle, u.display_name, b.created_at as since
         from blocks b join users u on u.id = b.blocked_id
         where b.blocker_id = $1 and ($2::timestamptz is null or b.created_at < $2
           or b.created_at = $2 and u.id > $3::bigint)
         order by b.created_at desc, u.id limit $4",
        blocker.0,
        before.map(|(since, _)| since.to_sqlx()) as Option<jiff_sqlx::Timestamp>,
        before.map(|(_, user)| user.0),
        most
    )
    .fetch_all(db)
    .await?)
}

/// Notes a block, if it is not there already.
pub(in crate::accounts) async fn insert(
    conn: &mut PgConnection,
    blocker: UserId,
    blocked: UserId,
) -> Result<()> {
    sqlx::query!(
        "insert into blocks (blocker_id, blocked_id) values ($1, $2) on conflict do nothing",
        blocker.0,
        blocked.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Lifts a block and gives the handle of whoever was blocked; nothing when there was none.
pub(in crate::accounts) async fn delete(
    db: &PgPool,
    blocker: UserId,
    blocked: UserId,
) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "with gone as (delete from blocks where blocker_id = $1 and blocked_id = $2 returning blocked_id)
         select u.handle from gone join users u on u.id = gone.blocked_id",
        blocker.0,
        blocked.0
    )
    .fetch_optional(db)
    .await?)
}
