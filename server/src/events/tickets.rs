//! Tickets: the codes by which guests are known at the door. No code is stored: it is made with the
//! site's key from the number of the seats, so that it tells nothing and cannot be guessed, and is
//! found again by making those of all seats that come into question.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::hash::Hash;

use dogear_domain::events::door::TicketCode;
use dogear_domain::ids::{EventId, OccurrenceId, SeatBookingId, UserId};
use jiff::SignedDuration;
use sha2::{Digest as _, Sha256};

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

/// By which a device knows a code that it must not keep: half of the SHA-256 of its letters, in
/// hexadecimal digits. What browsers make of a code that is read is in `public/js/door.js`.
pub(super) fn digest(code: TicketCode) -> String {
    let letters = code.to_string().replace('-', "");
    let digest = Sha256::digest(letters.as_bytes());
    digest[..16].iter().fold(String::new(), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
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

/// Looks a code up at an occurrence of a host, for whoever asks at its door.
pub(super) async fn find(cx: &Cx, at: (UserId, OccurrenceId), wanted: TicketCode) -> Result<Found> {
    let mut found = find_all(cx, at, &HashSet::from([wanted]), |code| code).await?;
    Ok(found.remove(&wanted).unwrap_or(Found::Nowhere))
}

/// As [`find`], for codes that are known by what `key` makes of them; those that are nowhere are
/// left out.
pub(super) async fn find_all<K: Hash + Eq>(
    cx: &Cx,
    (host, occurrence): (UserId, OccurrenceId),
    wanted: &HashSet<K>,
    key: impl Fn(TicketCode) -> K,
) -> Result<HashMap<K, Found>> {
    let mut found = HashMap::new();
    if wanted.is_empty() {
        return Ok(found);
    }
    let of =
        |booking| Some(key(code(&cx.services.settings, booking))).filter(|it| wanted.contains(it));
    for booking in repo::all(cx.db(), occurrence).await? {
        if let Some(key) = of(booking) {
            found.insert(key, Found::Here(booking));
        }
    }
    if found.len() == wanted.len() {
        return Ok(found);
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
    for other in others {
        let Some(key) = of(other.booking) else {
            continue;
        };
        let date = when(
            other.starts_at.to_jiff(),
            other.ends_at.to_jiff(),
            &other.time_zone,
            cx.now(),
        );
        let what = format!("“{}”, {date}", other.title);
        found.insert(key, Found::Elsewhere(what));
    }
    Ok(found)
}
