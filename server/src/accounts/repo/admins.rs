//! Who administers the site.

use dogear_domain::accounts::Role;
use dogear_domain::ids::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::Result;

/// Locks the admins in good standing, by number.
pub(in crate::accounts) async fn lock_active(
    conn: &mut PgConnection,
    now: Timestamp,
) -> Result<Vec<UserId>> {
    // A term that has passed counts as passed before its row says so.
    Ok(sqlx::query_scalar!(
        "select u.id from users u where u.role = 'admin' and in_good_standing(u, $1)
         order by u.id for update",
        now.to_sqlx()
    )
    .fetch_all(conn)
    .await?)
}

/// Gives an account another role.
pub(crate) async fn set_role(conn: &mut PgConnection, user: UserId, role: Role) -> Result<()> {
    sqlx::query!(
        "update users set role = $2 where id = $1",
        user.0,
        role.as_str()
    )
    .execute(conn)
    .await?;
    Ok(())
}
