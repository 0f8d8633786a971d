//! Addresses of lists of events: what they are narrowed to stands in the query.

use dogear_domain::ids::{EventId, SeatBookingId};

use crate::links::narrowed;
use crate::{EVENTS, EVENTS_MONTH};

/// Which events a list shows; what is empty narrows nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct EventList<'a> {
    /// Words.
    pub q: &'a str,
    /// A word for a kind.
    pub kind: &'a str,
    /// A town.
    pub town: &'a str,
    /// Kilometres from it.
    pub within: &'a str,
    /// A handle.
    pub host: &'a str,
    /// The first day.
    pub from: &'a str,
    /// The last day.
    pub until: &'a str,
    /// What a page before ended with.
    pub after: &'a str,
}

impl<'a> EventList<'a> {
    /// All but days and place in the list, which the view of a month has of its own.
    const fn whatever_day(&self) -> [(&'static str, &'a str); 5] {
        [
            ("q", self.q),
            ("kind", self.kind),
            ("town", self.town),
            ("within", self.within),
            ("host", self.host),
        ]
    }
}

/// The events to come.
#[must_use]
pub fn events(list: EventList<'_>) -> String {
    let days = [
        ("from", list.from),
        ("until", list.until),
        ("after", list.after),
    ];
    narrowed(EVENTS, &[&list.whatever_day()[..], &days].concat())
}

/// The events of a month, like `2026-12`; of this one when empty.
#[must_use]
pub fn events_of_month(list: EventList<'_>, month: &str) -> String {
    narrowed(
        EVENTS_MONTH,
        &[&list.whatever_day()[..], &[("month", month)]].concat(),
    )
}

/// What the reader hosts in numbers, of one year or of all.
#[must_use]
pub fn host_statistics_of(year: Option<i32>) -> String {
    of_year(crate::HOST_STATISTICS, year)
}

/// The same as a table.
#[must_use]
pub fn host_statistics_table(year: Option<i32>) -> String {
    of_year(crate::HOST_STATISTICS_CSV, year)
}

fn of_year(path: &str, year: Option<i32>) -> String {
    year.map_or_else(|| path.to_owned(), |year| format!("{path}?year={year}"))
}

/// The stalls of a swap meet for its host, with the guests from behind `after` on.
#[must_use]
pub fn host_stalls_after(id: EventId, after: Option<SeatBookingId>) -> String {
    let path = crate::host_stalls(id);
    match after {
        None => path,
        Some(after) => format!("{path}?after={after}"),
    }
}
