//! Tickets: the codes by which guests are known at the door. No code is stored: it is made with the
//! site's key from the number of the seats, so that it tells nothing and cannot be guessed, and is
//! found again by making those of all seats that come into question.

use dogear_domain::events::door::TicketCode;
use dogear_domain::ids::{EventId, OccurrenceId, SeatBookingId, UserId};
use jiff::SignedDuration;

use super::page::{EventPage, page};
use super::repo::{door as repo, stalls};
use super::words::when;
use crate::secrets::derive;
use crate::{Cx, Error, Result, Settings};

const PURPOSE: &str = "ticket";
/// Seats at other events of the host among which a code is looked for.
const ELSEWHERE: i64 = 20_000;
/// So long ago these may have been.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 90);

/// The code of these seats.
pub(super) fn code(settings: &Settings, booking: SeatBookingId) -> TicketCode {
    let made = derive(
        &settings.secret_key,
        PURPOSE,
        booking.to_string().as_bytes(),
    );
    let mut bits = [0; 10];
    bits.copy_from_slice(&made[..10]);
    TicketCode::new(bits)
}

/// What a guest shows at the door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// The event as its page shows it.
    pub event: EventPage,
    /// So many are let in with it.
    pub party: i32,
    /// The name of the guest.
    pub name: String,
    /// To be read out, or typed.
    pub code: TicketCode,
    /// Where they have their table; none when they have none.
    pub stall: Option<String>,
    /// To be read by a camera: the page at which the host lets them in.
    pub link: String,
}

/// The ticket of whoever asks.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever has no seats there, or is only offered some.
pub async fn ticket(cx: &Cx, event: EventId) -> Result<Ticket> {
    let reader = cx.reader()?;
    let name = reader.display_name.clone();
    let event = page(cx, event).await?;
    let booking = event
        .booking
        .filter(|booking| booking.held_until.is_none())
        .ok_or(Error::NotFound)?;
    let settings = &cx.services.settings;
    let code = code(settings, booking.id);
    let link = settings.link(&dogear_urls::host_door_code(event.id, &code.to_string()));
    Ok(Ticket {
        stall: stalls::of(cx.db(), booking.id).await?,
        party: booking.party,
        name,
        code,
        link,
        event,
    })
}

/// Whose code it is.
pub(super) enum Found {
    /// Of seats here, whatever has become of them.
    Here(SeatBookingId),
    /// Of seats at another event of the same host: what it is called, and when it is.
    Elsewhere(String),
    /// Of none.
    Nowhere,
}

/// Looks a code up at an occurrence of `host`, for whoever asks at its door.
pub(super) async fn find(
    cx: &Cx,
    host: UserId,
    occurrence: OccurrenceId,
    wanted: TicketCode,
) -> Result<Found> {
    let settings = &cx.services.settings;
    let here = repo::all(cx.db(), occurrence).await?;
    if let Some(booking) = here.into_iter().find(|id| code(settings, *id) == wanted) {
        return Ok(Found::Here(booking));
    }
    let (since, asker) = (cx.now() - REMEMBERED, cx.reader()?.id);
    let others = repo::elsewhere(
        cx.db(),
        (host, asker),
        occurrence,
        (since, cx.now()),
        ELSEWHERE,
    )
    .await?;
    let other = others
        .into_iter()
        .find(|other| code(settings, other.booking) == wanted);
    Ok(other.map_or(Found::Nowhere, |other| {
        let date = when(
            other.starts_at.to_jiff(),
            other.ends_at.to_jiff(),
            &other.time_zone,
            cx.now(),
        );
        Found::Elsewhere(format!("“{}”, {date}", other.title))
    }))
}
