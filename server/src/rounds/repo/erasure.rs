//! What is forgotten of rounds.

use dogear_domain::ids::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};

use crate::Result;

/// Forgets what a member has asked for, but what they have taken, which belongs to the giver too;
/// and their own rounds that came to nothing.
///
/// # Errors
/// Those of the database.
pub(crate) async fn erase(conn: &mut PgConnection, user: UserId) -> Result<()> {
    // Whoever was offered something has left: the clock moves on from them.
    sqlx::query!(
        "update give_rounds set offer_until = least(offer_until, now()) where offered_to = $1 and state = 'offered'",
        user.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from give_asks where user_id = $1 and state <> 'taken'
           or round_id in (select id from give_rounds where owner_id = $1 and state in ('unclaimed', 'closed'))",
        user.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from give_rounds where owner_id = $1 and state in ('unclaimed', 'closed')",
        user.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets who asked in rounds that ended before then, but whoever has taken what was given; how
/// many wishes, so many at most.
pub(in crate::rounds) async fn forget_asks(
    db: &PgPool,
    before: Timestamp,
    most: i64,
) -> Result<u64> {
    let gone = sqlx::query!(
        "delete from give_asks where (round_id, user_id) in (
           select a.round_id, a.user_id from give_asks a join give_rounds r on r.id = a.round_id
           where r.ended_at < $1 and a.state <> 'taken' limit $2)",
        before.to_sqlx(),
        most
    )
    .execute(db)
    .await?;
    Ok(gone.rows_affected())
}
