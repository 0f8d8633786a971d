//! What demo readers have read, and how they liked it.

use dogear_domain::fields::PrivateNote;
use dogear_domain::ids::WorkId;
use dogear_domain::library::{DayPrecision, Ending, Progress, ProgressUnit, Rating, RoughDay};
use jiff::civil::Date;
use jiff::{Span, Timestamp};

use super::past::Past;
use super::readers::{Reader, named};
use super::stage::said;
use crate::library::{self, NewReading, Record, record};
use crate::{Cx, Result};

/// How far somebody is with a book.
#[derive(Debug, Clone, Copy)]
enum How {
    /// Read to the end so many days ago, known so exactly.
    Read(i64, DayPrecision),
    /// Given up so many days ago.
    Stopped(i64),
    /// Begun so many days ago, up to this page of so many.
    Reading(i64, i32, i32),
    /// As [`How::Reading`], and put aside.
    Paused(i64, i32, i32),
    /// To be read.
    Want,
}

/// Title, what became of it, and the rating in quarters, 0 for none.
type Entry = (&'static str, &'static [How], i16);

use DayPrecision::{Day, Month, Year};
use How::{Paused, Read, Reading, Stopped, Want};

/// ana_m's.
const ANAS: &[Entry] = &[
    ("Middlemarch", &[Read(700, Month), Read(96, Day)], 20),
    ("Emma", &[Read(12, Day)], 17),
    ("Persuasion", &[Read(34, Day)], 18),
    ("Jane Eyre", &[Read(61, Day)], 16),
    ("Bleak House", &[Reading(18, 212, 960)], 0),
    ("Moby-Dick", &[Paused(140, 88, 720)], 0),
    ("Dracula", &[Read(132, Day)], 13),
    ("Heart of Darkness", &[Stopped(150)], 6),
    ("The Age of Innocence", &[Read(201, Day)], 15),
    ("The Great Gatsby", &[Read(420, Month)], 12),
    ("Frankenstein", &[Read(465, Day)], 14),
    ("Wuthering Heights", &[Read(500, Year)], 9),
    ("Great Expectations", &[Want], 0),
    ("Mrs Dalloway", &[Want], 0),
];
/// Of others, who show what they read.
const PUBLIC: &[(&str, &[Entry])] = &[
    (
        "old_margin",
        &[
            ("Middlemarch", &[Read(300, Month)], 19),
            ("Emma", &[Read(220, Day)], 14),
            ("Ulysses", &[Reading(60, 301, 730)], 0),
            ("Moby-Dick", &[Read(1100, Year)], 20),
        ],
    ),
    (
        "hollis",
        &[
            ("Middlemarch", &[Stopped(80)], 7),
            ("Dracula", &[Read(40, Day)], 16),
            ("The Great Gatsby", &[Read(75, Day)], 11),
        ],
    ),
];
/// How many others rate each of these books, and what they give in turn.
const OFTEN: &[(&str, &[i16])] = &[
    ("Middlemarch", &[20, 18, 16, 17, 12, 20, 15]),
    ("Emma", &[16, 19, 13, 16]),
    ("Jane Eyre", &[20, 20, 17, 14, 8]),
];
const GOAL: i32 = 12;

/// Writes it all down.
///
/// # Errors
/// Those of the database, and when a book or a reader is not there.
pub(super) async fn play(past: &Past, readers: &[Reader], now: Timestamp) -> Result<()> {
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let ana = named(readers, "ana_m")?.cx(&past.services);
    for entry in ANAS {
        note(&ana, entry, today, now).await?;
    }
    library::set_goal(&ana, None, today.year(), Some(GOAL)).await?;
    for (handle, entries) in PUBLIC {
        let reader = named(readers, handle)?.cx(&past.services);
        for entry in *entries {
            note(&reader, entry, today, now).await?;
        }
        library::set_public(&reader, true).await?;
    }
    let is_other =
        |reader: &&Reader| !["ana_m", "old_margin", "hollis"].contains(&&*reader.is.handle);
    let others: Vec<&Reader> = readers.iter().filter(is_other).collect();
    for (title, ratings) in OFTEN {
        for (reader, quarters) in others.iter().zip(*ratings) {
            let entry: Entry = (title, &[], *quarters);
            note(&reader.cx(&past.services), &entry, today, now).await?;
        }
    }
    Ok(())
}

async fn note(cx: &Cx, entry: &Entry, today: Date, now: Timestamp) -> Result<()> {
    let (title, how, quarters) = *entry;
    let reader = cx.reader()?.id;
    let mut what = Record {
        rating: Rating::from_quarters(quarters),
        ..Record::default()
    };
    if title == "Bleak House" {
        what.note = said::<PrivateNote>(
            "The fog of the first page alone is worth it. From Tom, give it back.",
        )?;
    }
    for how in how {
        let day = |ago: i64, precision| RoughDay::new(ago_of(today, ago), precision);
        let page = |done, of| {
            Some(Progress {
                done,
                of: Some(of),
                unit: ProgressUnit::Page,
            })
        };
        what.readings.push(match *how {
            Want => {
                what.wanted_at = Some(now);
                continue;
            }
            Read(ago, precision) => NewReading {
                started: (precision == Day).then(|| day(ago + 19, Day)),
                ended: Some(day(ago, precision)),
                ending: Some(Ending::Finished),
                ..NewReading::default()
            },
            Stopped(ago) => NewReading {
                ended: Some(day(ago, Day)),
                ending: Some(Ending::Stopped),
                ..NewReading::default()
            },
            Reading(ago, done, of) | Paused(ago, done, of) => NewReading {
                started: Some(day(ago, Day)),
                paused_at: matches!(how, Paused(..)).then_some(now),
                progress: page(done, of),
                ..NewReading::default()
            },
        });
    }
    let work: WorkId = sqlx::query_scalar("select min(id) from works where title = $1")
        .bind(title)
        .fetch_one(cx.db())
        .await?;
    let mut tx = cx.begin().await?;
    record(&mut tx, reader, work, &what, now).await?;
    tx.commit().await
}

fn ago_of(today: Date, days: i64) -> Date {
    today.saturating_sub(Span::new().days(days))
}
