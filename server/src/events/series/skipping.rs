//! Which days of a series its host leaves out, after it was entered.

use std::collections::BTreeMap;

use dogear_domain::events::OccurrenceState;
use dogear_domain::events::hosts::HostAct;
use dogear_domain::ids::{EventSeriesId, UserId};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::dates::make;
use crate::db::Tx;
use crate::events::hosting::{DELETED, PUBLISHED};
use crate::events::interests;
use crate::events::log::note;
use crate::events::repo::series::{self as repo, Series};
use crate::events::repo::series_dates::{self, AttachedRow, MadeRow};
use crate::events::repo::{deleted, hosting, occurrences};
use crate::events::waiting::settle;
use crate::version::Version;
use crate::{Cx, Error, Result};

/// A day to come of a series, at which it is or which is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesDay {
    /// By the rule, whenever a date that was changed alone is by now.
    pub day: Date,
    /// It is not then.
    pub is_left_out: bool,
    /// Seats that guests have there.
    pub taken: i32,
}

/// The days to come of a series, for its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesDays {
    /// In their order; those whose date is cancelled are not among them.
    pub days: Vec<SeriesDay>,
    /// Of what the form shows.
    pub version: Version,
}

/// “Tuesday 22 December 2026”.
fn in_words(day: Date) -> String {
    day.strftime("%A %-d %B %Y").to_string()
}

impl SeriesDays {
    fn of(series: &Series, made: &[MadeRow], now: Timestamp) -> Result<Self> {
        let zone = TimeZone::get(&series.times.time_zone).unwrap_or(TimeZone::UTC);
        let today = now.to_zoned(zone).date();
        let made: BTreeMap<Date, &MadeRow> = made.iter().map(|row| (row.day, row)).collect();
        let days = series.rule.all_days().filter_map(|day| {
            let row = made.get(&day);
            let is_there = match row {
                Some(row) if row.starts_at <= now => return None,
                // It stands among the dates as what it is.
                Some(row) if row.state == OccurrenceState::Cancelled => return None,
                Some(row) => !row.is_deleted,
                None if day <= today => return None,
                None => !series.rule.skipped.contains(&day),
            };
            Some(SeriesDay {
                day,
                is_left_out: !is_there,
                taken: row.map_or(0, |row| row.taken),
            })
        });
        let days: Vec<SeriesDay> = days.collect();
        let said: Vec<(String, bool)> = (days.iter())
            .map(|day| (day.day.to_string(), day.is_left_out))
            .collect();
        Ok(Self {
            version: Version::of(&said)?,
            days,
        })
    }

    fn at(&self, day: Date) -> Option<&SeriesDay> {
        self.days.iter().find(|one| one.day == day)
    }
}

/// The days to come of a series, for its owner; none for those who host it with them: leaving one out
/// is like deleting it.
///
/// # Errors
/// `SignInRequired`; `NotFound` for a series that is not there.
pub async fn series_days(cx: &Cx, id: EventSeriesId) -> Result<Option<SeriesDays>> {
    let asker = cx.reader()?.id;
    if series_dates::host(cx.db(), id).await? != Some(asker) {
        return Ok(None);
    }
    let series = repo::read(cx.db(), id).await?.ok_or(Error::NotFound)?;
    let made = series_dates::made(cx.db(), id).await?;
    SeriesDays::of(&series, &made, cx.now()).map(Some)
}

/// Leaves the days `without` out of a series, and those that were left out and are not among them are
/// in it again. Dates that were made for them are deleted as drafts are, and restored: published as
/// the others, and told as new dates are. Gives how many days are left out.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for whoever does not own it; `Invalid` at `without` for
/// what is no day to come of the series, for one to which anything of somebody is attached, and when
/// none would be left; `Conflict` when the days are others than `seen`.
pub async fn leave_out(
    cx: &Cx,
    id: EventSeriesId,
    without: &[String],
    seen: &Version,
) -> Result<usize> {
    let host = cx.member()?.id;
    if series_dates::host(cx.db(), id).await? != Some(host) {
        return Err(Error::NotFound);
    }
    let mut tx = cx.begin().await?;
    let now = cx.now();
    let mut series = repo::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let mut made = series_dates::made(&mut *tx, id).await?;
    lock_to_come(&mut tx, &mut made, now).await?;
    let days = SeriesDays::of(&series, &made, now)?;
    let refuse = |sentence: String| Error::field("without", sentence);
    let named = series.rule.days_named(without).map_err(refuse)?;
    if let Some(day) = named.iter().find(|day| days.at(**day).is_none()) {
        return Err(refuse(format!(
            "{} has begun, or is cancelled already.",
            in_words(*day)
        )));
    }
    let is_new = |day: &SeriesDay| !day.is_left_out && named.contains(&day.day);
    let is_back = |day: &SeriesDay| day.is_left_out && !named.contains(&day.day);
    if !days.days.iter().any(|day| is_new(day) || is_back(day)) {
        // As it stands: sent twice, mostly.
        return Ok(named.len());
    }
    seen.check(&days.version)?;
    if named.len() == days.days.len() {
        return Err(refuse(
            "Then no date is left. Leave fewer out, or cancel the dates.".into(),
        ));
    }
    let new: Vec<&MadeRow> = (made.iter())
        .filter(|row| row.state == OccurrenceState::Published)
        .filter(|row| days.at(row.day).is_some_and(is_new))
        .collect();
    may_take_out(&mut tx, &new).await?;
    let mut public = Vec::new();
    for row in &made {
        let Some(day) = days.at(row.day) else {
            continue;
        };
        if is_new(day) {
            take_out(&mut tx, row, host, now).await?;
        } else if is_back(day) && bring_back(&mut tx, &series, row, host, now).await? {
            public.push(row.event);
        }
    }
    if repo::latest(&mut tx, id).await?.is_none() {
        // What is made later is made like one that is there: without any the series would end.
        return Err(refuse(
            "Then none of the dates is left that are there already, and later ones are made like these. Leave one of them in, or cancel the dates."
                .into(),
        ));
    }
    interests::tell_of_dates(&mut tx, &public, now).await?;
    let back: Vec<Date> = (days.days.iter())
        .filter(|day| is_back(day))
        .map(|day| day.day)
        .collect();
    let skipped = &mut series.rule.skipped;
    skipped.retain(|day| !back.contains(day));
    skipped.extend(&named);
    skipped.sort_unstable();
    skipped.dedup();
    repo::set_skipped(&mut tx, id, &series.rule.skipped).await?;
    make(&mut tx, &series, now).await?;
    tx.commit().await?;
    Ok(named.len())
}

/// Locks the dates that have not begun, and reads what is so of them by then. Holds and offers that
/// have run out end.
async fn lock_to_come(tx: &mut Tx, made: &mut [MadeRow], now: Timestamp) -> Result<()> {
    let to_come: Vec<&mut MadeRow> = (made.iter_mut())
        .filter(|row| row.starts_at > now)
        .collect();
    // All of them before what hangs on each, as everybody does who locks several.
    let mut locked = Vec::with_capacity(to_come.len());
    for row in &to_come {
        locked.push(occurrences::lock(tx, row.occurrence, now).await?);
    }
    for (row, mut date) in to_come.into_iter().zip(locked) {
        settle(tx, &mut date, now).await?;
        row.state = date.seating.state;
        row.starts_at = date.seating.starts_at;
        row.taken = date.seating.taken;
    }
    Ok(())
}

/// Refuses to take published dates out to which anything of somebody is attached: whoever has a part
/// in a date is told when it is cancelled, and what they had there stays.
async fn may_take_out(tx: &mut Tx, rows: &[&MadeRow]) -> Result<()> {
    let ids: Vec<i64> = rows.iter().map(|row| row.occurrence.0).collect();
    series_dates::close(tx, &ids).await?;
    let attached = series_dates::attached(tx, &ids).await?;
    let named = |has: fn(&AttachedRow) -> bool| {
        let is_so = |row: &MadeRow| {
            (attached.iter()).any(|one| one.occurrence == row.occurrence && has(one))
        };
        let days = rows.iter().filter(|row| is_so(row));
        days.map(|row| in_words(row.day)).collect::<Vec<_>>()
    };
    let touched = named(|one| one.is_touched);
    if !touched.is_empty() {
        return Err(Error::field(
            "without",
            format!(
                "Somebody has shown interest in {}, or had seats or a part there: cancel instead of leaving out, so that they are told.",
                touched.join(", ")
            ),
        ));
    }
    let held = named(|one| one.is_held);
    if !held.is_empty() {
        return Err(Error::field(
            "without",
            format!(
                "Somebody is just taking seats on {}. Try again in some minutes.",
                held.join(", ")
            ),
        ));
    }
    Ok(())
}

/// Takes a date out to which nothing is attached. What was published is a draft again, which can be
/// taken in again, and goes for good after a month.
async fn take_out(tx: &mut Tx, row: &MadeRow, host: UserId, now: Timestamp) -> Result<()> {
    if row.state == OccurrenceState::Published {
        occurrences::set_state(tx, row.occurrence, OccurrenceState::Draft, now).await?;
    }
    series_dates::forget_lapsed(tx, row.occurrence).await?;
    hosting::put_away(tx, row.event, now).await?;
    note(tx, row.event, host, DELETED, now).await
}

/// Restores a date that was taken out: as the others of its series are. Says whether it is published
/// by that.
async fn bring_back(
    tx: &mut Tx,
    series: &Series,
    row: &MadeRow,
    host: UserId,
    now: Timestamp,
) -> Result<bool> {
    deleted::restore(tx, row.event).await?;
    note(tx, row.event, host, (HostAct::Restored, ""), now).await?;
    if !series.published || row.state != OccurrenceState::Draft {
        return Ok(false);
    }
    occurrences::set_state(tx, row.occurrence, OccurrenceState::Published, now).await?;
    note(tx, row.event, host, PUBLISHED, now).await?;
    Ok(true)
}
