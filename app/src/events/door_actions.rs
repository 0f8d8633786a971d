//! What hosts do at the door.

use dogear_domain::fields::{FieldErrors, FieldProblem, GuestName};
use dogear_domain::ids::{CheckinId, EventId, SeatBookingId};
use dogear_server::events::{self, AtDoor, DeviceList, Note, NoteOutcome};
use leptos::prelude::*;

use crate::action::{ActionError, Done, FormKey, HtmlForm, read};
use crate::http::context;
use dogear_urls as urls;

/// Looks for guests by a code or a name. With `express`, whoever is meant without a doubt is let in
/// at once.
#[server(endpoint = "events/find-at-door", input = HtmlForm)]
pub async fn find_at_door(
    event: EventId,
    #[server(default)] q: String,
    #[server(default)] express: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let express = !express.is_empty();
    let there = |q: &str| Done::go(urls::host_door_asked(event, q, express, None));
    if !express {
        return Ok(there(q.trim()));
    }
    Ok(
        match events::express(&req.cx, once.into(), event, &q).await? {
            AtDoor::Look => there(q.trim()),
            AtDoor::In(admitted) => there("").saying(admitted.said).undo(&UndoCheckIn {
                checkin: admitted.checkin,
            }),
        },
    )
}

/// Lets a guest in with their party, or with `party` of them.
#[server(endpoint = "events/let-in", input = HtmlForm)]
pub async fn let_in(
    event: EventId,
    booking: SeatBookingId,
    #[server(default)] party: String,
    #[server(default)] express: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let party = match party.trim() {
        "" => None,
        typed => Some(number("party", typed)?),
    };
    let admitted = events::let_in(&req.cx, once.into(), event, booking, party).await?;
    let there = urls::host_door_asked(event, "", !express.is_empty(), None);
    Ok(Done::go(there).saying(admitted.said).undo(&UndoCheckIn {
        checkin: admitted.checkin,
    }))
}

/// The list of a door, which the page of the door keeps on the device.
#[server(endpoint = "events/keep-door-list", input = HtmlForm)]
pub async fn keep_door_list(event: EventId) -> Result<DeviceList, ActionError> {
    let req = context()?;
    Ok(events::device_list(&req.cx, event).await?)
}

/// Lets in whom a device has noted while it had no connection: `notes` are at most 200, as JSON,
/// the oldest first, each with a key of its own.
#[server(endpoint = "events/send-door-notes", input = HtmlForm)]
pub async fn send_door_notes(
    event: EventId,
    #[server(default)] notes: String,
) -> Result<Vec<NoteOutcome>, ActionError> {
    let req = context()?;
    let notes: Vec<Note> = match notes.as_str() {
        "" => Vec::new(),
        notes => serde_json::from_str(notes).map_err(|_| ActionError::unreadable())?,
    };
    Ok(events::take_notes(&req.cx, event, &notes).await?)
}

/// Takes back that somebody was let in.
#[server(endpoint = "events/undo-check-in", input = HtmlForm)]
pub async fn undo_check_in(checkin: CheckinId) -> Result<Done, ActionError> {
    let req = context()?;
    let event = events::undo_check_in(&req.cx, checkin).await?;
    Ok(Done::go(urls::host_door(event)).saying("Taken back: they are not in."))
}

/// Adds a guest who is no member.
#[server(endpoint = "events/add-guest", input = HtmlForm)]
pub async fn add_guest(
    event: EventId,
    #[server(default)] guest: String,
    #[server(default)] seats: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let mut errors = FieldErrors::default();
    let name = errors.take("guest", GuestName::parse(&guest));
    let party = errors.take("seats", whole(&seats));
    let (Some(name), Some(party)) = (name, party) else {
        return Err(errors.into());
    };
    events::add_guest(&req.cx, once.into(), event, &name, party).await?;
    let seats = events::words::seats(party);
    Ok(Done::go(urls::host_door(event)).saying(format!("{} has {seats}.", &**name)))
}

/// Takes the seats of a guest away whom the host had added.
#[server(endpoint = "events/remove-guest", input = HtmlForm)]
pub async fn remove_guest(booking: SeatBookingId) -> Result<Done, ActionError> {
    let req = context()?;
    let event = events::remove_guest(&req.cx, booking).await?;
    Ok(Done::go(urls::host_door(event)).saying("The guest is removed, and the seats are free."))
}

/// Notes that a guest has paid what was `shown`, or without `paid`, that they have not. With
/// `refund`, that somebody whose seats have ended has their money back.
#[server(endpoint = "events/mark-paid", input = HtmlForm)]
pub async fn mark_paid(
    booking: SeatBookingId,
    #[server(default)] paid: String,
    #[server(default)] shown: String,
    #[server(default)] refund: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let is_paid = !paid.is_empty();
    let event = events::mark_paid(&req.cx, booking, is_paid, &shown).await?;
    if !refund.is_empty() {
        return Ok(Done::go(urls::host_event(event)).saying("Noted: they have it back."));
    }
    let back = MarkPaid {
        booking,
        paid: if is_paid { String::new() } else { "yes".into() },
        shown,
        refund: String::new(),
    };
    let said = if is_paid {
        "Noted as paid."
    } else {
        "Noted as not paid."
    };
    Ok(Done::go(urls::host_door(event)).saying(said).undo(&back))
}

/// A number of seats, as it was typed.
fn whole(typed: &str) -> Result<i32, FieldProblem> {
    let number = typed.trim().parse();
    number.map_err(|_| FieldProblem::from("Enter how many seats, in digits."))
}

fn number(field: &'static str, typed: &str) -> Result<i32, ActionError> {
    read(field, whole(typed))
}
