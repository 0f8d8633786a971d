//! Makes the dates of series, half a year ahead.

use dogear_domain::events::series::made_until;
use dogear_domain::events::times;
use dogear_domain::events::{EventReview, OccurrenceState};
use dogear_domain::ids::{EventId, EventSeriesId, UserId};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sqlx::PgConnection;

use crate::events::hosting::PUBLISHED;
use crate::events::interests;
use crate::events::log::note;
use crate::events::repo::series::{self as repo, Series, WallTimes};
use crate::events::repo::{deleted, hosting, occurrences, reviews, series_views, tasks};
use crate::{Cx, Error, Result};

/// Series that are looked for in one statement.
const BATCH: i64 = 100;

/// From when to when the date of a series for a day is. Where the clock leaves hours out, it ends
/// as much later as it would last on any other day.
fn span(times: &WallTimes, day: Date, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    let last = day
        .checked_add(jiff::Span::new().try_days(times.more_days).ok()?)
        .ok()?;
    let starts_at = times::moment(day, times.starts, zone).ok()?;
    let ends_at = times::moment(last, times.ends, zone).ok()?;
    if ends_at > starts_at {
        return Some((starts_at, ends_at));
    }
    let lasts = day
        .to_datetime(times.starts)
        .duration_until(last.to_datetime(times.ends));
    Some((starts_at, starts_at.checked_add(lasts).ok()?))
}

/// Makes the dates of a locked series that are due: like the last one that was not changed alone, so
/// that what was changed for all that follow goes on. Those that are past, or there, are passed by.
pub(super) async fn make(conn: &mut PgConnection, series: &Series, now: Timestamp) -> Result<()> {
    let Some(like) = repo::latest(conn, series.id).await? else {
        if deleted::any_of_series(conn, series.id).await? {
            // What is made goes on from what the host restores.
            return Ok(());
        }
        // The host has deleted every draft.
        return repo::end(conn, series.id, None).await;
    };
    let zone = TimeZone::get(&series.times.time_zone).unwrap_or(TimeZone::UTC);
    let until = made_until(now.to_zoned(zone.clone()).date());
    let made = repo::made(conn, series.id).await?;
    let state = if series.published {
        OccurrenceState::Published
    } else {
        OccurrenceState::Draft
    };
    let (mut next, mut new) = (None, Vec::new());
    for day in series.rule.days().filter(|day| !made.contains(day)) {
        if day > until {
            next = Some(day);
            break;
        }
        let Some(span) = span(&series.times, day, &zone).filter(|(starts_at, _)| *starts_at > now)
        else {
            continue;
        };
        if let Some(event) = repo::copy_event(conn, like, day, now).await? {
            let zone = &series.times.time_zone;
            repo::copy_occurrence(conn, (like, event), span, zone, state, now).await?;
            tasks::copy(conn, (like, event), now).await?;
            new.push(event);
        }
    }
    if series.published {
        interests::tell_of_dates(conn, &new, now).await?;
    }
    repo::set_next(conn, series.id, next).await
}

/// Makes the dates of every series that have come into sight.
///
/// # Errors
/// The first failure, after every other series was tried.
pub(in crate::events) async fn make_dates(cx: &Cx) -> Result<()> {
    let mut failure = None;
    let mut after = EventSeriesId(0);
    // A day on from here the calendar of every zone has gone on.
    let until = made_until(cx.now().to_zoned(TimeZone::UTC).date());
    let until = until.tomorrow().map_err(Error::internal)?;
    loop {
        let batch = repo::due(cx.db(), (until, cx.now()), after, BATCH).await?;
        let Some(&last) = batch.last() else {
            break;
        };
        after = last;
        for id in batch {
            if let Err(error) = make_one(cx, id).await {
                tracing::warn!(%error, series = id.0, "dates of a series were not made; it will be tried again");
                failure.get_or_insert(error);
            }
        }
    }
    failure.map_or(Ok(()), Err)
}

async fn make_one(cx: &Cx, id: EventSeriesId) -> Result<()> {
    let mut tx = cx.begin().await?;
    // Gone meanwhile: there is nothing to make.
    if let Some(series) = repo::lock(&mut tx, id).await? {
        make(&mut tx, &series, cx.now()).await?;
    }
    tx.commit().await
}

/// How many dates of the series of a published event take place; one of what is once.
pub(in crate::events) async fn published(
    conn: &mut PgConnection,
    event: EventId,
    now: Timestamp,
) -> Result<i64> {
    match repo::place_of(&mut *conn, event, None).await? {
        Some(place) => series_views::published_to_come(conn, place.series, now).await,
        None => Ok(1),
    }
}

/// Which other drafts of a series are published with one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::events) enum Others {
    /// All of them.
    All,
    /// Those that a moderator has approved with it.
    Approved,
}

/// Publishes other drafts to come of the series of an event, and those that are made later, unless
/// what they are made like has not been approved. The caller holds the lock of the series, without which nobody locks a draft.
pub(in crate::events) async fn publish_others(
    conn: &mut PgConnection,
    event: EventId,
    (host, publisher): (UserId, UserId),
    others: Others,
    now: Timestamp,
) -> Result<()> {
    let Some(place) = repo::place_of(&mut *conn, event, Some(host)).await? else {
        return Ok(());
    };
    if others == Others::All || !reviews::any_left(conn, place.series).await? {
        repo::publish(conn, place.series).await?;
    }
    for (id, event, _) in repo::dates(conn, place.series, None, true, now).await? {
        occurrences::lock(conn, id, now).await?;
        let stored = hosting::event(&mut *conn, event, host).await?;
        let is_to_come = stored.is_some_and(|stored| {
            stored.state == OccurrenceState::Draft && stored.starts_at.to_jiff() > now
        });
        let is_meant = others == Others::All
            || reviews::of_event(conn, event).await? == Some(EventReview::Approved);
        if is_to_come && is_meant {
            occurrences::set_state(conn, id, OccurrenceState::Published, now).await?;
            note(conn, event, publisher, PUBLISHED, now).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;

    #[test]
    fn what_ends_in_the_hour_that_the_clock_leaves_out_lasts_as_long_as_always() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let times = WallTimes {
            starts: time(2, 30, 0, 0),
            ends: time(3, 0, 0, 0),
            more_days: 0,
            time_zone: "Europe/Berlin".into(),
        };
        let (starts_at, ends_at) = span(&times, date(2027, 3, 28), &zone).unwrap();
        assert_eq!(starts_at.to_string(), "2027-03-28T01:30:00Z");
        assert_eq!(ends_at.to_string(), "2027-03-28T02:00:00Z");
    }
}
