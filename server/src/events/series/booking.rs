//! Seats at several dates of a series at once: all of them in one transaction, and what has become of
//! each date said.

use std::collections::BTreeSet;

use dogear_domain::events::BookingState;
use dogear_domain::events::WaitingState;
use dogear_domain::events::seats::SeatRefusal;
use dogear_domain::events::series::MOST_DATES;
use dogear_domain::ids::{EventId, OccurrenceId, SeatBookingId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::seats::{SeriesDate, SeriesSeats, series_seats};
use super::telling;
use crate::db::{IdempotencyKey, Idempotent, Tx};
use crate::events::notify::{self, GuestNews};
use crate::events::prices;
use crate::events::repo::occurrences::{self, Locked};
use crate::events::repo::{bookings as repo, codes, holds, waiting as queue};
use crate::events::seats::{end, in_the_way};
use crate::events::waiting::{self, Joined, Wish, settle};
use crate::{Cx, Error, Result};

/// What a reader asks for at several dates.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DatesWish {
    /// So many seats at each.
    pub party: i32,
    /// Where they want them.
    pub dates: Vec<EventId>,
    /// Where they want to be on the waiting list; seats that are free by now are theirs.
    pub wait: Vec<EventId>,
    /// They wait, too, where what they want is taken meanwhile.
    pub or_wait: bool,
    /// What a seat costs at each date, as it was shown: the event, and the price as
    /// [`crate::events::EventPage::shown_price`] says it. What is not here was free.
    pub prices: Vec<(EventId, String)>,
    /// What all together cost, as it was shown; empty for free seats.
    pub total: String,
}

/// What has become of one date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOutcome {
    /// The seats are theirs.
    Booked,
    /// They are on the waiting list.
    Waits,
    /// They had seats before, or some are kept for them.
    Had,
    /// All seats are taken, or others come first.
    Full,
    /// Fewer are left.
    Few {
        /// So many.
        left: i32,
    },
    /// One guest has fewer there.
    Party {
        /// At most so many.
        max: i32,
    },
    /// It is too early.
    NotYet,
    /// It is too late.
    Closed,
    /// It is cancelled, or has begun.
    Over,
    /// A seat costs something else by now.
    Price {
        /// So much; none when it is free.
        now: Option<String>,
    },
}

impl From<SeatRefusal> for DateOutcome {
    fn from(why: SeatRefusal) -> Self {
        match why {
            SeatRefusal::NotYet => Self::NotYet,
            SeatRefusal::Closed => Self::Closed,
            SeatRefusal::NotOpen | SeatRefusal::Cancelled | SeatRefusal::Begun => Self::Over,
            SeatRefusal::Party { max } => Self::Party { max },
            SeatRefusal::Few { left, .. } => Self::Few { left },
            SeatRefusal::Full
            | SeatRefusal::NoMore
            | SeatRefusal::QueueFirst
            | SeatRefusal::BelowTaken { .. } => Self::Full,
        }
    }
}

impl DateOutcome {
    /// Whoever asked could wait instead.
    const fn may_wait(&self) -> bool {
        matches!(self, Self::Full | Self::Few { .. })
    }
}

/// A date with what has become of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldDate {
    /// Its number.
    pub event: EventId,
    /// Of its address.
    pub slug: String,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// By whose clock these are said.
    pub time_zone: String,
    /// What has become of it.
    pub outcome: DateOutcome,
}

/// What has become of all dates that somebody asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookedDates {
    /// So many seats at each.
    pub party: i32,
    /// In their order.
    pub told: Vec<ToldDate>,
}

impl BookedDates {
    /// At how many dates the seats are theirs.
    pub fn booked(&self) -> usize {
        self.count(&DateOutcome::Booked)
    }

    /// On how many waiting lists they are.
    pub fn waits(&self) -> usize {
        self.count(&DateOutcome::Waits)
    }

    fn count(&self, outcome: &DateOutcome) -> usize {
        (self.told.iter())
            .filter(|date| date.outcome == *outcome)
            .count()
    }
}

/// What whoever asks was answered when they booked dates with this key; none when that is not known
/// any more, or was another form.
///
/// # Errors
/// Those of the database.
pub async fn told_of_dates(cx: &Cx, key: IdempotencyKey) -> Result<Option<BookedDates>> {
    cx.answered(key).await
}

/// The dates that are named, once each.
fn named(wish: &DatesWish) -> BTreeSet<EventId> {
    wish.dates.iter().chain(&wish.wait).copied().collect()
}

/// Refuses what could be had at no date.
fn check(seats: &SeriesSeats, wish: &DatesWish) -> Result<()> {
    let named = named(wish);
    if named.is_empty() {
        return Err(Error::field("dates", "Choose at least one date."));
    }
    // Somebody else's dates, those of another series, and what has begun meanwhile.
    if !named.iter().all(|event| seats.at(*event).is_some()) {
        return Err(Error::field(
            "dates",
            "One of these dates is not there any more, or has begun. Look at the list again.",
        ));
    }
    let max = seats.most();
    if !(1..=max).contains(&wish.party) {
        return Err(Error::field("party", SeatRefusal::Party { max }));
    }
    let total = seats.cost(&wish.dates, wish.party);
    if total != wish.total {
        return Err(Error::Conflict(if total.is_empty() {
            "The seats that you chose are free. Press again.".into()
        } else {
            format!(
                "What you chose costs {total} in all, to be paid in person at the door. If that is fine, press again."
            )
        }));
    }
    Ok(())
}

/// Takes seats for the reader at several dates of the series of an event, and puts them on the waiting
/// lists of others, as they wish: as if each was asked for alone, but all together. What cannot be
/// had does not stand in the way of the rest.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for an event that is not for them to see, or is in no
/// series; `Invalid` when no date is named, one that is not there, or a number of seats that can be had
/// nowhere; `Conflict` when all together cost something else than was shown.
pub async fn book_dates(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    event: EventId,
    wish: &DatesWish,
) -> Result<BookedDates> {
    let guest = cx.member()?.id;
    let seats = series_seats(cx, event).await?;
    let mut once = match cx.once(key, &("book dates", event, wish)).await? {
        Idempotent::Done(booked) => return Ok(booked),
        Idempotent::New(once) => once,
    };
    check(&seats, wish)?;
    let tx = &mut once.tx;
    let now = cx.now();
    let named = named(wish);
    let mut rows = seats.dates;
    rows.retain(|date| named.contains(&date.event));
    rows.sort_by_key(|row| row.occurrence);
    let ids: Vec<_> = rows.iter().map(|row| row.occurrence).collect();
    // All of them before the guest's row, as everybody does who locks several.
    let locked = lock_all(tx, &ids, now).await?;
    if !queue::hold(tx, guest).await? {
        return Err(Error::NotFound);
    }
    let mut news = telling::News::default();
    let mut told = Vec::with_capacity(rows.len());
    for (row, mut date) in rows.into_iter().zip(locked) {
        let outcome = one(tx, cx, (&row, &mut date), (guest, wish), &mut news).await?;
        told.push(ToldDate {
            event: row.event,
            slug: row.slug,
            starts_at: row.seating.starts_at,
            ends_at: row.ends_at,
            time_zone: row.time_zone,
            outcome,
        });
    }
    told.sort_by_key(|date| (date.starts_at, date.event));
    news.push(tx).await?;
    let booked = BookedDates {
        party: wish.party,
        told,
    };
    once.commit(&booked).await?;
    Ok(booked)
}

/// Locks dates, which are in the order of their numbers, and then the codes of all of them: seats
/// that end at one date after the other would free theirs in the order of the dates, and wait in a
/// circle with whoever does so elsewhere in the series.
async fn lock_all(tx: &mut Tx, dates: &[OccurrenceId], now: Timestamp) -> Result<Vec<Locked>> {
    let mut locked = Vec::with_capacity(dates.len());
    for &date in dates {
        locked.push(occurrences::lock(tx, date, now).await?);
    }
    codes::lock_all(tx, dates).await?;
    Ok(locked)
}

/// What becomes of one date.
async fn one(
    tx: &mut Tx,
    cx: &Cx,
    (row, locked): (&SeriesDate, &mut Locked),
    (guest, wish): (UserId, &DatesWish),
    news: &mut telling::News,
) -> Result<DateOutcome> {
    let now = cx.now();
    let party = wish.party;
    settle(tx, locked, now).await?;
    if repo::live(tx, locked.id, guest).await?.is_some() {
        return Ok(DateOutcome::Had);
    }
    let may = locked.seating.takes(now);
    if let Err(why) = may.and_then(|()| locked.seating.allows_party(party)) {
        return Ok(why.into());
    }
    let shown = wish.prices.iter().find(|(event, _)| *event == row.event);
    if prices::shown(locked.price) != shown.map_or("", |(_, price)| price.as_str()) {
        return Ok(DateOutcome::Price {
            now: locked.price.map(|price| price.to_string()),
        });
    }
    let refused = match in_the_way(tx, cx, locked, guest, (0, party)).await? {
        None => {
            let id = repo::number(&mut **tx).await?;
            if repo::take(tx, id, locked.id, guest, party, now).await? {
                prices::agree(tx, locked, id).await?;
                queue::leave(tx, locked.id, guest, WaitingState::Converted).await?;
                notify::tell_of_several(tx, id, GuestNews::Confirmed, now).await?;
                news.bookings.push(id);
                return Ok(DateOutcome::Booked);
            }
            DateOutcome::Full
        }
        Some(why) => why.into(),
    };
    if holds::waits(tx, locked.id, guest).await? {
        return Ok(DateOutcome::Waits);
    }
    let asked = wish.wait.contains(&row.event) || wish.or_wait;
    if !asked || !refused.may_wait() {
        return Ok(refused);
    }
    let wish = Wish {
        party,
        accepts_fewer: false,
        auto_confirm: true,
    };
    let (joined, waiting) = waiting::enter(tx, locked, guest, wish, now).await?;
    Ok(match joined {
        Joined::Waits => {
            news.waiting.extend(waiting);
            DateOutcome::Waits
        }
        Joined::IsOffered => DateOutcome::Had,
        // They are told as whoever was promoted.
        Joined::Has => DateOutcome::Booked,
    })
}

/// Gives the reader's seats at several dates back, for whoever waits. Those that are not theirs any
/// more, that have been used or whose date has begun stay as they are. Gives how many parties were
/// given back. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`; `NotFound` for the seats of somebody else; `Invalid` when none are named, or more
/// than a series has dates.
pub async fn give_back_dates(cx: &Cx, bookings: &[SeatBookingId]) -> Result<usize> {
    let guest = cx.reader()?.id;
    let mut bookings = bookings.to_vec();
    bookings.sort_unstable();
    bookings.dedup();
    if bookings.is_empty() {
        return Err(Error::field("bookings", "Choose at least one date."));
    }
    if bookings.len() > usize::from(MOST_DATES.unsigned_abs()) {
        let problem = format!("Choose at most {MOST_DATES} dates.");
        return Err(Error::field("bookings", problem));
    }
    let dates = repo::all_of_guest(cx.db(), &bookings, guest).await?;
    if dates.len() < bookings.len() {
        return Err(Error::NotFound);
    }
    let mut tx = cx.begin().await?;
    let now = cx.now();
    let ids: Vec<_> = dates.iter().map(|&(date, _)| date).collect();
    let locked = lock_all(&mut tx, &ids, now).await?;
    let mut news = telling::News::default();
    for ((date, booking), mut locked) in dates.into_iter().zip(locked) {
        settle(&mut tx, &mut locked, now).await?;
        let live = repo::live(&mut tx, date, guest).await?;
        let live = live.filter(|live| live.id == booking && live.state == BookingState::Confirmed);
        let Some(live) = live.filter(|_| locked.seating.is_open(now).is_ok()) else {
            continue;
        };
        if are_used(&mut tx, booking).await? {
            continue;
        }
        end(&mut tx, cx, &mut locked, live, WaitingState::Left).await?;
        notify::tell_of_several(&mut tx, booking, GuestNews::GivenBack, now).await?;
        news.given_back.push(booking);
    }
    let given = news.given_back.len();
    news.push(&mut tx).await?;
    tx.commit().await?;
    Ok(given)
}

/// Somebody was let in with these seats.
async fn are_used(tx: &mut Tx, booking: SeatBookingId) -> Result<bool> {
    match crate::events::door::are_unused(tx, booking, 0).await {
        Ok(()) => Ok(false),
        Err(Error::Conflict(_) | Error::Invalid(_)) => Ok(true),
        Err(error) => Err(error),
    }
}
