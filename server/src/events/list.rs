//! Lists of events: what is to come, where the reader has seats, what they host.

use std::str::FromStr;

use dogear_domain::events::days::is_sensible;
use dogear_domain::events::{EventKind, OccurrenceState};
use dogear_domain::ids::EventId;
use dogear_domain::money::Money;
use jiff::Timestamp;

use super::prices::money;
use super::repo::views::{self, ListedRow};
use crate::{Cx, Result};

/// Events on a page.
const PAGE: i64 = 24;
/// One's own seats that are shown at once.
const OWN: i64 = 100;

/// Seats, where they are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountedSeats {
    /// So many there are.
    pub capacity: i32,
    /// So many are free.
    pub left: i32,
}

/// A date of an event in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its number.
    pub event: EventId,
    /// The readable part of its address.
    pub slug: String,
    /// What it is called.
    pub title: String,
    /// What kind it is.
    pub kind: EventKind,
    /// Where it stands.
    pub state: OccurrenceState,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// By whose clock these are said.
    pub time_zone: String,
    /// What the place is called.
    pub venue: String,
    /// The town.
    pub city: String,
    /// None when everybody gets seats.
    pub seats: Option<CountedSeats>,
    /// Of one seat; none when they are free.
    pub price: Option<Money>,
    /// Seats of the host's guests.
    pub taken: i32,
    /// Seats of whoever asks.
    pub booked: Option<i32>,
    /// Whoever asks waits for seats.
    pub waits: bool,
    /// So many dates of its series come after it, in lists of the next dates alone.
    pub more_dates: i64,
}

impl From<ListedRow> for Listed {
    fn from(row: ListedRow) -> Self {
        Self {
            event: row.event,
            slug: row.slug,
            title: row.title,
            kind: row.kind,
            state: row.state,
            starts_at: row.starts_at.to_jiff(),
            ends_at: row.ends_at.to_jiff(),
            time_zone: row.time_zone,
            venue: row.venue,
            city: row.city,
            seats: row.capacity.map(|capacity| CountedSeats {
                capacity,
                left: capacity - row.seats_taken,
            }),
            price: money(row.price, row.currency),
            taken: row.seats_taken,
            booked: row.booked,
            waits: row.waits,
            more_dates: 0,
        }
    }
}

/// Behind which event a page begins; travels in the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key(Timestamp, EventId);

impl Key {
    /// When that event begins, and its number.
    pub(super) const fn into_parts(self) -> (Timestamp, EventId) {
        (self.0, self.1)
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.0.as_microsecond(), self.1)
    }
}

impl FromStr for Key {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (at, event) = text.split_once('.').ok_or(())?;
        let at = at.parse().map_err(|_| ())?;
        let at = Timestamp::from_microsecond(at).map_err(|_| ())?;
        // The database knows fewer years than addresses can name.
        if !is_sensible(at) {
            return Err(());
        }
        Ok(Self(at, event.parse().map_err(|_| ())?))
    }
}

/// Some of the events to come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coming {
    /// In their order.
    pub events: Vec<Listed>,
    /// Where the next page begins, if there is one.
    pub next: Option<Key>,
}

impl Coming {
    /// The first `most` of these, and where the others begin.
    pub(super) fn page(rows: Vec<ListedRow>, most: i64) -> Self {
        let mut events: Vec<Listed> = rows.into_iter().map(Listed::from).collect();
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let more = events.len() > most;
        events.truncate(most);
        let last = events.last().filter(|_| more);
        let next = last.map(|last| Key(last.starts_at, last.event));
        Self { events, next }
    }
}

/// Where whoever asks has seats or waits: to come, or over. At most a hundred.
///
/// # Errors
/// `SignInRequired`.
pub async fn own(cx: &Cx, over: bool) -> Result<Vec<Listed>> {
    let rows = views::own(cx.db(), cx.reader()?.id, over, cx.now(), OWN).await?;
    Ok(rows.into_iter().map(Listed::from).collect())
}

/// What whoever asks hosts, the latest entered first; of a series one date, the next to come. A
/// page of it, and behind which event the
/// next begins.
///
/// # Errors
/// `SignInRequired`.
pub async fn hosted(cx: &Cx, before: Option<EventId>) -> Result<(Vec<Listed>, Option<EventId>)> {
    let rows = views::hosted(cx.db(), cx.reader()?.id, before, PAGE + 1, cx.now()).await?;
    let mut events: Vec<Listed> = rows.into_iter().map(Listed::from).collect();
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = events.len() > page;
    events.truncate(page);
    let next = events.last().filter(|_| more).map(|last| last.event);
    Ok((events, next))
}
