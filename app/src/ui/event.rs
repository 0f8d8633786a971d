//! Dates of events in lists, wherever they stand.

use dogear_domain::events::OccurrenceState;
use dogear_server::events::{Listed, words};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use super::count;
use super::time::{Say, in_words, machine_readable};
use dogear_urls as urls;

/// Whether there is room, or what the reader has: a class and words.
pub fn room(event: &Listed, now: Timestamp) -> Option<(&'static str, String)> {
    let (tag, wait, done) = ("tag", "tag tag-wait", "tag tag-done");
    match event.state {
        OccurrenceState::Cancelled => return Some((done, "Cancelled".into())),
        OccurrenceState::Draft => return Some((wait, "Draft".into())),
        OccurrenceState::Published => {}
    }
    if let Some(party) = event.booked {
        let has = if event.ends_at <= now { "had" } else { "have" };
        return Some((done, format!("You {has} {}", words::seats(party))));
    }
    if event.waits {
        return Some((wait, "You are waiting".into()));
    }
    if event.starts_at <= now {
        return (event.ends_at > now).then(|| (tag, "On now".into()));
    }
    let seats = event.seats?;
    Some(match seats.left {
        ..=0 => (wait, "Full".into()),
        1 => (tag, "One seat left".into()),
        left => (tag, format!("{left} of {} seats free", seats.capacity)),
    })
}

/// As [`room`], marked up.
pub fn room_tag(event: &Listed, now: Timestamp) -> Option<impl IntoView + use<>> {
    room(event, now).map(|(class, words)| view! { <span class=class>{words}</span> })
}

/// When it begins, by the clock of the place: “Fri 4 Dec, 19:00”.
pub fn begins(event: &Listed, now: Timestamp) -> String {
    let zone = TimeZone::get(&event.time_zone).unwrap_or(TimeZone::UTC);
    in_words(event.starts_at, &zone, now, Say::Moment)
}

/// Where it is: the name of the place and its town, as far as there are any.
fn place(event: &Listed) -> String {
    let parts = [event.venue.as_str(), event.city.as_str()];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

/// One date: what, when, where, and whether there is room.
pub fn event_line(event: &Listed, now: Timestamp) -> AnyView {
    let path = urls::event(event.event, &event.slug);
    let date = words::when(event.starts_at, event.ends_at, &event.time_zone, now);
    view! {
        <li>
            <h2 class="btitle">
                <a href=path>{event.title.clone()}</a>
            </h2>
            <p class="small">
                <time datetime=machine_readable(event.starts_at)>{date}</time>
            </p>
            <p class="row small quiet">
                <span>{event.kind.label()}</span>
                <span>{place(event)}</span>
                {event.price.map(|price| view! { <span>{format!("{price} a seat")}</span> })}
                {room_tag(event, now)}
            </p>
        </li>
    }
    .into_any()
}

/// How many dates of the same series come after it, where only the next is shown.
pub fn more_dates(event: &Listed) -> Option<String> {
    let number = count(event.more_dates, "more date", "more dates");
    (event.more_dates > 0).then(|| format!("and {number}"))
}

/// The same in one line, beside other things.
pub fn event_beside(event: &Listed, now: Timestamp) -> AnyView {
    let path = urls::event(event.event, &event.slug);
    view! {
        <li class="row small">
            <a href=path>{event.title.clone()}</a>
            <time datetime=machine_readable(event.starts_at)>{begins(event, now)}</time>
            <span class="quiet">{event.city.clone()}</span>
            {event
                .price
                .map(|price| view! { <span class="quiet">{format!("{price} a seat")}</span> })}
            {room_tag(event, now)}
            {more_dates(event).map(|more| view! { <span class="quiet">{more}</span> })}
        </li>
    }
    .into_any()
}
