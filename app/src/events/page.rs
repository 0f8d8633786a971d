//! `/events/{id}-{slug}`: what, when, where, and the seats.

use std::collections::HashMap;

use axum::extract::Query;
use dogear_domain::countries::country_name;
use dogear_domain::events::{OccurrenceState, Visibility};
use dogear_domain::ids::EventId;
use dogear_domain::moderation::SubjectRef;
use dogear_server::calendars::google;
use dogear_server::events::{
    self, EventPage, HostMessage, Interest, OtherDates, Past, Place, SeatTransfer, Task, words,
};
use dogear_server::trades::{self, HandOver};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use serde::Deserialize;

use super::calendar::{self, Links};
use super::interest;
use super::leftovers;
use super::messages::from_host;
use super::partners;
use super::prices;
use super::seats::{Look, seats};
use super::series::other_dates;
use super::tasks;
use super::team;
use crate::discovery;
use crate::http::{Nav, PageResult, Req, Segment, Slugged, moved};
use crate::ui::count;
use crate::ui::field::ErrorSummary;
use crate::ui::time::machine_readable;
use dogear_urls as urls;

/// The query of an event: a code, and for how many seats its cost was asked.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Checked {
    code: String,
    party: String,
}

pub(super) async fn show(
    req: Req,
    Segment(name): Segment<Slugged<EventId>>,
    Query(checked): Query<Checked>,
) -> PageResult {
    let event = events::page(&req.cx, name.id).await?;
    let path = urls::event(event.id, &event.slug);
    if name.slug != event.slug {
        return Ok(moved(&path));
    }
    let unsynced = match event.booking {
        Some(_) => google::unsynced(&req.cx, Some(event.id)).await?,
        None => HashMap::new(),
    };
    let with_code = match checked.party.parse() {
        Ok(party) if !checked.code.is_empty() && req.cx.actor.is_some() => {
            prices::checked(&req, &event, party, &checked.code).await?
        }
        _ => None,
    };
    let state = match with_code {
        Some(_) => req
            .form
            .or([("code", checked.code), ("party", checked.party)]),
        None => req.form.clone(),
    };
    let look = Look {
        state,
        with_code,
        zone: req.zone(),
        now: req.cx.now(),
        may_begin: req.may_begin(),
        signed_in: req.cx.actor.is_some(),
        unsynced: unsynced.get(&event.id).copied(),
    };
    let date = words::when(event.starts_at, event.ends_at, &event.time_zone, look.now);
    let about = About {
        brought: events::brought(&req.cx, &event).await?,
        told: events::messages_to(&req.cx, &event).await?,
        hand_overs: trades::hand_overs_at(&req.cx, event.id).await?,
        others: events::other_dates(&req.cx, &event).await?,
        transfers: events::transfers(&req.cx, &event).await?,
        interest: events::interest(&req.cx, &event).await?,
        tasks: events::tasks(&req.cx, &event).await?,
        past: events::past(&req.cx, &event).await?,
    };
    let links = Links::of(&req, &event);
    let page = req.page(event.title.clone()).nav(Nav::Events);
    let page = if event.visibility == Visibility::Public && !event.is_draft() {
        let data = discovery::event(&event, look.now, |path| req.cx.services.settings.link(path));
        page.public(format!("{}: {date}.", event.kind.label()), path)
            .data(data)
    } else {
        page
    };
    Ok(page.render(move || view(&event, &date, &look, about, links)))
}

/// The same moment by the reader's own clock, where that is another.
fn for_you(event: &EventPage, zone: &TimeZone, now: Timestamp) -> Option<String> {
    let there = TimeZone::get(&event.time_zone).ok()?;
    if now > event.ends_at || there.to_offset(event.starts_at) == zone.to_offset(event.starts_at) {
        return None;
    }
    let here = event.starts_at.to_zoned(zone.clone());
    Some(here.strftime("%A %-d %B, %H:%M by your clock").to_string())
}

/// What the page says beside the event itself.
#[derive(Default)]
pub(super) struct About {
    /// How many books are brought, where that is said.
    brought: Option<i64>,
    /// What the host has told the reader.
    told: Vec<HostMessage>,
    /// Trades of the reader whose books change hands there.
    hand_overs: Vec<HandOver>,
    /// The other dates of its series.
    others: Option<OtherDates>,
    /// Offers of seats, from and to the reader.
    transfers: Vec<SeatTransfer>,
    /// Who is interested, while that is asked.
    interest: Option<Interest>,
    /// What is to be done, as far as the reader may know.
    tasks: Vec<Task>,
    /// What is said of it when it is over.
    past: Option<Past>,
}

pub(super) fn view(
    event: &EventPage,
    date: &str,
    look: &Look,
    about: About,
    links: Option<Links>,
) -> impl IntoView + use<> {
    let title = event.title.clone();
    let date = date.to_owned();
    // A visitor's clock is not known.
    let for_you = look
        .signed_in
        .then(|| for_you(event, &look.zone, look.now))
        .flatten();
    let paragraphs: Vec<_> = event
        .description
        .split("\n\n")
        .filter(|text| !text.trim().is_empty())
        .map(|text| view! { <p class="prelines">{text.trim().to_owned()}</p> })
        .collect();
    let hosting = team::notice(event);
    let members = match event.visibility {
        Visibility::Public => None,
        Visibility::Members => Some("For members"),
        Visibility::Unlisted => Some("For whoever has this address"),
        Visibility::Invited => Some("By invitation"),
    };
    let members = members.map(|text| view! { <span class="tag">{text}</span> });
    view! {
        <div class="wrap">
            <nav class="crumbs" aria-label="Breadcrumb">
                <ol>
                    <li>
                        <a href=urls::EVENTS>"Events"</a>
                    </li>
                    <li>
                        <span aria-current="page">{title.clone()}</span>
                    </li>
                </ol>
            </nav>
            <div class="eventpage">
                <article class="stack stack-l">
                    <ErrorSummary state=look.state.clone() />
                    <header class="stack stack-s">
                        <p class="row small quiet">
                            <span>{event.kind.label()}</span>
                            {members}
                        </p>
                        <h1 dir="auto">{title}</h1>
                        <p class="lead">
                            <time datetime=machine_readable(event.starts_at)>{date}</time>
                        </p>
                        {for_you.map(|text| view! { <p class="small quiet">{text}</p> })}
                        <p>"Hosted by " {team::hosted_by(event)}</p>
                        {partners::line(&event.partners)}
                    </header>
                    {hosting}
                    {seats(event, look, &about.transfers)}
                    {about
                        .interest
                        .as_ref()
                        .and_then(|interest| interest::section(event, interest, look))}
                    {tasks::section(event, &about.tasks, look)}
                    {hand_over(event, look, about.hand_overs)}
                    {from_host(&about.told, &look.zone, look.now)}
                    {about.brought.map(|number| books(event, look, number))}
                    {about.past.as_ref().and_then(|past| leftovers::past(event, past))}
                    <div class="prose" dir="auto">
                        {paragraphs}
                    </div>
                    {about.others.map(|others| other_dates(event, &others, look))}
                </article>
                <div class="stack stack-l">
                    {place(&event.place)} {online(&event.online)} {report(event, look)}
                    {links.map(calendar::links)}
                </div>
            </div>
        </div>
    }
}

/// The books of trades that change hands there, for whoever gives or gets them.
fn hand_over(event: &EventPage, look: &Look, hand_overs: Vec<HandOver>) -> Vec<AnyView> {
    if event.is_over(look.now) || event.seating.state != OccurrenceState::Published {
        return Vec::new();
    }
    let line = |hand_over: HandOver| {
        let books = count(hand_over.books, "book", "books");
        view! {
            <p class="notice">
                "You hand over here: "
                <a href=urls::trade(
                    hand_over.trade,
                )>{format!("{books} with {}", hand_over.with)}</a> "."
            </p>
        }
        .into_any()
    };
    hand_overs.into_iter().map(line).collect()
}

/// What is brought to a swap meet, in a sentence that leads to the books.
fn books(event: &EventPage, look: &Look, number: i64) -> Option<AnyView> {
    if event.is_over(look.now) || event.seating.state == OccurrenceState::Cancelled {
        return None;
    }
    let text = match number {
        0 => "Nobody has said yet what they bring.".to_owned(),
        number => format!("So far guests bring {}.", count(number, "book", "books")),
    };
    let takes_part = event.host.is_viewer
        || event
            .booking
            .is_some_and(|booking| booking.held_until.is_none());
    let link = match (takes_part, number) {
        (true, _) => "Say what you bring, and see what you could swap",
        (false, 0) => return Some(view! { <p class="quiet">{text}</p> }.into_any()),
        (false, _) => "See which",
    };
    Some(view! { <p>{text} " " <a href=urls::event_books(event.id)>{link}</a> "."</p> }.into_any())
}

/// The way to tell moderators of it.
fn report(event: &EventPage, look: &Look) -> Option<AnyView> {
    if event.is_run_by_viewer()
        || event.host.handle.is_empty()
        || event.is_draft()
        || !look.may_begin
    {
        return None;
    }
    let path = urls::report(SubjectRef::event(event.id));
    let link = view! {
        <p class="small">
            <a class="quiet" href=path>
                "Report this event"
            </a>
        </p>
    };
    Some(link.into_any())
}

/// Where it takes place online, for those who may know.
pub(super) fn online(link: &str) -> Option<AnyView> {
    let link = Some(link.to_owned()).filter(|link| !link.is_empty())?;
    let address = link.clone();
    let section = view! {
        <section class="stack stack-s" aria-labelledby="online-h">
            <h2 class="t-h3" id="online-h">
                "Online"
            </h2>
            <p>
                <a href=address rel="noreferrer nofollow">
                    {link}
                </a>
            </p>
            <p class="small quiet">
                "Only those who have seats see this link. Please do not pass it on."
            </p>
        </section>
    };
    Some(section.into_any())
}

/// Where it is, and how to get in.
fn place(place: &Place) -> AnyView {
    let country = country_name(&place.country).unwrap_or_default();
    let town = [place.city.as_str(), country]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ");
    let lines = [place.name.as_str(), place.address.as_str(), town.as_str()];
    let lines: Vec<&str> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    let lines = lines.join("\n");
    let facts: Vec<_> = place
        .access
        .iter()
        .map(|fact| view! { <li>{fact.label()}</li> })
        .collect();
    let facts = (!facts.is_empty()).then(|| view! { <ul class="bullets">{facts}</ul> });
    let directions = (!place.directions.is_empty()).then(|| {
        view! {
            <p class="prelines" dir="auto">
                {place.directions.clone()}
            </p>
        }
    });
    view! {
        <section class="stack stack-s" aria-labelledby="place-h">
            <h2 class="t-h3" id="place-h">
                "Where"
            </h2>
            <address class="prelines" dir="auto">
                {lines}
            </address>
            {facts}
            {directions}
        </section>
    }
    .into_any()
}
