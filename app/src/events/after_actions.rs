//! What guests and hosts say of an event when it is over.

use dogear_domain::ids::{CopyId, EventId};
use dogear_server::events::{self, FeedbackForm, Leftover};
use leptos::prelude::*;

use crate::action::{ActionError, Done, HtmlForm};
use crate::http::context;
use dogear_urls as urls;

/// Says how an event was at which the reader was a guest.
#[server(endpoint = "events/save-feedback", input = HtmlForm)]
pub async fn save_feedback(
    event: EventId,
    #[server(default)] rating: String,
    #[server(default)] would_return: String,
    #[server(default)] words: String,
    #[server(default)] shows_name: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let form = FeedbackForm {
        rating,
        would_return: !would_return.is_empty(),
        words,
        shows_name: !shows_name.is_empty(),
    };
    events::save_feedback(&req.cx, event, &form).await?;
    Ok(Done::go(urls::event_feedback(event))
        .saying("Thank you. Those who host it read it; you can change it here."))
}

/// Takes back what the reader has said of an event.
#[server(endpoint = "events/withdraw-feedback", input = HtmlForm)]
pub async fn withdraw_feedback(event: EventId) -> Result<Done, ActionError> {
    let req = context()?;
    events::withdraw_feedback(&req.cx, event).await?;
    Ok(Done::go(urls::event_feedback(event)).saying("You have withdrawn what you said."))
}

/// Says which of the books that the reader has brought went to somebody, and with `home` that the
/// others came home. Nothing happens to the copies.
#[server(endpoint = "events/tell-outcomes", input = HtmlForm)]
pub async fn tell_outcomes(
    event: EventId,
    #[server(default)] gone: Vec<CopyId>,
    #[server(default)] home: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    events::tell_outcomes(&req.cx, event, &gone, !home.is_empty()).await?;
    let path = urls::event_books(event);
    Ok(Done::go(format!("{path}#bag")).saying("Noted. You can change it for a week."))
}

/// Says what stayed on the table of a swap meet. `version` is of what the form showed.
#[server(endpoint = "events/save-leftover", input = HtmlForm)]
pub async fn save_leftover(
    event: EventId,
    #[server(default)] books: String,
    #[server(default)] words: String,
    #[server(default)] version: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let form = Leftover { books, words };
    events::save_leftover(&req.cx, event, &form, &version.into()).await?;
    Ok(Done::go(urls::host_event(event)).saying("What was left over is saved."))
}
