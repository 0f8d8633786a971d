//! Mail: written in the transaction that causes it, sent by a job.

#![warn(missing_docs)]
// Tests count what they made.
#![cfg_attr(test, allow(clippy::cast_possible_truncation, clippy::cast_sign_loss))]
// What is said here is logged, or told to the caller.
#![warn(clippy::print_stdout, clippy::print_stderr)]

pub mod dev_mailbox;
mod pause;
mod repo;
mod send;
mod smtp;
pub mod templates;

#[cfg(test)]
mod tests;

use dogear_domain::ids::{TradeId, UserId};
use futures::FutureExt;
use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;
use uuid::Uuid;

use dogear_core::jobs::schedule::{Interval, Schedule};
use dogear_core::{Cx, Error, Result, db, jobs};

pub use repo::{erase, erase_about, last_hour, withdraw};
pub use send::{SendMail, check, check_smtp, sender_address, sender_problem, url_problem};
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
    /// What it says.
    pub content: Rendered,
    /// The trade that it tells of. When somebody in it leaves, what it said is erased.
    pub trade: Option<TradeId>,
    /// It stays here until then, and until somebody has it withdrawn ([`withdraw`]).
    pub not_before: Option<Timestamp>,
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
    let content = Rendered {
        subject: one_line(&mail.content.subject),
        text: mail.content.text.replace('\0', ""),
        html: mail.content.html.replace('\0', ""),
        calendar: mail.content.calendar.clone(),
    };
    let id = repo::insert(&mut *conn, mail, &content, Uuid::new_v4()).await?;
    if let Some(id) = id {
        let key = format!("mail:{id}");
        jobs::push(conn, &SendMail { mail: id }, &key, mail.not_before).await?;
    }
    Ok(())
}

/// Has a failed mail sent again by a new job, in the caller's transaction. A dead one of its
/// own is given up for it.
///
/// # Errors
/// `NotFound`; `Conflict` when it did not fail, or when the link in it no longer works.
pub async fn send_again(cx: &Cx, conn: &mut PgConnection, id: i64) -> Result<()> {
    let found = repo::lock(&mut *conn, id).await?.ok_or(Error::NotFound)?;
    if found.state != "failed" {
        return Err(Error::Conflict(
            "This mail has not failed, so it is not sent again.".into(),
        ));
    }
    if found.not_after.is_some_and(|end| end.to_jiff() < cx.now()) {
        return Err(Error::Conflict(
            "The link in this mail no longer works. Whoever needs it can ask for another one."
                .into(),
        ));
    }
    repo::revive(&mut *conn, id).await?;
    let job = SendMail { mail: id };
    jobs::discard_dead(conn, &job).await?;
    let key = format!("mail:{id}:{}", cx.now().as_microsecond());
    jobs::push(conn, &job, &key, None).await
}

/// What is done about mails by the clock.
pub fn schedules() -> [Schedule; 2] {
    let blanked = Schedule {
        name: "blank secrets of mails",
        when: Interval::Every(SignedDuration::from_mins(15)),
        run: |cx| {
            async move { db::in_batches(|most| repo::blank_secrets(cx.db(), cx.now(), most)).await }
                .boxed()
        },
    };
    let cleaned = Schedule {
        name: "clean up mails",
        when: Interval::Daily {
            hour: 3,
            minute: 20,
        },
        run: |cx| {
            async move { db::in_batches(|most| repo::delete_old(cx.db(), most)).await }.boxed()
        },
    };
    [blanked, cleaned]
}

/// The text with every control character as a space, line breaks included: it becomes a header.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|symbol| if symbol.is_control() { ' ' } else { symbol })
        .collect()
}
