//! `/host/{id}/stalls`: where guests of a swap meet have their tables.

use axum::extract::Query;
use dogear_domain::events::stalls::{Stall, StallOrder};
use dogear_domain::ids::{EventId, SeatBookingId};
use dogear_server::events::{self, StallGuest, Stalls, words};
use leptos::prelude::*;
use serde::Deserialize;

use super::stall_actions::{ClearStalls, NumberStalls, SetStall};
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::field::{ErrorSummary, PostForm};
use crate::ui::form_state::FormState;
use crate::ui::pager::onward;
use dogear_urls as urls;

/// The query of the page.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Behind {
    after: String,
}

pub(super) async fn show(
    req: Req,
    Segment(event): Segment<EventId>,
    Query(behind): Query<Behind>,
) -> PageResult {
    let after: Option<SeatBookingId> = behind.after.parse().ok();
    let stalls = events::stalls(&req.cx, event, after).await?;
    let state = req.form.clone();
    let may_give = stalls.is_open && req.may_begin();
    let now = req.cx.now();
    let title = format!("Stalls of {}", stalls.event.title);
    Ok(req.page(title).nav(Nav::Events).render(move || {
        let event = &stalls.event;
        let date = words::when(event.starts_at, event.ends_at, &event.time_zone, now);
        let heading = format!("Stalls of “{}”", event.title);
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state.clone() />
                <header class="stack stack-s">
                    <p class="small">
                        <a href=urls::host_event(event.id)>"Guests and settings"</a>
                    </p>
                    <h1 dir="auto">{heading}</h1>
                    <p class="lead">{date}</p>
                    <p>
                        "A stall is where a guest has their table: a number, or letters. They find it on their ticket, and you at the door."
                    </p>
                </header>
                {body(&stalls, after, &state, may_give)}
            </div>
        }
    }))
}

fn body(
    stalls: &Stalls,
    after: Option<SeatBookingId>,
    state: &FormState,
    may_give: bool,
) -> AnyView {
    if stalls.number == 0 {
        return view! { <p class="quiet">"Nobody has a seat yet."</p> }.into_any();
    }
    let standing = match (stalls.given, stalls.number) {
        (0, _) => "Nobody has a stall yet.".to_owned(),
        (given, number) if given == number => "Everybody has a stall.".to_owned(),
        (1, number) => format!("1 of {number} guests has a stall."),
        (given, number) => format!("{given} of {number} guests have a stall."),
    };
    let rows: Vec<AnyView> = stalls
        .guests
        .iter()
        .map(|guest| line(stalls, guest, after, state, may_give))
        .collect();
    let next = stalls.next.map(|after| {
        let path = urls::host_stalls_after(stalls.event.id, Some(after));
        (path, "More guests")
    });
    let next = onward("Pages of guests", None, next);
    view! {
        <p class="strong">{standing}</p>
        {(may_give && stalls.given < stalls.number).then(|| numbering(stalls))}
        <section class="stack stack-s" aria-labelledby="guests-h">
            <h2 class="t-h3" id="guests-h">
                "Guests"
            </h2>
            <ul class="rows">{rows}</ul>
            {next}
        </section>
        {(may_give && stalls.given > 0).then(|| clearing(stalls))}
    }
    .into_any()
}

/// The buttons that number those without a stall.
fn numbering(stalls: &Stalls) -> AnyView {
    let button = |order: StallOrder, label: &'static str| {
        let with = [
            ("event", stalls.event.id.to_string()),
            ("order", order.to_string()),
        ];
        view! {
            <PostForm action=NumberStalls::PATH with=with>
                <button class="btn">{label}</button>
            </PostForm>
        }
    };
    view! {
        <div class="stack stack-s">
            <p>"Number those who have none; who has one keeps it."</p>
            <div class="row">
                {button(StallOrder::Arrival, "In the order of their seats")}
                {button(StallOrder::Name, "By name")}
            </div>
        </div>
    }
    .into_any()
}

/// A guest, with the form for their stall.
fn line(
    stalls: &Stalls,
    guest: &StallGuest,
    after: Option<SeatBookingId>,
    state: &FormState,
    may_give: bool,
) -> AnyView {
    let handle = (!guest.handle.is_empty()).then(|| format!(" @{}", guest.handle));
    let seats = words::seats(guest.party);
    let stall = if may_give {
        form(stalls, guest, after, state)
    } else {
        view! { <strong>{guest.stall.clone()}</strong> }.into_any()
    };
    view! {
        <li class="row row-between">
            <span>
                <bdi class="strong">{guest.name.clone()}</bdi>
                <span class="quiet">{handle}</span>
                <br />
                <span class="small">{seats}</span>
            </span>
            {stall}
        </li>
    }
    .into_any()
}

fn form(
    stalls: &Stalls,
    guest: &StallGuest,
    after: Option<SeatBookingId>,
    state: &FormState,
) -> AnyView {
    let booking = guest.booking.to_string();
    // What came back belongs to one of them.
    let is_this = state.failed() && state.value("booking") == booking;
    let wrong = state.error("stall").filter(|_| is_this).map(str::to_owned);
    let shown = if is_this {
        state.value("stall").to_owned()
    } else {
        guest.stall.clone()
    };
    let label = format!("Stall of {}", guest.name);
    // The summary of what is wrong leads to the one field that is.
    let id = match &wrong {
        Some(_) => "f-stall".to_owned(),
        None => format!("stall-{booking}"),
    };
    let described = wrong.as_ref().map(|_| "f-stall-error");
    let is_wrong = wrong.as_ref().map(|_| "true");
    let with = vec![
        ("event", stalls.event.id.to_string()),
        ("booking", booking),
        (
            "list",
            after.map_or_else(String::new, |after| after.to_string()),
        ),
    ];
    let error = wrong.map(|text| {
        view! {
            <p class="error" id="f-stall-error">
                {text}
            </p>
        }
    });
    let size = Stall::MAX;
    view! {
        <PostForm class="stack stack-s" action=SetStall::PATH with=with>
            {error}
            <span class="row">
                <label class="visually-hidden" for=id.clone()>
                    {label.clone()}
                </label>
                <input
                    class="input select-inline"
                    id=id
                    name="stall"
                    value=shown
                    size=size
                    autocomplete="off"
                    aria-describedby=described
                    aria-invalid=is_wrong
                />
                <button class="btn">
                    "Save" <span class="visually-hidden">{format!(": {label}")}</span>
                </button>
            </span>
        </PostForm>
    }
    .into_any()
}

/// Takes all away, after one more look.
fn clearing(stalls: &Stalls) -> AnyView {
    let with = [("event", stalls.event.id.to_string())];
    view! {
        <details>
            <summary>"Take all stalls away"</summary>
            <PostForm class="stack stack-s mt4" action=ClearStalls::PATH with=with>
                <p>
                    "Nobody has a stall then, also those to whom you gave one yourself. This cannot be undone."
                </p>
                <p>
                    <button class="btn">"Take all away"</button>
                </p>
            </PostForm>
        </details>
    }
    .into_any()
}
