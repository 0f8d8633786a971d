//! Seats of guests who have not come: where the host wants it so, they go to readers who wait at
//! the place, some minutes after the start.
//!
//! Who is there, is noted at the door, or readers say it themselves. What is free goes first; then
//! seats of parties of whom nobody was let in, of those who booked last first, and of no more than
//! are needed. Guests whom the host has added and seats that are paid are left alone, and until so
//! many minutes after the first was let in, all are. Whoever gets seats in this way has as many
//! minutes to be let in themselves.

use dogear_domain::events::door::{Door, DoorRefusal};
use dogear_domain::events::giving_on::{given_on_from, losing};
use dogear_domain::events::seats::Seating;
use dogear_domain::events::{OccurrenceState, WaitingState};
use dogear_domain::ids::{EventId, OccurrenceId, SeatBookingId, WaitingId};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::giving_news::{self, GivingNews};
use super::page::EventPage;
use super::prices;
use super::repo::giving_on::{self as repo, Place};
use super::repo::occurrences::{self, Locked};
use super::repo::{bookings, codes, door as door_repo, waiting as queue};
use super::waiting::{AT_ONCE, free, settle};
use super::words::seats;
use crate::{Cx, Error, Result};

/// Who waits, and whose seats were given on, on the page of a door.
const LISTED: i64 = 200;

/// Whether somebody who waits is at the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Here {
    /// Nobody has said so.
    No,
    /// They have said so, or whoever keeps the door has.
    Yes,
    /// They had said so, and whoever keeps the door has taken it back: they cannot say it again.
    Refused,
}

impl Here {
    pub(super) fn of(is_here: bool, refused: bool) -> Self {
        if is_here {
            Self::Yes
        } else if refused {
            Self::Refused
        } else {
            Self::No
        }
    }
}

/// Somebody who waits, at the door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoorWaiting {
    /// Their place on the list.
    pub waiting: WaitingId,
    /// What they are called.
    pub name: String,
    /// Without the @.
    pub handle: String,
    /// So many seats.
    pub party: i32,
    /// Fewer would do.
    pub accepts_fewer: bool,
    /// Whether they are there.
    pub here: Here,
    /// They have said that themselves.
    pub said_so: bool,
}

/// A party whose seats were given on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenOn {
    /// What they are called.
    pub name: String,
    /// So many seats.
    pub party: i32,
    /// By the clock of the place.
    pub at: String,
}

/// The waiting list at a door where seats are given on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoorQueue {
    /// From when on seats of those who have not come are given on, by the clock of the place.
    pub from: String,
    /// The first two hundred who wait, in their order.
    pub waiting: Vec<DoorWaiting>,
    /// Whose seats were given on, the last ones first.
    pub given_on: Vec<GivenOn>,
}

/// What came of a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Marked {
    /// They wait, and are there.
    Here,
    /// They wait, and are not.
    NotHere,
    /// They have so many seats now.
    Has(i32),
}

impl EventPage {
    /// From when on seats of those who have not come are given on, by the clock of the place; none
    /// where they are kept.
    pub fn gives_on_from(&self) -> Option<String> {
        self.give_on
            .map(|minutes| self.clock(given_on_from(self.starts_at, minutes)))
    }

    /// A time by the clock of the place.
    pub fn clock(&self, at: Timestamp) -> String {
        let there = at.to_zoned(self.zone());
        there.strftime("%H:%M").to_string()
    }

    /// Whether whoever waits may say now that they are there.
    pub fn may_say_here(&self, now: Timestamp) -> bool {
        self.give_on.is_some() && !self.is_over(now) && self.door().is_open(now).is_ok()
    }
}

/// The list at the door of an event; none where seats are kept.
pub(super) async fn door_queue(
    cx: &Cx,
    event: &EventPage,
    occurrence: OccurrenceId,
) -> Result<Option<DoorQueue>> {
    let Some(from) = event.gives_on_from() else {
        return Ok(None);
    };
    let waiting = repo::queue(cx.db(), occurrence, LISTED).await?;
    let given_on = repo::given_on(cx.db(), occurrence, LISTED).await?;
    Ok(Some(DoorQueue {
        from,
        waiting: waiting
            .into_iter()
            .map(|row| DoorWaiting {
                waiting: row.waiting,
                name: row.name,
                handle: row.handle,
                party: row.party,
                accepts_fewer: row.accepts_fewer,
                here: Here::of(row.is_here, row.here_refused),
                said_so: row.here_said,
            })
            .collect(),
        given_on: given_on
            .into_iter()
            .map(|row| GivenOn {
                name: row.name,
                party: row.party,
                at: event.clock(row.at.to_jiff()),
            })
            .collect(),
    }))
}

/// Whether it can be said now who is there: where seats are given on, while the door is open and
/// until the event ends.
async fn marks(conn: &mut PgConnection, locked: &Locked, now: Timestamp) -> Result<()> {
    let rules = repo::rules(conn, locked.id).await?;
    let ends_at = rules.ends_at.to_jiff();
    let door = Door {
        state: locked.seating.state,
        starts_at: locked.seating.starts_at,
        ends_at,
    };
    let refused = match (rules.minutes, door.is_open(now)) {
        (None, _) => "At this event seats are kept for those who have them.".to_owned(),
        (_, Err(DoorRefusal::TooEarly)) => {
            "It is too early. Whoever waits can be here from two hours before the start.".to_owned()
        }
        (_, Err(reason)) => reason.to_string(),
        (Some(_), Ok(())) if now >= ends_at => "It is over.".to_owned(),
        (Some(_), Ok(())) => return Ok(()),
    };
    Err(Error::Conflict(refused))
}

/// Why somebody on a list is not marked.
fn refusal(place: &Place) -> Option<String> {
    let name = &place.name;
    match place.state {
        WaitingState::Waiting => None,
        WaitingState::Offered => Some(format!("{name} is offered seats, and has to answer first.")),
        WaitingState::Converted => Some(match place.seats {
            Some(number) => format!("{name} has {} already.", seats(number)),
            None => format!("{name} does not wait any more."),
        }),
        WaitingState::Declined
        | WaitingState::Expired
        | WaitingState::Left
        | WaitingState::Closed
        | WaitingState::Cancelled => Some(format!("{name} does not wait any more.")),
    }
}

/// Notes at the door that somebody on the waiting list is there, or is not; gives the event, their
/// name, and what came of it. Once seats are given on they may get some at once. Doing it twice is
/// fine.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever may not keep its door; `Conflict` when it is not open,
/// seats are not given on, or they do not wait any more.
pub async fn mark_here(
    cx: &Cx,
    waiting: WaitingId,
    is_here: bool,
) -> Result<(EventId, String, Marked)> {
    let keeper = cx.reader()?.id;
    let now = cx.now();
    let (event, occurrence) = repo::at_door(cx.db(), waiting, keeper, now)
        .await?
        .ok_or(Error::NotFound)?;
    let mut tx = cx.begin().await?;
    let mut locked = occurrences::lock(&mut tx, occurrence, now).await?;
    marks(&mut tx, &locked, now).await?;
    let place =
        (repo::place(&mut tx, occurrence, Some(waiting), None).await?).ok_or(Error::NotFound)?;
    // The same form may come twice, and the first may have given them seats.
    match (is_here, place.seats, refusal(&place)) {
        (true, Some(party), _) => return Ok((event, place.name, Marked::Has(party))),
        (_, _, Some(refused)) => return Err(Error::Conflict(refused)),
        (_, _, None) => {}
    }
    let marked = set(&mut tx, &mut locked, &place, (is_here, false), now).await?;
    tx.commit().await?;
    Ok((event, place.name, marked))
}

/// Whoever waits says that they are there, or that they are not. Once seats are given on they may
/// get some at once. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`; `NotFound` for an event at which they have not waited; `Conflict` when the door
/// is not open, seats are not given on, they do not wait any more, or whoever keeps the door has
/// said that they are not there.
pub async fn say_here(cx: &Cx, event: EventId, is_here: bool) -> Result<Marked> {
    let reader = cx.reader()?.id;
    let now = cx.now();
    let occurrence = queue::at_event(cx.db(), event, reader)
        .await?
        .ok_or(Error::NotFound)?;
    let mut tx = cx.begin().await?;
    let mut locked = occurrences::lock(&mut tx, occurrence, now).await?;
    marks(&mut tx, &locked, now).await?;
    let place =
        (repo::place(&mut tx, occurrence, None, Some(reader)).await?).ok_or(Error::NotFound)?;
    if let (true, Some(party)) = (is_here, place.seats) {
        return Ok(Marked::Has(party));
    }
    if place.state != WaitingState::Waiting {
        let refused = "You are not on the waiting list of this event.";
        return Err(Error::Conflict(refused.into()));
    }
    if is_here && place.here_refused {
        let refused = "At the door they have noted that you are not there. Tell them that you are: they can put that right.";
        return Err(Error::Conflict(refused.into()));
    }
    let marked = set(&mut tx, &mut locked, &place, (is_here, true), now).await?;
    tx.commit().await?;
    Ok(marked)
}

/// Writes a mark under the lock, and gives seats on that may be given on now.
async fn set(
    conn: &mut PgConnection,
    locked: &mut Locked,
    place: &Place,
    mark: (bool, bool),
    now: Timestamp,
) -> Result<Marked> {
    repo::set_here(conn, place.waiting, mark, now).await?;
    settle(conn, locked, now).await?;
    let place = repo::place(conn, locked.id, Some(place.waiting), None).await?;
    Ok(match place.and_then(|place| place.seats) {
        Some(party) => Marked::Has(party),
        None if mark.0 => Marked::Here,
        None => Marked::NotHere,
    })
}

/// What becomes of the waiting list of a locked date that has begun: it ends, and where seats are
/// given on, at the end of the event.
pub(super) async fn after_start(
    conn: &mut PgConnection,
    locked: &mut Locked,
    now: Timestamp,
) -> Result<()> {
    let rules = repo::rules(conn, locked.id).await?;
    match rules.minutes {
        Some(minutes) if now < rules.ends_at.to_jiff() => give_on(conn, locked, minutes, now).await,
        _ => {
            if repo::end_list(conn, locked.id, now).await? {
                giving_news::list_ended(conn, locked.id, now).await?;
            }
            locked.has_waiting = false;
            Ok(())
        }
    }
}

/// Gives what is free, and then seats of those who have not come, to those who are there, the first
/// on the list first.
async fn give_on(
    conn: &mut PgConnection,
    locked: &mut Locked,
    minutes: i32,
    now: Timestamp,
) -> Result<()> {
    debug_assert_eq!(locked.seating.state, OccurrenceState::Published);
    let is_time = now >= given_on_from(locked.seating.starts_at, minutes);
    let mut absent = if is_time {
        repo::absent(conn, locked.id, now).await?
    } else {
        Vec::new()
    };
    if !absent.is_empty() {
        // Before the first of their seats ends: that frees the code they were taken with.
        codes::lock_all(conn, &[locked.id]).await?;
    }
    for _ in 0..AT_ONCE {
        let left = locked.seating.left().unwrap_or(i32::MAX);
        let sizes: Vec<i32> = absent.iter().map(|one| one.party).collect();
        let possible = left.saturating_add(sizes.iter().sum());
        if possible <= 0 {
            return Ok(());
        }
        let Some(next) = repo::next(conn, locked.id, possible, &locked.seating).await? else {
            return Ok(());
        };
        let Some(party) = Seating::granted(possible, next.party, next.accepts_fewer) else {
            return Ok(());
        };
        match queue::hold_if_free(conn, next.guest, locked.id, now).await? {
            Some(true) => {}
            // Suspended or blocked since: they wait no longer.
            Some(false) => {
                queue::leave(conn, locked.id, next.guest, WaitingState::Closed).await?;
                continue;
            }
            // They are leaving at this moment. The clock goes on behind them.
            None => return Ok(()),
        }
        let Some(lost) = losing(&sizes, party.saturating_sub(left)) else {
            return Ok(());
        };
        // From behind: the places before stay as they are.
        for place in lost.into_iter().rev() {
            let lost = absent.remove(place);
            repo::give_on(conn, lost.booking, now).await?;
            free(conn, locked, lost.party).await?;
            giving_news::tell(conn, lost.booking, GivingNews::Lost, now).await?;
        }
        if !occurrences::take(conn, locked.id, party).await? {
            return Ok(());
        }
        locked.seating.taken += party;
        let booking = bookings::insert(conn, locked.id, next.guest, party, None, now).await?;
        prices::agree(conn, locked, booking).await?;
        queue::promote(conn, next.id, booking, WaitingState::Converted).await?;
        giving_news::tell(conn, booking, GivingNews::Got, now).await?;
    }
    Ok(())
}

/// Somebody whose seats were given on had been noted at the door before that, on a device without a
/// connection: they have come, though their seats are gone. Says so behind what is said of it.
pub(super) async fn noted_before(
    cx: &Cx,
    booking: SeatBookingId,
    said: String,
    came: &str,
) -> Result<String> {
    let mut tx = cx.begin().await?;
    door_repo::has_come(&mut tx, booking, cx.now()).await?;
    tx.commit().await?;
    Ok(format!(
        "{said} They were noted on this device at {came}, before that: they do not count as missing."
    ))
}
