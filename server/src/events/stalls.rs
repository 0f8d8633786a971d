//! Stalls: those who host a swap meet say where each guest has their table. A stall belongs to
//! seats: it goes when they are given back, and to whoever takes them over. While an event is no swap
//! meet any more, nobody sees one; they are there again when it is one again. What is written here is
//! written under the lock of the occurrence, so that no two guests are given the same one.

use dogear_domain::events::hosts::{HostAct, HostRole};
use dogear_domain::events::seats::Seating;
use dogear_domain::events::stalls::{Stall, StallOrder, free_numbers};
use dogear_domain::events::{EventKind, OccurrenceState};
use dogear_domain::ids::{EventId, OccurrenceId, SeatBookingId};

use super::hosts::owner_for;
use super::log::note;
use super::page::{EventPage, page};
use super::repo::occurrences;
use super::repo::stalls::{self as repo, GuestRow};
use crate::db::Tx;
use crate::{Cx, Error, Result};

/// Guests on a page.
const GUESTS: i64 = 100;

/// A guest, and their stall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StallGuest {
    /// Their seats, by which forms name them.
    pub booking: SeatBookingId,
    /// Without the @; empty for a guest whom the host has added.
    pub handle: String,
    /// What they want to be called.
    pub name: String,
    /// How many seats.
    pub party: i32,
    /// Empty for none.
    pub stall: String,
}

/// The stalls of a swap meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stalls {
    /// The event as its page shows it.
    pub event: EventPage,
    /// They can be changed.
    pub is_open: bool,
    /// So many guests have seats.
    pub number: i64,
    /// So many of them have a stall.
    pub given: i64,
    /// A page of them, those who came first first.
    pub guests: Vec<StallGuest>,
    /// Where the next page begins.
    pub next: Option<SeatBookingId>,
}

impl From<GuestRow> for StallGuest {
    fn from(row: GuestRow) -> Self {
        Self {
            booking: row.booking,
            handle: row.handle,
            name: row.name,
            party: row.party,
            stall: row.stall.unwrap_or_default(),
        }
    }
}

/// A swap meet that whoever asks hosts, and its date.
async fn hosted(cx: &Cx, event: EventId) -> Result<(EventPage, OccurrenceId)> {
    let owner = owner_for(cx, event, HostRole::CoHost).await?;
    let occurrence = occurrences::hosted(cx.db(), event, owner)
        .await?
        .ok_or(Error::NotFound)?;
    let event = page(cx, event).await?;
    if event.kind != EventKind::SwapMeet {
        return Err(Error::NotFound);
    }
    Ok((event, occurrence))
}

/// Why no stall can be given, if that is so.
fn closed(event: &EventPage, seating: &Seating, cx: &Cx) -> Option<&'static str> {
    match seating.state {
        OccurrenceState::Draft => Some("Publish the swap meet first: nobody has a seat yet."),
        OccurrenceState::Cancelled => Some("This swap meet is cancelled."),
        OccurrenceState::Published if event.is_over(cx.now()) => Some("This swap meet is over."),
        OccurrenceState::Published => None,
    }
}

/// The stalls of a swap meet that whoever asks hosts: its guests from behind `after` on.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever does not host it, and for events of other kinds.
pub async fn stalls(cx: &Cx, event: EventId, after: Option<SeatBookingId>) -> Result<Stalls> {
    let (event, occurrence) = hosted(cx, event).await?;
    let after = after.unwrap_or(SeatBookingId(0));
    let mut rows = repo::guests(cx.db(), occurrence, after, GUESTS + 1).await?;
    let most = usize::try_from(GUESTS).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    let (number, given) = repo::count(cx.db(), occurrence).await?;
    Ok(Stalls {
        is_open: closed(&event, &event.seating, cx).is_none(),
        number,
        given,
        next: rows.last().filter(|_| more).map(|last| last.booking),
        guests: rows.into_iter().map(StallGuest::from).collect(),
        event,
    })
}

/// Begins to change the stalls of a swap meet, with its date locked.
async fn change(cx: &Cx, event: EventId) -> Result<(Tx, OccurrenceId)> {
    cx.member()?;
    let (event, occurrence) = hosted(cx, event).await?;
    let mut tx = cx.begin().await?;
    let locked = occurrences::lock(&mut tx, occurrence, cx.now()).await?;
    match closed(&event, &locked.seating, cx) {
        Some(why) => Err(Error::Conflict(why.into())),
        None => Ok((tx, occurrence)),
    }
}

/// What was done with the stall of a guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StallGiven {
    /// What the guest is called.
    pub name: String,
    /// What they have now; empty for none.
    pub now: String,
    /// What they had before; empty for none.
    pub before: String,
}

/// Gives a guest a stall, or takes it away when nothing was typed. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for whoever does not host it, for events of other kinds
/// and for seats that are not there any more; `Invalid` (field `stall`) when it is too long, or
/// somebody else has it; `Conflict` when it is over or cancelled.
pub async fn set_stall(
    cx: &Cx,
    event: EventId,
    booking: SeatBookingId,
    typed: &str,
) -> Result<StallGiven> {
    let editor = cx.member()?.id;
    let (mut tx, occurrence) = change(cx, event).await?;
    let (name, before) = repo::guest(&mut tx, occurrence, booking)
        .await?
        .ok_or(Error::NotFound)?;
    let stall = Stall::parse(typed).map_err(|problem| Error::field("stall", problem))?;
    if let Some(stall) = &stall
        && let Some(other) = repo::holder(&mut tx, occurrence, stall, booking).await?
    {
        return Err(Error::field(
            "stall",
            format!("{other} has stall {stall} already."),
        ));
    }
    let before = before.unwrap_or_default();
    let now = stall.as_ref().map_or_else(String::new, ToString::to_string);
    if now != before {
        repo::set(&mut tx, booking, stall.as_ref()).await?;
        note(
            &mut tx,
            event,
            editor,
            (HostAct::StallChanged, ""),
            cx.now(),
        )
        .await?;
    }
    tx.commit().await?;
    Ok(StallGiven { name, now, before })
}

/// Numbers the guests without a stall, passing by numbers that are given; gives how many. Doing it
/// twice is fine: then nobody is left.
///
/// # Errors
/// As [`set_stall`].
pub async fn number_stalls(cx: &Cx, event: EventId, order: StallOrder) -> Result<usize> {
    let editor = cx.member()?.id;
    let (mut tx, occurrence) = change(cx, event).await?;
    let given = repo::given(&mut tx, occurrence)
        .await?
        .into_iter()
        .collect();
    let without = repo::without(&mut tx, occurrence, order).await?;
    let numbers = free_numbers(&given, without.len());
    repo::give(&mut tx, &without, &numbers).await?;
    if !without.is_empty() {
        let number = without.len().to_string();
        note(
            &mut tx,
            event,
            editor,
            (HostAct::StallsNumbered, &number),
            cx.now(),
        )
        .await?;
    }
    tx.commit().await?;
    Ok(without.len())
}

/// Takes all stalls away; gives how many those were. Doing it twice is fine.
///
/// # Errors
/// As [`set_stall`].
pub async fn clear_stalls(cx: &Cx, event: EventId) -> Result<u64> {
    let editor = cx.member()?.id;
    let (mut tx, occurrence) = change(cx, event).await?;
    let cleared = repo::clear(&mut tx, occurrence).await?;
    if cleared > 0 {
        let number = cleared.to_string();
        note(
            &mut tx,
            event,
            editor,
            (HostAct::StallsCleared, &number),
            cx.now(),
        )
        .await?;
    }
    tx.commit().await?;
    Ok(cleared)
}
