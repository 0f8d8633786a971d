//! What hosts do: enter an event, publish it, change it, cancel it.

use dogear_domain::events::giving_on::is_sooner;
use dogear_domain::events::hosts::{HostAct, HostRole};
use dogear_domain::events::seats::Seating;
use dogear_domain::events::{OccurrenceState, WaitingState};
use dogear_domain::fields::CancelReason;
use dogear_domain::ids::{EventId, OccurrenceId, UserId};
use jiff::Timestamp;

use super::form::{EventDraft, EventForm, EventText, read, says};
use super::hosts::owner_for;
use super::log::{note, note_changes};
use super::notify::{self, EventNews};
use super::repo::hosting::Stored;
use super::repo::occurrences::Locked;
use super::repo::{
    bookings, codes, deleted, giving_on, holds, hosting as repo, occurrences, series,
    waiting as queue,
};
use super::waiting::{promote, refusal};
use super::{prices, reminders, tasks};
use crate::db::{IdempotencyKey, Idempotent, Tx};
use crate::version::Version;
use crate::{Cx, Error, Result, limits};

/// What the log says of a date that is shown.
pub(super) const PUBLISHED: (HostAct, &str) = (HostAct::Published, "");
/// What it says of a date that its owner has deleted.
pub(super) const DELETED: (HostAct, &str) = (HostAct::Deleted, "");

/// Enters an event as a draft, which only its host sees.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `Invalid` with the form's fields; `TooMany`.
pub async fn create(cx: &Cx, key: Option<IdempotencyKey>, form: &EventForm) -> Result<EventId> {
    create_as(cx, key, form, None).await
}

/// The same, with the tasks of another event that whoever asks hosts.
pub(super) async fn create_as(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    form: &EventForm,
    like: Option<EventId>,
) -> Result<EventId> {
    let host = cx.member()?.id;
    let text = read(cx, host, form, None).await?;
    cx.limit(limits::HOST, &host.to_string()).await?;
    let mut once = match cx.once(key, &("create event", form, like)).await? {
        Idempotent::Done(id) => return Ok(id),
        Idempotent::New(once) => once,
    };
    let tx = &mut *once.tx;
    let id = repo::insert_event(tx, host, &text, cx.now()).await?;
    occurrences::insert(tx, id, &text.dates(), cx.now()).await?;
    tasks::copy_if_hosted(cx, tx, (like, id)).await?;
    once.commit(&id).await?;
    Ok(id)
}

/// An event that whoever asks hosts, as the form shows it.
///
/// # Errors
/// `SignInRequired`; `NotFound`, also for the event of somebody else.
pub async fn draft(cx: &Cx, event: EventId) -> Result<EventDraft> {
    let host = owner_for(cx, event, HostRole::CoHost).await?;
    let stored = repo::event(cx.db(), event, host).await?;
    Ok((&stored.ok_or(Error::NotFound)?).into())
}

/// The host's event under the lock of its date, and before that of its series.
pub(super) async fn open(
    tx: &mut Tx,
    cx: &Cx,
    event: EventId,
    host: UserId,
) -> Result<(Locked, Stored)> {
    series::lock_of(tx, event, host).await?;
    let id = occurrences::hosted(&mut **tx, event, host)
        .await?
        .ok_or(Error::NotFound)?;
    let locked = occurrences::lock(tx, id, cx.now()).await?;
    let stored = repo::event(&mut **tx, event, host)
        .await?
        .ok_or(Error::NotFound)?;
    Ok((locked, stored))
}

/// Changes an event, and of a series this date alone. More seats go to those who wait, and guests
/// are told when time or place change, and when seats of those who have not come are given on sooner.
///
/// # Errors
/// `NotFound` for whoever does not host it; `Invalid` with the form's fields, also for fewer seats
/// than are taken; `Conflict` when it is cancelled or over, or says something else by now than the
/// form showed.
pub async fn save(cx: &Cx, event: EventId, form: &EventForm, seen: &Version) -> Result<()> {
    let editor = cx.member()?.id;
    let host = owner_for(cx, event, HostRole::CoHost).await?;
    let before = repo::event(cx.db(), event, host)
        .await?
        .ok_or(Error::NotFound)?;
    let text = read(cx, host, form, Some(&before)).await?;
    let mut tx = cx.begin().await?;
    let (locked, stored) = open(&mut tx, cx, event, host).await?;
    if says(&stored, &text) {
        return tx.commit().await;
    }
    seen.check(&EventDraft::from(&stored).version()?)?;
    apply(&mut tx, locked, &stored, &text, cx.now()).await?;
    note_changes(&mut tx, event, editor, (&stored, &text), cx.now()).await?;
    series::detach(&mut tx, event).await?;
    tx.commit().await
}

/// Changes a locked event.
pub(super) async fn apply(
    conn: &mut sqlx::PgConnection,
    mut locked: Locked,
    stored: &Stored,
    text: &EventText,
    now: Timestamp,
) -> Result<()> {
    let event = locked.event;
    if stored.state == OccurrenceState::Cancelled || stored.ends_at.to_jiff() <= now {
        return Err(Error::Conflict(
            "This event is over or cancelled, so it stays as it is.".into(),
        ));
    }
    locked.seating.may_have(text.capacity).map_err(refusal)?;
    repo::update_event(conn, event, text, now).await?;
    occurrences::update(conn, locked.id, &text.dates(), now).await?;
    locked.seating = Seating {
        starts_at: text.starts_at,
        capacity: text.capacity,
        max_party: text.max_party,
        smaller_pass: text.smaller_pass,
        window: text.window,
        ..locked.seating
    };
    prices::changed(conn, &mut locked, text.price).await?;
    // Nothing is kept for longer than it would be if it was offered now, nor held after booking ends.
    let kept = locked.seating.offer_until(now);
    let kept = kept.unwrap_or(text.starts_at);
    bookings::shorten_holds(conn, locked.id, kept, now).await?;
    holds::shorten(conn, locked.id, locked.seating.closes_at(), now).await?;
    if stored.starts_at.to_jiff() != text.starts_at {
        reminders::moved(conn, locked.id, text.starts_at, now).await?;
        giving_on::clear_here(conn, locked.id).await?;
    }
    let moved = (
        stored.starts_at.to_jiff(),
        stored.ends_at.to_jiff(),
        stored.venue,
    ) != (text.starts_at, text.ends_at, text.venue);
    if moved && stored.state == OccurrenceState::Published {
        notify::tell_guests(conn, event, EventNews::Changed, now).await?;
    } else if stored.online_link != **text.online && stored.state == OccurrenceState::Published {
        notify::tell_guests(conn, event, EventNews::Relinked, now).await?;
    } else if is_sooner(stored.give_on_minutes, text.give_on)
        && stored.state == OccurrenceState::Published
        && locked.seating.taken > 0
    {
        // The other news say so, too: nobody reads it twice.
        notify::tell_guests(conn, event, EventNews::GivingOn, now).await?;
    }
    promote(conn, &mut locked, now).await
}

/// Cancels an event, and of a series this date alone: all seats end, nobody waits any more, and the guests are told why. It cannot
/// be taken back. Doing it twice is fine. A draft, which nobody has seen, is deleted, and can be
/// restored: then there is no event to see any more, and the answer is false.
///
/// # Errors
/// `NotFound` for whoever does not own it; `Conflict` when it is over.
pub async fn cancel(cx: &Cx, event: EventId, why: &CancelReason) -> Result<bool> {
    // Only its owner: nobody gives this away. A suspended host, too, may tell people not to come.
    let host = cx.reader()?.id;
    let mut tx = cx.begin().await?;
    let opened = open(&mut tx, cx, event, host).await;
    if matches!(opened, Err(Error::NotFound))
        && deleted::deleted_at(&mut tx, event, host).await?.is_some()
    {
        return Ok(false);
    }
    let (locked, stored) = opened?;
    match stored.state {
        OccurrenceState::Cancelled => return Ok(true),
        OccurrenceState::Draft => {
            series::skip(&mut tx, event).await?;
            repo::put_away(&mut tx, event, cx.now()).await?;
            note(&mut tx, event, host, DELETED, cx.now()).await?;
            tx.commit().await?;
            return Ok(false);
        }
        OccurrenceState::Published => {}
    }
    if stored.ends_at.to_jiff() <= cx.now() {
        return Err(Error::Conflict(
            "This event is over, so there is nothing to cancel.".into(),
        ));
    }
    series::skip(&mut tx, event).await?;
    call_off(&mut tx, event, locked.id, why, cx.now()).await?;
    note(&mut tx, event, host, (HostAct::Cancelled, ""), cx.now()).await?;
    tx.commit().await?;
    Ok(true)
}

/// Ends a locked occurrence, and has its guests told.
pub(super) async fn call_off(
    conn: &mut sqlx::PgConnection,
    event: EventId,
    id: OccurrenceId,
    why: &CancelReason,
    now: Timestamp,
) -> Result<()> {
    end(conn, event, id, (why.to_string(), false), now).await
}

/// The same, with the reason of whoever ends it: the host, or a moderator.
pub(super) async fn end(
    conn: &mut sqlx::PgConnection,
    event: EventId,
    id: OccurrenceId,
    (reason, by_moderator): (String, bool),
    now: Timestamp,
) -> Result<()> {
    codes::lock_all(conn, &[id]).await?;
    let seats = bookings::cancel_all(conn, id, now).await?;
    occurrences::release(conn, id, seats).await?;
    queue::close(conn, id, WaitingState::Cancelled).await?;
    occurrences::set_state(conn, id, OccurrenceState::Cancelled, now).await?;
    let title = repo::title(conn, event).await?;
    let news = EventNews::Cancelled {
        reason,
        title,
        by_moderator,
    };
    notify::tell_guests(conn, event, news, now).await
}
