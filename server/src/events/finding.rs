//! Which events are looked for: by words, kind, town or distance, host and day.

use dogear_domain::events::EventKind;
use dogear_domain::events::days::{Days, Month};
use dogear_domain::events::times::LONGEST;
use dogear_domain::fields::{Handle, title_key};
use dogear_domain::ids::EventId;
use jiff::civil::Date;

use super::list::{Coming, Key, Listed};
use super::repo::finding::{self as repo, Place, Wanted};
use crate::search::prefix_query;
use crate::{Cx, Result, places};

/// Events on a page.
const PAGE: i64 = 24;
/// Events that stand beside the books that a question finds.
const BESIDE_BOOKS: i64 = 3;
/// Events of a day in the view of a month.
const OF_DAY: i64 = 4;
/// Distances that are offered, in kilometres.
pub const DISTANCES: [u32; 4] = [10, 25, 50, 100];

/// What is looked for, as an address says it: what is not understood narrows nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventFilter {
    /// Words of title, description, place, town and host, the last of which may be unfinished.
    pub words: String,
    /// One kind, or all.
    pub kind: Option<EventKind>,
    /// A town; empty for everywhere, or with a distance for the town of whoever asks.
    pub town: String,
    /// At most so many kilometres from it.
    pub within: Option<u32>,
    /// The handle of the host; empty for everybody's.
    pub host: String,
    /// Between these days, by the clock of each place.
    pub days: Days,
}

/// What somebody typed, without what no name has, and no longer than a name is.
fn cleaned(typed: &str, longest: usize) -> String {
    let kept = typed.trim().chars().filter(|letter| !letter.is_control());
    kept.take(longest).collect()
}

impl EventFilter {
    /// From the fields of a form.
    #[must_use]
    pub fn read(words: &str, kind: &str, town: &str, within: &str, host: &str, days: Days) -> Self {
        Self {
            words: cleaned(words, 200),
            kind: kind.parse().ok(),
            town: cleaned(town, 80),
            within: within
                .parse()
                .ok()
                .filter(|within| DISTANCES.contains(within)),
            host: cleaned(host.trim().trim_start_matches('@'), 40),
            days,
        }
    }

    /// Whether it shows less than everything.
    #[must_use]
    pub fn is_narrow(&self) -> bool {
        *self != Self::default()
    }
}

/// Where the events of a list are, as far as it is known where that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Around {
    /// Anywhere.
    Everywhere,
    /// In the town of this name.
    Town(String),
    /// At most so many kilometres from the town of this name.
    Within(u32, String),
    /// Nobody knows where this town lies: only what is in a town of this name is shown.
    Unknown(String),
    /// Whoever asks has not said in which town they live: nothing is left out.
    NoTown,
}

/// What was understood of a place, and what of it goes into the statement.
async fn around(cx: &Cx, filter: &EventFilter) -> Result<(Around, Place)> {
    let named = |town: &str| Place::Named(town.to_owned());
    let Some(within) = filter.within else {
        return Ok(match &*filter.town {
            "" => (Around::Everywhere, Place::Everywhere),
            town => (Around::Town(town.to_owned()), named(town)),
        });
    };
    let own = cx.actor.as_ref().map_or("", |actor| actor.city.trim());
    let town = match &*filter.town {
        "" => own,
        town => town,
    };
    if title_key(town).is_empty() {
        return Ok((Around::NoTown, Place::Everywhere));
    }
    Ok(match places::towns_near(cx, town).await? {
        Some(nearby) => (
            Around::Within(within, town.to_owned()),
            Place::Among(nearby.within(within)),
        ),
        None => (Around::Unknown(town.to_owned()), named(town)),
    })
}

/// Words and host as the database looks for them.
struct Terms {
    words: String,
    host: Option<String>,
}

/// `None` when nothing can have such words, or nobody such a handle.
fn terms(filter: &EventFilter) -> Option<Terms> {
    let words = match (&*filter.words, title_key(&filter.words)) {
        ("", _) => String::new(),
        (_, key) if key.is_empty() => return None,
        (_, key) => prefix_query(&key),
    };
    let host = match &*filter.host {
        "" => None,
        host => Some(Handle::parse(host).ok()?.key()),
    };
    Some(Terms { words, host })
}

fn wanted<'a>(cx: &Cx, filter: &'a EventFilter, terms: &'a Terms, place: &'a Place) -> Wanted<'a> {
    Wanted {
        reader: cx.actor.as_ref().map(|actor| actor.id),
        now: cx.now(),
        words: &terms.words,
        kind: filter.kind,
        place,
        host: terms.host.as_deref(),
        days: filter.days,
    }
}

/// Behind what a list begins that begins at its beginning: what goes on now began no earlier.
fn start(cx: &Cx) -> (jiff::Timestamp, EventId) {
    (cx.now() - LONGEST, EventId(0))
}

/// Events to come that whoever asks may see and that fit the filter, by their dates, and where
/// they are.
///
/// # Errors
/// Those of the database.
pub async fn coming(cx: &Cx, filter: &EventFilter, after: Option<Key>) -> Result<(Coming, Around)> {
    coming_up_to(cx, filter, after, PAGE).await
}

/// The same, at most `most` of them.
///
/// # Errors
/// Those of the database.
pub async fn coming_up_to(
    cx: &Cx,
    filter: &EventFilter,
    after: Option<Key>,
    most: i64,
) -> Result<(Coming, Around)> {
    let (around, place) = around(cx, filter).await?;
    let Some(terms) = terms(filter) else {
        return Ok((Coming::default(), around));
    };
    let wanted = wanted(cx, filter, &terms, &place);
    let after = after.map_or_else(|| start(cx), Key::into_parts);
    let rows = repo::coming(cx.db(), &wanted, after, most + 1).await?;
    Ok((Coming::page(rows, most), around))
}

/// The next events that a question finds which was asked for books, of each series its next date;
/// none for questions of one or two letters.
///
/// # Errors
/// Those of the database.
pub async fn beside_books(cx: &Cx, text: &str) -> Result<Vec<Listed>> {
    let filter = EventFilter {
        words: cleaned(text, 200),
        ..EventFilter::default()
    };
    let key = title_key(&filter.words);
    if key.is_empty() || (key.chars().count() < 3 && key.is_ascii()) {
        return Ok(Vec::new());
    }
    let terms = Terms {
        words: prefix_query(&key),
        host: None,
    };
    let wanted = wanted(cx, &filter, &terms, &Place::Everywhere);
    let rows = repo::next(cx.db(), &wanted, BESIDE_BOOKS).await?;
    let next = rows.into_iter().map(|row| Listed {
        more_dates: row.more_dates,
        ..Listed::from(row.listed)
    });
    Ok(next.collect())
}

/// A day with what stands on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayOfEvents {
    /// By the clock of each place.
    pub day: Date,
    /// The first of them; cancelled ones too where whoever asks hosts them, had seats or waited.
    pub events: Vec<Listed>,
    /// So many more there are; from today on, so many more that are not over.
    pub more: i64,
}

/// The days of a month on which something is, was or was to be, and where: what fits the filter,
/// whatever days it has. `today`: from when on lists show what is to come.
///
/// # Errors
/// Those of the database.
pub async fn month(
    cx: &Cx,
    filter: &EventFilter,
    month: Month,
    today: Date,
) -> Result<(Vec<DayOfEvents>, Around)> {
    let (around, place) = around(cx, filter).await?;
    let Some(terms) = terms(filter) else {
        return Ok((Vec::new(), around));
    };
    let wanted = Wanted {
        days: month.days(),
        ..wanted(cx, filter, &terms, &place)
    };
    let mut days: Vec<DayOfEvents> = Vec::new();
    for row in repo::by_day(cx.db(), &wanted, OF_DAY).await? {
        let day = row.day.to_jiff();
        let event = Listed::from(row.listed);
        let number = if day < today { row.of_day } else { row.to_come };
        match days.last_mut().filter(|last| last.day == day) {
            Some(last) => last.events.push(event),
            None => days.push(DayOfEvents {
                day,
                events: vec![event],
                more: (number - OF_DAY).max(0),
            }),
        }
    }
    Ok((days, around))
}
