//! Members do something for an event: guests with seats, those who help to host it, and whom a host
//! asks. Of two who take the last place of a task at once one gets it: they are counted under its
//! lock.

use dogear_domain::events::BookingState;
use dogear_domain::events::hosts::HostRole;
use dogear_domain::events::tasks::{self as rules, MOST_TASKS, VolunteerState};
use dogear_domain::ids::{EventId, EventTaskId, UserId};

use super::page::{EventPage, page};
use super::repo::tasks::{self as repo, Locked};
use super::repo::{desk, occurrences, waiting};
use super::task_news::{TaskNews, tell};
use super::tasks::{Task, refusal};
use crate::db::Tx;
use crate::{Cx, Error, Result};

/// Whether whoever asks sees all that is to be done for an event: they host it, help with it, or
/// have seats there.
fn takes_part(event: &EventPage) -> bool {
    let has_seats = (event.booking).is_some_and(|booking| booking.held_until.is_none());
    event.role.is_some() || has_seats
}

/// What is to be done for an event, as far as whoever asks may know: all of it for those who take
/// part, for others what they were asked to do or do.
///
/// # Errors
/// Those of the database.
pub async fn tasks(cx: &Cx, event: &EventPage) -> Result<Vec<Task>> {
    let Some(reader) = &cx.actor else {
        return Ok(Vec::new());
    };
    let rows = repo::list(cx.db(), event.id, reader.id, MOST_TASKS).await?;
    let all = takes_part(event);
    Ok(rows
        .into_iter()
        .filter(|row| all || row.own.is_some())
        .map(|row| Task {
            // Who of the guests it was is for the host to know.
            done_by: None,
            ..Task::from(row)
        })
        .collect())
}

/// The same, with the event.
///
/// # Errors
/// `SignInRequired`; `NotFound` for an event that is not for them to see, and for whoever neither
/// takes part nor was asked.
pub async fn event_tasks(cx: &Cx, event: EventId) -> Result<(EventPage, Vec<Task>)> {
    cx.reader()?;
    let page = page(cx, event).await?;
    let tasks = tasks(cx, &page).await?;
    if tasks.is_empty() && !takes_part(&page) {
        return Err(Error::NotFound);
    }
    Ok((page, tasks))
}

/// The event of a task, as whoever asks sees it: before a transaction is begun.
async fn shown(cx: &Cx, task: EventTaskId) -> Result<EventPage> {
    cx.reader()?;
    let event = repo::event_of(cx.db(), task).await?;
    page(cx, event.ok_or(Error::NotFound)?).await
}

/// A task under its lock, for whoever takes part in its event, was asked to do it or does it; they are
/// kept from being erased.
async fn open(
    tx: &mut Tx,
    (takes_part, reader): (bool, UserId),
    task: EventTaskId,
) -> Result<Locked> {
    if !waiting::hold(tx, reader).await? {
        return Err(Error::NotFound);
    }
    let locked = repo::lock(tx, task, reader).await?;
    let locked = locked.ok_or(Error::NotFound)?;
    let is_theirs = locked.state == Some(VolunteerState::Doing) || locked.was_asked;
    if takes_part || is_theirs {
        Ok(locked)
    } else {
        Err(Error::NotFound)
    }
}

/// Whoever asks does a task from now on; gives the event. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for whoever neither takes part nor was asked;
/// `Conflict` when enough others do it, it is done, or the event is over or cancelled.
pub async fn take_task(cx: &Cx, task: EventTaskId) -> Result<EventId> {
    let reader = cx.member()?.id;
    let now = cx.now();
    let page = shown(cx, task).await?;
    let mut tx = cx.begin().await?;
    // Locked first: whoever cancels it meanwhile tells those who do something by then.
    let date = desk::date_of(&mut tx, page.id).await?;
    let date = date.ok_or(Error::NotFound)?;
    let (date, live) = occurrences::lock_for(&mut tx, date, reader, now).await?;
    let has_seats = live.is_some_and(|live| live.state == BookingState::Confirmed);
    let takes_part = page.role.is_some() || has_seats;
    let locked = open(&mut tx, (takes_part, reader), task).await?;
    if locked.state == Some(VolunteerState::Doing) {
        return Ok(page.id);
    }
    rules::is_open(date.seating.state, page.ends_at, now).map_err(refusal)?;
    locked.hands.may_take().map_err(refusal)?;
    repo::put(&mut tx, task, reader, (VolunteerState::Doing, false), now).await?;
    if locked.owner != reader {
        let news = (TaskNews::Taken, locked.title.as_str());
        tell(&mut tx, page.id, news, vec![locked.owner], now).await?;
    }
    tx.commit().await?;
    Ok(page.id)
}

/// Whoever asks does a task no more, or says no to it; gives the event. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever neither takes part nor was asked; `Conflict` when the
/// event does not take place.
pub async fn give_up_task(cx: &Cx, task: EventTaskId) -> Result<EventId> {
    let reader = cx.reader()?.id;
    let now = cx.now();
    let page = shown(cx, task).await?;
    let mut tx = cx.begin().await?;
    let locked = open(&mut tx, (takes_part(&page), reader), task).await?;
    let news = match locked.state {
        None | Some(VolunteerState::Declined) => return Ok(page.id),
        Some(VolunteerState::Asked) => TaskNews::Declined,
        Some(VolunteerState::Doing) => TaskNews::GivenUp,
    };
    rules::takes_place(page.seating.state).map_err(refusal)?;
    let declined = (VolunteerState::Declined, false);
    repo::put(&mut tx, task, reader, declined, now).await?;
    if locked.owner != reader {
        let news = (news, locked.title.as_str());
        tell(&mut tx, page.id, news, vec![locked.owner], now).await?;
    }
    tx.commit().await?;
    Ok(page.id)
}

/// Says how much of a hundred of a task is done; gives the event, and how much it was before. All of
/// it is noted with the time and whoever said so.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for whoever neither hosts the event nor does the task;
/// `Invalid` for no such number; `Conflict` when the event does not take place.
pub async fn set_task_percent(cx: &Cx, task: EventTaskId, percent: &str) -> Result<(EventId, i32)> {
    let reader = cx.member()?.id;
    let now = cx.now();
    let page = shown(cx, task).await?;
    let mut tx = cx.begin().await?;
    let locked = open(&mut tx, (takes_part(&page), reader), task).await?;
    let hosts = page.role.is_some_and(|role| role.covers(HostRole::CoHost));
    if !hosts && locked.state != Some(VolunteerState::Doing) {
        return Err(Error::NotFound);
    }
    let percent = rules::percent(percent).map_err(|problem| Error::field("percent", problem))?;
    rules::takes_place(page.seating.state).map_err(refusal)?;
    let before = locked.hands.percent;
    if percent != before {
        repo::set_percent(&mut tx, task, percent, reader, now).await?;
        tx.commit().await?;
    }
    Ok((page.id, before))
}
