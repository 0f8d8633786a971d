//! What can be done with reviews from the moderators' desk.

use dogear_domain::fields::{DecisionMessage, DeskNote, FieldErrors, RestoreReason};
use dogear_domain::ids::ReviewId;
use dogear_server::moderation::reviews;
use leptos::prelude::*;

use super::actions::TakeBackDecision;
use crate::action::{ActionError, Done, FormKey, HtmlForm, read};
use crate::http::context;
use dogear_urls as urls;

/// Takes a review out of sight; its author reads the `reason`.
#[server(endpoint = "moderation/hide-review", input = HtmlForm)]
pub async fn hide_review(
    review: ReviewId,
    #[server(default)] reason: String,
    #[server(default)] note: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let mut errors = FieldErrors::new();
    let message = errors.take("reason", DecisionMessage::to_owner(&reason));
    let note = errors.take("note", DeskNote::parse(&note));
    let (message, note) = errors.finish(message.zip(note))?;
    let decision = reviews::hide(&req.cx, once.into(), review, &message, &note).await?;
    Ok(Done::go(urls::admin_review(review))
        .saying("The review is hidden, and its author is told.")
        .undo(&TakeBackDecision { decision }))
}

/// Shows a hidden review again; its author reads the `reason`.
#[server(endpoint = "moderation/restore-review", input = HtmlForm)]
pub async fn restore_review(
    review: ReviewId,
    #[server(default)] reason: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let reason = read("reason", RestoreReason::parse(&reason))?;
    reviews::restore(&req.cx, once.into(), review, &reason).await?;
    Ok(Done::go(urls::admin_review(review))
        .saying("The review is shown again, and its author is told."))
}
