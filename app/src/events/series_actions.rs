//! What guests do with the dates of a series.

use dogear_domain::ids::{EventId, SeatBookingId};
use dogear_server::events;
use leptos::prelude::*;

use crate::action::{ActionError, Done, FormKey, HtmlForm};
use crate::http::context;
use dogear_urls as urls;

/// Moves the reader's seats to another date of the same series.
#[server(endpoint = "events/change-date", input = HtmlForm)]
pub async fn change_date(
    booking: SeatBookingId,
    to: EventId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let event = events::change_date(&req.cx, once.into(), booking, to).await?;
    let slug = events::slug(&req.cx, event).await?;
    Ok(Done::go(urls::event(event, &slug)).saying("Your seats are on this date now."))
}
