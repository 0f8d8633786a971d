//! What hosts do so that an event reaches its guests.

use dogear_domain::ids::EventId;
use dogear_server::events;
use leptos::prelude::*;

use crate::action::{ActionError, Done, FormKey, HtmlForm};
use crate::http::context;
use dogear_urls as urls;

/// Makes a secret link to an event of the reader's; one that it had leads nowhere from then on.
#[server(endpoint = "events/make-invitation", input = HtmlForm)]
pub async fn make_invitation(
    event: EventId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    events::make_invitation(&req.cx, once.into(), event).await?;
    Ok(
        Done::go(urls::host_event(event))
            .saying("The link is made. Whoever has it sees the event."),
    )
}
