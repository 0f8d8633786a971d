//! Mail: written in the transaction that causes it, sent by a job.

pub mod catcher;
pub(crate) mod send;
pub mod templates;

#[cfg(test)]
mod tests;

use dogear_domain::ids::UserId;
use futures::FutureExt;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;
use crate::jobs;
use crate::jobs::schedule::{Schedule, When};
use crate::{Cx, Error, db};

pub(crate) use send::check;
pub use send::{SendMail, greet, sender_problem, url_problem};
pub use templates::Rendered;

/// A mail to be sent.
#[derive(Debug, Clone)]
pub struct NewMail {
    /// Whose mail it is, when the address belongs to somebody here.
    pub user: Option<UserId>,
    /// The bare address.
    pub to: String,
    /// One word for the mail log.
    pub kind: &'static str,
    /// A second mail with the same key is not sent.
    pub dedupe_key: String,
    pub content: Rendered,
    /// When the link in it stops working: it is dropped if it could not be sent by then.
    pub not_after: Option<Timestamp>,
    /// The page that stops such mails, for the List-Unsubscribe header.
    pub unsubscribe_url: Option<String>,
}

/// Adds a mail and its job to the caller's transaction.
///
/// # Errors
/// Those of the database.
pub async fn queue(conn: &mut PgConnection, mail: &NewMail) -> Result<()> {
    let id: Option<i64> = sqlx::query_scalar(
        "insert into mails (user_id, to_address, kind, subject, text_body, html_body,
             message_id, dedupe_key, not_after, unsubscribe_url)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict on constraint mails_dedupe do nothing returning id",
    )
    .bind(mail.user)
    .bind(&mail.to)
    .bind(mail.kind)
    .bind(one_line(&mail.content.subject))
    .bind(mail.content.text.replace('\0', ""))
    .bind(mail.content.html.replace('\0', ""))
    .bind(Uuid::new_v4())
    .bind(&mail.dedupe_key)
    .bind(mail.not_after.map(ToSqlx::to_sqlx))
    .bind(&mail.unsubscribe_url)
    .fetch_optional(&mut *conn)
    .await?;
    if let Some(mail) = id {
        jobs::push(conn, &SendMail { mail }, &format!("mail:{mail}"), None).await?;
    }
    Ok(())
}

/// Has a failed mail sent again by a new job, in the caller's transaction. A dead one of its
/// own is given up for it.
///
/// # Errors
/// `NotFound`; `Conflict` when it did not fail, or when the link in it no longer works.
pub(crate) async fn send_again(cx: &Cx, conn: &mut PgConnection, id: i64) -> Result<()> {
    let (state, not_after): (String, Option<jiff_sqlx::Timestamp>) =
        sqlx::query_as("select state, not_after from mails where id = $1 for update")
            .bind(id)
            .fetch_optional(&mut *conn)
            .await?
            .ok_or(Error::NotFound)?;
    if state != "failed" {
        return Err(Error::Conflict(
            "This mail has not failed, so it is not sent again.".into(),
        ));
    }
    if not_after.is_some_and(|end| end.to_jiff() < cx.now()) {
        return Err(Error::Conflict(
            "The link in this mail no longer works. Whoever needs it can ask for another one."
                .into(),
        ));
    }
    sqlx::query("update mails set state = 'queued', uncertain = 0, last_error = '' where id = $1")
        .bind(id)
        .execute(&mut *conn)
        .await?;
    let job = SendMail { mail: id };
    jobs::discard_dead(conn, &job).await?;
    let key = format!("mail:{id}:{}", cx.now().as_microsecond());
    jobs::push(conn, &job, &key, None).await
}

/// What is done about mails by the clock. The last one to somebody whose data is erased is the
/// last place that knows their address.
pub(crate) fn schedules() -> [Schedule; 1] {
    const OLD: &str = "delete from mails where id in (select id from mails
        where created_at < now() - interval '90 days'
           or kind = 'account_closed' and created_at < now() - interval '3 days' limit $1)";
    [Schedule {
        name: "clean up mails",
        when: When::Daily {
            hour: 3,
            minute: 20,
        },
        run: |cx| async move { db::delete_batches(cx.db(), OLD).await }.boxed(),
    }]
}

/// The text with every control character as a space, line breaks included: it becomes a header.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|symbol| if symbol.is_control() { ' ' } else { symbol })
        .collect()
}
