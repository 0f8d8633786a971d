//! What hosts do with the stalls of a swap meet. `list` is where the reader is in a long list of
//! guests: the number of the seats behind which their page begins.

use dogear_domain::events::stalls::StallOrder;
use dogear_domain::ids::{EventId, SeatBookingId};
use dogear_server::events;
use leptos::prelude::*;

use crate::action::{ActionError, Done, HtmlForm};
use crate::http::context;
use crate::ui::count;
use dogear_urls as urls;

/// The page on which the reader was.
#[cfg(feature = "ssr")]
fn there(event: EventId, list: &str) -> Done {
    Done::go(urls::host_stalls_after(event, list.parse().ok()))
}

/// Gives a guest a stall, or takes it away when nothing was typed.
#[server(endpoint = "events/set-stall", input = HtmlForm)]
pub async fn set_stall(
    event: EventId,
    booking: SeatBookingId,
    #[server(default)] stall: String,
    #[server(default)] list: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let given = events::set_stall(&req.cx, event, booking, &stall).await?;
    let said = match given.now.as_str() {
        "" => format!("{} has no stall.", given.name),
        stall => format!("{} has stall {stall}.", given.name),
    };
    let back = SetStall {
        event,
        booking,
        stall: given.before.clone(),
        list: list.clone(),
    };
    let done = there(event, &list).saying(said);
    Ok(if given.now == given.before {
        done
    } else {
        done.undo(&back)
    })
}

/// Numbers the guests without a stall.
#[server(endpoint = "events/number-stalls", input = HtmlForm)]
pub async fn number_stalls(event: EventId, order: StallOrder) -> Result<Done, ActionError> {
    let req = context()?;
    let numbered = events::number_stalls(&req.cx, event, order).await?;
    let said = match numbered {
        0 => "Everybody has a stall already.".to_owned(),
        numbered => format!(
            "{} a stall now.",
            count(numbered, "guest has", "guests have")
        ),
    };
    Ok(there(event, "").saying(said))
}

/// Takes all stalls away.
#[server(endpoint = "events/clear-stalls", input = HtmlForm)]
pub async fn clear_stalls(event: EventId) -> Result<Done, ActionError> {
    let req = context()?;
    events::clear_stalls(&req.cx, event).await?;
    Ok(there(event, "").saying("Nobody has a stall now."))
}
