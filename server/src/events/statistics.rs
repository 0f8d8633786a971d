//! What hosts read in numbers: how full their evenings were, who came, from where seats were taken
//! and when they were given back. Nothing is kept for it: it is counted in what is there.

use dogear_domain::events::hosts::HostRole;
use dogear_domain::events::statistics::{Notice, Origin};
use dogear_domain::ids::{EventId, OccurrenceId};
use dogear_domain::money::{Currency, Money};
use dogear_domain::spreadsheet::defuse;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::guest_list::sheet;
use super::hosts::owner_for;
use super::page::{EventPage, page};
use super::repo::statistics::{self as repo, CountRow, DateRow};
use crate::{Cx, Error, Result};

/// Dates that are counted at once, the latest: more than any host has in ten years.
const MOST: i64 = 2_000;

/// One date in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateFigures {
    /// Its event.
    pub event: EventId,
    /// What it is called.
    pub title: String,
    /// When it begins.
    pub starts_at: Timestamp,
    /// By whose clock this is said.
    pub time_zone: String,
    /// How many seats there are; none when everybody gets one.
    pub capacity: Option<i32>,
    /// How many are somebody's.
    pub seats: i64,
    /// How many were let in.
    pub came: i64,
    /// Seats of members who were not let in, where others were.
    pub missed: i64,
}

/// So many bookings, and their seats.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// Of one guest each.
    pub bookings: i64,
    /// Their own and those of whom they bring.
    pub seats: i64,
}

/// What was due and paid in one currency, in its smallest unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MoneyFigures {
    /// Which.
    pub currency: Currency,
    /// Of seats that are somebody's.
    pub due: i64,
    /// Of those, what the host has.
    pub paid: i64,
    /// Paid for seats that have ended, and not given back yet.
    pub owed: i64,
}

/// Evenings in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statistics {
    /// Years in which there were some, the latest first.
    pub years: Vec<i32>,
    /// The one that is counted; none for all of them.
    pub year: Option<i32>,
    /// Each of them, the latest first.
    pub dates: Vec<DateFigures>,
    /// How many came from the waiting list to seats.
    pub waited: i64,
    /// How long half of them waited at most, from joining to seats that were theirs.
    pub median: Option<SignedDuration>,
    /// From where seats are, in the order of [`Origin::ALL`].
    pub origins: Vec<(Origin, Counted)>,
    /// When they were given back, in the order of [`Notice::ALL`].
    pub given_back: Vec<(Notice, Counted)>,
    /// In each currency in which seats were taken.
    pub money: Vec<MoneyFigures>,
}

impl Statistics {
    /// Seats that were taken and seats that there were, where they are counted.
    pub fn fill(&self) -> (i64, i64) {
        let counted = self
            .dates
            .iter()
            .filter_map(|date| Some((date.seats, date.capacity?)));
        counted.fold((0, 0), |(seats, of), (more, capacity)| {
            (seats + more, of + i64::from(capacity))
        })
    }

    /// Seats that are somebody's, all of them.
    pub fn seats(&self) -> i64 {
        self.dates.iter().map(|date| date.seats).sum()
    }

    /// Who was let in, and the seats of members who were not.
    pub fn came(&self) -> (i64, i64) {
        self.dates.iter().fold((0, 0), |(came, missed), date| {
            (came + date.came, missed + date.missed)
        })
    }
}

/// A count for each of `all`, in their order.
fn ordered<T: Copy + PartialEq>(all: &[T], rows: &[CountRow<T>]) -> Vec<(T, Counted)> {
    all.iter()
        .map(|&one| {
            let row = rows.iter().find(|row| row.of == one);
            let counted = row.map_or_else(Counted::default, |row| Counted {
                bookings: row.bookings,
                seats: row.seats,
            });
            (one, counted)
        })
        .collect()
}

async fn count(
    cx: &Cx,
    rows: Vec<DateRow>,
    (years, year): (Vec<i32>, Option<i32>),
) -> Result<Statistics> {
    let ids: Vec<OccurrenceId> = rows.iter().map(|row| row.occurrence).collect();
    let seats = repo::seats(cx.db(), &ids).await?;
    let (waited, median) = repo::waited(cx.db(), &ids).await?;
    let origins = repo::origins(cx.db(), &ids).await?;
    let given_back = repo::given_back(cx.db(), &ids).await?;
    let money = repo::money(cx.db(), &ids).await?;
    let dates = rows.into_iter().map(|row| {
        let seats = seats.iter().find(|one| one.occurrence == row.occurrence);
        DateFigures {
            event: row.event,
            title: row.title,
            starts_at: row.starts_at.to_jiff(),
            time_zone: row.time_zone,
            capacity: row.capacity,
            seats: seats.map_or(0, |one| one.seats),
            came: seats.map_or(0, |one| one.came),
            missed: seats.map_or(0, |one| one.missed),
        }
    });
    Ok(Statistics {
        years,
        year,
        dates: dates.collect(),
        waited,
        median: median.and_then(|seconds| SignedDuration::try_from_secs_f64(seconds).ok()),
        origins: ordered(Origin::ALL, &origins),
        given_back: ordered(Notice::ALL, &given_back),
        money: money
            .into_iter()
            .map(|row| MoneyFigures {
                currency: row.currency,
                due: row.due,
                paid: row.paid,
                owed: row.owed,
            })
            .collect(),
    })
}

/// The evenings that have begun of what whoever asks hosts, alone, with others or as a member of an
/// organisation; of one year, by the clock of each place, if there were some then.
///
/// # Errors
/// `SignInRequired`.
pub async fn statistics(cx: &Cx, year: Option<i32>) -> Result<Statistics> {
    let mut rows = repo::dates(cx.db(), cx.reader()?.id, cx.now(), MOST).await?;
    let mut years: Vec<i32> = rows.iter().map(|row| row.year).collect();
    years.sort_unstable_by(|one, other| other.cmp(one));
    years.dedup();
    let year = year.filter(|year| years.contains(year));
    rows.retain(|row| year.is_none_or(|year| row.year == year));
    count(cx, rows, (years, year)).await
}

/// One event of whoever asks, or that they co-host, in numbers: also before it has begun.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever does not host it.
pub async fn event_statistics(cx: &Cx, event: EventId) -> Result<(EventPage, Statistics)> {
    owner_for(cx, event, HostRole::CoHost).await?;
    let page = page(cx, event).await?;
    let rows = repo::date_of(cx.db(), event).await?;
    let figures = count(cx, rows, (Vec::new(), None)).await?;
    Ok((page, figures))
}

const COLUMNS: [&str; 10] = [
    "about",
    "what",
    "day",
    "bookings",
    "seats",
    "of",
    "came",
    "did not come",
    "amount",
    "currency",
];

/// Numbers as a table for a spreadsheet; cells that would run as formulas are defused.
///
/// # Errors
/// None that happens.
pub fn statistics_table(figures: &Statistics) -> Result<Vec<u8>> {
    let mut table = sheet();
    table.write_record(COLUMNS).map_err(Error::internal)?;
    let mut write = |cells: [String; 10]| {
        table
            .write_record(cells.map(|cell| defuse(&cell).into_owned()))
            .map_err(Error::internal)
    };
    let none = String::new;
    for date in &figures.dates {
        let zone = TimeZone::get(&date.time_zone).unwrap_or(TimeZone::UTC);
        write([
            "event".into(),
            date.title.clone(),
            date.starts_at.to_zoned(zone).date().to_string(),
            none(),
            date.seats.to_string(),
            date.capacity.map_or_else(none, |seats| seats.to_string()),
            date.came.to_string(),
            date.missed.to_string(),
            none(),
            none(),
        ])?;
    }
    let origins = figures.origins.iter();
    let origins = origins.map(|(origin, counted)| ("from", origin.label(), counted));
    let given_back = figures.given_back.iter();
    let given_back = given_back.map(|(notice, counted)| ("given back", notice.label(), counted));
    for (about, what, counted) in origins.chain(given_back) {
        let mut cells = std::array::from_fn(|_| none());
        cells[0] = about.into();
        cells[1] = what.into();
        cells[3] = counted.bookings.to_string();
        cells[4] = counted.seats.to_string();
        write(cells)?;
    }
    if let Some(median) = figures.median {
        let mut cells = std::array::from_fn(|_| none());
        cells[0] = "waiting list".into();
        cells[1] = "Median in minutes".into();
        cells[3] = figures.waited.to_string();
        cells[8] = median.as_mins().to_string();
        write(cells)?;
    }
    for sum in &figures.money {
        for (what, minor) in [
            ("Due", sum.due),
            ("Paid", sum.paid),
            ("To be given back", sum.owed),
        ] {
            let mut cells = std::array::from_fn(|_| none());
            cells[0] = "money".into();
            cells[1] = what.into();
            cells[8] = amount(minor, sum.currency).plain();
            cells[9] = sum.currency.to_string();
            write(cells)?;
        }
    }
    table
        .into_inner()
        .map_err(|error| Error::internal(error.to_string()))
}

/// A sum as money.
fn amount(minor: i64, currency: Currency) -> Money {
    Money {
        minor: i32::try_from(minor).unwrap_or(i32::MAX),
        currency,
    }
}

impl MoneyFigures {
    /// What was due, what is paid, and what is to be given back.
    pub fn amounts(&self) -> [Money; 3] {
        [self.due, self.paid, self.owed].map(|minor| amount(minor, self.currency))
    }
}
