//! The table of calendar addresses: its statements, checked against the schema when they are
//! compiled.

use dogear_domain::ids::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;

/// An address.
pub(in crate::calendars) struct FeedRow {
    pub nonce: Vec<u8>,
    pub created_at: jiff_sqlx::Timestamp,
}

/// A member's address.
pub(in crate::calendars) async fn of_member(
    db: impl PgExecutor<'_>,
    member: UserId,
) -> Result<Option<FeedRow>> {
    Ok(sqlx::query_as!(
        FeedRow,
        "select nonce, created_at from calendar_feeds where user_id = $1",
        member.0
    )
    .fetch_optional(db)
    .await?)
}

/// Whose calendar it is.
pub(in crate::calendars) struct MemberRow {
    pub id: UserId,
    pub time_zone: String,
}

/// Whose address it is.
pub(in crate::calendars) async fn member_of(
    db: impl PgExecutor<'_>,
    nonce: &[u8],
) -> Result<Option<MemberRow>> {
    Ok(sqlx::query_as!(
        MemberRow,
        "select u.id, u.time_zone from calendar_feeds f join users u on u.id = f.user_id
         where f.nonce = $1",
        nonce
    )
    .fetch_optional(db)
    .await?)
}

/// Gives a member this address, in the place of the one they had. Nothing for one who has left.
pub(in crate::calendars) async fn put(
    conn: &mut PgConnection,
    member: UserId,
    nonce: &[u8],
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into calendar_feeds (user_id, nonce, created_at)
         select id, $2, $3 from users where id = $1 and status <> 'deleted' for key share
         on conflict (user_id) do update set nonce = excluded.nonce, created_at = excluded.created_at",
        member.0,
        nonce,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes a member's address away.
pub(in crate::calendars) async fn delete(conn: &mut PgConnection, member: UserId) -> Result<()> {
    sqlx::query!("delete from calendar_feeds where user_id = $1", member.0)
        .execute(conn)
        .await?;
    Ok(())
}
