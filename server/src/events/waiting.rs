//! The waiting list: joining it, leaving it, and whose turn it is.

use dogear_domain::events::seats::{SeatRefusal, Seating};
use dogear_domain::events::{BookingState, OccurrenceState, WaitingState};
use dogear_domain::ids::{EventId, UserId, WaitingId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::giving_on;
use super::no_shows;
use super::notify::{self, GuestNews};
use super::prices::{self, Terms};
use super::repo::occurrences::Locked;
use super::repo::waiting::NewWaiting;
use super::repo::{
    bookings, codes, holds, no_shows as no_shows_repo, occurrences, waiting as repo,
};
use super::seats::guest;
use super::waiting_news::tell_waiting;
use crate::db::{IdempotencyKey, Idempotent};
use crate::{Cx, Error, Result};

/// Who is promoted in one transaction.
pub(super) const AT_ONCE: usize = 100;

/// What has become of somebody who joined the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Joined {
    /// They wait.
    Waits,
    /// Seats are kept for them.
    IsOffered,
    /// They have seats.
    Has,
}

/// What somebody waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Wish {
    /// So many seats.
    pub party: i32,
    /// Fewer are welcome too.
    pub accepts_fewer: bool,
    /// They are theirs at once, without a question.
    pub auto_confirm: bool,
}

/// A refusal as the page shows it: beside the number that can be changed, or above all.
pub(super) fn refusal(reason: SeatRefusal) -> Error {
    refusal_at("party", reason)
}

/// The same, where the number of seats stands in another field.
fn refusal_at(field: &'static str, reason: SeatRefusal) -> Error {
    match reason {
        SeatRefusal::Party { .. } | SeatRefusal::Few { .. } => Error::field(field, reason),
        SeatRefusal::BelowTaken { .. } => Error::field("capacity", reason),
        SeatRefusal::NotOpen
        | SeatRefusal::NotYet
        | SeatRefusal::Closed
        | SeatRefusal::Cancelled
        | SeatRefusal::Begun
        | SeatRefusal::Full
        | SeatRefusal::NoMore
        | SeatRefusal::QueueFirst => Error::Conflict(reason.to_string()),
    }
}

/// Puts the reader at the end of the list, or has whoever waits wait for something else: with
/// their place, unless they want more than before. Seats that are there for them by then are
/// theirs, or offered to them, at once. Doing it twice is fine.
///
/// # Errors
/// `NotFound` for an event that is not for them to see; `Invalid` for a number of seats that
/// cannot be; `Conflict` when they have seats, or no seats are given now.
pub async fn join(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    event: EventId,
    wish: Wish,
) -> Result<Joined> {
    join_for(cx, key, event, wish, &Terms::default()).await
}

/// The same for seats that cost what the reader was shown.
///
/// # Errors
/// As [`join`]; `Conflict` with the price, when it is another by now.
pub async fn join_for(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    event: EventId,
    wish: Wish,
    terms: &Terms,
) -> Result<Joined> {
    let (guest, open) = guest(cx, event).await?;
    let occurrence = open.id;
    let asked = ("wait for seats", event, wish, terms);
    let mut once = match cx.once(key, &asked).await? {
        Idempotent::Done(joined) => return Ok(joined),
        Idempotent::New(once) => once,
    };
    let tx = &mut *once.tx;
    let now = cx.now();
    let mut locked = occurrences::lock(tx, occurrence, now).await?;
    settle(tx, &mut locked, now).await?;
    if !repo::hold(tx, guest).await? {
        return Err(Error::NotFound);
    }
    locked
        .seating
        .takes(now)
        .and_then(|()| locked.seating.allows_party(wish.party))
        .map_err(|reason| refusal_at("wanted", reason))?;
    if let Some(live) = bookings::live(tx, occurrence, guest).await? {
        return Err(Error::Conflict(match live.state {
            BookingState::Held => "Seats are kept for you here: take those, or let them go.".into(),
            _ => "You have seats at this event already.".into(),
        }));
    }
    prices::as_shown(&locked, terms)?;
    let (joined, waiting) = enter(tx, &mut locked, guest, wish, now).await?;
    if let (Joined::Waits, Some(waiting)) = (&joined, waiting) {
        tell_waiting(tx, waiting).await?;
    }
    once.commit(&joined).await?;
    Ok(joined)
}

/// Puts a guest on the list of a locked date at which they have no seats, and promotes: says what has
/// become of them. Whoever only waits is still to be told.
pub(super) async fn enter(
    tx: &mut PgConnection,
    locked: &mut Locked,
    guest: UserId,
    wish: Wish,
    now: Timestamp,
) -> Result<(Joined, Option<WaitingId>)> {
    let occurrence = locked.id;
    let new = NewWaiting {
        occurrence,
        guest,
        party: wish.party,
        accepts_fewer: wish.accepts_fewer,
        auto_confirm: wish.auto_confirm,
    };
    let waited = holds::waits(tx, occurrence, guest).await?;
    let waiting = repo::join(tx, &new, now).await?;
    if !waited && no_shows::goes_behind(tx, guest, now).await? {
        no_shows_repo::put_behind(tx, occurrence, guest).await?;
    }
    locked.has_waiting = true;
    promote(tx, locked, now).await?;
    let joined = match bookings::live(tx, occurrence, guest).await? {
        None => Joined::Waits,
        Some(live) if live.state == BookingState::Held => Joined::IsOffered,
        Some(_) => Joined::Has,
    };
    Ok((joined, waiting))
}

/// Takes the reader from the list. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`; `NotFound` for an event that is not for them to see and for which they have not waited.
pub async fn leave(cx: &Cx, event: EventId) -> Result<()> {
    let reader = cx.reader()?.id;
    let now = cx.now();
    let Some(occurrence) = repo::at_event(cx.db(), event, reader).await? else {
        let there = occurrences::open_to(cx.db(), event, reader, now).await?;
        return there.map(|_| ()).ok_or(Error::NotFound);
    };
    let mut tx = cx.begin().await?;
    let mut locked = occurrences::lock(&mut tx, occurrence, now).await?;
    // What is offered to them comes free with that.
    if let Some(live) = bookings::live(&mut tx, occurrence, reader).await?
        && live.state == BookingState::Held
        && holds::of(&mut *tx, live.id).await?.is_none()
    {
        bookings::cancel(&mut tx, live.id, now).await?;
        free(&mut tx, &mut locked, live.party).await?;
    }
    repo::leave(&mut tx, occurrence, reader, WaitingState::Left).await?;
    settle(&mut tx, &mut locked, now).await?;
    tx.commit().await
}

/// Counts seats of a locked occurrence as free. Whoever does so promotes before the commit.
pub(super) async fn free(conn: &mut PgConnection, locked: &mut Locked, seats: i32) -> Result<()> {
    occurrences::release(conn, locked.id, seats).await?;
    locked.seating.taken -= seats;
    Ok(())
}

/// Ends the offers and holds that have run out, and promotes: whatever comes next finds things as they are.
pub(super) async fn settle(
    conn: &mut PgConnection,
    locked: &mut Locked,
    now: Timestamp,
) -> Result<()> {
    if locked.has_lapsed {
        codes::lock_all(conn, &[locked.id]).await?;
        let lapsed = bookings::lapse(conn, locked.id, now).await?;
        let ids: Vec<_> = lapsed.iter().map(|one| one.id).collect();
        repo::lapse(conn, &ids, now).await?;
        for one in lapsed {
            free(conn, locked, one.party).await?;
            if one.was_offered {
                notify::tell_guest(conn, one.id, GuestNews::Lapsed, now).await?;
            }
        }
        locked.has_lapsed = false;
        locked.has_waiting = true;
    }
    promote(conn, locked, now).await
}

/// Gives free seats to those who wait, the first first, until nothing is left that would do for
/// anybody. When it has begun the list ends, unless seats are given on.
pub(super) async fn promote(
    conn: &mut PgConnection,
    locked: &mut Locked,
    now: Timestamp,
) -> Result<()> {
    if !locked.has_waiting || locked.seating.state != OccurrenceState::Published {
        return Ok(());
    }
    if now >= locked.seating.starts_at {
        return giving_on::after_start(conn, locked, now).await;
    }
    let offer_until = locked.seating.offer_until(now);
    // Who is left after so many is promoted within a minute: a lock is not held for thousands.
    for _ in 0..AT_ONCE {
        let left = locked.seating.left().unwrap_or(i32::MAX);
        if left <= 0 {
            return Ok(());
        }
        let sure = offer_until.is_none();
        let Some(next) = repo::next(conn, locked.id, left, &locked.seating, sure).await? else {
            return Ok(());
        };
        let Some(party) = Seating::granted(left, next.party, next.accepts_fewer) else {
            return Ok(());
        };
        match repo::hold_if_free(conn, next.guest, locked.id, now).await? {
            Some(true) => {}
            // Suspended or blocked since: they wait no longer.
            Some(false) => {
                repo::leave(conn, locked.id, next.guest, WaitingState::Closed).await?;
                continue;
            }
            // They are leaving at this moment. The clock goes on behind them.
            None => return Ok(()),
        }
        if !occurrences::take(conn, locked.id, party).await? {
            return Ok(());
        }
        locked.seating.taken += party;
        let until = offer_until.filter(|_| !next.auto_confirm);
        let booking = bookings::insert(conn, locked.id, next.guest, party, until, now).await?;
        prices::agree(conn, locked, booking).await?;
        let (state, news) = if until.is_some() {
            (WaitingState::Offered, GuestNews::Offered)
        } else {
            (WaitingState::Converted, GuestNews::Granted)
        };
        repo::promote(conn, next.id, booking, state).await?;
        notify::tell_guest(conn, booking, news, now).await?;
    }
    Ok(())
}
