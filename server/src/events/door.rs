//! The door: who has come. What is written here is written under the lock of the occurrence, so
//! that two who keep the door at once let nobody in twice.

use dogear_domain::events::BookingState;
use dogear_domain::events::door::{Door, DoorRefusal, SETTLED_AFTER, TicketCode};
use dogear_domain::events::hosts::HostRole;
use dogear_domain::ids::{CheckinId, EventId, OccurrenceId, SeatBookingId, UserId};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::door_guest::DoorGuest;
use super::giving_on::{self, DoorQueue};
use super::hosts::owner_for;
use super::meetings;
use super::page::{EventPage, page};
use super::prices::{self, Sum};
use super::repo::door::{self as repo, Asked};
use super::repo::occurrences;
use super::tickets::{self, Found};
use crate::db::{IdempotencyKey, Idempotent, Tx};
use crate::hooks::OccurrenceNews::Arrived;
use crate::{Cx, Error, Result};

/// Guests on a page of the door list.
const GUESTS: i64 = 200;
/// Guests on a page of the printed one.
const PRINTED: i64 = 1000;
/// Guests who are found by a name.
const FOUND: i64 = 20;
/// So long after an event it is looked at who has not come, should nobody have looked before.
const LOOKED_AT: SignedDuration = SignedDuration::from_hours(24 * 7);
/// So long names of guests are kept whom the host has added.
const NAMES_KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);
/// So long after that it is looked for them, should nobody have looked before.
const NAMES_LOOKED_FOR: SignedDuration = SignedDuration::from_hours(24 * 365);

/// What was found for what was typed or read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// Guests who can be let in, or are in.
    pub guests: Vec<DoorGuest>,
    /// What is to be said of the others.
    pub said: Vec<String>,
}

/// The door, as whoever keeps it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoorPage {
    /// The event as its page shows it.
    pub event: EventPage,
    /// Why nobody is let in now, if that is so.
    pub closed: Option<DoorRefusal>,
    /// So many are in.
    pub inside: i64,
    /// What all of them pay: for those who host it, and not for whoever helps at the door alone.
    pub sums: Vec<Sum>,
    /// Who has seats, by name.
    pub guests: Vec<DoorGuest>,
    /// Where the next page begins.
    pub next: Option<SeatBookingId>,
    /// For what was asked.
    pub answer: Answer,
    /// Who waits, where seats of those who have not come are given on; never for paper.
    pub queue: Option<DoorQueue>,
}

impl EventPage {
    /// Its door.
    pub fn door(&self) -> Door {
        Door {
            state: self.seating.state,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
        }
    }

    pub(super) fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC)
    }
}

/// An event whose door whoever asks may keep.
pub(super) struct Kept {
    pub event: EventPage,
    pub occurrence: OccurrenceId,
    pub owner: UserId,
}

pub(super) async fn kept(cx: &Cx, event: EventId) -> Result<Kept> {
    let owner = owner_for(cx, event, HostRole::Door).await?;
    let occurrence = occurrences::hosted(cx.db(), event, owner)
        .await?
        .ok_or(Error::NotFound)?;
    Ok(Kept {
        event: page(cx, event).await?,
        occurrence,
        owner,
    })
}

/// The door of an event that whoever asks keeps: its guests from behind `after` on, and whoever was asked
/// for by a code or a name; empty for nobody.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever may not keep it.
pub async fn door(
    cx: &Cx,
    event: EventId,
    asked: &str,
    after: Option<SeatBookingId>,
) -> Result<DoorPage> {
    let kept = kept(cx, event).await?;
    let queue = giving_on::door_queue(cx, &kept.event, kept.occurrence).await?;
    let page = list(cx, kept, asked, after, GUESTS).await?;
    Ok(DoorPage { queue, ..page })
}

/// As [`door`], for paper: more guests on a page, and nobody who waits.
///
/// # Errors
/// As [`door`].
pub async fn door_list(cx: &Cx, event: EventId, after: Option<SeatBookingId>) -> Result<DoorPage> {
    let kept = kept(cx, event).await?;
    list(cx, kept, "", after, PRINTED).await
}

async fn list(
    cx: &Cx,
    kept: Kept,
    asked: &str,
    after: Option<SeatBookingId>,
    most: i64,
) -> Result<DoorPage> {
    let answer = answer(cx, &kept, asked.trim()).await?;
    let Kept {
        event, occurrence, ..
    } = kept;
    let zone = event.zone();
    let wanted = Asked {
        after,
        most: most + 1,
        ..Asked::default()
    };
    let mut rows = repo::seats(cx.db(), occurrence, &wanted).await?;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    Ok(DoorPage {
        queue: None,
        closed: event.door().is_open(cx.now()).err(),
        inside: repo::inside(cx.db(), occurrence).await?,
        sums: if event.is_run_by_viewer() {
            prices::sums(cx, occurrence).await?
        } else {
            Vec::new()
        },
        next: rows.last().filter(|_| more).map(|last| last.booking),
        guests: rows
            .into_iter()
            .map(|row| DoorGuest::of(cx, row, &zone))
            .collect(),
        answer,
        event,
    })
}

/// Who is meant: by a code, or by a part of a name.
async fn answer(cx: &Cx, kept: &Kept, asked: &str) -> Result<Answer> {
    if asked.is_empty() {
        return Ok(Answer::default());
    }
    let (occurrence, zone) = (kept.occurrence, kept.event.zone());
    let code = TicketCode::parse(asked);
    let mut wanted = Asked {
        name: asked,
        any_state: true,
        most: FOUND,
        ..Asked::default()
    };
    if let Some(code) = code {
        match tickets::find(cx, (kept.owner, occurrence), code).await? {
            Found::Here(booking) => {
                wanted.booking = Some(booking);
                wanted.name = "";
            }
            Found::Elsewhere(what) => {
                return Ok(Answer {
                    said: vec![elsewhere(&what)],
                    ..Answer::default()
                });
            }
            Found::Nowhere => {}
        }
    }
    let mut answer = Answer::default();
    for row in repo::seats(cx.db(), occurrence, &wanted).await? {
        let guest = DoorGuest::of(cx, row, &zone);
        match guest.party.admit(None) {
            Ok(_) => answer.guests.push(guest),
            Err(reason) => {
                answer.said.push(guest.refusal(reason));
                if guest.last.is_some() && guest.party.state == BookingState::Confirmed {
                    answer.guests.push(guest);
                }
            }
        }
    }
    if !wanted.name.is_empty() {
        for name in repo::waiting(cx.db(), occurrence, wanted.name, FOUND).await? {
            let said = format!("{name} is on the waiting list and has no seats.");
            answer.said.push(said);
        }
    }
    if answer == Answer::default() {
        answer.said.push(match code {
            Some(_) => NO_SEATS.into(),
            None => "No guest has a name like that.".into(),
        });
    }
    Ok(answer)
}

/// What is said of a code that is for another event.
pub(super) fn elsewhere(what: &str) -> String {
    format!("These seats are for another event: {what}.")
}

/// What is said of a code that is for none.
pub(super) const NO_SEATS: &str = "No seats have this code.";

/// Somebody who was let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admitted {
    /// By which it is taken back.
    pub checkin: CheckinId,
    /// What happened, in one sentence.
    pub said: String,
}

/// What came of a search at the door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AtDoor {
    /// They are in.
    In(Admitted),
    /// The page shows who was found.
    Look,
}

/// Lets so many of a party in, or all who are missing.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever may not keep its door, and for seats at another event;
/// `Invalid` for a number that cannot be; `Conflict` when the door is closed, they are in already,
/// or have no seats any more.
pub async fn let_in(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    event: EventId,
    booking: SeatBookingId,
    party: Option<i32>,
) -> Result<Admitted> {
    let kept = kept(cx, event).await?;
    admit(cx, key, &kept, (booking, party), None).await
}

/// As [`let_in`], at a door that is known to be kept. They have come now, or when they were noted.
pub(super) async fn admit(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    kept: &Kept,
    (booking, party): (SeatBookingId, Option<i32>),
    noted: Option<Timestamp>,
) -> Result<Admitted> {
    let keeper = cx.reader()?.id;
    let (event, occurrence) = (&kept.event, kept.occurrence);
    let mut once = match cx.once(key, &("let in", event.id, booking, party)).await? {
        Idempotent::Done(admitted) => return Ok(admitted),
        Idempotent::New(once) => once,
    };
    let tx = &mut once.tx;
    let (now, zone) = (cx.now(), event.zone());
    let locked = occurrences::lock(tx, occurrence, now).await?;
    let asked = Asked {
        booking: Some(booking),
        any_state: true,
        most: 1,
        ..Asked::default()
    };
    let row = repo::seats(&mut **tx, occurrence, &asked).await?.pop();
    let guest = DoorGuest::of(cx, row.ok_or(Error::NotFound)?, &zone);
    let door = Door {
        state: locked.seating.state,
        starts_at: locked.seating.starts_at,
        ..event.door()
    };
    let open = door.is_open(now);
    let came = match noted {
        Some(noted) => door.time_of(noted, now),
        None => open.map(|()| now),
    };
    let came = came.map_err(|reason| Error::Conflict(reason.to_string()))?;
    let number = match guest.party.admit(party) {
        Ok(number) => number,
        Err(reason @ (DoorRefusal::Number | DoorRefusal::TooMany { .. })) => {
            return Err(Error::field("party", reason));
        }
        Err(reason) => {
            let said = guest.refusal(reason);
            let before = guest.given_on_at.is_some_and(|at| came < at);
            if reason != DoorRefusal::GivenOn || noted.is_none() || !before {
                return Err(Error::Conflict(said));
            }
            // Nothing is written under the key: sent again, it is said again.
            drop(once);
            let said = giving_on::noted_before(cx, booking, said, &event.clock(came)).await?;
            return Err(Error::Conflict(said));
        }
    };
    let at = (came, noted.map(|_| now));
    let checkin = repo::check_in(tx, occurrence, booking, number, keeper, at).await?;
    if noted.is_some() {
        repo::has_come(tx, booking, now).await?;
    }
    // When it is over nobody looks for them any more.
    if open.is_ok() {
        meetings::tell_of_guest(cx, tx, booking, Arrived).await?;
    }
    let said = match (guest.party.size, guest.party.inside + number) {
        (1, _) => format!("{} is in.", guest.name),
        (size, inside) if inside == size => format!("{}: all {size} are in.", guest.name),
        (size, 1) => format!("{}: 1 of {size} is in.", guest.name),
        (size, inside) => format!("{}: {inside} of {size} are in.", guest.name),
    };
    let admitted = Admitted { checkin, said };
    once.commit(&admitted).await?;
    Ok(admitted)
}

/// Lets in at once whoever is meant without a doubt: by a code, or by a handle with its @. All
/// others are looked for on the page.
///
/// # Errors
/// As [`let_in`]; `Conflict` with what is to be said of a code that lets nobody in.
pub async fn express(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    event: EventId,
    asked: &str,
) -> Result<AtDoor> {
    let kept = kept(cx, event).await?;
    let asked = asked.trim();
    let certain = TicketCode::parse(asked).is_some() || asked.starts_with('@');
    if !certain {
        return Ok(AtDoor::Look);
    }
    let mut found = answer(cx, &kept, asked).await?;
    match (found.guests.pop(), found.guests.is_empty()) {
        // Whoever is in already is asked for too: the same form may come twice.
        (Some(guest), true) => {
            let admitted = let_in(cx, key, event, guest.booking, None).await?;
            Ok(AtDoor::In(admitted))
        }
        (None, _) => Err(Error::Conflict(found.said.join(" "))),
        (Some(_), false) => Ok(AtDoor::Look),
    }
}

/// Takes back that somebody was let in; gives the event. Doing it twice is fine. A party of
/// which nobody is left in counts as not having come when that is looked at again.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever may not keep its door; `Conflict` when the door is
/// closed, but for what was sent just now.
pub async fn undo_check_in(cx: &Cx, checkin: CheckinId) -> Result<EventId> {
    let keeper = cx.reader()?.id;
    let (event, occurrence, sent) = repo::checked_in(cx.db(), checkin, keeper, cx.now())
        .await?
        .ok_or(Error::NotFound)?;
    let door = page(cx, event).await?.door();
    let mut tx = cx.begin().await?;
    occurrences::lock(&mut tx, occurrence, cx.now()).await?;
    door.may_undo(cx.now(), sent)
        .map_err(|reason| Error::Conflict(reason.to_string()))?;
    repo::undo(&mut tx, checkin, cx.now()).await?;
    tx.commit().await?;
    Ok(event)
}

/// Refuses to leave a party with fewer seats than are used by now. The caller holds the lock.
pub(super) async fn are_unused(tx: &mut Tx, booking: SeatBookingId, seats: i32) -> Result<()> {
    match repo::of_party_inside(tx, booking).await? {
        inside if inside > seats => Err(Error::Conflict(match inside {
            1 => "One of these seats is used: somebody was let in at the door.".into(),
            inside => format!("{inside} of these seats are used: they were let in at the door."),
        })),
        _ => Ok(()),
    }
}

/// Events that ended, and at which the reader had seats but was not let in. Only they are told.
///
/// # Errors
/// `SignInRequired`.
pub async fn missed(cx: &Cx) -> Result<Vec<EventId>> {
    repo::missed(cx.db(), cx.reader()?.id, GUESTS).await
}

/// What ended three hours ago is settled: who has not come is noted, where anybody was let in.
/// Names of guests who are no members are forgotten after a month.
///
/// # Errors
/// Those of the database.
pub(super) async fn close_doors(cx: &Cx) -> Result<()> {
    let now: Timestamp = cx.now();
    let noted = repo::note_no_shows(cx.db(), now - LOOKED_AT, now - SETTLED_AFTER, now).await?;
    let before = now - NAMES_KEPT;
    let forgotten = repo::forget_names(cx.db(), before - NAMES_LOOKED_FOR, before).await?;
    if noted + forgotten > 0 {
        tracing::info!(noted, forgotten, "doors of events were closed");
    }
    Ok(())
}
