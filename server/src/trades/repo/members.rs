//! What trades ask and count of members, and the numbers that an admin has set.

use dogear_domain::accounts::AccountStatus;
use dogear_domain::ids::{TradeId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;

/// Locks members by number; gives their standing, in which a suspension whose term has passed
/// counts for nothing.
pub(in crate::trades) async fn lock_standings(
    conn: &mut PgConnection,
    users: &[i64],
    now: Timestamp,
) -> Result<Vec<AccountStatus>> {
    Ok(sqlx::query_scalar!(
        r#"select standing(u, $2) as "status!: AccountStatus"
         from users u where u.id = any ($1) order by u.id for no key update"#,
        users,
        now.to_sqlx()
    )
    .fetch_all(conn)
    .await?)
}

/// Whether any of these members has blocked another of them.
pub(in crate::trades) async fn any_blocked(conn: &mut PgConnection, users: &[i64]) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from unnest($1::bigint[]) a, unnest($1::bigint[]) b where blocked(a, b)) as "blocked!""#,
        users
    )
    .fetch_one(conn)
    .await?)
}

/// Of the other parties of a trade: whether all have left, and whether there is a block between
/// one of them and the reader.
pub(in crate::trades) async fn others_gone_or_blocked(
    conn: &mut PgConnection,
    trade: TradeId,
    user: UserId,
) -> Result<(bool, bool)> {
    let row = sqlx::query!(
        r#"select coalesce(bool_and(u.status = 'deleted'), true) as "nobody!",
           coalesce(bool_or(blocked(u.id, $2)), false) as "blocked!"
         from trade_parties p join users u on u.id = p.user_id
         where p.trade_id = $1 and p.user_id <> $2"#,
        trade.0,
        user.0
    )
    .fetch_one(conn)
    .await?;
    Ok((row.nobody, row.blocked))
}

/// The member to propose to.
pub(in crate::trades) struct Partner {
    pub id: UserId,
    pub status: AccountStatus,
    /// One of the two has blocked the other.
    pub blocked: bool,
    pub display_name: String,
}

/// The member with this handle, as `user` may deal with them.
pub(in crate::trades) async fn partner(
    db: impl PgExecutor<'_>,
    handle_key: &str,
    user: UserId,
    now: Timestamp,
) -> Result<Option<Partner>> {
    Ok(sqlx::query_as!(
        Partner,
        r#"select u.id, standing(u, $3) as "status!: AccountStatus", blocked(u.id, $2) as "blocked!",
           u.display_name
         from users u where u.handle_key = $1 and u.email_verified_at is not null"#,
        handle_key,
        user.0,
        now.to_sqlx()
    )
    .fetch_optional(db)
    .await?)
}

/// Whether a parcel between the two crosses a border.
pub(in crate::trades) async fn is_abroad(
    conn: &mut PgConnection,
    from: UserId,
    to: UserId,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select giver.country <> taker.country as "abroad!" from users giver, users taker
         where giver.id = $1 and taker.id = $2"#,
        from.0,
        to.0
    )
    .fetch_one(conn)
    .await?)
}

/// When the last of those who are asked comes back from a holiday that lasts at `now`.
pub(in crate::trades) async fn away_until(
    conn: &mut PgConnection,
    trade: TradeId,
    now: Timestamp,
) -> Result<Option<Timestamp>> {
    let until = sqlx::query_scalar!(
        "select max(u.away_until) from trade_parties p join users u on u.id = p.user_id
         where p.trade_id = $1 and is_away(u, $2)
           and p.accepted_revision is distinct from
             (select max(number) from trade_revisions r where r.trade_id = p.trade_id)",
        trade.0,
        now.to_sqlx()
    )
    .fetch_one(conn)
    .await?;
    Ok(until.map(jiff_sqlx::Timestamp::to_jiff))
}

/// One more answer, after so many seconds.
pub(in crate::trades) async fn count_reply(
    conn: &mut PgConnection,
    user: UserId,
    seconds: i64,
) -> Result<()> {
    sqlx::query!(
        "update users set replies = replies + 1, reply_seconds = reply_seconds + $2 where id = $1",
        user.0,
        seconds
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One more parcel, in time or not.
pub(in crate::trades) async fn count_parcel(
    conn: &mut PgConnection,
    user: UserId,
    on_time: bool,
) -> Result<()> {
    sqlx::query!(
        "update users set parcels_sent = parcels_sent + 1, parcels_on_time = parcels_on_time + $2
         where id = $1",
        user.0,
        i32::from(on_time)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One more completed trade for each party. Locked by number first: the update alone would take
/// them in any order.
pub(in crate::trades) async fn count_completed(
    conn: &mut PgConnection,
    trade: TradeId,
) -> Result<()> {
    sqlx::query!(
        "with party as (
           select id from users
           where id in (select user_id from trade_parties where trade_id = $1)
           order by id for no key update)
         update users set trades_completed = trades_completed + 1
         where id in (select id from party)",
        trade.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What is stored under `trades` in the site's settings.
pub(in crate::trades) async fn stored_policy(
    db: impl PgExecutor<'_>,
) -> Result<Option<serde_json::Value>> {
    Ok(
        sqlx::query_scalar!("select value from settings where key = 'trades'")
            .fetch_optional(db)
            .await?,
    )
}

/// Locks what is stored under `trades` in the site's settings, which is there from then on.
pub(crate) async fn lock_policy(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!(
        "insert into settings (key, value) values ('trades', '{}') on conflict do nothing"
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("select from settings where key = 'trades' for update")
        .execute(conn)
        .await?;
    Ok(())
}

/// Stores what an admin has set under `trades` in the site's settings.
pub(crate) async fn store_policy(
    conn: &mut PgConnection,
    value: &serde_json::Value,
    by: UserId,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update settings set value = $1, changed_by = $2, changed_at = $3 where key = 'trades'",
        value,
        by.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether others may ask this member for gifts.
pub(in crate::trades) async fn takes_gift_requests(
    db: impl PgExecutor<'_>,
    user: UserId,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        "select takes_gift_requests from users where id = $1",
        user.0
    )
    .fetch_one(db)
    .await?)
}

/// As [`takes_gift_requests`], and it stays so until the caller's transaction ends.
pub(in crate::trades) async fn lock_gift_requests(
    conn: &mut PgConnection,
    user: UserId,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        "select takes_gift_requests from users where id = $1 for share",
        user.0
    )
    .fetch_one(conn)
    .await?)
}
