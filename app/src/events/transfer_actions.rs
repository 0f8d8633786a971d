//! What guests do with seats that they hand on to somebody else.

use dogear_domain::ids::{SeatBookingId, SeatTransferId};
use dogear_server::events;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::actions::{here, party};
use crate::action::{ActionError, Done, FormKey, HtmlForm};
use crate::http::context;

/// Offers the reader's seats, `handed` of them, to another member.
#[server(endpoint = "events/offer-transfer", input = HtmlForm)]
pub async fn offer_transfer(
    booking: SeatBookingId,
    #[server(default)] recipient: String,
    #[server(default)] handed: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let seats = party("handed", &handed)?;
    let event = events::offer_transfer(&req.cx, once.into(), booking, &recipient, seats).await?;
    Ok(Done::go(here(&req, event).await?)
        .saying("They are told. Until they take the seats, the seats are yours."))
}

/// Takes back what the reader has offered of these seats.
#[server(endpoint = "events/withdraw-transfer", input = HtmlForm)]
pub async fn withdraw_transfer(booking: SeatBookingId) -> Result<Done, ActionError> {
    let req = context()?;
    let event = events::withdraw_transfer(&req.cx, booking).await?;
    Ok(Done::go(here(&req, event).await?).saying("The offer is taken back."))
}

/// Takes seats that another guest offers to the reader.
#[server(endpoint = "events/accept-transfer", input = HtmlForm)]
pub async fn accept_transfer(transfer: SeatTransferId) -> Result<Done, ActionError> {
    let req = context()?;
    let event = events::accept_transfer(&req.cx, transfer).await?;
    Ok(Done::go(here(&req, event).await?).saying("The seats are yours."))
}

/// Leaves seats to whoever offers them to the reader.
#[server(endpoint = "events/decline-transfer", input = HtmlForm)]
pub async fn decline_transfer(transfer: SeatTransferId) -> Result<Done, ActionError> {
    let req = context()?;
    let event = events::decline_transfer(&req.cx, transfer).await?;
    Ok(Done::go(here(&req, event).await?)
        .saying("Thank you for saying so. The seats stay with whoever offered them."))
}
