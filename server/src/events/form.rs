//! The form of an event: what is typed, what it says, and what an event says that is saved.

use dogear_domain::events::giving_on::{GIVE_ON_AFTER, may_change};
use dogear_domain::events::online::OnlineLink;
use dogear_domain::events::seats::{MOST_CAPACITY, MOST_SEATS};
use dogear_domain::events::window::{BookingWindow, MOST_DAYS, MOST_HOURS};
use dogear_domain::events::{EventKind, OccurrenceState, Visibility, times};
use dogear_domain::fields::{EventDescription, EventTitle, FieldErrors, FieldProblem, slugify};
use dogear_domain::ids::{OrganisationId, UserId, VenueId};
use dogear_domain::money::Money;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize};

use super::organisations::{self, Organisation};
use super::prices;
use super::repo::hosting::Stored;
use super::repo::{hosting as repo, occurrences};
use super::venues::Venue;
use crate::version::Version;
use crate::{Cx, Error, Result};

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
    /// What one seat costs; empty when they are free.
    pub price: String,
    /// Of the price, by its ISO 4217 code.
    pub currency: String,
    /// Whether a party that fits goes before one that has waited longer and does not.
    #[serde(deserialize_with = "ticked")]
    pub smaller_pass: bool,
    /// From how many days before the start on seats can be taken; empty: at once.
    pub opens_days: String,
    /// Until how many hours before the start; empty: until it begins.
    pub closes_hours: String,
    /// From how many hours before the start on it is late to give seats back; empty: never.
    pub cancel_hours: String,
    /// After how many minutes seats of those who have not come are given to readers who wait at the
    /// place; empty: never.
    pub give_on: String,
    /// The number of one of the host's organisations; empty for their own event.
    pub organisation: String,
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
    pub price: Option<Money>,
    pub smaller_pass: bool,
    pub window: BookingWindow,
    pub give_on: Option<i32>,
    pub organisation: Option<OrganisationId>,
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
            price: self.price,
            smaller_pass: self.smaller_pass,
            window: self.window,
            give_on: self.give_on,
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

/// A number as its field shows it; empty for none.
fn typed(number: Option<i32>) -> String {
    number.map_or_else(String::new, |number| number.to_string())
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
        let (price, currency) = prices::typed(prices::money(stored.price, stored.currency));
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
                capacity: typed(stored.capacity),
                max_party: stored.max_party.to_string(),
                price,
                currency,
                smaller_pass: stored.smaller_pass,
                opens_days: typed(stored.opens_days),
                closes_hours: typed(stored.closes_hours),
                cancel_hours: typed(stored.cancel_hours),
                give_on: typed(stored.give_on_minutes),
                organisation: stored
                    .organisation
                    .map_or_else(String::new, |id| id.to_string()),
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
    let organisations = organisations::of_host(cx, host).await?;
    read_at((venue, &organisations), form, was, cx.now())
}

/// The same, of an event at a place that was read before, and of a host with these organisations.
pub(super) fn read_at(
    (venue, organisations): (Option<Venue>, &[Organisation]),
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
    let organisation = errors.take(
        "organisation",
        organisation_of(&form.organisation, organisations, was),
    );
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
    let price = match prices::read(form) {
        Ok(price) => Some(price),
        Err((field, problem)) => {
            errors.add(field, problem);
            None
        }
    };
    let window = window(form, &mut errors);
    let give_on = errors.take("give_on", give_on(&form.give_on, was, starts_at, now));
    let words = title.zip(description).zip(kind).zip(visibility).zip(venue);
    let numbers = starts_at
        .zip(ends_at)
        .zip(capacity)
        .zip(max_party)
        .zip(price)
        .zip(online)
        .zip(window)
        .zip(organisation)
        .zip(give_on);
    let (
        ((((title, description), kind), visibility), venue),
        (
            (
                ((((((starts_at, ends_at), capacity), max_party), price), online), window),
                organisation,
            ),
            give_on,
        ),
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
        price,
        smaller_pass: form.smaller_pass,
        window,
        give_on,
        organisation,
    })
}

/// When seats can be taken, as typed.
fn window(form: &EventForm, errors: &mut FieldErrors) -> Option<BookingWindow> {
    let mut read = |name: &'static str, typed: &str, most: i32, unit: &str| {
        if typed.trim().is_empty() {
            return Some(None);
        }
        let sentence =
            format!("Enter a whole number of {unit} between 1 and {most}, or leave it empty.");
        errors.take(name, whole(typed, most, &sentence)).map(Some)
    };
    let opens_days = read("opens_days", &form.opens_days, MOST_DAYS, "days");
    let closes_hours = read("closes_hours", &form.closes_hours, MOST_HOURS, "hours");
    let cancel_hours = read("cancel_hours", &form.cancel_hours, MOST_HOURS, "hours");
    let window = BookingWindow {
        opens_days: opens_days?,
        closes_hours: closes_hours?,
        cancel_hours: cancel_hours?,
    };
    if !window.is_open_some_time() {
        errors.add(
            "closes_hours",
            "Booking would end before it begins. Enter fewer hours, or more days.",
        );
        return None;
    }
    Some(window)
}

/// After how many minutes seats are given on, as chosen; guests have to know in time, also when the
/// event is moved, to `starts_at`, at once.
fn give_on(
    typed: &str,
    was: Option<&Stored>,
    starts_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<Option<i32>, FieldProblem> {
    let chosen = match typed.trim() {
        "" => None,
        typed => Some(
            (typed.parse().ok())
                .filter(|minutes| GIVE_ON_AFTER.contains(minutes))
                .ok_or("Choose after how many minutes, or that seats are kept.")?,
        ),
    };
    // A start that is refused is not moved to.
    let first_start = |was: &Stored| {
        let before = was.starts_at.to_jiff();
        starts_at.map_or(before, |after| after.min(before))
    };
    let has_guests = |was: &&Stored| was.state == OccurrenceState::Published && was.seats_taken > 0;
    match was.filter(has_guests) {
        Some(was) if !may_change(was.give_on_minutes, chosen, first_start(was), now) => {
            Err("Guests have to know before: this can be chosen, or sooner than now, until a day before the start.".into())
        }
        _ => Ok(chosen),
    }
}

/// Whose event it is to be: the host's alone, or that of an organisation of theirs.
fn organisation_of(
    typed: &str,
    organisations: &[Organisation],
    was: Option<&Stored>,
) -> Result<Option<OrganisationId>, FieldProblem> {
    if typed.is_empty() {
        return Ok(None);
    }
    let chosen: Option<OrganisationId> = typed.parse().ok();
    let is_theirs = |id: &OrganisationId| {
        organisations.iter().any(|one| one.id == *id)
            || was.is_some_and(|was| was.organisation == Some(*id))
    };
    (chosen.filter(is_theirs).map(Some)).ok_or_else(|| "Choose one of your organisations.".into())
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
        && prices::money(stored.price, stored.currency) == text.price
        && (stored.smaller_pass, stored.organisation) == (text.smaller_pass, text.organisation)
        && (stored.window(), stored.give_on_minutes) == (text.window, text.give_on)
}
