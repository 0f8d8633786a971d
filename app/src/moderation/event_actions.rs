//! What moderators do with the first events of new hosts.

use dogear_domain::fields::SendBackReason;
use dogear_domain::ids::EventId;
use dogear_server::Error;
use dogear_server::moderation::first_events;
use dogear_server::moderation::seat_settings::{self, TypedSeats};
use leptos::prelude::*;

use crate::action::{ActionError, Done, HtmlForm, read};
use crate::http::context;
use dogear_urls as urls;

/// Where a moderator goes on, with what has become of the event: also that a colleague was first.
#[cfg(feature = "ssr")]
fn next(outcome: Result<String, Error>) -> Result<Done, ActionError> {
    let sentence = match outcome {
        Ok(sentence) | Err(Error::Conflict(sentence) | Error::Forbidden(sentence)) => sentence,
        Err(error) => return Err(error.into()),
    };
    Ok(Done::go(urls::ADMIN_EVENTS).saying(sentence))
}

/// Publishes the first event of a new host. `version` is of what the page showed.
#[server(endpoint = "moderation/approve-event", input = HtmlForm)]
pub async fn approve_event(
    event: EventId,
    #[server(default)] version: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let approved = first_events::approve(&req.cx, event, &version.into()).await;
    next(approved.map(|title| format!("“{title}” is published, and its host is told.")))
}

/// Leaves the first event of a new host a draft; the host reads the `reason`.
#[server(endpoint = "moderation/send-event-back", input = HtmlForm)]
pub async fn send_event_back(
    event: EventId,
    #[server(default)] reason: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let reason = read("reason", SendBackReason::parse(&reason))?;
    let sent = first_events::send_back(&req.cx, event, &reason).await;
    next(sent.map(|title| format!("“{title}” is sent back, and its host reads why.")))
}

/// Says whether first events of new hosts wait for a moderator: `yes` or `no`.
#[server(endpoint = "moderation/change-first-events", input = HtmlForm)]
pub async fn change_first_events(
    #[server(default)] first_events: String,
    #[server(default)] first_events_reason: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let wait = first_events::set_wait(&req.cx, &first_events, &first_events_reason).await?;
    Ok(Done::go(urls::ADMIN_SETTINGS).saying(if wait {
        "First events of new hosts wait for a moderator from now on."
    } else {
        "New hosts publish at once from now on. What waits already is still for you to decide."
    }))
}

/// Changes for how many minutes readers hold seats, and whether those who missed events go behind
/// others on waiting lists: `yes` or `no`.
#[server(endpoint = "moderation/change-seat-settings", input = HtmlForm)]
pub async fn change_seat_settings(
    #[server(default)] hold_minutes: String,
    #[server(default)] missed: String,
    #[server(default)] seats_reason: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let typed = TypedSeats {
        hold_minutes,
        missed,
        reason: seats_reason,
    };
    let set = seat_settings::change(&req.cx, &typed).await?;
    Ok(Done::go(urls::ADMIN_SETTINGS).saying(format!(
        "Saved: seats are held for {} minutes from now on.",
        set.hold_minutes
    )))
}
