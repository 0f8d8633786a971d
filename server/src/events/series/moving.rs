//! A guest comes on another date of a series.

use dogear_domain::events::{BookingState, WaitingState};
use dogear_domain::fields::FieldErrors;
use dogear_domain::ids::{EventId, SeatBookingId};

use crate::db::{IdempotencyKey, Idempotent};
use crate::events::door::are_unused;
use crate::events::notify::{self, GuestNews};
use crate::events::prices;
use crate::events::repo::{bookings, late, occurrences, series as repo, waiting as queue};
use crate::events::seats::{count, gone, guest};
use crate::events::waiting::{free, refusal, settle};
use crate::{Cx, Error, Result};

/// A refusal of how many seats, at the field of this form: it has the date alone.
fn of_the_date(error: Error) -> Error {
    match error {
        Error::Invalid(errors) => {
            let mut named = FieldErrors::new();
            for (_, sentence) in errors.iter() {
                named.add("to", format!("On that date: {sentence}"));
            }
            Error::Invalid(named)
        }
        other => other,
    }
}

/// Moves the reader's seats to another date of the same series: as if they were taken there and
/// given back here, and both or neither. Gives the date.
///
/// # Errors
/// `NotFound` for the seats of somebody else, for an event that is not for them to see, and for one
/// that is not of the series; otherwise as if the seats were taken there.
pub async fn change_date(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    booking: SeatBookingId,
    to: EventId,
) -> Result<EventId> {
    let reader = cx.member()?.id;
    let old = bookings::of_guest(cx.db(), booking, reader)
        .await?
        .ok_or(Error::NotFound)?;
    let new = guest(cx, to).await?.1.id;
    if !repo::go_together(cx.db(), old, new).await? {
        return Err(Error::NotFound);
    }
    let mut once = match cx.once(key, &("change date", booking, to)).await? {
        Idempotent::Done(event) => return Ok(event),
        Idempotent::New(once) => once,
    };
    let tx = &mut once.tx;
    let now = cx.now();
    let (mut from, mut there) = if old < new {
        let from = occurrences::lock(tx, old, now).await?;
        (from, occurrences::lock(tx, new, now).await?)
    } else {
        let there = occurrences::lock(tx, new, now).await?;
        (occurrences::lock(tx, old, now).await?, there)
    };
    settle(tx, &mut from, now).await?;
    settle(tx, &mut there, now).await?;
    if !queue::hold(tx, reader).await? {
        return Err(Error::NotFound);
    }
    let live = bookings::live(tx, old, reader)
        .await?
        .filter(|live| live.id == booking && live.state == BookingState::Confirmed)
        .ok_or_else(gone)?;
    from.seating.is_open(now).map_err(refusal)?;
    are_unused(tx, booking, 0).await?;
    if let Some(has) = bookings::live(tx, new, reader).await? {
        return Err(Error::Conflict(match has.state {
            BookingState::Held => {
                "Seats are kept for you on that date: take those, or decline them.".into()
            }
            _ => "You have seats on that date already. Change how many there instead.".into(),
        }));
    }
    prices::may_move(tx, booking, &there).await?;
    count(tx, cx, &there, reader, (0, live.party))
        .await
        .map_err(of_the_date)?;
    let id = bookings::insert(tx, new, reader, live.party, None, now).await?;
    prices::agree(tx, &there, id).await?;
    queue::leave(tx, new, reader, WaitingState::Converted).await?;
    bookings::cancel(tx, booking, now).await?;
    if from.seating.window.is_late(from.seating.starts_at, now) {
        late::note(tx, booking).await?;
    }
    free(tx, &mut from, live.party).await?;
    settle(tx, &mut from, now).await?;
    notify::tell_guest(tx, booking, GuestNews::GivenBack, now).await?;
    notify::tell_guest(tx, id, GuestNews::Confirmed, now).await?;
    once.commit(&to).await?;
    Ok(to)
}
