//! What can be done with notices, and what reaches a reader.

use dogear_domain::ids::NotificationId;
use dogear_server::Error;
use dogear_server::notifications::unsubscribe;
use dogear_server::notifications::{self, Kind, Pref, Preset};
use jiff::Timestamp;
use leptos::prelude::*;

use super::list::filter_of;
use crate::action::{ActionError, Done, FormKey, HtmlForm};
use crate::http::context;
use crate::ui::count;
use dogear_urls as urls;

/// Marks a notice as read and goes to the page it is about.
#[server(endpoint = "notifications/open", input = HtmlForm)]
pub async fn open_notice(notice: NotificationId) -> Result<Done, ActionError> {
    let req = context()?;
    let path = notifications::mark_read(&req.cx, notice).await?;
    Ok(Done::go(path))
}

/// Marks a notice as read; the reader goes on at `next`, if that is the inbox.
#[server(endpoint = "notifications/mark-read", input = HtmlForm)]
pub async fn mark_read(
    notice: NotificationId,
    #[server(default)] next: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    notifications::mark_read(&req.cx, notice).await?;
    Ok(Done::go(list_or_start(&next)))
}

/// Marks a notice as unread; `next` as in [`mark_read`].
#[server(endpoint = "notifications/mark-unread", input = HtmlForm)]
pub async fn mark_unread(
    notice: NotificationId,
    #[server(default)] next: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    notifications::mark_unread(&req.cx, notice).await?;
    Ok(Done::go(list_or_start(&next)))
}

/// Marks what the reader was shown of the part `show`, and what is older, as read.
#[server(endpoint = "notifications/mark-all-read", input = HtmlForm)]
pub async fn mark_all_read(
    up_to: NotificationId,
    #[server(default)] show: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let filter = filter_of(&show);
    let marked = notifications::mark_all_read(&req.cx, once.into(), filter, up_to).await?;
    let list = Done::go(urls::inbox(&show, None));
    let Some(at) = marked.at else {
        return Ok(list.saying("Everything was read already."));
    };
    let notices = count(marked.count, "notice", "notices");
    Ok(list
        .saying(format!("{notices} marked as read."))
        .undo(&MarkAllUnread { at }))
}

/// Takes one [`mark_all_read`] back, named by its moment.
#[server(endpoint = "notifications/mark-all-unread", input = HtmlForm)]
pub async fn mark_all_unread(at: Timestamp) -> Result<Done, ActionError> {
    let req = context()?;
    notifications::mark_unread_again(&req.cx, at).await?;
    Ok(Done::go(urls::INBOX).saying("They are unread again."))
}

/// Chooses for each `kind` whether it comes into the inbox and by mail. Only kinds that the
/// form showed are changed: one that was added meanwhile keeps its default. `version`: what it
/// showed.
#[server(endpoint = "notifications/choose", input = HtmlForm)]
pub async fn choose_notices(
    #[server(default)] kind: Vec<String>,
    #[server(default)] in_app: Vec<String>,
    #[server(default)] mail: Vec<String>,
    #[server(default)] version: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let chosen = |among: &[String], kind: Kind| among.iter().any(|word| word == kind.as_str());
    let choices: Vec<Pref> = kind
        .iter()
        .filter_map(|word| Kind::parse(word))
        .map(|kind| Pref {
            kind,
            in_app: chosen(&in_app, kind),
            mail: chosen(&mail, kind),
        })
        .collect();
    notifications::save_prefs(&req.cx, &choices, &version.into()).await?;
    Ok(Done::go(urls::NOTIFICATION_SETTINGS)
        .saying("Saved. From now on you are told as you chose here."))
}

/// Chooses for all kinds at once: `preset` says how much comes by mail.
#[server(endpoint = "notifications/preset", input = HtmlForm)]
pub async fn choose_preset(#[server(default)] preset: String) -> Result<Done, ActionError> {
    let req = context()?;
    let preset = Preset::parse(&preset)
        .ok_or_else(|| Error::field("preset", "Choose how much should come by mail."))?;
    notifications::save_preset(&req.cx, preset).await?;
    Ok(Done::go(urls::NOTIFICATION_SETTINGS).saying("Saved. It is so for all kinds of notices."))
}

/// Stops the mails that the link with this token is about, without logging in.
#[server(endpoint = "notifications/unsubscribe", input = HtmlForm)]
pub async fn stop_mails(token: String) -> Result<Done, ActionError> {
    let req = context()?;
    unsubscribe::unsubscribe(&req.cx, &token).await?;
    Ok(Done::go(urls::unsubscribe(&token)))
}

/// The list from which the form was sent, or the newest notices.
fn list_or_start(next: &str) -> &str {
    let path = next.split('?').next().unwrap_or_default();
    let ours = urls::pages::INBOX.fits(path);
    if ours { next } else { urls::INBOX }
}
