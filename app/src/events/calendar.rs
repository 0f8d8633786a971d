//! Events in calendars: the files that programs read, the links on the page of an event, and the
//! address of the reader's own calendar.

use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use dogear_domain::countries::country_name;
use dogear_domain::events::{EventKind, OccurrenceState};
use dogear_domain::ids::EventId;
use dogear_server::calendars::{self, Address};
use dogear_server::events::{self, EventPage, words};
use dogear_server::version::fingerprint;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use serde::Deserialize;
use url::Url;

use super::actions::{MakeCalendar, StopCalendar};
use crate::action::ServerFn;
use crate::http::{AppError, PageResult, Req, Segment};
use crate::ui::field::PostForm;
use crate::ui::time::{Say, in_words};
use dogear_urls as urls;

/// A file that programs ask for again and again: they say what they have.
fn file(text: String, kept: &'static str) -> Response {
    let etag = format!("W/\"{}\"", fingerprint(text.as_bytes()));
    let head = [
        (
            header::CONTENT_TYPE,
            "text/calendar; charset=utf-8".to_owned(),
        ),
        (header::CACHE_CONTROL, kept.to_owned()),
        (header::ETAG, etag),
        (header::VARY, "Cookie".to_owned()),
    ];
    (head, text).into_response()
}

/// For what some may read and others not.
const PRIVATE: &str = "private, no-cache";

/// `/events/{id}/calendar.ics`: one event, for whoever may see its page.
pub(super) async fn event(req: Req, Segment(event): Segment<EventId>) -> PageResult {
    let text = events::calendar::file(&req.cx, event).await?;
    let name = format!("attachment; filename=\"dogear-event-{event}.ics\"");
    let head = [(header::CONTENT_DISPOSITION, name)];
    Ok((head, file(text, PRIVATE)).into_response())
}

/// The query of `/events.ics`: that of `/events`.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Which {
    kind: String,
    town: String,
}

/// `/events.ics`: the events to come that everybody may see.
pub(super) async fn coming(req: Req, Query(which): Query<Which>) -> PageResult {
    let kind = which.kind.parse::<EventKind>().ok();
    let text = events::calendar::feed(&req.cx, kind, &which.town).await?;
    // Whoever is logged in does not read of hosts with whom they have a block.
    let kept = match req.cx.actor {
        Some(_) => PRIVATE,
        None => "no-cache",
    };
    Ok(file(text, kept))
}

/// `/calendar/{secret}.ics`: where a member has seats, and their trades in person.
pub(super) async fn own(req: Req, Path(name): Path<String>) -> PageResult {
    let token = name.strip_suffix(".ics").ok_or_else(AppError::not_found)?;
    let text = calendars::file(&req.cx, token).await?;
    Ok(file(text, PRIVATE))
}

/// Where an event is taken over from into a calendar.
pub(super) struct Links {
    file: String,
    google: String,
    outlook: String,
}

impl Links {
    /// Of what is to come, or going on.
    pub(super) fn of(req: &Req, event: &EventPage) -> Option<Self> {
        if event.seating.state != OccurrenceState::Published || event.is_over(req.cx.now()) {
            return None;
        }
        let page = req
            .cx
            .services
            .settings
            .link(&urls::event(event.id, &event.slug));
        let place = &event.place;
        let country = country_name(&place.country).unwrap_or_default();
        let parts = [&*place.name, &*place.address, &*place.city, country];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let place = parts.join(", ");
        let cost = match event.price {
            Some(price) => format!(" {}.", words::a_seat_costs(price)),
            None => String::new(),
        };
        let words = format!(
            "{}, hosted by {}.{cost} {page}",
            event.kind.label(),
            event.host.name
        );
        Some(Self {
            file: urls::event_ics(event.id),
            google: google(event, &place, &words)?,
            outlook: outlook(event, &place, &words)?,
        })
    }
}

/// Google's form for a new entry, filled in. Times are by the clock of the place: without a `Z`,
/// since the zone is named.
fn google(event: &EventPage, place: &str, words: &str) -> Option<String> {
    let zone = TimeZone::get(&event.time_zone).ok();
    let at = |at: Timestamp| match &zone {
        Some(zone) => (at.to_zoned(zone.clone()))
            .strftime("%Y%m%dT%H%M%S")
            .to_string(),
        None => at.strftime("%Y%m%dT%H%M%SZ").to_string(),
    };
    let dates = format!("{}/{}", at(event.starts_at), at(event.ends_at));
    let mut pairs = vec![
        ("action", "TEMPLATE"),
        ("text", &*event.title),
        ("dates", &*dates),
        ("details", words),
        ("location", place),
    ];
    if zone.is_some() {
        pairs.push(("ctz", &*event.time_zone));
    }
    let form = Url::parse_with_params("https://calendar.google.com/calendar/render", pairs);
    form.ok().map(String::from)
}

/// Outlook's form for a new entry.
const OUTLOOK: &str = "https://outlook.live.com/calendar/0/deeplink/compose?path=/calendar/action/compose&rru=addevent";

/// The same of Outlook; its maker describes it nowhere.
fn outlook(event: &EventPage, place: &str, words: &str) -> Option<String> {
    let at = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let pairs = [
        ("subject", &*event.title),
        ("startdt", &*at(event.starts_at)),
        ("enddt", &*at(event.ends_at)),
        ("location", place),
        ("body", words),
    ];
    let form = Url::parse_with_params(OUTLOOK, pairs);
    form.ok().map(String::from)
}

/// Under the place of an event.
pub(super) fn links(links: Links) -> AnyView {
    view! {
        <section class="stack stack-s" aria-labelledby="calendar-h">
            <h2 class="t-h3" id="calendar-h">
                "Add to your calendar"
            </h2>
            <ul class="bullets">
                <li>
                    <a href=links.file>"As a file (.ics)"</a>
                </li>
                <li>
                    <a href=links.google rel="noreferrer nofollow">
                        "In Google Calendar"
                    </a>
                </li>
                <li>
                    <a href=links.outlook rel="noreferrer nofollow">
                        "In Outlook"
                    </a>
                </li>
            </ul>
        </section>
    }
    .into_any()
}

/// Under the list of events: the same as a calendar.
pub(super) fn subscribe(kind: &str, town: &str) -> AnyView {
    let path = urls::events_ics(kind, town.trim());
    let label = if kind.is_empty() && town.trim().is_empty() {
        "All public events as a calendar"
    } else {
        "These events as a calendar"
    };
    view! {
        <p class="small quiet mt6">
            <a href=path>{label}</a>
            ": give this address to your calendar program. It looks every few hours only."
        </p>
    }
    .into_any()
}

/// Under the reader's seats: the address of their calendar.
pub(super) fn address(address: Option<&Address>, zone: &TimeZone, now: Timestamp) -> AnyView {
    let inside = match address {
        None => view! {
            <p>
                "A secret address for your calendar program: where you have seats stands there by itself, moves when an event does, and reminds you. So does the last day of each trade in which you hand over your books."
            </p>
            <PostForm action=MakeCalendar::PATH>
                <button class="btn">"Make an address"</button>
            </PostForm>
        }
        .into_any(),
        Some(address) => {
            let link = address.link.clone();
            let since = in_words(address.made_at, zone, now, Say::Moment);
            view! {
                <div class="field">
                    <label for="calendar-address">
                        "Give this address to your calendar program"
                    </label>
                    <p class="hint" id="calendar-hint">
                        {format!(
                            "Made {since}. Whoever has it can read where you have seats and with whom you trade in person, so show it to nobody. Calendar programs look every few hours only.",
                        )}
                    </p>
                    <input
                        class="input"
                        id="calendar-address"
                        value=link
                        readonly
                        aria-describedby="calendar-hint"
                    />
                </div>
                <div class="row">
                    <PostForm action=MakeCalendar::PATH>
                        <button class="btn">"Make a new one"</button>
                    </PostForm>
                    <PostForm action=StopCalendar::PATH>
                        <button class="btn">"Stop it"</button>
                    </PostForm>
                </div>
                <p class="small quiet">"With a new one, the one above leads nowhere any more."</p>
            }
            .into_any()
        }
    };
    view! {
        <section class="sheet stack mt6" aria-labelledby="calendar-h" id="calendar">
            <h2 class="t-h3" id="calendar-h">
                "In your calendar"
            </h2>
            {inside}
        </section>
    }
    .into_any()
}
