//! The mail log, as moderators read it.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};

use crate::Result;
use crate::db::MaybeTimestamp;
use crate::moderation::mails::MailRow;

/// Which mails.
#[derive(Default)]
pub(in crate::moderation) struct Wanted<'a> {
    /// This one alone.
    pub only: Option<i64>,
    /// A handle or a whole address, in lower case.
    pub words: &'a str,
    pub state: Option<&'a str>,
    pub before: Option<i64>,
    pub most: i64,
}

/// Mails, newest first.
pub(in crate::moderation) async fn list(db: &PgPool, wanted: &Wanted<'_>) -> Result<Vec<MailRow>> {
    Ok(sqlx::query_as!(
        MailRow,
        r#"select m.id, u.handle as "member?",
             left(split_part(m.to_address, '@', 1), 1) || '…@' || split_part(m.to_address, '@', 2)
                 as "to_hint!",
             m.kind, m.subject, m.state, m.attempts, m.last_error, m.created_at,
             m.sent_at as "sent_at!: MaybeTimestamp"
         from mails m left join users u on u.id = m.user_id
         where ($1 = '' or lower(u.handle) = $1 or lower(m.to_address) = $1)
             and ($2::text is null or m.state = $2) and ($3::bigint is null or m.id < $3)
             and ($5::bigint is null or m.id = $5)
         order by m.id desc limit $4"#,
        wanted.words,
        wanted.state,
        wanted.before,
        wanted.most,
        wanted.only
    )
    .fetch_all(db)
    .await?)
}

/// The plain text of a mail.
pub(in crate::moderation) async fn text(db: &PgPool, id: i64) -> Result<String> {
    Ok(
        sqlx::query_scalar!("select text_body from mails where id = $1", id)
            .fetch_one(db)
            .await?,
    )
}

/// The mails that should have left.
pub(in crate::moderation) struct Waiting {
    pub waiting: i64,
    /// Of those that nothing has left since they were due.
    pub oldest: Option<Timestamp>,
    pub last_sent: Option<Timestamp>,
    pub error: String,
}

/// Those that have failed once and those that wait for longer than `patience`, with the newest
/// error. A mail that was due when another one left waits for a reason of its own.
pub(in crate::moderation) async fn waiting(
    db: &PgPool,
    now: Timestamp,
    patience: SignedDuration,
) -> Result<Waiting> {
    Ok(sqlx::query_as!(
        Waiting,
        r#"select count(*) as "waiting!",
             min(m.created_at) filter (where newest.sent_at is null
                 or m.created_at > newest.sent_at - make_interval(secs => $2))
                 as "oldest!: MaybeTimestamp",
             max(newest.sent_at) as "last_sent!: MaybeTimestamp",
             coalesce((array_agg(m.last_error order by m.id desc)
                 filter (where m.last_error <> ''))[1], '') as "error!"
         from mails m cross join (select max(sent_at) as sent_at from mails) newest
         where m.state in ('queued', 'sending') and (m.last_error <> '' or m.created_at < $1)"#,
        (now - patience).to_sqlx() as jiff_sqlx::Timestamp,
        patience.as_secs_f64()
    )
    .fetch_one(db)
    .await?)
}

/// The number of the mail with this dedupe key.
pub(in crate::moderation) async fn by_key(conn: &mut PgConnection, key: &str) -> Result<i64> {
    Ok(
        sqlx::query_scalar!("select id from mails where dedupe_key = $1", key)
            .fetch_one(conn)
            .await?,
    )
}
