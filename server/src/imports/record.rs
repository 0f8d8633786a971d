//! What the rows say of their reader's reading goes into the library: once their copies are there,
//! and of books that the reader does not own, too.

use dogear_domain::fields::{ListName, PrivateNote, ReviewBody};
use dogear_domain::ids::{ImportId, ReviewId, WorkId};
use dogear_domain::imports::{ImportState, Outcome};
use dogear_domain::library::check_days;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::check::problem;
use super::read::{Entry, Life};
use super::repo::{self, Locked, Unrecorded};
use crate::catalogue::{self, Resolved};
use crate::library::{self, NewReading, Record, Recorded, Written};
use crate::lists::{self, PutOn};
use crate::{Cx, Error, Result, reviews};

/// Rows of one transaction.
const BATCH: i64 = 100;

/// What came of a row in the library.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Kept {
    /// The book that it was written down for; none when that could not be.
    pub work: Option<WorkId>,
    /// What is new there, for the way back.
    pub written: Written,
    /// The review that was published.
    pub review: Option<ReviewId>,
    /// The lists on which it was put.
    pub lists: PutOn,
    /// What was left out or stays as it was, in sentences.
    pub said: Vec<String>,
}

/// Writes down what the next rows say. Gives the transaction back when nothing is left.
pub(super) async fn next(
    cx: &Cx,
    mut tx: crate::db::Tx,
    import: &Locked,
) -> Result<Option<crate::db::Tx>> {
    if !import.reading {
        return Ok(Some(tx));
    }
    let rows = repo::to_record(&mut tx, import.id, BATCH, None).await?;
    let (known, unknown): (Vec<Unrecorded>, Vec<Unrecorded>) =
        rows.into_iter().partition(|row| row.work_id.is_some());
    if !known.is_empty() {
        let today = today(cx.now());
        let mut kept = Vec::new();
        for row in in_order(&known) {
            kept.push((
                row.number,
                write(&mut tx, import, row, today, cx.now()).await?,
            ));
        }
        repo::set_recorded(&mut tx, import.id, &kept).await?;
        tx.commit().await?;
        return Ok(None);
    }
    let Some(row) = unknown.first() else {
        return Ok(Some(tx));
    };
    drop(tx);
    enter(cx, import.id, row.number).await?;
    Ok(None)
}

/// As locks on their books are taken: by the number of the work, then as they stand in the file.
fn in_order(rows: &[Unrecorded]) -> Vec<&Unrecorded> {
    let mut rows: Vec<&Unrecorded> = rows.iter().collect();
    rows.sort_by_key(|row| (row.work_id, row.number));
    rows
}

/// The last day that it is anywhere: a reading that ended there today is not of tomorrow.
fn today(now: Timestamp) -> Date {
    let day = now.to_zoned(TimeZone::UTC).date();
    day.tomorrow().unwrap_or(day)
}

/// Enters the book of one row, which nobody has entered yet and of which no copy is added, and
/// writes down what the row says. What is wrong with it is noted there.
async fn enter(cx: &Cx, import: ImportId, number: i32) -> Result<()> {
    let again = async || {
        let mut tx = cx.begin().await?;
        let locked = repo::lock(&mut tx, import, cx.now()).await?;
        let running = locked.filter(|import| import.state == ImportState::Running);
        Ok::<_, Error>(running.map(|import| (tx, import)))
    };
    let Some((mut tx, locked)) = again().await? else {
        return Ok(());
    };
    let Some(mut row) = repo::to_record(&mut tx, import, 1, Some(number))
        .await?
        .pop()
    else {
        return Ok(());
    };
    let kept = match book(&mut tx, &locked, &row.entry, cx.now()).await {
        Ok(found) => {
            repo::set_edition(&mut tx, import, number, found.edition).await?;
            row.work_id = Some(found.work);
            write(&mut tx, &locked, &row, today(cx.now()), cx.now()).await?
        }
        Err(error @ Error::Busy(_)) => return Err(error),
        Err(error) => {
            drop(tx);
            let Some((again, _)) = again().await? else {
                return Ok(());
            };
            tx = again;
            let reason = match &error {
                Error::Invalid(_) => problem(Some(error)).unwrap_or_default(),
                error => {
                    tracing::error!(%import, number, %error, "a book of an import was not entered");
                    "Something went wrong here.".to_owned()
                }
            };
            Kept {
                said: vec![format!("It is not in your library. {reason}")],
                ..Kept::default()
            }
        }
    };
    repo::set_recorded(&mut tx, import, &[(number, kept)]).await?;
    tx.commit().await
}

/// The book of a row, found or entered. What is read on a screen is a work like any other; its
/// number and binding are not of an edition that could be given away.
async fn book(
    tx: &mut PgConnection,
    import: &Locked,
    entry: &Entry,
    now: Timestamp,
) -> Result<Resolved> {
    let mut input = entry.edition_input();
    if entry.is_ebook {
        input.isbn.clear();
        input.format.clear();
    }
    let mut new = input.parse(&[])?;
    new.created_by = Some(import.user_id);
    catalogue::find_or_enter_apart(tx, new, now).await
}

/// Writes down one row whose book is known.
async fn write(
    tx: &mut PgConnection,
    import: &Locked,
    row: &Unrecorded,
    today: Date,
    now: Timestamp,
) -> Result<Kept> {
    let Some(work) = row.work_id else {
        return Ok(Kept::default());
    };
    let (life, reader) = (&row.entry.life, import.user_id);
    let (mut record, mut said) = record(life, row, (today, now));
    said.extend(life.problems.iter().cloned());
    let mut review = None;
    // Before the library, as whoever writes a review and rates the book with it.
    match ReviewBody::parse(&life.review) {
        Ok(body) if import.reviews => {
            let what = (&body, life.spoiler);
            review = reviews::record(tx, reader, work, what, now).await?;
            if review.is_none() {
                said.push("You have reviewed this book already: that review stays.".to_owned());
            }
        }
        Ok(_) => record.note = noted(&life.note, &life.review, &mut said),
        Err(_) if life.review.is_empty() => {}
        Err(problem) => said.push(format!("Your review was left out. {problem}")),
    }
    let done = library::record(tx, reader, work, &record, now).await?;
    said.extend(differences(&done, &record));
    let mut names = Vec::new();
    for name in &life.lists {
        match ListName::parse(name) {
            Ok(name) => names.push(name),
            Err(problem) => said.push(format!("The shelf “{name}” was left out. {problem}")),
        }
    }
    let lists = lists::put(tx, reader, &names, work, now).await?;
    if !lists.full.is_empty() {
        let names = lists.full.join("”, “");
        said.push(format!("There was no room for it on “{names}”."));
    }
    Ok(Kept {
        work: Some(work),
        written: done.written,
        review,
        lists,
        said,
    })
}

/// What a row says, as the library takes it, and what of it cannot be, in sentences.
fn record(life: &Life, row: &Unrecorded, (today, now): (Date, Timestamp)) -> (Record, Vec<String>) {
    let mut said = Vec::new();
    let mut readings = Vec::new();
    for once in &life.readings {
        let mut reading = NewReading {
            edition: row.edition_id,
            copy: row.copy_id.filter(|_| row.outcome == Outcome::Added),
            started: once.started,
            ended: once.ended,
            ending: once.ending,
            paused_at: once.paused.then_some(once.paused_at.unwrap_or(now)),
            progress: once.progress,
            ..NewReading::default()
        };
        // Each day is judged by itself: one that cannot be does not take the others along.
        while let Err((field, problem)) = check_days(reading.started, reading.ended, today) {
            let day = match field {
                "started_on" => reading.started.take(),
                // Between two that contradict each other, nobody can tell which is wrong.
                _ if reading.ended.is_some_and(|day| day.first() > today) => reading.ended.take(),
                _ => {
                    let begun = reading.started.take();
                    said.push(format!(
                        "It began on {} and ended on {}: the first of them was left out.",
                        begun.map(|day| day.to_string()).unwrap_or_default(),
                        reading.ended.map(|day| day.to_string()).unwrap_or_default(),
                    ));
                    continue;
                }
            };
            if let Some(day) = day {
                said.push(format!("The day {day} was left out. {problem}"));
            }
        }
        readings.push(reading);
    }
    let note = noted(&life.note, "", &mut said);
    let added = life
        .added
        .and_then(|day| day.first().to_zoned(TimeZone::UTC).ok());
    let wanted_at = life
        .wanted_at
        .or_else(|| added.map(|day| day.timestamp()))
        .unwrap_or(now);
    let record = Record {
        wanted_at: life.wanted.then_some(wanted_at),
        readings,
        rating: life.rating,
        rated_at: life.rated_at,
        note,
        visibility: life.visibility,
    };
    (record, said)
}

/// Both as one note; what of it is too long is left out, and said.
fn noted(note: &str, review: &str, said: &mut Vec<String>) -> PrivateNote {
    let both = [note, review].map(str::trim);
    let both: Vec<&str> = both.into_iter().filter(|text| !text.is_empty()).collect();
    PrivateNote::parse(&both.join("\n\n")).unwrap_or_else(|problem| {
        said.push(format!("Your note was left out. {problem}"));
        PrivateNote::parse(note).unwrap_or_default()
    })
}

/// What stays in the library as it was, although the file says something else.
fn differences(done: &Recorded, record: &Record) -> Vec<String> {
    let mut said = Vec::new();
    if let (Some(stays), Some(other)) = (done.rated_otherwise, record.rating) {
        said.push(format!(
            "Your rating stays: {}. The file says {}.",
            stays.said(),
            other.said()
        ));
    }
    if done.second_open {
        said.push("You are reading it already, so it was not begun a second time.".to_owned());
    }
    if done.note_too_long {
        said.push("Your note stays: with the one in the file it would be too long.".to_owned());
    }
    said
}

/// Takes what the next rows have brought out of the library again, where nobody has touched it
/// since. Tells whether there were any.
pub(super) async fn take_back(
    tx: &mut PgConnection,
    import: &Locked,
    now: Timestamp,
) -> Result<bool> {
    let rows = repo::recorded(tx, import.id, BATCH).await?;
    let mut numbers = Vec::new();
    let mut sorted: Vec<_> = rows.iter().collect();
    sorted.sort_by_key(|(number, kept)| (kept.work, *number));
    for (number, kept) in sorted {
        numbers.push(*number);
        if let Some(work) = kept.work {
            if let Some(review) = kept.review {
                reviews::take_out(tx, import.user_id, review, now).await?;
            }
            library::take_back(tx, import.user_id, work, &kept.written, now).await?;
            lists::take_out(tx, import.user_id, work, &kept.lists).await?;
        }
    }
    repo::forget_recorded(tx, import.id, &numbers).await?;
    Ok(!numbers.is_empty())
}
