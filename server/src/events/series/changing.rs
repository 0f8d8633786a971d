//! Changes and cancels several dates of a series at once.

use dogear_domain::events::OccurrenceState;
use dogear_domain::events::hosts::{HostAct, HostRole};
use dogear_domain::events::series::WhichDates;
use dogear_domain::events::times;
use dogear_domain::fields::{CancelReason, FieldErrors};
use dogear_domain::ids::{EventId, UserId, VenueId};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::entering::wall_times;
use crate::clock::day_in_words;
use crate::db::Tx;
use crate::events::form::{EventDraft, EventForm, EventText, read, read_at, says};
use crate::events::hosting::{self, DELETED, apply, call_off};
use crate::events::hosts::owner_for;
use crate::events::log::{note, note_changes};
use crate::events::organisations::of_host;
use crate::events::prices;
use crate::events::repo::deleted;
use crate::events::repo::hosting as stored;
use crate::events::repo::hosting::Stored;
use crate::events::repo::occurrences::{self, Locked};
use crate::events::repo::series::{self as repo, Place, WallTimes};
use crate::version::Version;
use crate::{Cx, Error, Result};

/// A series under its lock, and from it the dates that are meant, under theirs.
struct Opened {
    place: Place,
    dates: Vec<(Locked, Date)>,
}

/// Locks the series of an event and its dates; with those that were changed alone, or without. None
/// when it is in no series.
async fn open(
    tx: &mut Tx,
    cx: &Cx,
    (event, host): (EventId, UserId),
    which: WhichDates,
    detached: bool,
) -> Result<Option<Opened>> {
    let Some(series) = repo::lock_of(tx, event, host).await? else {
        return Ok(None);
    };
    let place = repo::place_of(&mut **tx, event, Some(host))
        .await?
        .ok_or(Error::NotFound)?;
    let from = (which == WhichDates::Following).then_some(place.day);
    let mut dates = Vec::new();
    for (id, _, day) in repo::dates(tx, series, from, detached, cx.now()).await? {
        dates.push((occurrences::lock(tx, id, cx.now()).await?, day));
    }
    Ok(Some(Opened { place, dates }))
}

/// A refusal that concerns another date than that of the form, with its day.
fn of_day(error: Error, stored: &Stored, cx: &Cx) -> Error {
    let zone = TimeZone::get(&stored.time_zone).unwrap_or(TimeZone::UTC);
    let day = day_in_words(stored.starts_at.to_jiff(), &zone, cx.now());
    match error {
        Error::Invalid(errors) => {
            let mut named = FieldErrors::new();
            for (field, sentence) in errors.iter() {
                named.add(field.to_owned(), format!("{day}: {sentence}"));
            }
            Error::Invalid(named)
        }
        Error::Conflict(sentence) => Error::Conflict(format!("{day}: {sentence}")),
        other => other,
    }
}

/// How many days after its first one the form has an event end.
fn more_days(form: &EventForm) -> Option<i64> {
    let day = times::day(&form.day).ok()?;
    let last = times::day(&form.last_day).unwrap_or(day);
    Some(day.duration_until(last).as_hours() / 24)
}

/// A form as [`EventDraft`] would show it once it is saved: the line ends of a browser, blanks at the
/// edges and a nought that is left out are no change that other dates would take on.
fn as_saved(typed: &EventForm, text: &EventText) -> EventForm {
    let time = |typed: &str| {
        times::time_of_day(typed).map_or_else(
            |_| typed.to_owned(),
            |time| time.strftime("%H:%M").to_string(),
        )
    };
    let (price, currency) = prices::typed(text.price);
    EventForm {
        title: text.title.to_string(),
        description: text.description.to_string(),
        kind: text.kind.to_string(),
        visibility: text.visibility.to_string(),
        venue: text.venue.to_string(),
        starts: time(&typed.starts),
        ends: time(&typed.ends),
        online: text.online.to_string(),
        capacity: text.capacity.map_or_else(String::new, |n| n.to_string()),
        max_party: text.max_party.to_string(),
        price,
        currency,
        organisation: text
            .organisation
            .map_or_else(String::new, |id| id.to_string()),
        ..typed.clone()
    }
}

/// The form of another date with what `typed` changes of `was`. Its day stays.
fn with_changes(mut other: EventForm, was: &EventForm, typed: &EventForm) -> EventForm {
    let fields: [(&mut String, &String, &String); 15] = [
        (&mut other.title, &was.title, &typed.title),
        (&mut other.description, &was.description, &typed.description),
        (&mut other.kind, &was.kind, &typed.kind),
        (&mut other.visibility, &was.visibility, &typed.visibility),
        (&mut other.venue, &was.venue, &typed.venue),
        (&mut other.online, &was.online, &typed.online),
        (&mut other.starts, &was.starts, &typed.starts),
        (&mut other.ends, &was.ends, &typed.ends),
        (&mut other.capacity, &was.capacity, &typed.capacity),
        (&mut other.max_party, &was.max_party, &typed.max_party),
        (&mut other.opens_days, &was.opens_days, &typed.opens_days),
        (
            &mut other.closes_hours,
            &was.closes_hours,
            &typed.closes_hours,
        ),
        (
            &mut other.cancel_hours,
            &was.cancel_hours,
            &typed.cancel_hours,
        ),
        (&mut other.give_on, &was.give_on, &typed.give_on),
        (
            &mut other.organisation,
            &was.organisation,
            &typed.organisation,
        ),
    ];
    for (other, was, typed) in fields {
        if was != typed {
            other.clone_from(typed);
        }
    }
    // An amount says nothing without its currency.
    if (&was.price, &was.currency) != (&typed.price, &typed.currency) {
        other.price.clone_from(&typed.price);
        other.currency.clone_from(&typed.currency);
    }
    if was.smaller_pass != typed.smaller_pass {
        other.smaller_pass = typed.smaller_pass;
    }
    if more_days(was) != more_days(typed) {
        let last = more_days(typed)
            .zip(times::day(&other.day).ok())
            .and_then(|(days, day)| day.checked_add(days.days()).ok());
        other.last_day = last.map_or_else(String::new, |day| day.to_string());
    }
    other
}

/// Changes one date of a series, or with it those to come that follow, or all that are to come. Each
/// takes on what the form changes, and keeps the rest: its day, and what it has of its own. Those
/// that were changed alone stay as they are, and so does the rest of one that is changed alone.
///
/// # Errors
/// As of one event; what is wrong with another date says which one. Then nothing is changed.
pub async fn save_dates(
    cx: &Cx,
    event: EventId,
    form: &EventForm,
    seen: &Version,
    which: WhichDates,
) -> Result<()> {
    let editor = cx.member()?.id;
    if which == WhichDates::This {
        return hosting::save(cx, event, form, seen).await;
    }
    let host = owner_for(cx, event, HostRole::CoHost).await?;
    let before = stored::event(cx.db(), event, host)
        .await?
        .ok_or(Error::NotFound)?;
    let text = read(cx, host, form, Some(&before)).await?;
    let organisations = of_host(cx, host).await?;
    let mut tx = cx.begin().await?;
    let opened = open(&mut tx, cx, (event, host), which, false).await?;
    let Some(opened) = opened.filter(|opened| !opened.place.detached) else {
        // It goes its own way by now.
        drop(tx);
        return hosting::save(cx, event, form, seen).await;
    };
    let now = stored::event(&mut *tx, event, host)
        .await?
        .ok_or(Error::NotFound)?;
    if says(&now, &text) {
        return tx.commit().await;
    }
    let was = EventDraft::from(&now);
    let typed = as_saved(form, &text);
    seen.check(&was.version()?)?;
    if opened.dates.iter().all(|(date, _)| date.event != event) {
        return Err(Error::Conflict(
            "This event is over or cancelled, so it stays as it is.".into(),
        ));
    }
    for (locked, _) in opened.dates {
        if locked.event == event {
            apply(&mut tx, locked, &now, &text, cx.now()).await?;
            note_changes(&mut tx, event, editor, (&now, &text), cx.now()).await?;
            continue;
        }
        let other = stored::event(&mut *tx, locked.event, host)
            .await?
            .ok_or(Error::NotFound)?;
        let form = with_changes(EventDraft::from(&other).form, &was.form, &typed);
        let venue = match form.venue.parse::<VenueId>() {
            Ok(id) => stored::venue(&mut *tx, id, host).await?,
            Err(_) => None,
        };
        let text = read_at((venue, &organisations), &form, Some(&other), cx.now())
            .map_err(|error| of_day(error, &other, cx))?;
        if !says(&other, &text) {
            apply(&mut tx, locked, &other, &text, cx.now())
                .await
                .map_err(|error| of_day(error, &other, cx))?;
            let change = (&other, &text);
            note_changes(&mut tx, locked.event, editor, change, cx.now()).await?;
        }
    }
    if let Some(series) = repo::read(&mut *tx, opened.place.series).await? {
        let times = times_with_changes(series.times, &was.form, &typed, &text.time_zone)?;
        repo::set_times(&mut tx, series.id, &times).await?;
    }
    tx.commit().await
}

/// When dates are that are made later, with what `typed` changes of `was`.
fn times_with_changes(
    mut times: WallTimes,
    was: &EventForm,
    typed: &EventForm,
    time_zone: &str,
) -> Result<WallTimes> {
    let new = wall_times(typed, time_zone.to_owned()).map_err(Error::Invalid)?;
    if was.starts != typed.starts {
        times.starts = new.starts;
    }
    if was.ends != typed.ends {
        times.ends = new.ends;
    }
    if more_days(was) != more_days(typed) {
        times.more_days = new.more_days;
    }
    if was.venue != typed.venue {
        times.time_zone = new.time_zone;
    }
    Ok(times)
}

/// Cancels one date of a series, or with it those to come that follow, or all that are to come;
/// those that were changed alone, too. Of what is cancelled none is made again. The answer is as of
/// one event: whether there is still something to see of this one.
///
/// # Errors
/// As of one event.
pub async fn cancel_dates(
    cx: &Cx,
    event: EventId,
    why: &CancelReason,
    which: WhichDates,
) -> Result<bool> {
    if which == WhichDates::This {
        return hosting::cancel(cx, event, why).await;
    }
    // Only its owner: nobody gives this away.
    let host = cx.reader()?.id;
    let mut tx = cx.begin().await?;
    let opened = open(&mut tx, cx, (event, host), which, true).await?;
    if deleted::deleted_at(&mut tx, event, host).await?.is_some() {
        return Ok(false);
    }
    let Some(opened) = opened else {
        drop(tx);
        return hosting::cancel(cx, event, why).await;
    };
    let mut is_there = true;
    let now = cx.now();
    let first = opened.dates.iter().map(|(_, day)| *day).min();
    let are_drafts = !opened.dates.is_empty()
        && (opened.dates.iter()).all(|(locked, _)| locked.seating.state == OccurrenceState::Draft);
    if are_drafts {
        deleted::note_end(&mut tx, opened.place.series, now).await?;
    }
    for (locked, _) in opened.dates {
        match locked.seating.state {
            OccurrenceState::Draft => {
                stored::put_away(&mut tx, locked.event, now).await?;
                note(&mut tx, locked.event, host, DELETED, now).await?;
                is_there &= locked.event != event;
            }
            OccurrenceState::Published => {
                call_off(&mut tx, locked.event, locked.id, why, cx.now()).await?;
                let cancelled = (HostAct::Cancelled, "");
                note(&mut tx, locked.event, host, cancelled, cx.now()).await?;
            }
            OccurrenceState::Cancelled => {}
        }
    }
    let last = first.and_then(|day| day.yesterday().ok());
    repo::end(&mut tx, opened.place.series, last).await?;
    tx.commit().await?;
    Ok(is_there)
}
