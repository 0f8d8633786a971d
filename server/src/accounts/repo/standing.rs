//! The standing of an account: active, or suspended with a reason.

use dogear_domain::accounts::AccountStatus;
use dogear_domain::ids::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::Result;

/// Gives an account another standing.
pub(crate) async fn set(
    conn: &mut PgConnection,
    user: UserId,
    status: AccountStatus,
    until: Option<Timestamp>,
    reason: &str,
) -> Result<()> {
    sqlx::query!(
        "update users set status = $2, suspended_until = $3, suspension_reason = $4 where id = $1",
        user.0,
        status.as_str(),
        until.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        reason
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Makes an account active whose term has passed; gives when it passed, and nothing when it has
/// another standing by now.
pub(crate) async fn end_term(
    conn: &mut PgConnection,
    user: UserId,
    now: Timestamp,
) -> Result<Option<Timestamp>> {
    let until = sqlx::query_scalar!(
        r#"with due as (select id, suspended_until from users u
             where id = $1 and suspension_lapsed(u, $2) for update)
         update users u set status = 'active', suspended_until = null, suspension_reason = ''
         from due where u.id = due.id returning due.suspended_until as "until!""#,
        user.0,
        now.to_sqlx()
    )
    .fetch_optional(conn)
    .await?;
    Ok(until.map(jiff_sqlx::Timestamp::to_jiff))
}
