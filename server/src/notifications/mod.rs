//! What readers are told: in their inbox, and by mail if they want it.

mod group;
mod inbox;
mod kinds;
mod loan_words;
pub(crate) mod prefs;
mod repo;
pub mod unsubscribe;

#[cfg(test)]
mod tests;

use dogear_domain::ids::{TradeId, UserId};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use crate::mail::{self, NewMail, Rendered};
use crate::{Cx, Result};

use repo::NewNotification;

pub use group::Group;
pub use inbox::{
    Filter, Marked, Notification, Page, list, list_up_to, mark_all_read, mark_read, mark_unread,
    mark_unread_again, one, seen, unread,
};
pub use kinds::{Kind, sentence};
pub use prefs::{Pref, Preset, prefs, save_prefs, save_preset, version};
pub(crate) use repo::close;
pub(crate) use repo::{erase, erase_names};

/// What a notification's sentence needs, as it was when it happened. What a kind
/// does not need stays empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(clippy::struct_excessive_bools)] // each is a fact of its own
pub struct Facts {
    /// None when it is about no trade.
    pub trade: Option<TradeId>,
    /// The other side's display name.
    pub who: String,
    /// The books in words, e.g. `Emma for Solaris`.
    pub what: String,
    /// A date in words, in the reader's zone.
    pub until: String,
    /// What somebody wrote, or for `Security` and what is told of meetings the whole sentence.
    pub reason: String,
    /// The page it is about, when that is not the trade's.
    pub path: String,
    /// The books of the trade change hands at a meeting.
    pub in_person: bool,
    /// The trade is a loan.
    pub loan: bool,
    /// The trade is a sale.
    pub sale: bool,
    /// The book that is no longer offered.
    pub unoffered: String,
    /// It follows from what the reader has done: it stands in the inbox as read.
    pub by_own_step: bool,
}

/// Mails that somebody gets within an hour about what others do; then one that says there is more.
const MAILS_AN_HOUR: i64 = 20;
/// How long mails of what can be taken back at once wait for that.
const TAKEN_BACK_WITHIN: SignedDuration = SignedDuration::from_secs(10);
/// Their dedupe keys begin with this.
const KEY: &str = "notification:";

/// Tells `user` about something in the caller's transaction: in the inbox and, when
/// `letter` is given, by mail, each as far as the reader wants it. Mail goes to
/// confirmed addresses only, so many an hour, and says how to stop it where that is possible. The
/// inbox has everything. The second call
/// with the same `dedupe_key` (one per event and reader) does nothing.
///
/// # Errors
/// Those of the database.
pub async fn notify(
    cx: &Cx,
    conn: &mut PgConnection,
    user: UserId,
    kind: Kind,
    facts: &Facts,
    dedupe_key: &str,
    letter: Option<Rendered>,
) -> Result<()> {
    let pref = prefs::of(conn, user, kind).await?;
    if pref.in_app {
        let new = NewNotification {
            user,
            kind: kind.as_str(),
            trade: facts.trade,
            data: serde_json::to_value(facts)?,
            read: facts.by_own_step,
            dedupe_key,
        };
        repo::insert(&mut *conn, &new).await?;
    }
    let Some(content) = letter.filter(|_| pref.mail) else {
        return Ok(());
    };
    if let Some(to) = repo::mail_address(&mut *conn, user).await? {
        // Mails that readers have asked for themselves are none of these.
        if !kind.required() && mail::last_hour(&mut *conn, user, KEY).await? >= MAILS_AN_HOUR {
            return tell_of_more(cx, conn, user, to).await;
        }
        let mail = NewMail {
            user: Some(user),
            to,
            kind: kind.as_str(),
            dedupe_key: format!("{KEY}{dedupe_key}"),
            content,
            trade: facts.trade,
            not_before: kind
                .can_be_taken_back()
                .then(|| cx.now() + TAKEN_BACK_WITHIN),
            not_after: None,
            unsubscribe_url: (!kind.required())
                .then(|| unsubscribe::link(&cx.services.settings, user, kind)),
        };
        mail::queue(conn, &mail).await?;
    }
    Ok(())
}

/// Drops the mails of [`notify`] whose `dedupe_key` begins with `start` and that have not left yet.
/// Tells whose they were; what stands in inboxes stays.
///
/// # Errors
/// Those of the database.
pub(crate) async fn withdraw_mails(conn: &mut PgConnection, start: &str) -> Result<Vec<UserId>> {
    mail::withdraw(conn, &format!("{KEY}{start}")).await
}

/// In the place of all further mails of an hour.
async fn tell_of_more(cx: &Cx, conn: &mut PgConnection, user: UserId, to: String) -> Result<()> {
    let content = mail::templates::notice(
        &cx.services.settings,
        "There is more in your inbox",
        "More has happened than we write mails about.",
        &[
            "You have had many mails from us within an hour. Everything since then is in your inbox, and for a while only there.",
        ],
        dogear_urls::INBOX,
    );
    let hour = cx.now().as_second() / 3600;
    let mail = NewMail {
        user: Some(user),
        to,
        kind: "more_in_inbox",
        dedupe_key: format!("more:{user}:{hour}"),
        content,
        trade: None,
        not_before: None,
        not_after: None,
        unsubscribe_url: None,
    };
    mail::queue(conn, &mail).await
}
