//! What hosts do so that others help them, and what those others answer.

use dogear_domain::events::hosts::HostRole;
use dogear_domain::ids::{EventHostId, EventId};
use dogear_server::events;
use leptos::prelude::*;

use crate::action::{ActionError, Done, FormKey, HtmlForm};
use crate::http::context;
use dogear_urls as urls;

/// Asks a member, by their handle, to help with an event of the reader's.
#[server(endpoint = "events/invite-host", input = HtmlForm)]
pub async fn invite_host(
    event: EventId,
    #[server(default)] handle: String,
    #[server(default)] role: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let name = events::invite_host(&req.cx, once.into(), event, &handle, &role).await?;
    Ok(Done::go(urls::host_team(event)).saying(format!(
        "{name} is asked. Nothing changes until they say yes."
    )))
}

/// Says yes to what the reader was asked to help with.
#[server(endpoint = "events/accept-hosting", input = HtmlForm)]
pub async fn accept_hosting(
    invitation: EventHostId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let (_, role) = events::accept_hosting(&req.cx, once.into(), invitation).await?;
    Ok(Done::go(urls::HOST).saying(match role {
        HostRole::Door => "You help at the door. The event stands here as soon as it is published.",
        _ => "You host it, too. The event stands here now.",
    }))
}

/// Says no to it.
#[server(endpoint = "events/decline-hosting", input = HtmlForm)]
pub async fn decline_hosting(
    invitation: EventHostId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    events::decline_hosting(&req.cx, once.into(), invitation).await?;
    Ok(Done::go(urls::HOST).saying("You have said no. Whoever asked you is told."))
}

/// The reader helps with an event no more.
#[server(endpoint = "events/stop-hosting", input = HtmlForm)]
pub async fn stop_hosting(
    event: EventId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    events::stop_hosting(&req.cx, once.into(), event).await?;
    Ok(Done::go(urls::HOST).saying("You do not help with it any more. Its host is told."))
}

/// Removes somebody who helps with an event of the reader's, or asks them no more.
#[server(endpoint = "events/remove-host", input = HtmlForm)]
pub async fn remove_host(
    helper: EventHostId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let event = events::remove_host(&req.cx, once.into(), helper).await?;
    Ok(Done::go(urls::host_team(event)).saying("They do not help with it any more."))
}

/// Gives somebody who helps with an event of the reader's another role.
#[server(endpoint = "events/change-host-role", input = HtmlForm)]
pub async fn change_host_role(
    helper: EventHostId,
    #[server(default)] role: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let event = events::change_host_role(&req.cx, once.into(), helper, &role).await?;
    Ok(Done::go(urls::host_team(event)).saying("They may do that now."))
}
