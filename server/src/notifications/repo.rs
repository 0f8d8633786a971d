//! The tables of notifications: their statements, checked against the schema when they are
//! compiled. Nothing here decides, begins a transaction or tells anybody.

use dogear_domain::ids::{NotificationId, TradeId, UserId, WorkId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor, PgPool};

use crate::Result;
use crate::notifications::Kind;

/// A line for somebody's inbox.
pub(super) struct NewNotification<'a> {
    pub user: UserId,
    pub kind: &'a str,
    pub trade: Option<TradeId>,
    pub data: Value,
    pub dedupe_key: &'a str,
    /// The reader knows it already.
    pub read: bool,
}

/// Puts a line into an inbox: nothing for somebody who has left, or a second one with its key.
pub(super) async fn insert(conn: &mut PgConnection, new: &NewNotification<'_>) -> Result<()> {
    sqlx::query!(
        "insert into notifications (user_id, kind, trade_id, data, dedupe_key, read_at)
         select $1, $2, $3, $4, $5, case when $6::boolean then now() end from users where id = $1 and status <> 'deleted'
         on conflict on constraint notifications_dedupe do nothing",
        new.user.0,
        new.kind,
        new.trade.map(|trade| trade.0),
        new.data,
        new.dedupe_key,
        new.read
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Marks what somebody was told of a trade as read; how many notices that were.
pub(super) async fn read_trade(db: &PgPool, user: UserId, trade: TradeId) -> Result<i64> {
    let read = sqlx::query!(
        "update notifications set read_at = now()
         where user_id = $1 and trade_id = $2 and read_at is null",
        user.0,
        trade.0
    )
    .execute(db)
    .await?;
    Ok(read.rows_affected().cast_signed())
}

/// Closes notices of these kinds about a trade, because nobody waits for `user` there any more.
///
/// # Errors
/// Those of the database.
pub(crate) async fn close(
    conn: &mut PgConnection,
    user: UserId,
    trade: TradeId,
    kinds: &[Kind],
) -> Result<()> {
    let kinds: Vec<String> = kinds.iter().map(|kind| kind.as_str().to_owned()).collect();
    sqlx::query!(
        "update notifications set read_at = now()
         where user_id = $1 and trade_id = $2 and kind = any ($3) and read_at is null",
        user.0,
        trade.0,
        &kinds
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Where mail to somebody goes, once they have confirmed it.
pub(super) async fn mail_address(conn: &mut PgConnection, user: UserId) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "select email from users
         where id = $1 and status <> 'deleted' and email_verified_at is not null",
        user.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Which lines of an inbox to show.
pub(super) struct InboxQuery {
    pub user: UserId,
    /// Older than this one.
    pub before: Option<NotificationId>,
    pub only: Option<NotificationId>,
    pub unread_only: bool,
    pub trades_only: bool,
    pub most: i64,
}

/// A line of an inbox.
pub(super) struct InboxRow {
    pub id: NotificationId,
    pub kind: String,
    pub trade_id: Option<TradeId>,
    /// A book of the trade, by preference one that comes to the reader.
    pub work_id: Option<WorkId>,
    pub data: Value,
    pub unread: bool,
    pub created_at: jiff_sqlx::Timestamp,
}

/// How many lines of an inbox are not read.
pub(super) async fn unread(db: &PgPool, user: UserId) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from notifications where user_id = $1 and read_at is null"#,
        user.0
    )
    .fetch_one(db)
    .await?)
}

/// Lines of an inbox, newest first.
pub(super) async fn list(db: &PgPool, query: &InboxQuery) -> Result<Vec<InboxRow>> {
    Ok(sqlx::query_as!(
        InboxRow,
        r#"select n.id, n.kind, n.trade_id, n.data, n.read_at is null as "unread!", n.created_at,
           (select c.work_id from trades t
              join trade_items i on i.trade_id = t.id and i.revision = t.revision
              join copies c on c.id = i.copy_id
            where t.id = n.trade_id
            order by (i.to_user = $1) desc, i.copy_id limit 1) as "work_id?: WorkId"
         from notifications n
         where n.user_id = $1 and ($2::bigint is null or n.id < $2)
           and (not $3 or n.read_at is null) and (not $4 or n.trade_id is not null)
           and ($6::bigint is null or n.id = $6)
         order by n.id desc limit $5"#,
        query.user.0,
        query.before.map(|id| id.0),
        query.unread_only,
        query.trades_only,
        query.most,
        query.only.map(|id| id.0)
    )
    .fetch_all(db)
    .await?)
}

/// What a line says.
pub(super) struct Told {
    pub kind: String,
    pub data: Value,
}

/// Marks a line of somebody's inbox as read and gives it, if it is theirs.
pub(super) async fn mark_read(
    db: &PgPool,
    id: NotificationId,
    user: UserId,
) -> Result<Option<Told>> {
    Ok(sqlx::query_as!(
        Told,
        "update notifications set read_at = coalesce(read_at, now())
         where id = $1 and user_id = $2 returning kind, data",
        id.0,
        user.0
    )
    .fetch_optional(db)
    .await?)
}

/// Marks a line of somebody's inbox as unread; false when it is not theirs.
pub(super) async fn mark_unread(db: &PgPool, id: NotificationId, user: UserId) -> Result<bool> {
    let marked = sqlx::query!(
        "update notifications set read_at = null where id = $1 and user_id = $2",
        id.0,
        user.0
    )
    .execute(db)
    .await?;
    Ok(marked.rows_affected() == 1)
}

/// How many lines were marked, and the moment they were.
pub(super) struct MarkedRow {
    pub count: i64,
    pub at: Option<jiff_sqlx::Timestamp>,
}

/// Marks what is unread up to `up_to` as read.
pub(super) async fn mark_all_read(
    conn: &mut PgConnection,
    user: UserId,
    up_to: NotificationId,
    trades_only: bool,
) -> Result<MarkedRow> {
    Ok(sqlx::query_as!(
        MarkedRow,
        r#"with marked as (
           update notifications set read_at = now()
           where user_id = $1 and id <= $2 and read_at is null
             and (not $3 or trade_id is not null) returning read_at)
         select count(*) as "count!", max(read_at) as at from marked"#,
        user.0,
        up_to.0,
        trades_only
    )
    .fetch_one(conn)
    .await?)
}

/// Marks what was marked as read at this moment as unread.
pub(super) async fn mark_unread_since(db: &PgPool, user: UserId, at: Timestamp) -> Result<()> {
    sqlx::query!(
        "update notifications set read_at = null where user_id = $1 and read_at = $2",
        user.0,
        at.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What somebody has chosen for a kind.
pub(super) struct PrefRow {
    pub kind: String,
    pub in_app: bool,
    pub mail: bool,
}

/// What somebody has chosen, for one kind or for all.
pub(super) async fn prefs(
    db: impl PgExecutor<'_>,
    user: UserId,
    kind: Option<&str>,
) -> Result<Vec<PrefRow>> {
    Ok(sqlx::query_as!(
        PrefRow,
        "select kind, in_app, mail from notification_prefs
         where user_id = $1 and ($2::text is null or kind = $2)",
        user.0,
        kind
    )
    .fetch_all(db)
    .await?)
}

/// Keeps others from choosing for a member until the end of the transaction.
pub(super) async fn lock_prefs(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('prefs of ' || $1::text, 0))",
        user.to_string()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Stores choices: of one kind the first.
pub(super) async fn save_prefs(
    conn: &mut PgConnection,
    user: UserId,
    kinds: &[String],
    in_app: &[bool],
    mail: &[bool],
) -> Result<()> {
    // `distinct on`: a form may name a kind twice, and one statement may not change a row twice.
    sqlx::query!(
        "insert into notification_prefs (user_id, kind, in_app, mail)
         select distinct on (kind) $1::bigint, kind, in_app, mail
         from unnest($2::text[], $3::boolean[], $4::boolean[]) as choice (kind, in_app, mail)
         on conflict (user_id, kind) do update set in_app = excluded.in_app, mail = excluded.mail",
        user.0,
        kinds,
        in_app,
        mail
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Turns the mails of one kind off.
pub(super) async fn stop_mail(conn: &mut PgConnection, user: UserId, kind: &str) -> Result<()> {
    sqlx::query!(
        "insert into notification_prefs (user_id, kind, in_app, mail) values ($1, $2, true, false)
         on conflict (user_id, kind) do update set mail = false",
        user.0,
        kind
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Erases the inbox and the choices of a member, and their name in what others were told.
///
/// # Errors
/// Those of the database.
pub(crate) async fn erase(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!("delete from notifications where user_id = $1", user.0)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("delete from notification_prefs where user_id = $1", user.0)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        r#"update notifications set data = data || '{"who": ""}'
           where data ? 'who' and trade_id in (select trade_id from trade_parties where user_id = $1)
             and data ->> 'who' = (select display_name from users where id = $1)"#,
        user.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes the names of the others out of what was told of trades in which somebody leaves, and
/// where nothing was agreed what they wrote: a notice without a name speaks of a former member.
///
/// # Errors
/// Those of the database.
pub(crate) async fn erase_names(conn: &mut PgConnection, trades: &[TradeId]) -> Result<()> {
    let trades: Vec<i64> = trades.iter().map(|trade| trade.0).collect();
    sqlx::query!(
        r#"update notifications n
         set data = n.data || case when t.agreed_at is null then '{"who": "", "reason": ""}'::jsonb
           else '{"who": ""}' end
         from trades t where t.id = n.trade_id and n.trade_id = any ($1)"#,
        &trades
    )
    .execute(conn)
    .await?;
    Ok(())
}
