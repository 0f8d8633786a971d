//! What hosts do so that an event reaches its guests.

use dogear_domain::ids::{EventId, EventMessageId};
use dogear_server::events;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::actions::here;
use crate::action::{ActionError, Done, FormKey, HtmlForm};
use crate::http::context;
use crate::ui::count;
use dogear_urls as urls;

/// Makes a secret link to an event of the reader's; one that it had leads nowhere from then on.
#[server(endpoint = "events/make-invitation", input = HtmlForm)]
pub async fn make_invitation(
    event: EventId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    events::make_invitation(&req.cx, once.into(), event).await?;
    Ok(Done::go(urls::host_event(event))
        .saying("The link is made. Whoever has it sees the event as soon as it is published."))
}

/// Writes what goes to all guests; it is looked at before it is sent. `draft` is the number of what
/// the form showed as written and not sent, if there was any.
#[server(endpoint = "events/write-message", input = HtmlForm)]
pub async fn write_message(
    event: EventId,
    #[server(default)] audience: String,
    #[server(default)] body: String,
    #[server(default)] draft: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let seen = draft.parse().ok();
    events::write_message(&req.cx, event, (&audience, &body), seen).await?;
    Ok(Done::go(urls::host_messages(event)).saying("Nothing is sent yet: look at it once more."))
}

/// Forgets what was written to all guests and not sent.
#[server(endpoint = "events/discard-message", input = HtmlForm)]
pub async fn discard_message(event: EventId) -> Result<Done, ActionError> {
    let req = context()?;
    events::discard_message(&req.cx, event).await?;
    Ok(Done::go(urls::host_messages(event)).saying("It is gone, and nobody has read it."))
}

/// Sends what was written to all guests.
#[server(endpoint = "events/send-message", input = HtmlForm)]
pub async fn send_message(message: EventMessageId) -> Result<Done, ActionError> {
    let req = context()?;
    let (event, readers) = events::send_message(&req.cx, message).await?;
    let told = count(readers, "reader is told", "readers are told");
    Ok(Done::go(urls::host_messages(event)).saying(format!("It is sent: {told}.")))
}

/// Says that the reader is interested in an event; its host reads the `note`.
#[server(endpoint = "events/be-interested", input = HtmlForm)]
pub async fn be_interested(
    event: EventId,
    #[server(default)] note: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    events::be_interested(&req.cx, event, &note).await?;
    Ok(Done::go(here(&req, event).await?)
        .saying("You are interested. We tell you when it moves or is cancelled."))
}

/// Takes back that the reader is interested in an event.
#[server(endpoint = "events/drop-interest", input = HtmlForm)]
pub async fn drop_interest(event: EventId) -> Result<Done, ActionError> {
    let req = context()?;
    events::drop_interest(&req.cx, event).await?;
    Ok(Done::go(here(&req, event).await?)
        .saying("You are no longer among those who are interested."))
}

/// Says with whom an event of the reader's is made: one partner on a line. `version` is of what the
/// form showed.
#[server(endpoint = "events/save-partners", input = HtmlForm)]
pub async fn save_partners(
    event: EventId,
    #[server(default)] partners: String,
    #[server(default)] version: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    events::save_partners(&req.cx, event, &partners, &version.into()).await?;
    Ok(Done::go(urls::host_event(event)).saying("The partners are saved."))
}
