//! The table of mails: its statements, checked against the schema when they are compiled.
//! Nothing here decides, begins a transaction or adds a job.

use dogear_domain::ids::{TradeId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use dogear_core::Result;

use crate::{NewMail, Rendered};

/// Keeps a mail with this content and gives its number; nothing when there is one with its key.
pub(super) async fn insert(
    conn: &mut PgConnection,
    mail: &NewMail,
    content: &Rendered,
    message_id: Uuid,
) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!(
        "insert into mails (user_id, to_address, kind, subject, text_body, html_body,
           message_id, dedupe_key, not_after, unsubscribe_url, trade_id, calendar)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict on constraint mails_dedupe do nothing returning id",
        mail.user.map(|user| user.0),
        mail.to,
        mail.kind,
        content.subject,
        content.text,
        content.html,
        message_id,
        mail.dedupe_key,
        mail.not_after.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        mail.unsubscribe_url,
        mail.trade.map(|trade| trade.0),
        content.calendar
    )
    .fetch_optional(conn)
    .await?)
}

/// How many mails whose dedupe key begins with `start` somebody got within the last hour,
/// counted up to a hundred. Until the caller's transaction ends, others who count for the same
/// reader wait, or all of them would find room for one more.
///
/// # Errors
/// Those of the database.
pub async fn last_hour(conn: &mut PgConnection, user: UserId, start: &str) -> Result<i64> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('mails of an hour', $1))",
        user.0
    )
    .fetch_all(&mut *conn)
    .await?;
    Ok(sqlx::query_scalar!(
        r#"select count(*) filter (where created_at > now() - interval '1 hour') as "count!"
         from (select created_at from mails where user_id = $1 and starts_with(dedupe_key, $2)
             order by id desc limit 100) as newest"#,
        user.0,
        start
    )
    .fetch_one(conn)
    .await?)
}

/// Drops the mails whose dedupe key begins with `start` and with which nobody has begun: their
/// jobs find nothing to do. Tells whose they were.
///
/// # Errors
/// Those of the database.
pub async fn withdraw(conn: &mut PgConnection, start: &str) -> Result<Vec<UserId>> {
    let dropped = sqlx::query_scalar!(
        "update mails set state = 'dropped', last_error = 'withdrawn before it was sent',
           text_body = text_without_secrets(text_body, not_after),
           html_body = text_without_secrets(html_body, not_after), unsubscribe_url = null
         where state = 'queued' and attempts = 0 and starts_with(dedupe_key, $1)
         returning user_id",
        start
    )
    .fetch_all(conn)
    .await?;
    Ok(dropped.into_iter().flatten().map(UserId).collect())
}

/// How far a mail is.
pub(super) struct Progress {
    pub state: String,
    pub not_after: Option<jiff_sqlx::Timestamp>,
}

/// Locks a mail and tells how far it is.
pub(super) async fn lock(conn: &mut PgConnection, id: i64) -> Result<Option<Progress>> {
    Ok(sqlx::query_as!(
        Progress,
        "select state, not_after from mails where id = $1 for update",
        id
    )
    .fetch_optional(conn)
    .await?)
}

/// Lets a failed mail begin anew; false when it has not failed.
pub(super) async fn revive(conn: &mut PgConnection, id: i64) -> Result<bool> {
    let revived = sqlx::query!(
        "update mails set state = 'queued', uncertain = 0, last_error = ''
         where id = $1 and state = 'failed'",
        id
    )
    .execute(conn)
    .await?;
    Ok(revived.rows_affected() == 1)
}

/// Whether there is a mail with this number.
pub(super) async fn exists(conn: &mut PgConnection, id: i64) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from mails where id = $1) as "exists!""#,
        id
    )
    .fetch_one(conn)
    .await?)
}

/// A mail on its way to the mail server.
pub(super) struct Outgoing {
    pub to_address: String,
    pub subject: String,
    pub text_body: String,
    pub html_body: String,
    pub message_id: Uuid,
    pub uncertain: i32,
    pub not_after: Option<jiff_sqlx::Timestamp>,
    pub unsubscribe_url: Option<String>,
    pub calendar: Option<String>,
}

/// Takes a mail that is still to be sent.
pub(super) async fn take(conn: &mut PgConnection, id: i64) -> Result<Option<Outgoing>> {
    // A mail found `sending` is one whose worker died: its outcome is unknown.
    Ok(sqlx::query_as!(
        Outgoing,
        "update mails set state = 'queued', attempts = attempts + 1,
           uncertain = uncertain + (state = 'sending')::int
         where id = $1 and state in ('queued', 'sending')
         returning to_address, subject, text_body, html_body, message_id, uncertain,
           not_after, unsubscribe_url, calendar",
        id
    )
    .fetch_optional(conn)
    .await?)
}

/// Notes how far a mail is, with the reason when that needs one. The secrets that stood in it go
/// when it is with the mail server, or on its way to nobody.
pub(super) async fn set_state(
    conn: &mut PgConnection,
    id: i64,
    state: &str,
    reason: &str,
) -> Result<()> {
    sqlx::query!(
        "update mails m set state = $2, last_error = left($3, 2000),
           sent_at = case when $2 = 'sent' then now() else sent_at end,
           text_body = case when gone then text_without_secrets(text_body, not_after) else text_body end,
           html_body = case when gone then text_without_secrets(html_body, not_after) else html_body end,
           unsubscribe_url = case when not gone then unsubscribe_url end,
           calendar = case when not gone then calendar end
         from (select $2 in ('sent', 'dropped') as gone) as now_it_is
         where id = $1",
        id,
        state,
        reason
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Marks a mail that has not been sent as failed, with the reason.
pub(super) async fn fail_unsent(conn: &mut PgConnection, id: i64, reason: &str) -> Result<()> {
    sqlx::query!(
        "update mails set state = 'failed', last_error = left($2, 2000)
         where id = $1 and state in ('queued', 'sending')",
        id,
        reason
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Leaves a mail for another attempt, after so many more of unknown outcome.
pub(super) async fn requeue(
    conn: &mut PgConnection,
    id: i64,
    uncertain: i32,
    reason: &str,
) -> Result<()> {
    sqlx::query!(
        "update mails set state = 'queued', uncertain = uncertain + $2, last_error = left($3, 2000)
         where id = $1 and state <> 'dropped'",
        id,
        uncertain,
        reason
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes the secrets out of mails that are sent, were dropped, or have failed and are of no use
/// any more; at most so many. Tells how many.
pub(super) async fn blank_secrets(db: &PgPool, now: Timestamp, most: i64) -> Result<u64> {
    let blanked = sqlx::query!(
        "update mails set text_body = text_without_secrets(text_body, not_after),
           html_body = text_without_secrets(html_body, not_after), unsubscribe_url = null
         where id in (select id from mails
           where (state in ('sent', 'dropped') or state = 'failed' and not_after < $1)
             and (unsubscribe_url is not null or not_after is not null and text_body <> '')
           limit $2)",
        now.to_sqlx(),
        most
    )
    .execute(db)
    .await?;
    Ok(blanked.rows_affected())
}

/// Deletes at most so many old mails, and tells how many. The last one to somebody whose data is
/// erased is the last place that knows their address.
pub(super) async fn delete_old(db: &PgPool, most: i64) -> Result<u64> {
    let deleted = sqlx::query!(
        "delete from mails where id in (select id from mails
           where created_at < now() - interval '90 days'
             or kind = 'account_closed' and created_at < now() - interval '3 days' limit $1)",
        most
    )
    .execute(db)
    .await?;
    Ok(deleted.rows_affected())
}

/// Erases the mails of a member, sent or not.
///
/// # Errors
/// Those of the database.
pub async fn erase(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!("delete from mails where user_id = $1", user.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Erases what mails say that tell of these trades, in which somebody leaves. Those that have not
/// left stay here: the inbox says it, without the name.
///
/// # Errors
/// Those of the database.
pub async fn erase_about(conn: &mut PgConnection, trades: &[TradeId]) -> Result<()> {
    let trades: Vec<i64> = trades.iter().map(|trade| trade.0).collect();
    sqlx::query!(
        "update mails set subject = '(erased)', text_body = '', html_body = '', unsubscribe_url = null, calendar = null,
           state = case when state = 'sent' then state else 'dropped' end,
           last_error = case when state = 'sent' then last_error else 'somebody whom it names has left' end
         where trade_id = any ($1)",
        &trades
    )
    .execute(conn)
    .await?;
    Ok(())
}
