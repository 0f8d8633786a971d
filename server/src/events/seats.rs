//! Seats: taking them, changing how many, giving them back, and answering an offer.

use dogear_domain::events::seats::{Queue, SeatRefusal};
use dogear_domain::events::{BookingState, WaitingState};
use dogear_domain::ids::{EventId, SeatBookingId, UserId};

use super::door::are_unused;
use super::notify::{self, GuestNews};
use super::prices::{self, Terms};
use super::repo::bookings::Live;
use super::repo::occurrences::{Locked, Open};
use super::repo::{bookings as repo, late, occurrences, waiting as queue};
use super::waiting::{free, refusal, settle};
use crate::db::{IdempotencyKey, Idempotent, Numbered, Tx};
use crate::{Cx, Error, Result};

/// A member who may take seats, and the date at which they would.
pub(super) async fn guest(cx: &Cx, event: EventId) -> Result<(UserId, Open)> {
    let guest = cx.member()?.id;
    let open = occurrences::open_to(cx.db(), event, guest, cx.now())
        .await?
        .ok_or(Error::NotFound)?;
    Ok((guest, open))
}

/// The reader's live seats, under the lock. Whatever their standing: whoever cannot come says so.
pub(super) async fn own(
    tx: &mut Tx,
    cx: &Cx,
    booking: SeatBookingId,
) -> Result<(Locked, Option<Live>)> {
    let guest = cx.reader()?.id;
    let occurrence = repo::of_guest(&mut **tx, booking, guest)
        .await?
        .ok_or(Error::NotFound)?;
    let mut locked = occurrences::lock(tx, occurrence, cx.now()).await?;
    settle(tx, &mut locked, cx.now()).await?;
    let live = repo::live(tx, occurrence, guest).await?;
    Ok((locked, live.filter(|live| live.id == booking)))
}

/// What stands in the way of `more` seats beside the `has` of the same guest; none when they can be
/// had.
pub(super) async fn in_the_way(
    tx: &mut Tx,
    cx: &Cx,
    locked: &Locked,
    guest: UserId,
    (has, more): (i32, i32),
) -> Result<Option<SeatRefusal>> {
    let left = locked.seating.left().unwrap_or(i32::MAX);
    let queue = if locked.has_waiting {
        queue::queue(tx, locked.id, guest, left, locked.seating.capacity).await?
    } else {
        Queue::default()
    };
    Ok(locked.seating.may_take(cx.now(), has, more, queue).err())
}

/// Refuses when they cannot be had.
async fn may_take(
    tx: &mut Tx,
    cx: &Cx,
    locked: &Locked,
    guest: UserId,
    seats: (i32, i32),
) -> Result<()> {
    let why = in_the_way(tx, cx, locked, guest, seats).await?;
    why.map_or(Ok(()), |why| Err(refusal(why)))
}

/// Asks for `more` seats beside the `has` of the same guest, and counts them.
pub(super) async fn count(
    tx: &mut Tx,
    cx: &Cx,
    locked: &Locked,
    guest: UserId,
    (has, more): (i32, i32),
) -> Result<()> {
    may_take(tx, cx, locked, guest, (has, more)).await?;
    if occurrences::take(tx, locked.id, more).await? {
        return Ok(());
    }
    Err(refusal(SeatRefusal::Full))
}

/// Seats that a reader has taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Their number.
    pub booking: SeatBookingId,
    /// Of the event's address: whoever has seats may open it.
    pub slug: String,
}

/// Takes `party` seats for the reader that cost nothing.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for an event that is not for them to see; `Invalid`
/// for a number of seats that cannot be had; `Conflict` when nothing is left, others come first,
/// the reader has seats already, or it has begun or is cancelled.
pub async fn take(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    event: EventId,
    party: i32,
) -> Result<SeatBookingId> {
    let taken = take_for(cx, key, event, party, &Terms::default()).await?;
    Ok(taken.booking)
}

/// The same for seats that cost what the reader was shown.
///
/// # Errors
/// As [`take`]; `Conflict` with the price, when it is another by now; `Invalid` for a code that takes
/// nothing off for them; `TooMany` for whoever tries one after the other.
pub async fn take_for(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    event: EventId,
    party: i32,
    terms: &Terms,
) -> Result<Taken> {
    let (guest, open) = guest(cx, event).await?;
    let (occurrence, slug) = (open.id, open.slug);
    prices::may_try(cx, guest, terms).await?;
    let request = ("take seats", event, party, terms);
    let (mut once, id) = match cx.once_numbered(key, &request, repo::NUMBERS).await? {
        Numbered::Done(booking) => return Ok(Taken { booking, slug }),
        Numbered::New(tx, id) => (tx, id),
    };
    let (tx, now) = (&mut once, cx.now());
    // Before the lock, for which everybody waits: a refusal undoes it.
    notify::tell_guest(tx, id, GuestNews::Confirmed, now).await?;
    let (mut locked, mut live) = occurrences::lock_for(tx, occurrence, guest, now).await?;
    let may_wait = locked.has_waiting || locked.has_lapsed;
    if may_wait {
        settle(tx, &mut locked, now).await?;
        live = repo::live(tx, occurrence, guest).await?;
    }
    if let Some(live) = live {
        return Err(Error::Conflict(match live.state {
            BookingState::Held => {
                "Seats are kept for you already: take those, or decline them.".into()
            }
            _ => "You have seats at this event already. Change how many instead.".into(),
        }));
    }
    prices::as_shown(&locked, terms)?;
    may_take(tx, cx, &locked, guest, (0, party)).await?;
    if !repo::take(tx, id, occurrence, guest, party, now).await? {
        return Err(refusal(SeatRefusal::Full));
    }
    prices::agree_for(tx, &locked, (id, guest, party), terms, now).await?;
    if may_wait {
        queue::leave(tx, occurrence, guest, WaitingState::Converted).await?;
    }
    once.commit().await?;
    Ok(Taken { booking: id, slug })
}

/// Makes it `party` seats: more as if they were taken anew, fewer until it begins. Gives the event.
///
/// # Errors
/// `NotFound` for the seats of somebody else; otherwise as [`take`].
pub async fn change(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    booking: SeatBookingId,
    party: i32,
) -> Result<EventId> {
    let guest = cx.reader()?.id;
    let mut once = match cx.once(key, &("change seats", booking, party)).await? {
        Idempotent::Done(event) => return Ok(event),
        Idempotent::New(once) => once,
    };
    let tx = &mut once.tx;
    let now = cx.now();
    let (mut locked, live) = own(tx, cx, booking).await?;
    let live = live
        .filter(|live| live.state == BookingState::Confirmed)
        .ok_or_else(gone)?;
    locked
        .seating
        .is_open(now)
        .and_then(|()| {
            locked.seating.allows_party(party).or_else(|refused| {
                // A host who lowers the limit takes nothing away from those who had more.
                if (1..live.party).contains(&party) {
                    Ok(())
                } else {
                    Err(refused)
                }
            })
        })
        .map_err(refusal)?;
    match party - live.party {
        0 => {}
        more @ 1.. => {
            cx.member()?;
            count(tx, cx, &locked, guest, (live.party, more)).await?;
            prices::set_party(tx, booking, party, now).await?;
            // Seats that were given back late and are taken again are not missing.
            late::note_some(tx, booking, -more).await?;
        }
        fewer => {
            are_unused(tx, booking, party).await?;
            prices::set_party(tx, booking, party, now).await?;
            if locked.seating.window.is_late(locked.seating.starts_at, now) {
                late::note_some(tx, booking, -fewer).await?;
            }
            free(tx, &mut locked, -fewer).await?;
            settle(tx, &mut locked, now).await?;
        }
    }
    if party != live.party {
        notify::tell_guest(tx, booking, GuestNews::Confirmed, now).await?;
    }
    once.commit(&locked.event).await?;
    Ok(locked.event)
}

/// Gives the seats back, for whoever waits, and the event. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`; `NotFound` for the seats of somebody else; `Conflict` when it has begun.
pub async fn give_back(cx: &Cx, booking: SeatBookingId) -> Result<EventId> {
    let mut tx = cx.begin().await?;
    let (mut locked, live) = own(&mut tx, cx, booking).await?;
    if let Some(live) = live {
        locked.seating.is_open(cx.now()).map_err(refusal)?;
        are_unused(&mut tx, booking, 0).await?;
        release(&mut tx, cx, &mut locked, live, WaitingState::Left).await?;
    }
    tx.commit().await?;
    Ok(locked.event)
}

/// Takes the seats that are kept for the reader; gives the event. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for what was offered to somebody else; `Conflict` when
/// the offer has run out.
pub async fn accept(cx: &Cx, booking: SeatBookingId) -> Result<EventId> {
    let guest = cx.member()?.id;
    let mut tx = cx.begin().await?;
    let (locked, live) = own(&mut tx, cx, booking).await?;
    match live {
        Some(live) if live.state == BookingState::Held => {}
        Some(_) => {
            tx.commit().await?;
            return Ok(locked.event);
        }
        None => {
            // The end of the offer is kept, so that the next one has it.
            tx.commit().await?;
            return Err(Error::Conflict(
                "This offer has ended, and the seats are no longer kept for you.".into(),
            ));
        }
    }
    locked.seating.is_open(cx.now()).map_err(refusal)?;
    // With a block meanwhile there is no such event for them any more.
    let open = occurrences::open_to(&mut *tx, locked.event, guest, cx.now()).await?;
    open.ok_or(Error::NotFound)?;
    repo::confirm(&mut tx, booking, cx.now()).await?;
    queue::leave(&mut tx, locked.id, guest, WaitingState::Converted).await?;
    notify::tell_guest(&mut tx, booking, GuestNews::Confirmed, cx.now()).await?;
    tx.commit().await?;
    Ok(locked.event)
}

/// Lets the seats go that are kept for the reader: the next one has them at once. Gives the event.
/// Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`; `NotFound` for what was offered to somebody else; `Conflict` when they have
/// taken it.
pub async fn decline(cx: &Cx, booking: SeatBookingId) -> Result<EventId> {
    let mut tx = cx.begin().await?;
    let (mut locked, live) = own(&mut tx, cx, booking).await?;
    match live {
        Some(live) if live.state == BookingState::Held => {
            release(&mut tx, cx, &mut locked, live, WaitingState::Declined).await?;
        }
        Some(_) => {
            return Err(Error::Conflict(
                "These seats are yours by now. Give them back if you cannot come.".into(),
            ));
        }
        // It had run out before: who cannot come does not want to be asked again.
        None => {
            let guest = cx.reader()?.id;
            queue::leave(&mut tx, locked.id, guest, WaitingState::Declined).await?;
        }
    }
    tx.commit().await?;
    Ok(locked.event)
}

/// Ends live seats, has their guest told, and promotes.
pub(super) async fn release(
    tx: &mut Tx,
    cx: &Cx,
    locked: &mut Locked,
    live: Live,
    state: WaitingState,
) -> Result<()> {
    if live.state == BookingState::Confirmed {
        notify::tell_guest(tx, live.id, GuestNews::GivenBack, cx.now()).await?;
    }
    end(tx, cx, locked, live, state).await
}

/// The same without a word to the guest: whoever ends seats at several dates tells of all together.
pub(super) async fn end(
    tx: &mut Tx,
    cx: &Cx,
    locked: &mut Locked,
    live: Live,
    state: WaitingState,
) -> Result<()> {
    let guest = cx.reader()?.id;
    repo::cancel(tx, live.id, cx.now()).await?;
    let seating = &locked.seating;
    let is_late = seating.window.is_late(seating.starts_at, cx.now());
    if is_late && live.state == BookingState::Confirmed {
        late::note(tx, live.id).await?;
    }
    queue::leave(tx, locked.id, guest, state).await?;
    free(tx, locked, live.party).await?;
    settle(tx, locked, cx.now()).await
}

pub(super) fn gone() -> Error {
    Error::Conflict("You do not have these seats any more.".into())
}
