//! Guests who are no members, whom those who keep the door add by name.

use dogear_domain::events::door::{Door, DoorRefusal};
use dogear_domain::events::hosts::HostAct;
use dogear_domain::fields::GuestName;
use dogear_domain::ids::{EventId, SeatBookingId};

use super::door::{Kept, are_unused, kept};
use super::log::note;
use super::prices;
use super::repo::door as repo;
use super::repo::occurrences;
use super::waiting::{free, settle};
use crate::db::{IdempotencyKey, Idempotent};
use crate::{Cx, Error, Result};

/// Adds a guest who is no member, with seats that are free.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for whoever may not keep its door; `Invalid` for a number of
/// seats that cannot be had; `Conflict` when it is over, cancelled, or not published.
pub async fn add_guest(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    event: EventId,
    name: &GuestName,
    party: i32,
) -> Result<SeatBookingId> {
    let keeper = cx.member()?.id;
    let Kept {
        event, occurrence, ..
    } = kept(cx, event).await?;
    let mut once = match cx
        .once(key, &("add a guest", event.id, name, party))
        .await?
    {
        Idempotent::Done(booking) => return Ok(booking),
        Idempotent::New(once) => once,
    };
    let tx = &mut once.tx;
    let now = cx.now();
    let mut locked = occurrences::lock(tx, occurrence, now).await?;
    // Whoever waits for what is free has it first.
    settle(tx, &mut locked, now).await?;
    let door = Door {
        state: locked.seating.state,
        starts_at: locked.seating.starts_at,
        ..event.door()
    };
    let refused = |reason: DoorRefusal| match reason {
        DoorRefusal::Number | DoorRefusal::Full { .. } => Error::field("seats", reason),
        reason => Error::Conflict(reason.to_string()),
    };
    door.may_add(&locked.seating, now, party).map_err(refused)?;
    if !occurrences::take(tx, occurrence, party).await? {
        return Err(refused(DoorRefusal::Full { left: 0 }));
    }
    let booking = repo::add_guest(tx, occurrence, name, party, now).await?;
    prices::agree(tx, &locked, booking).await?;
    let added = (HostAct::GuestAdded, &*party.to_string());
    note(tx, event.id, keeper, added, now).await?;
    once.commit(&booking).await?;
    Ok(booking)
}

/// Takes the seats of a guest away whom the host had added, for whoever waits; gives the event.
/// Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever may not keep its door, and for guests who are members;
/// `Conflict` when some of them are in.
pub async fn remove_guest(cx: &Cx, booking: SeatBookingId) -> Result<EventId> {
    let keeper = cx.reader()?.id;
    let (event, occurrence) = repo::added(cx.db(), booking, keeper, cx.now())
        .await?
        .ok_or(Error::NotFound)?;
    let now = cx.now();
    let mut tx = cx.begin().await?;
    let mut locked = occurrences::lock(&mut tx, occurrence, now).await?;
    are_unused(&mut tx, booking, 0).await?;
    if let Some(seats) = repo::remove_guest(&mut tx, booking, now).await? {
        free(&mut tx, &mut locked, seats).await?;
        let removed = (HostAct::GuestRemoved, &*seats.to_string());
        note(&mut tx, event, keeper, removed, now).await?;
    }
    settle(&mut tx, &mut locked, now).await?;
    tx.commit().await?;
    Ok(event)
}
