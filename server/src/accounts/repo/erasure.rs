//! What accounts keep of a member who leaves; the other features erase their own.

use dogear_domain::ids::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};

use crate::Result;

/// Runs each statement with the account as its `$1`.
macro_rules! each {
    ($conn:ident, $user:ident: $($statement:literal),+ $(,)?) => {
        $( sqlx::query!($statement, $user.0).execute(&mut *$conn).await?; )+
    };
}

/// Erases log-ins, links that were mailed, and blocks. The member's own row is [`make_former`]'s.
pub(in crate::accounts) async fn erase_belongings(
    conn: &mut PgConnection,
    user: UserId,
) -> Result<()> {
    each!(conn, user:
        "delete from user_sessions where user_id = $1",
        "delete from auth_tokens where user_id = $1",
        "delete from blocks where blocker_id = $1 or blocked_id = $1",
    );
    Ok(())
}

/// Leaves a row without a name. Its handle and its address are such as no form can hold, so that
/// nobody has them already.
pub(in crate::accounts) async fn make_former(
    conn: &mut PgConnection,
    user: UserId,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update users set handle = 'former:' || id, handle_key = 'former:' || id,
           email = 'former:' || id, email_key = 'former:' || id,
           email_verified_at = null, password_hash = '', display_name = 'Former member',
           city = '', region = '', country = '', posts_abroad = false, trader = false, takes_returns = false,
           town_put_off_at = null, about = '', time_zone = 'UTC', role = 'member',
           status = 'deleted', suspended_until = null, suspension_reason = '', away_until = null,
           auth_version = auth_version + 1, deleted_at = $2
         where id = $1",
        user.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Accounts made before `before` and never confirmed, by which nothing was done; at most 500.
pub(in crate::accounts) async fn unconfirmed(
    db: &PgPool,
    before: Timestamp,
) -> Result<Vec<UserId>> {
    Ok(sqlx::query_scalar!(
        "select id from users u
         where email_verified_at is null and status = 'active' and role = 'member'
           and created_at < $1
           and not exists (select from user_sessions s where s.user_id = u.id)
           and not exists (select from copies c where c.owner_id = u.id)
         order by created_at limit 500",
        before.to_sqlx()
    )
    .fetch_all(db)
    .await?)
}

/// Deletes an account that was never confirmed.
pub(in crate::accounts) async fn delete_unconfirmed(
    conn: &mut PgConnection,
    user: UserId,
) -> Result<()> {
    each!(conn, user:
        "delete from auth_tokens where user_id = $1",
        "delete from users where id = $1 and email_verified_at is null",
    );
    Ok(())
}
