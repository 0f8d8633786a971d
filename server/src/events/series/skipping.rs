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
use crate::events::hosting::DELETED;
use crate::events::log::note;
use crate::events::notify::{self, EventNews};
use crate::events::repo::series::{self as repo, Series};
use crate::events::repo::series_dates::{self, MadeRow};
use crate::events::repo::{deleted, hosting, occurrences};
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
/// in it again. Dates that were made for them are deleted as drafts are, and restored. Gives how many
/// days are left out.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for whoever does not own it; `Invalid` at `without` for
/// what is no day to come of the series, for one at which guests have seats or wait, and when none
/// would be left; `Conflict` when the days are others than `seen`.
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
    for row in made.iter_mut().filter(|row| row.starts_at > now) {
        let locked = occurrences::lock(&mut tx, row.occurrence, now).await?;
        row.state = locked.seating.state;
        row.starts_at = locked.seating.starts_at;
        row.taken = locked.seating.taken;
        row.is_awaited = locked.has_waiting;
    }
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
    let guests = days.days.iter().filter(|day| is_new(day)).find(|day| {
        let row = made.iter().find(|row| row.day == day.day);
        row.is_some_and(|row| row.taken > 0 || row.is_awaited)
    });
    if let Some(day) = guests {
        return Err(refuse(format!(
            "On {} guests have seats, or wait for some. Cancel that date instead, so that they are told.",
            in_words(day.day)
        )));
    }
    for row in &made {
        match days.at(row.day) {
            Some(day) if is_new(day) => take_out(&mut tx, row, host, now).await?,
            Some(day) if is_back(day) => bring_back(&mut tx, &series, row, host, now).await?,
            _ => {}
        }
    }
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

/// Takes a date out that nobody comes to. What was published is a draft again, which can be restored.
async fn take_out(tx: &mut Tx, row: &MadeRow, host: UserId, now: Timestamp) -> Result<()> {
    if row.state == OccurrenceState::Published {
        // Whoever is interested, helps, or wanted to hand over books there.
        let news = EventNews::Cancelled {
            reason: String::new(),
            title: hosting::title(tx, row.event).await?,
            by_moderator: false,
        };
        notify::tell_guests(tx, row.event, news, now).await?;
        occurrences::set_state(tx, row.occurrence, OccurrenceState::Draft, now).await?;
    }
    hosting::put_away(tx, row.event, now).await?;
    note(tx, row.event, host, DELETED, now).await
}

/// Restores a date that was taken out: as the others of its series are.
async fn bring_back(
    tx: &mut Tx,
    series: &Series,
    row: &MadeRow,
    host: UserId,
    now: Timestamp,
) -> Result<()> {
    deleted::restore(tx, row.event).await?;
    if series.published && row.state == OccurrenceState::Draft {
        occurrences::set_state(tx, row.occurrence, OccurrenceState::Published, now).await?;
    }
    note(tx, row.event, host, (HostAct::Restored, ""), now).await
}
