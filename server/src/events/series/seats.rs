//! What a guest reads of the seats at all coming dates of a series.

use dogear_domain::events::seats::{MOST_SEATS, Queue, SeatRefusal};
use dogear_domain::events::{BookingState, OccurrenceState};
use dogear_domain::ids::EventId;
use dogear_domain::money::Money;
use jiff::Timestamp;

use crate::events::page::{EventPage, page};
use crate::events::prices;
use crate::events::repo::series as repo;
use crate::events::repo::series_dates;
pub use crate::events::repo::series_dates::DateRow as SeriesDate;
use crate::{Cx, Error, Result};

/// Dates on the page: as many as a series has at most.
const COMING: i64 = 52;

/// What is so on a date, for whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateStanding {
    /// Seats can be had.
    Free {
        /// So many; none when there is room for everybody.
        left: Option<i32>,
    },
    /// All are taken, or kept for those who wait.
    Full,
    /// They have so many seats.
    Has(i32),
    /// Some are kept for them.
    Kept,
    /// They wait.
    Waits,
    /// Booking is not open yet.
    NotYet,
    /// Booking has ended.
    Closed,
    /// It is cancelled, or has just begun.
    Cancelled,
}

impl SeriesDate {
    /// What is so at `now`.
    pub fn standing(&self, now: Timestamp) -> DateStanding {
        match (self.booking_state, self.party) {
            _ if self.seating.state == OccurrenceState::Cancelled => {
                return DateStanding::Cancelled;
            }
            (Some(BookingState::Held), _) => return DateStanding::Kept,
            (Some(_), Some(party)) => return DateStanding::Has(party),
            _ => {}
        }
        if self.waits {
            return DateStanding::Waits;
        }
        // As on the page of the event: who waits has been promoted as far as there is room.
        let queue = Queue {
            anybody: self.others_wait,
            fits: false,
        };
        match self.seating.may_take(now, 0, 1, queue) {
            Ok(()) => DateStanding::Free {
                left: self.seating.left(),
            },
            Err(SeatRefusal::NotYet) => DateStanding::NotYet,
            Err(SeatRefusal::Closed) => DateStanding::Closed,
            Err(SeatRefusal::NotOpen | SeatRefusal::Cancelled | SeatRefusal::Begun) => {
                DateStanding::Cancelled
            }
            Err(_) => DateStanding::Full,
        }
    }

    /// The price as forms carry it along; empty for none.
    pub fn shown_price(&self) -> String {
        prices::shown(self.price)
    }

    fn most(&self) -> i32 {
        let seating = self.seating;
        (seating.max_party).min(seating.capacity.unwrap_or(i32::MAX))
    }
}

/// The coming dates of a series for a guest.
#[derive(Debug, Clone)]
pub struct SeriesSeats {
    /// The one from which they came.
    pub event: EventPage,
    /// The rule in words.
    pub rule: String,
    /// In their order.
    pub dates: Vec<SeriesDate>,
}

impl SeriesSeats {
    /// The date of an event, if it is one of these.
    pub fn at(&self, event: EventId) -> Option<&SeriesDate> {
        self.dates.iter().find(|date| date.event == event)
    }

    /// The most seats that one guest has at any of them.
    pub fn most(&self) -> i32 {
        let most = self.dates.iter().map(SeriesDate::most).max();
        most.unwrap_or(1).clamp(1, MOST_SEATS)
    }

    /// What so many seats at each of some dates cost in all, in words: one sum for each currency.
    /// Empty when they are free.
    pub fn cost(&self, dates: &[EventId], party: i32) -> String {
        let mut sums: Vec<Money> = Vec::new();
        for date in self.dates.iter().filter(|date| dates.contains(&date.event)) {
            let Some(cost) = date.price.map(|price| price.times(party)) else {
                continue;
            };
            match sums.iter_mut().find(|sum| sum.currency == cost.currency) {
                Some(sum) => sum.minor = sum.minor.saturating_add(cost.minor),
                None => sums.push(cost),
            }
        }
        let sums: Vec<String> = sums.iter().map(Money::to_string).collect();
        sums.join(" and ")
    }

    /// Somebody has to pay for seats at one of them.
    pub fn has_price(&self) -> bool {
        self.dates.iter().any(|date| date.price.is_some())
    }
}

/// The coming dates of the series of an event, for whoever may see that one.
///
/// # Errors
/// `SignInRequired`; `NotFound` for everybody else, and for an event that is in no series.
pub async fn series_seats(cx: &Cx, event: EventId) -> Result<SeriesSeats> {
    let guest = cx.reader()?.id;
    let page = page(cx, event).await?;
    let place = repo::place_of(cx.db(), event, None)
        .await?
        .ok_or(Error::NotFound)?;
    let series = repo::read(cx.db(), place.series)
        .await?
        .ok_or(Error::NotFound)?;
    let dates = series_dates::coming(cx.db(), event, guest, cx.now(), COMING).await?;
    Ok(SeriesSeats {
        event: page,
        rule: series.rule.to_string(),
        dates,
    })
}
