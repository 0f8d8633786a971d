//! What admins write to many members.

use dogear_domain::ids::BroadcastId;
use dogear_server::broadcasts::{self, BroadcastForm};
use leptos::prelude::*;

use crate::action::{ActionError, Done, FormKey, HtmlForm};
use crate::http::context;
use dogear_urls as urls;

/// Writes news to many members; with `check`, nobody is told, and the page shows how many would be.
#[server(endpoint = "moderation/write-broadcast", input = HtmlForm)]
pub async fn write_broadcast(
    #[server(default)] title: String,
    #[server(default)] body: String,
    #[server(default)] audience: String,
    #[server(default)] place: String,
    #[server(default)] send_at: String,
    #[server(default)] check: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let form = BroadcastForm {
        title,
        body,
        audience,
        place,
        send_at,
    };
    if !check.is_empty() {
        broadcasts::preview(&req.cx, &form).await?;
        return Err(ActionError::Again);
    }
    broadcasts::create(&req.cx, once.into(), &form).await?;
    Ok(Done::go(urls::ADMIN_BROADCASTS)
        .saying("It is on its way, or will be at its time. Below you see how far it is."))
}

/// Stops what is written to many members: whoever was not told yet is not.
#[server(endpoint = "moderation/stop-broadcast", input = HtmlForm)]
pub async fn stop_broadcast(broadcast: BroadcastId) -> Result<Done, ActionError> {
    let req = context()?;
    broadcasts::cancel(&req.cx, broadcast).await?;
    Ok(Done::go(urls::ADMIN_BROADCASTS).saying("It is stopped. Nobody else is told."))
}
