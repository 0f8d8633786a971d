//! What hosts do: enter an event, publish it, change it, cancel it.

use dogear_domain::events::online::OnlineLink;
use dogear_domain::events::seats::{MOST_CAPACITY, MOST_SEATS, Seating};
use dogear_domain::events::{EventKind, OccurrenceState, Visibility, WaitingState, times};
use dogear_domain::fields::{
    CancelReason, EventDescription, EventTitle, FieldErrors, FieldProblem, slugify,
};
use dogear_domain::ids::{EventId, OccurrenceId, UserId, VenueId};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize};

use super::notify::{self, EventNews};
use super::reminders;
use super::repo::hosting::Stored;
use super::repo::occurrences::Locked;
use super::repo::{bookings, hosting as repo, occurrences, series, waiting as queue};
use super::venues::Venue;
use super::waiting::{promote, refusal};
use crate::db::{IdempotencyKey, Idempotent, Tx};
use crate::version::Version;
use crate::{Cx, Error, Result, limits};

/// The form of an event, as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EventForm {
    /// Needed.
    pub title: String,
    /// Needed.
    pub description: String,
    /// Chosen.
    pub kind: String,
    /// Chosen.
    pub visibility: String,
    /// The number of one of the host's places.
    pub venue: String,
    /// Like `2027-03-14`, by the calendar of the place.
    pub day: String,
    /// Like `19:00`, by its clock.
    pub starts: String,
    /// Like `21:00`.
    pub ends: String,
    /// The day on which it ends, when that is another; may stay empty.
    pub last_day: String,
    /// Where it takes place online; may stay empty.
    pub online: String,
    /// How many seats there are; empty when they are not counted.
    pub capacity: String,
    /// How many one guest takes at most.
    pub max_party: String,
    /// Whether a party that fits goes before one that has waited longer and does not.
    #[serde(deserialize_with = "ticked")]
    pub smaller_pass: bool,
}

/// A box that is ticked has a value, whatever it is.
fn ticked<'de, D: Deserializer<'de>>(value: D) -> Result<bool, D::Error> {
    String::deserialize(value).map(|value| !value.is_empty())
}

/// The form, read.
pub(super) struct EventText {
    pub title: EventTitle,
    pub description: EventDescription,
    pub kind: EventKind,
    pub visibility: Visibility,
    pub venue: VenueId,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub time_zone: String,
    pub online: OnlineLink,
    pub capacity: Option<i32>,
    pub max_party: i32,
    pub smaller_pass: bool,
}

impl EventText {
    /// The readable part of its address.
    pub(super) fn slug(&self) -> String {
        slugify(&self.title)
    }

    pub(super) fn dates(&self) -> occurrences::Dates<'_> {
        occurrences::Dates {
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            time_zone: &self.time_zone,
            capacity: self.capacity,
            max_party: self.max_party,
            smaller_pass: self.smaller_pass,
        }
    }
}

/// An event as its host edits it.
#[derive(Debug, Clone, Serialize)]
pub struct EventDraft {
    /// What the form shows.
    pub form: EventForm,
    /// Where it stands.
    pub state: OccurrenceState,
    /// The readable part of its address.
    pub slug: String,
    /// Seats that guests have.
    pub taken: i32,
}

impl EventDraft {
    /// By which the form that edits it says what it showed.
    ///
    /// # Errors
    /// None that happens.
    pub fn version(&self) -> Result<Version> {
        Version::of(&self.form)
    }
}

fn whole(typed: &str, most: i32, problem: &str) -> Result<i32, FieldProblem> {
    typed
        .trim()
        .parse()
        .ok()
        .filter(|number| (1..=most).contains(number))
        .ok_or_else(|| problem.to_owned().into())
}

/// A time that the form shows for a saved event; nothing changes when it comes back as it was.
fn wall(at: Timestamp, zone: &str) -> (String, String) {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let local = at.to_zoned(zone);
    (
        local.date().to_string(),
        local.strftime("%H:%M").to_string(),
    )
}

impl From<&Stored> for EventDraft {
    fn from(stored: &Stored) -> Self {
        let (day, starts) = wall(stored.starts_at.to_jiff(), &stored.time_zone);
        let (last_day, ends) = wall(stored.ends_at.to_jiff(), &stored.time_zone);
        Self {
            form: EventForm {
                title: stored.title.clone(),
                description: stored.description.clone(),
                kind: stored.kind.to_string(),
                visibility: stored.visibility.to_string(),
                venue: stored.venue.to_string(),
                last_day: if last_day == day {
                    String::new()
                } else {
                    last_day
                },
                day,
                starts,
                ends,
                online: stored.online_link.clone(),
                capacity: stored.capacity.map_or_else(String::new, |n| n.to_string()),
                max_party: stored.max_party.to_string(),
                smaller_pass: stored.smaller_pass,
            },
            state: stored.state,
            slug: stored.slug.clone(),
            taken: stored.seats_taken,
        }
    }
}

/// Reads the form. Of an event that is changed, `was` says when it begins now, which may be past by
/// the time the rest changes, and by which clock: that of its place when it was entered.
pub(super) async fn read(
    cx: &Cx,
    host: UserId,
    form: &EventForm,
    was: Option<&Stored>,
) -> Result<EventText> {
    let venue = match form.venue.parse::<VenueId>() {
        Ok(id) => repo::venue(cx.db(), id, host).await?,
        Err(_) => None,
    };
    read_at(venue, form, was, cx.now())
}

/// The same, of an event at a place that was read before.
pub(super) fn read_at(
    venue: Option<Venue>,
    form: &EventForm,
    was: Option<&Stored>,
    now: Timestamp,
) -> Result<EventText> {
    let mut errors = FieldErrors::new();
    let title = errors.take("title", EventTitle::parse(&form.title));
    let description = errors.take("description", EventDescription::parse(&form.description));
    let kind = errors.take(
        "kind",
        form.kind
            .parse::<EventKind>()
            .map_err(|_| FieldProblem::from("Choose what kind of event it is.")),
    );
    let visibility = errors.take(
        "visibility",
        form.visibility
            .parse::<Visibility>()
            .map_err(|_| FieldProblem::from("Choose who sees it.")),
    );
    if venue.is_none() {
        errors.add("venue", "Choose where it is, or enter a new place first.");
    }
    let zone_name = match (&venue, was) {
        (Some(venue), Some(was)) if was.venue == venue.id => was.time_zone.clone(),
        (Some(venue), _) => venue.time_zone.clone(),
        (None, _) => String::new(),
    };
    let zone = TimeZone::get(&zone_name).unwrap_or(TimeZone::UTC);
    let began = was.map(|was| was.starts_at.to_jiff());
    let day = errors.take("day", times::day(&form.day));
    let starts = errors.take("starts", times::time_of_day(&form.starts));
    let ends = errors.take("ends", times::time_of_day(&form.ends));
    let last_day = if form.last_day.trim().is_empty() {
        day
    } else {
        errors.take("last_day", times::day(&form.last_day))
    };
    let starts_at = day.zip(starts).and_then(|(day, time)| {
        let begins = times::moment(day, time, &zone).and_then(|at| {
            if Some(at) != began {
                times::may_begin(at, now)?;
            }
            Ok(at)
        });
        errors.take("day", begins)
    });
    let ends_at = last_day
        .zip(ends)
        .zip(starts_at)
        .and_then(|((day, time), starts_at)| {
            let ends = times::moment(day, time, &zone)
                .and_then(|at| times::may_end(starts_at, at).map(|()| at));
            errors.take("ends", ends)
        });
    let online = errors.take("online", OnlineLink::parse(&form.online));
    let capacity = if form.capacity.trim().is_empty() {
        Some(None)
    } else {
        let sentence = format!(
            "Enter how many seats there are, between 1 and {MOST_CAPACITY}, or leave it empty."
        );
        errors
            .take("capacity", whole(&form.capacity, MOST_CAPACITY, &sentence))
            .map(Some)
    };
    let sentence = format!("Enter a number between 1 and {MOST_SEATS}.");
    let max_party = errors.take("max_party", whole(&form.max_party, MOST_SEATS, &sentence));
    let words = title.zip(description).zip(kind).zip(visibility).zip(venue);
    let numbers = starts_at
        .zip(ends_at)
        .zip(capacity)
        .zip(max_party)
        .zip(online);
    let (
        ((((title, description), kind), visibility), venue),
        ((((starts_at, ends_at), capacity), max_party), online),
    ) = errors.finish(words.zip(numbers)).map_err(Error::Invalid)?;
    Ok(EventText {
        title,
        description,
        kind,
        visibility,
        venue: venue.id,
        starts_at,
        ends_at,
        time_zone: zone_name,
        online,
        capacity,
        max_party,
        smaller_pass: form.smaller_pass,
    })
}

/// Whether a saved event says what the form says.
pub(super) fn says(stored: &Stored, text: &EventText) -> bool {
    stored.title == **text.title
        && stored.description == **text.description
        && (stored.kind, stored.visibility) == (text.kind, text.visibility)
        && stored.venue == text.venue
        && stored.online_link == **text.online
        && stored.starts_at.to_jiff() == text.starts_at
        && stored.ends_at.to_jiff() == text.ends_at
        && (stored.capacity, stored.max_party) == (text.capacity, text.max_party)
        && stored.smaller_pass == text.smaller_pass
}

/// Enters an event as a draft, which only its host sees.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `Invalid` with the form's fields; `TooMany`.
pub async fn create(cx: &Cx, key: Option<IdempotencyKey>, form: &EventForm) -> Result<EventId> {
    let host = cx.member()?.id;
    let text = read(cx, host, form, None).await?;
    cx.limit(limits::HOST, &host.to_string()).await?;
    let mut once = match cx.once(key, &("create event", form)).await? {
        Idempotent::Done(id) => return Ok(id),
        Idempotent::New(once) => once,
    };
    let tx = &mut *once.tx;
    let id = repo::insert_event(tx, host, &text, cx.now()).await?;
    occurrences::insert(tx, id, &text.dates(), cx.now()).await?;
    once.commit(&id).await?;
    Ok(id)
}

/// An event of whoever asks, as the form shows it.
///
/// # Errors
/// `SignInRequired`; `NotFound`, also for the event of somebody else.
pub async fn draft(cx: &Cx, event: EventId) -> Result<EventDraft> {
    let host = cx.reader()?.id;
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
/// are told when time or place change.
///
/// # Errors
/// `NotFound` for whoever is not its host; `Invalid` with the form's fields, also for fewer seats
/// than are taken; `Conflict` when it is cancelled or over, or says something else by now than the
/// form showed.
pub async fn save(cx: &Cx, event: EventId, form: &EventForm, seen: &Version) -> Result<()> {
    let host = cx.member()?.id;
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
        ..locked.seating
    };
    // Nothing is kept for longer than it would be if it was offered now.
    let kept = locked.seating.offer_until(now);
    let kept = kept.unwrap_or(text.starts_at);
    bookings::shorten_holds(conn, locked.id, kept, now).await?;
    if stored.starts_at.to_jiff() != text.starts_at {
        reminders::moved(conn, locked.id, text.starts_at, now).await?;
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
    }
    promote(conn, &mut locked, now).await
}

/// Cancels an event, and of a series this date alone: all seats end, nobody waits any more, and the guests are told why. It cannot
/// be taken back. Doing it twice is fine. A draft, which nobody has seen, is deleted, and can be
/// restored: then there is no event to see any more, and the answer is false.
///
/// # Errors
/// `NotFound` for whoever is not its host; `Conflict` when it is over.
pub async fn cancel(cx: &Cx, event: EventId, why: &CancelReason) -> Result<bool> {
    // A suspended host, too, may tell people not to come.
    let host = cx.reader()?.id;
    let mut tx = cx.begin().await?;
    let (locked, stored) = open(&mut tx, cx, event, host).await?;
    match stored.state {
        OccurrenceState::Cancelled => return Ok(true),
        OccurrenceState::Draft => {
            series::skip(&mut tx, event).await?;
            repo::put_away(&mut tx, event, cx.now()).await?;
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
