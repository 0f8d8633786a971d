//! `/events` and `/seats`: what is to come, and where the reader has seats.

use axum::extract::Query;
use dogear_domain::events::{EventKind, OccurrenceState};
use dogear_server::calendars;
use dogear_server::events::{self, Listed, words};
use jiff::Timestamp;
use leptos::prelude::*;
use serde::Deserialize;

use super::calendar;
use crate::http::{Nav, PageResult, Req};
use crate::ui::empty::{Empty, Plate};
use crate::ui::time::machine_readable;
use dogear_urls as urls;

/// The query of `/events`.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Params {
    kind: String,
    town: String,
    after: String,
}

pub(super) async fn coming(req: Req, Query(params): Query<Params>) -> PageResult {
    let kind = params.kind.parse::<EventKind>().ok();
    let after = params.after.parse().ok();
    let coming = events::coming(&req.cx, kind, &params.town, after).await?;
    let now = req.cx.now();
    let may_begin = req.may_begin();
    let signed_in = req.cx.actor.is_some();
    let word = kind.map_or("", EventKind::as_str);
    let path = urls::events(word, &params.town, "");
    Ok(req
        .page("Events")
        .nav(Nav::Events)
        .public(
            "Swap meets, readings and book clubs near you, with seats to take.",
            path,
        )
        .render(move || {
            let narrowed = kind.is_some() || !params.town.trim().is_empty();
            let list = if coming.events.is_empty() {
                nothing(narrowed, !params.after.is_empty())
            } else {
                let rows = coming.events.iter().map(|event| line(event, now));
                view! { <ul class="eventlist">{rows.collect_view()}</ul> }.into_any()
            };
            let next = coming.next.map(|key| {
                let path = urls::events(word, &params.town, &key.to_string());
                view! {
                    <a href=path rel="next">
                        "Later events"
                    </a>
                }
            });
            let first = (!params.after.is_empty()).then(|| {
                view! {
                    <a href=urls::events(word, &params.town, "") rel="prev">
                        "From the start"
                    </a>
                }
            });
            let pager = (next.is_some() || first.is_some()).then(|| {
                view! {
                    <nav class="pager" aria-label="Pages">
                        {first}
                        {next}
                    </nav>
                }
            });
            view! {
                <div class="wrap page">
                    <div class="head">
                        <div class="stack stack-s">
                            <h1>"Events"</h1>
                            <p class="quiet">
                                "Evenings where readers meet, and books change hands."
                            </p>
                        </div>
                        <p class="row">
                            {signed_in
                                .then(|| {
                                    view! {
                                        <a class="btn" href=urls::SEATS>
                                            "Your seats"
                                        </a>
                                        <a class="btn" href=urls::HOST>
                                            "What you host"
                                        </a>
                                    }
                                })}
                            {may_begin
                                .then(|| {
                                    view! {
                                        <a class="btn btn-do" href=urls::EVENT_NEW>
                                            "Host an event"
                                        </a>
                                    }
                                })}
                        </p>
                    </div>
                    {filter(kind, params.town.clone())}
                    {list}
                    {pager}
                    {calendar::subscribe(word, &params.town)}
                </div>
            }
        }))
}

/// Which events: a form that leads to an address.
fn filter(kind: Option<EventKind>, town: String) -> impl IntoView {
    let option = |this: EventKind| {
        view! {
            <option value=this.as_str() selected=kind == Some(this)>
                {this.label()}
            </option>
        }
    };
    view! {
        <form class="row mt4" action=urls::EVENTS aria-label="Which events">
            <label class="visually-hidden" for="ekind">
                "Kind"
            </label>
            <select class="select select-inline" id="ekind" name="kind">
                <option value="">"All kinds"</option>
                {EventKind::ALL.iter().copied().map(option).collect_view()}
            </select>
            <label class="visually-hidden" for="etown">
                "Town"
            </label>
            <input
                class="input select-inline grow"
                id="etown"
                name="town"
                value=town
                placeholder="In every town"
                autocomplete="address-level2"
                maxlength="80"
            />
            <button class="btn">"Show"</button>
        </form>
    }
}

fn nothing(narrowed: bool, later: bool) -> AnyView {
    if later {
        return view! {
            <Empty plate=Plate::NotFound heading="Nothing later">
                <p>
                    <a href=urls::EVENTS>"All events"</a>
                </p>
            </Empty>
        }
        .into_any();
    }
    if narrowed {
        return view! {
            <Empty plate=Plate::NotFound heading="No such event">
                <p>"Nobody has entered one like that yet. Try another town, or all kinds."</p>
                <p>
                    <a class="btn" href=urls::EVENTS>
                        "Show all events"
                    </a>
                </p>
            </Empty>
        }
        .into_any();
    }
    view! {
        <Empty plate=Plate::FirstUse heading="No events yet">
            <p>
                "A table, a lamp and a handful of readers are enough for an evening. Be the first to host one."
            </p>
            <p>
                <a class="btn btn-do" href=urls::EVENT_NEW>
                    "Host an event"
                </a>
            </p>
        </Empty>
    }
    .into_any()
}

/// One date: what, when, where, and whether there is room.
pub(super) fn line(event: &Listed, now: Timestamp) -> AnyView {
    let path = urls::event(event.event, &event.slug);
    let date = words::when(event.starts_at, event.ends_at, &event.time_zone, now);
    let place = [event.venue.as_str(), event.city.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ");
    let kind = event.kind.label();
    let title = event.title.clone();
    let tag = room(event, now).map(|(class, words)| view! { <span class=class>{words}</span> });
    view! {
        <li>
            <h2 class="btitle">
                <a href=path>{title}</a>
            </h2>
            <p class="small">
                <time datetime=machine_readable(event.starts_at)>{date}</time>
            </p>
            <p class="row small quiet">
                <span>{kind}</span>
                <span>{place}</span>
                {tag}
            </p>
        </li>
    }
    .into_any()
}

/// Whether there is room, or what the reader has: a class and words.
pub(super) fn room(event: &Listed, now: Timestamp) -> Option<(&'static str, String)> {
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

/// The query of `/seats`.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Which {
    show: String,
}

pub(super) async fn own(req: Req, Query(which): Query<Which>) -> PageResult {
    let over = which.show == "past";
    let events = events::own(&req.cx, over).await?;
    let address = if over {
        None
    } else {
        Some(calendars::address(&req.cx).await?)
    };
    let zone = req.zone().clone();
    let missed = if over {
        events::missed(&req.cx).await?
    } else {
        Vec::new()
    };
    let now = req.cx.now();
    Ok(req.page("Your seats").nav(Nav::Events).render(move || {
        let rows: Vec<AnyView> = events
            .iter()
            .map(|event| {
                let missed = missed.contains(&event.event).then(|| {
                    view! {
                        <li class="small acts quiet">
                            "You had seats, and were not let in at the door. Only you see this. If you cannot come, give seats back: somebody may be waiting."
                        </li>
                    }
                });
                view! {
                    {line(event, now)}
                    {missed}
                }
                .into_any()
            })
            .collect();
        let list = match (rows.is_empty(), over) {
            (false, _) => view! { <ul class="eventlist">{rows}</ul> }.into_any(),
            (true, false) => view! {
                <Empty plate=Plate::FirstUse heading="No seats yet">
                    <p>"Seats that you take, and lists that you wait on, stand here."</p>
                    <p>
                        <a class="btn btn-do" href=urls::EVENTS>
                            "See what is on"
                        </a>
                    </p>
                </Empty>
            }
            .into_any(),
            (true, true) => view! {
                <Empty plate=Plate::FirstUse heading="Nothing yet">
                    <p>"Where you have been stands here afterwards."</p>
                </Empty>
            }
            .into_any(),
        };
        let current = |this: bool| (this == over).then_some("page");
        view! {
            <div class="wrap page">
                <div class="head">
                    <h1>"Your seats"</h1>
                    <a class="btn" href=urls::EVENTS>
                        "All events"
                    </a>
                </div>
                <nav class="tabs" aria-label="Which seats">
                    <a href=urls::SEATS aria-current=current(false)>
                        "To come"
                    </a>
                    <a href=urls::seats_past() aria-current=current(true)>
                        "Past"
                    </a>
                </nav>
                {list}
                {address.map(|address| calendar::address(address.as_ref(), &zone, now))}
            </div>
        }
    }))
}
