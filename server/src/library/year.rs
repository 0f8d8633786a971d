//! A year of reading in numbers.

use std::collections::{BTreeMap, HashSet};

use dogear_domain::ids::{AuthorId, WorkId};
use dogear_domain::library::{DayPrecision, Rating, RoughDay};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::repo::year as repo;
use super::today;
use crate::db::{IdempotencyKey, Idempotent};
use crate::{Cx, Error, Result};

/// Books on the page of a year; the numbers count all.
pub const YEAR_LIST: usize = 200;

/// A book that was read to the end in the year; one that was read twice stands there twice.
#[derive(Debug, Clone, PartialEq)]
pub struct YearBook {
    /// By which its page is found.
    pub work: WorkId,
    /// What follows the number in the page's address.
    pub slug: String,
    /// Without the subtitle.
    pub title: String,
    /// All authors in one line; may be empty.
    pub author_line: String,
    /// The code of its language; may be empty.
    pub language: String,
    /// The day it was read to the end, as exactly as it is known.
    pub day: RoughDay,
    /// As far as anybody has counted them.
    pub pages: Option<i32>,
    /// The reader's.
    pub rating: Option<Rating>,
    /// It had been read before.
    pub again: bool,
    pub(super) authors: Vec<AuthorId>,
}

/// The year of a reader.
#[derive(Debug, Clone)]
pub struct Year {
    /// Of our calendar.
    pub year: i16,
    /// What day it is where the reader lives.
    pub today: Date,
    /// Read to the end in it, the last first.
    pub books: Vec<YearBook>,
    /// Of all books whose pages are known.
    pub pages: i64,
    /// Books of which nobody has counted the pages.
    pub without_pages: usize,
    /// Different ones.
    pub authors: usize,
    /// Code of the language and number of books, the most first.
    pub languages: Vec<(String, i64)>,
    /// Books per month, from January; those of which only the year is known stand in none.
    pub months: [i64; 12],
    /// Books of which only the year is known.
    pub no_month: i64,
    /// Given away in trades.
    pub given: i64,
    /// Got in trades.
    pub got: i64,
    /// How many books they set out to read.
    pub goal: Option<i32>,
    /// Years in which they have read something to the end, this one and the one that is shown, the
    /// last first.
    pub years: Vec<i16>,
}

impl Year {
    /// The longest and the shortest book; none where there are not two of different length.
    pub fn longest_and_shortest(&self) -> Option<(&YearBook, &YearBook)> {
        let known = || self.books.iter().filter(|book| book.pages.is_some());
        let longest = known().max_by_key(|book| book.pages)?;
        let shortest = known().min_by_key(|book| book.pages)?;
        (longest.pages != shortest.pages).then_some((longest, shortest))
    }

    /// The books with the highest rating, at most five.
    pub fn best(&self) -> Vec<&YearBook> {
        let Some(most) = self.books.iter().filter_map(|book| book.rating).max() else {
            return Vec::new();
        };
        let mut seen = HashSet::new();
        let best = self.books.iter();
        best.filter(|book| book.rating == Some(most) && seen.insert(book.work))
            .take(5)
            .collect()
    }
}

/// The year of whoever asks.
///
/// # Errors
/// `SignInRequired`; `NotFound` for a year that no calendar of ours has.
pub async fn year(cx: &Cx, year: i16) -> Result<Year> {
    let reader = cx.reader()?;
    let zone = TimeZone::get(&reader.time_zone).unwrap_or(TimeZone::UTC);
    let first = first_day(year)?;
    let next = first_day(year + 1)?;
    let books = repo::books(cx.db(), reader.id, first, next).await?;
    let span = (midnight(first, &zone)?, midnight(next, &zone)?);
    let around = repo::around(cx.db(), reader.id, year, span).await?;
    let mut authors = HashSet::new();
    let mut languages: BTreeMap<&str, i64> = BTreeMap::new();
    let (mut months, mut no_month) = ([0_i64; 12], 0);
    for book in &books {
        authors.extend(book.authors.iter().copied());
        if !book.language.is_empty() {
            *languages.entry(&book.language).or_default() += 1;
        }
        let month = usize::try_from(book.day.first().month() - 1).unwrap_or_default();
        match (book.day.precision(), months.get_mut(month)) {
            (DayPrecision::Day | DayPrecision::Month, Some(count)) => *count += 1,
            _ => no_month += 1,
        }
    }
    let mut languages: Vec<(String, i64)> = languages
        .into_iter()
        .map(|(code, books)| (code.to_owned(), books))
        .collect();
    languages.sort_by_key(|(_, books)| -books);
    let today = today(cx);
    let mut years = around.years;
    years.extend([year, today.year()]);
    years.sort_unstable_by_key(|year| -year);
    years.dedup();
    Ok(Year {
        year,
        today,
        pages: books
            .iter()
            .filter_map(|book| book.pages)
            .map(i64::from)
            .sum(),
        without_pages: books.iter().filter(|book| book.pages.is_none()).count(),
        authors: authors.len(),
        languages,
        months,
        no_month,
        given: around.given,
        got: around.got,
        goal: around.goal,
        years,
        books,
    })
}

fn first_day(year: i16) -> Result<Date> {
    if !(1900..=2200).contains(&year) {
        return Err(Error::NotFound);
    }
    Date::new(year, 1, 1).map_err(|_| Error::NotFound)
}

fn midnight(day: Date, zone: &TimeZone) -> Result<Timestamp> {
    let start = day.to_zoned(zone.clone()).map_err(Error::internal)?;
    Ok(start.timestamp())
}

/// Sets how many books whoever asks wants to read in a year, or takes that back. Gives the goal
/// before.
///
/// # Errors
/// `SignInRequired`; `NotFound` for a year that no calendar of ours has.
pub async fn set_goal(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    year: i16,
    books: Option<i32>,
) -> Result<Option<i32>> {
    let reader = cx.reader()?.id;
    first_day(year)?;
    let mut tx = match cx.once(key, &("library.goal", year, books)).await? {
        Idempotent::Done(before) => return Ok(before),
        Idempotent::New(tx) => tx,
    };
    let before = repo::remove_goal(&mut tx.tx, reader, year).await?;
    if let Some(books) = books {
        repo::set_goal(&mut tx.tx, reader, year, books).await?;
    }
    tx.commit(&before).await?;
    Ok(before)
}
