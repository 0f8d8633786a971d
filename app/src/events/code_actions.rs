//! What hosts do with promo codes.

use dogear_domain::ids::{EventId, PromoCodeId};
use dogear_server::events::{self, CodeForm};
use leptos::prelude::*;

use crate::action::{ActionError, Done, FormKey, HtmlForm};
use crate::http::context;
use dogear_urls as urls;

/// Makes a code with which seats cost less.
#[server(endpoint = "events/make-code", input = HtmlForm)]
pub async fn make_code(
    event: EventId,
    #[server(flatten)] form: CodeForm,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    events::make_code(&req.cx, once.into(), event, &form).await?;
    Ok(Done::go(urls::host_codes(event)).saying("The code is made."))
}

/// Ends a code; with `again` it holds again.
#[server(endpoint = "events/end-code", input = HtmlForm)]
pub async fn end_code(
    event: EventId,
    code: PromoCodeId,
    #[server(default)] again: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let ends = again.is_empty();
    events::end_code(&req.cx, event, code, ends).await?;
    let back = EndCode {
        event,
        code,
        again: if ends { "yes".into() } else { String::new() },
    };
    let said = if ends {
        "The code is ended. Seats that were taken with it stay as they were agreed."
    } else {
        "The code holds again."
    };
    Ok(Done::go(urls::host_codes(event)).saying(said).undo(&back))
}
