//! The mail log.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::repo::mails::{self as repo, Wanted};
use crate::audit::{Entry, audit, record_view};
use crate::db::{IdempotencyKey, Idempotent};
use crate::mail::NewMail;
use crate::{Cx, Error, Result, mail};

/// A mail that waits for longer should have left.
const PATIENCE: SignedDuration = SignedDuration::from_mins(2);

/// Rows per page of [`list`].
pub const PAGE: i64 = 50;

/// The states a mail can be in, in the order of its life.
pub const STATES: [&str; 5] = ["queued", "sending", "sent", "failed", "dropped"];

/// A mail in the log.
#[derive(Debug, Clone)]
pub struct MailRow {
    /// Growing, the newest the largest.
    pub id: i64,
    /// Handle, when the address belongs to somebody here.
    pub member: Option<String>,
    /// The address with most of its name left out.
    pub to_hint: String,
    /// The name of what it tells, as code has it.
    pub kind: String,
    /// As it was sent.
    pub subject: String,
    /// The word of a mail's state.
    pub state: String,
    /// How often it was handed over, or tried to be.
    pub attempts: i32,
    /// What the mail server said last; empty without a failure.
    pub last_error: String,
    /// When it was put into the queue.
    pub created_at: Timestamp,
    /// When the mail server took it; none before.
    pub sent_at: Option<Timestamp>,
}

/// A mail with its text.
#[derive(Debug, Clone)]
pub struct Mail {
    /// As it stands in the log.
    pub row: MailRow,
    /// The plain text. Links are cut off behind their first part: some of them open an account.
    pub text: String,
}

/// Mails, newest first, 50 at a time: in a state, to a member (a handle) or a whole address;
/// `before` is the last id of the page before.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub async fn list(
    cx: &Cx,
    words: &str,
    state: Option<&str>,
    before: Option<i64>,
) -> Result<Vec<MailRow>> {
    cx.moderator()?;
    let words = words.trim().trim_start_matches('@').to_lowercase();
    let wanted = Wanted {
        words: &words,
        state: state.filter(|state| STATES.contains(state)),
        before,
        most: PAGE,
        ..Wanted::default()
    };
    repo::list(cx.db(), &wanted).await
}

/// One mail with its text. The look is written to the audit log first.
///
/// # Errors
/// As [`list`], and `NotFound` when there is none.
pub async fn open(cx: &Cx, id: i64) -> Result<Mail> {
    cx.moderator()?;
    let only = Wanted {
        only: Some(id),
        most: 1,
        ..Wanted::default()
    };
    let row = repo::list(cx.db(), &only)
        .await?
        .pop()
        .ok_or(Error::NotFound)?;
    record_view(cx, "mail", id).await?;
    let text = repo::text(cx.db(), id).await?;
    Ok(Mail {
        row,
        text: without_secrets(&text),
    })
}

/// Has a failed mail sent again by a new job. A dead one of its own is given up for it.
///
/// # Errors
/// As [`open`]; `Conflict` when it did not fail, or when the link in it no longer works.
pub async fn send_again(cx: &Cx, id: i64) -> Result<()> {
    cx.moderator()?;
    let mut tx = cx.begin().await?;
    mail::send_again(cx, &mut tx, id).await?;
    let entry = Entry {
        action: "mail.send_again",
        subject_kind: "mail",
        subject_id: Some(id),
        before: Some(serde_json::json!({ "state": "failed" })),
        after: Some(serde_json::json!({ "state": "queued" })),
        ..Entry::default()
    };
    audit(&mut tx, cx, entry).await?;
    tx.commit().await?;
    Ok(())
}

/// Why mail waits that should have left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    /// None has left since, or since the oldest of those that wait was written.
    pub since: Timestamp,
    /// How many wait.
    pub waiting: i64,
    /// What the mail server, or the connection to it, said last; empty when nobody has tried.
    pub error: String,
}

/// Whether mail waits for longer than it should, and why. One that waits while others leave says
/// nothing of them.
///
/// # Errors
/// As [`list`].
pub async fn stuck(cx: &Cx) -> Result<Option<Stuck>> {
    cx.moderator()?;
    let found = repo::waiting(cx.db(), cx.now(), PATIENCE).await?;
    let Some(oldest) = found.oldest else {
        return Ok(None);
    };
    let since = found
        .last_sent
        .map_or(oldest, |last_sent| oldest.max(last_sent));
    let stuck = Stuck {
        since,
        waiting: found.waiting,
        error: found.error,
    };
    Ok((cx.now().duration_since(since) >= PATIENCE).then_some(stuck))
}

/// Queues a mail to the moderator, and gives its number in the log.
///
/// # Errors
/// As [`list`].
pub async fn send_test(cx: &Cx, key: Option<IdempotencyKey>) -> Result<i64> {
    let moderator = cx.moderator()?;
    let mut once = match cx.once(key, "test mail").await? {
        Idempotent::Done(mail) => return Ok(mail),
        Idempotent::New(once) => once,
    };
    let dedupe_key = format!("test:{}", Uuid::new_v4());
    let letter = NewMail {
        user: Some(moderator.id),
        to: moderator.email.clone(),
        kind: "test",
        dedupe_key: dedupe_key.clone(),
        content: mail::templates::test(&cx.services.settings),
        trade: None,
        not_before: None,
        not_after: None,
        unsubscribe_url: None,
    };
    mail::queue(&mut once.tx, &letter).await?;
    let id = repo::by_key(&mut once.tx, &dedupe_key).await?;
    let entry = Entry {
        action: "mail.test",
        subject_kind: "mail",
        subject_id: Some(id),
        ..Entry::default()
    };
    audit(&mut once.tx, cx, entry).await?;
    once.commit(&id).await?;
    Ok(id)
}

/// The text with each link kept up to the first part of its path.
fn without_secrets(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        let Some(start) = word.find("http://").or_else(|| word.find("https://")) else {
            out.push_str(piece);
            continue;
        };
        let (before, link) = word.split_at(start);
        let host = link.find("://").map_or(0, |at| at + 3);
        let path = link[host..]
            .find('/')
            .map_or(link.len(), |at| host + at + 1);
        let end = link[path..]
            .find(['/', '?', '#'])
            .map_or(link.len(), |at| path + at);
        out.push_str(before);
        out.push_str(&link[..end]);
        if end < link.len() {
            out.push_str("/…");
        }
        out.push_str(&piece[word.len()..]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::without_secrets;

    #[test]
    fn no_link_in_the_log_opens_an_account() {
        assert_eq!(
            without_secrets(
                "Open\nhttps://dogear.test/reset?token=abc\n(https://dogear.test/confirm/xyz) or https://dogear.test/inbox."
            ),
            "Open\nhttps://dogear.test/reset/…\n(https://dogear.test/confirm/… or https://dogear.test/inbox."
        );
        assert_eq!(without_secrets("No link here.\n"), "No link here.\n");
    }
}
