//! Naming an event at which the books of a trade change hands.

use dogear_domain::ids::{OccurrenceId, TradeId};
use dogear_server::Error;
use dogear_server::trades;
use leptos::prelude::*;

use crate::action::{ActionError, Done, FormKey, HtmlForm};
use crate::http::context;
use dogear_urls as urls;

/// Names a date of an event at which the books change hands, in the place of another.
#[server(endpoint = "trades/meet-at-event", input = HtmlForm)]
pub async fn meet_at_event(
    trade: TradeId,
    occurrence: Option<OccurrenceId>,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let occurrence = occurrence.ok_or_else(|| Error::field("occurrence", "Choose an event."))?;
    trades::meet_at(&req.cx, once.into(), trade, occurrence).await?;
    Ok(Done::go(urls::trade(trade)).saying("You meet at the event. The other side is told."))
}

/// Takes back that the books change hands at an event.
#[server(endpoint = "trades/drop-meeting", input = HtmlForm)]
pub async fn drop_meeting(trade: TradeId) -> Result<Done, ActionError> {
    let req = context()?;
    trades::drop_meeting(&req.cx, trade).await?;
    // Doing it twice tells nobody anything.
    Ok(Done::go(urls::trade(trade)).saying("You do not meet at the event any more."))
}
