//! The door without a connection: the list that a device keeps, and what it has noted meanwhile. A
//! device decides nothing: what it sends is let in by the rules of the door, or is not.

use std::collections::HashSet;

use dogear_domain::ids::{EventId, SeatBookingId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::door::{self, Kept, NO_SEATS, admit};
use super::door_guest::DoorGuest;
use super::repo::door::{self as repo, Asked};
use super::tickets::{self, Found, digest};
use crate::db::IdempotencyKey;
use crate::{Cx, Error, Result};

/// Guests on the list of a device.
const LISTED: i64 = 5000;
/// So many notes are taken at once.
const MOST_NOTES: usize = 200;

/// A party on the list that a device keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedGuest {
    /// Their seats.
    pub booking: SeatBookingId,
    /// What they are called.
    pub name: String,
    /// Without the @; empty for a guest whom the host has added.
    pub handle: String,
    /// How many they are.
    pub size: i32,
    /// So many of them are in.
    pub inside: i32,
    /// When the last of them was let in, by the clock of the place; empty for nobody.
    pub at: String,
    /// By which their code is known; nobody comes in with it.
    pub code: String,
}

/// The list of a door, for a device to keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceList {
    /// Everybody who has seats, by name; nobody when a device may not keep the list now.
    pub guests: Vec<ListedGuest>,
    /// How it was at this moment.
    pub as_of: Timestamp,
    /// Then it has to be gone: at `as_of` when it may not be kept now.
    pub until: Timestamp,
}

/// The list of a door that whoever asks keeps: from a day before the event until a day after it.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever may not keep it.
pub async fn device_list(cx: &Cx, event: EventId) -> Result<DeviceList> {
    let Kept {
        event, occurrence, ..
    } = door::kept(cx, event).await?;
    let now = cx.now();
    let Some(until) = event.door().list_until(now) else {
        return Ok(DeviceList {
            guests: Vec::new(),
            as_of: now,
            until: now,
        });
    };
    let zone = event.zone();
    let wanted = Asked {
        most: LISTED,
        ..Asked::default()
    };
    let rows = repo::seats(cx.db(), occurrence, &wanted).await?;
    let guests = rows.into_iter().map(|row| {
        let code = digest(tickets::code(&cx.services.settings, row.booking));
        let guest = DoorGuest::of(cx, row, &zone);
        ListedGuest {
            booking: guest.booking,
            name: guest.name,
            handle: guest.handle.unwrap_or_default(),
            size: guest.party.size,
            inside: guest.party.inside,
            at: guest.last.map(|last| last.at).unwrap_or_default(),
            code,
        }
    });
    Ok(DeviceList {
        guests: guests.collect(),
        as_of: now,
        until,
    })
}

/// A party that a device has noted as let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Made on the device: sent twice, it counts once.
    pub key: Uuid,
    /// Their seats, if they were on its list.
    #[serde(default)]
    pub booking: Option<SeatBookingId>,
    /// Else by which their code is known.
    #[serde(default)]
    pub code: String,
    /// How many of them; none for all who are missing. Of those who are not on the list of a device
    /// it does not know how many that is, and notes them one by one.
    #[serde(default)]
    pub party: Option<i32>,
    /// When, by the clock of the device.
    pub at: Timestamp,
}

/// What became of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteState {
    /// They are in.
    In,
    /// They are not, and sending it again changes nothing.
    Refused,
    /// Nothing was done; it may be sent again.
    Later,
}

/// What became of one note, and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteOutcome {
    /// That of the note.
    pub key: Uuid,
    /// Whether they are in.
    pub state: NoteState,
    /// One sentence.
    pub said: String,
}

/// Lets in whom a device has noted, one after the other, each once and as if they came when they
/// were noted. One that cannot be let in holds up none of the others.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever may not keep the door; `Invalid` for more than 200.
pub async fn take_notes(cx: &Cx, event: EventId, notes: &[Note]) -> Result<Vec<NoteOutcome>> {
    let kept = door::kept(cx, event).await?;
    if notes.len() > MOST_NOTES {
        let most = format!("Send at most {MOST_NOTES} at once.");
        return Err(Error::field("notes", most));
    }
    let unlisted = notes.iter().filter(|note| note.booking.is_none());
    let codes: HashSet<String> = unlisted.map(|note| note.code.clone()).collect();
    let found = tickets::find_all(cx, (kept.owner, kept.occurrence), &codes, digest).await?;
    let mut outcomes = Vec::with_capacity(notes.len());
    // Once something is busy, what follows waits too, so that the order stays.
    let mut is_busy = false;
    for note in notes {
        let booking = match (note.booking, found.get(&note.code)) {
            (Some(booking), _) => Ok(booking),
            (None, Some(Found::Here(booking))) => Ok(*booking),
            (None, Some(Found::Elsewhere(what))) => Err(door::elsewhere(what)),
            (None, _) => Err(NO_SEATS.to_owned()),
        };
        let (state, said) = match booking {
            _ if is_busy => (NoteState::Later, String::new()),
            Err(said) => (NoteState::Refused, said),
            Ok(booking) => {
                let key = Some(IdempotencyKey(note.key));
                let party = (booking, note.party);
                match admit(cx, key, &kept, party, Some(note.at)).await {
                    Ok(admitted) => (NoteState::In, admitted.said),
                    Err(error) => refusal(error)?,
                }
            }
        };
        is_busy = state == NoteState::Later;
        outcomes.push(NoteOutcome {
            key: note.key,
            state,
            said,
        });
    }
    Ok(outcomes)
}

/// What is said of a note with which something was wrong.
fn refusal(error: Error) -> Result<(NoteState, String)> {
    Ok(match error {
        Error::Conflict(said) => (NoteState::Refused, said),
        Error::Invalid(fields) => {
            let said: Vec<&str> = fields.iter().map(|(_, said)| said).collect();
            (NoteState::Refused, said.join(" "))
        }
        Error::NotFound => (NoteState::Refused, "There are no such seats here.".into()),
        Error::Busy(detail) | Error::Unsure(detail) | Error::Full(detail) => {
            tracing::warn!(detail, "a note of a door has to wait");
            (NoteState::Later, String::new())
        }
        // The others are not to wait for it for ever.
        Error::Internal(source) => {
            tracing::error!(error = %source, "a note of a door broke something");
            let said = "Something broke on our side. Let them in once more, by name.";
            (NoteState::Refused, said.into())
        }
        error => return Err(error),
    })
}
