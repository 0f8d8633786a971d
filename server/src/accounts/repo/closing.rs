//! Accounts that are being closed.

use dogear_domain::ids::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;

/// What hangs on an account that may be closed.
pub(in crate::accounts) struct StakesRow {
    pub requested: Option<jiff_sqlx::Timestamp>,
    pub running_trades: i64,
    pub open_proposals: i64,
    pub listed_copies: i64,
}

/// What hangs on this account.
pub(in crate::accounts) async fn stakes(
    db: impl PgExecutor<'_>,
    user: UserId,
) -> Result<StakesRow> {
    Ok(sqlx::query_as!(
        StakesRow,
        r#"select u.deletion_requested_at as requested,
           (select count(*) from trade_parties p join trades t on t.id = p.trade_id
             where p.user_id = u.id and t.state in ('agreed', 'disputed')) as "running_trades!",
           (select count(*) from trade_parties p join trades t on t.id = p.trade_id
             where p.user_id = u.id and t.state = 'proposed') as "open_proposals!",
           (select count(*) from copies c where c.owner_id = u.id and is_listed(c)) as "listed_copies!"
         from users u where u.id = $1"#,
        user.0
    )
    .fetch_one(db)
    .await?)
}

/// Notes the wish to leave; false when it was noted before or the account is gone.
pub(in crate::accounts) async fn begin(
    conn: &mut PgConnection,
    user: UserId,
    now: Timestamp,
) -> Result<bool> {
    let closed = sqlx::query!(
        "update users set status = 'closing', deletion_requested_at = $2
         where id = $1 and status in ('active', 'suspended')",
        user.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(closed.rows_affected() == 1)
}

/// Takes the wish back, to a suspension that still lasts or to ordinary use; false when there
/// was no wish.
pub(in crate::accounts) async fn take_back(
    db: impl PgExecutor<'_>,
    user: UserId,
    now: Timestamp,
) -> Result<bool> {
    let back = sqlx::query!(
        "update users u set deletion_requested_at = null,
           status = case when suspension_reason <> '' and not suspension_term_passed(u, $2)
             then 'suspended' else 'active' end
         where id = $1 and status = 'closing'",
        user.0,
        now.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(back.rows_affected() == 1)
}

/// When closing was asked for, while it still is.
pub(in crate::accounts) async fn since(
    conn: &mut PgConnection,
    user: UserId,
) -> Result<Option<Timestamp>> {
    let since = sqlx::query_scalar!(
        r#"select deletion_requested_at as "since!" from users
         where id = $1 and status = 'closing' and deletion_requested_at is not null"#,
        user.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(since.map(jiff_sqlx::Timestamp::to_jiff))
}

/// Locks the account.
pub(in crate::accounts) async fn lock(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!("select id from users where id = $1 for update", user.0)
        .fetch_optional(conn)
        .await?;
    Ok(())
}
