//! What readers do with seats that they hold. Holding some begins with `take_seats`.

use dogear_domain::ids::SeatBookingId;
use dogear_server::events::{self, ShownHold};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::actions::{here, party};
use crate::action::{ActionError, Done, FormKey, HtmlForm};
use crate::http::context;
use dogear_urls as urls;

/// Changes how many seats the reader holds, and the code that takes something off.
#[server(endpoint = "events/change-hold", input = HtmlForm)]
pub async fn change_hold(
    booking: SeatBookingId,
    #[server(default)] party: String,
    #[server(default)] code: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let seats = self::party("party", &party)?;
    let event = events::change_hold(&req.cx, once.into(), booking, seats, &code).await?;
    Ok(Done::go(urls::event_hold(event))
        .saying(format!("Held for you: {}.", events::words::seats(seats))))
}

/// Holds the reader's seats as long once more.
#[server(endpoint = "events/extend-hold", input = HtmlForm)]
pub async fn extend_hold(
    booking: SeatBookingId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let event = events::extend_hold(&req.cx, once.into(), booking).await?;
    Ok(Done::go(urls::event_hold(event)).saying("You have more time."))
}

/// Makes the seats that the reader holds theirs. `shown` and `code` are what the page said of the
/// price, to be compared.
#[server(endpoint = "events/confirm-hold", input = HtmlForm)]
pub async fn confirm_hold(
    booking: SeatBookingId,
    #[server(default)] shown: String,
    #[server(default)] code: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let shown = ShownHold { price: shown, code };
    let event = events::confirm_hold(&req.cx, once.into(), booking, &shown).await?;
    Ok(Done::go(here(&req, event).await?).saying("The seats are yours."))
}

/// Lets the seats go that the reader holds.
#[server(endpoint = "events/let-hold-go", input = HtmlForm)]
pub async fn let_hold_go(booking: SeatBookingId) -> Result<Done, ActionError> {
    let req = context()?;
    let event = events::let_hold_go(&req.cx, booking).await?;
    Ok(Done::go(here(&req, event).await?).saying("The seats are no longer held for you."))
}
