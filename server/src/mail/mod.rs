//! Mail: written in the transaction that causes it, sent by a job.

pub mod catcher;
pub(crate) mod send;
pub mod templates;
pub mod unsubscribe;

#[cfg(test)]
mod tests;

use dogear_domain::ids::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;
use crate::jobs::{self, Job};

pub use send::{greet, sender_problem, url_problem};
pub use templates::Rendered;

/// A mail to be sent.
#[derive(Debug, Clone)]
pub struct NewMail {
    /// Whose mail it is, when the address belongs to somebody here.
    pub user: Option<UserId>,
    /// The bare address.
    pub to: String,
    /// One word for the mail log. That of a notification kind which can be turned
    /// off also gives the mail its List-Unsubscribe header.
    pub kind: &'static str,
    /// A second mail with the same key is not sent.
    pub dedupe_key: String,
    pub content: Rendered,
    /// When the link in it stops working: it is dropped if it could not be sent by then.
    pub not_after: Option<Timestamp>,
}

/// Adds a mail and its job to the caller's transaction.
///
/// # Errors
/// Those of the database.
pub async fn queue(conn: &mut PgConnection, mail: &NewMail) -> Result<()> {
    let id: Option<i64> = sqlx::query_scalar(
        "insert into mails (user_id, to_address, kind, subject, text_body, html_body,
             message_id, dedupe_key, not_after)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
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
    .fetch_optional(&mut *conn)
    .await?;
    if let Some(mail) = id {
        jobs::push(conn, &Job::SendMail { mail }, &format!("mail:{mail}"), None).await?;
    }
    Ok(())
}

/// The text with every control character as a space, line breaks included: it becomes a header.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|symbol| if symbol.is_control() { ' ' } else { symbol })
        .collect()
}
