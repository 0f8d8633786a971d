//! `/host/{id}/door`: who has come.

use axum::extract::Query;
use dogear_domain::events::door::TicketCode;
use dogear_domain::events::seats::MOST_SEATS;
use dogear_domain::ids::{EventId, SeatBookingId};
use dogear_server::events::{self, DoorGuest, DoorPage, LastIn, words};
use jiff::Timestamp;
use leptos::prelude::*;
use serde::Deserialize;

use super::door_actions::{AddGuest, FindAtDoor, LetIn, RemoveGuest, UndoCheckIn};
use super::door_kept::{Scripts, kept, noted};
use super::giving_on;
use super::prices;
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::islands::ScanCamera;
use crate::ui::field::{ErrorSummary, PostForm, TextField, Tick};
use crate::ui::form_state::FormState;
use crate::ui::pager::onward;
use dogear_urls as urls;

/// The query of the door: a code as a ticket has it, or what was typed.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    code: String,
    q: String,
    express: String,
    after: Option<i64>,
}

pub(super) async fn show(
    req: Req,
    Segment(event): Segment<EventId>,
    Query(asked): Query<Asked>,
) -> PageResult {
    let after = asked.after.map(SeatBookingId);
    let wanted = if asked.code.is_empty() {
        asked.q
    } else {
        asked.code
    };
    let door = events::door(&req.cx, event, &wanted, after).await?;
    let look = Look {
        express: !asked.express.is_empty(),
        // A code is read anew each time: what stays in the field would have to be deleted first.
        typed: match TicketCode::parse(&wanted) {
            Some(_) => String::new(),
            None => wanted,
        },
        state: req.form.clone(),
        now: req.cx.now(),
        may_add: req.may_begin(),
    };
    let title = format!("Door of {}", door.event.title);
    let scripts = Scripts::of(&req);
    // What has been done, or what was found.
    let said = match &req.flash {
        Some(flash) => flash.sentence.clone(),
        None => door.answer.said.join(" "),
    };
    Ok(req
        .page(title)
        .nav(Nav::Events)
        .render(move || view(&door, &look, &scripts, said)))
}

/// What the page depends on beside the door.
struct Look {
    express: bool,
    typed: String,
    state: FormState,
    now: Timestamp,
    may_add: bool,
}

fn view(door: &DoorPage, look: &Look, scripts: &Scripts, said: String) -> impl IntoView + use<> {
    let event = &door.event;
    let date = words::when(event.starts_at, event.ends_at, &event.time_zone, look.now);
    let inside = match (door.inside, event.seating.taken) {
        (_, 0) => "Nobody has a seat.".to_owned(),
        (0, taken) => format!("None of {taken} is in yet."),
        (1, taken) => format!("1 of {taken} is in."),
        (inside, taken) => format!("{inside} of {taken} are in."),
    };
    let closed = door
        .closed
        .map(|reason| view! { <p class="notice">{reason.to_string()}</p> });
    let after = door.next.map(|after| {
        let path = urls::host_door_asked(event.id, "", look.express, Some(after));
        (path, "More guests")
    });
    let after = onward("Pages of guests", None, after);
    let rows: Vec<AnyView> = door
        .guests
        .iter()
        .map(|guest| line(door, look, guest, "list"))
        .collect();
    let list = (!rows.is_empty()).then(|| {
        view! {
            <section class="stack stack-s" aria-labelledby="guests-h">
                <h2 class="t-h3" id="guests-h">
                    "Guests, by name"
                </h2>
                <ul class="rows">{rows}</ul>
                {after}
            </section>
        }
    });
    let camera = door.closed.is_none().then(|| {
        let module = scripts.reader.clone();
        view! { <ScanCamera module=module part="door".to_owned() /> }
    });
    let (up, whereto) = if event.is_run_by_viewer() {
        (urls::host_event(event.id), "Guests and settings")
    } else {
        (urls::event(event.id, &event.slug), "Its page")
    };
    view! {
        <div class="wrap wrap-narrow page stack stack-l">
            <header class="stack stack-s">
                <p class="small">
                    <a href=up>{whereto}</a>
                </p>
                <h1 dir="auto">{format!("The door: {}", event.title)}</h1>
                <p class="lead">{date}</p>
            </header>
            {camera}
            {noted(event.id, scripts)}
            // Forms in it show their answer in place, and leave the camera above it open. After
            // eight seconds without one the device notes it.
            <div class="stack stack-l" id="door" data-said=said data-patience="8000">
                <ErrorSummary state=look.state.clone() />
                <p class="strong">{inside}</p>
                {prices::sums(door)}
                {closed}
                {search(door, look)}
                {answer(door, look)}
                {list}
                {giving_on::queue(door, look.now)}
                // In here, since a form that was sent in place brings a new key for those beside it.
                {look.may_add.then(|| adding(door, look))}
            </div>
            <p class="row">
                <a class="btn" href=urls::host_door_paper(event.id, false, None)>
                    "Door list on paper"
                </a>
                <a class="btn" href=urls::host_door_paper(event.id, true, None)>
                    "Badges"
                </a>
            </p>
            {kept()}
        </div>
    }
}

fn search(door: &DoorPage, look: &Look) -> AnyView {
    let (field, tick) = (look.state.clone(), look.state.clone());
    let (typed, express) = (look.typed.clone(), look.express);
    let with = [("event", door.event.id.to_string())];
    view! {
        <PostForm
            class="sheet stack stack-s"
            label="Find a guest"
            action=FindAtDoor::PATH
            part="door"
            with=with
        >
            <TextField
                state=field
                name="q"
                label="Code or name"
                hint="Type it, or have a scanner type it. A phone that reads the code of a ticket opens this page by itself."
                first=true
                value=typed
            />
            <Tick
                state=tick
                name="express"
                label="Express"
                hint="A code, or a handle with its @, lets the whole party in at once."
                on=express
            />
            <p>
                <button class="btn btn-do">"Find"</button>
            </p>
        </PostForm>
    }
    .into_any()
}

/// Who was found for what was typed or read.
fn answer(door: &DoorPage, look: &Look) -> Option<AnyView> {
    let answer = &door.answer;
    if answer.guests.is_empty() && answer.said.is_empty() {
        return None;
    }
    let said = answer.said.iter().map(|text| {
        view! {
            <p class="strong" dir="auto">
                {text.clone()}
            </p>
        }
    });
    let said = said.collect_view();
    let rows: Vec<AnyView> = answer
        .guests
        .iter()
        .map(|guest| line(door, look, guest, "found"))
        .collect();
    let list = (!rows.is_empty()).then(|| view! { <ul class="rows">{rows}</ul> });
    Some(
        view! {
            <section class="sheet stack stack-s" aria-labelledby="found-h" id="found">
                <h2 class="t-h3" id="found-h">
                    "Found"
                </h2>
                {said}
                {list}
            </section>
        }
        .into_any(),
    )
}

/// How it stands with a party.
fn standing(guest: &DoorGuest) -> String {
    let since = guest
        .last
        .as_ref()
        .map_or_else(String::new, |last| format!(", at {}", last.at));
    match (guest.party.size, guest.party.inside) {
        (1, 0) => "one seat".into(),
        (size, 0) => format!("{size} seats"),
        (1, _) => format!("in{since}"),
        (size, inside) => format!("{inside} of {size} in{since}"),
    }
}

/// “, stall A3”.
fn stall_of(guest: &DoorGuest) -> Option<String> {
    (guest.stall.as_ref()).map(|stall| format!(", stall {stall}"))
}

/// A party, with what can be done about it. `place` keeps the names of controls apart where one
/// party stands on the page twice.
fn line(door: &DoorPage, look: &Look, guest: &DoorGuest, place: &str) -> AnyView {
    let open = door.closed.is_none();
    let missing = guest.party.missing();
    let name = guest.name.clone();
    let handle = guest.handle.as_ref().map(|handle| format!(" @{handle}"));
    let in_form = (open && missing > 0).then(|| letting_in(door, look, guest, place));
    let keeps = door.event.door();
    let may_undo = |last: &&LastIn| keeps.may_undo(look.now, last.sent_at).is_ok();
    let undo = guest.last.as_ref().filter(may_undo).map(|last| {
        let label = format!("Take back: {}", guest.name);
        view! {
            <PostForm
                action=UndoCheckIn::PATH
                part="door"
                with=[("checkin", last.checkin.to_string())]
            >
                <button class="btn btn-small" aria-label=label>
                    "Take back"
                </button>
            </PostForm>
        }
    });
    let remove = (guest.handle.is_none() && guest.party.inside == 0).then(|| {
        let label = format!("Remove {}", guest.name);
        view! {
            <PostForm action=RemoveGuest::PATH with=[("booking", guest.booking.to_string())]>
                <button class="btn btn-small" aria-label=label>
                    "Remove"
                </button>
            </PostForm>
        }
    });
    view! {
        <li class="row row-between">
            <span>
                <bdi class="strong">{name}</bdi>
                <span class="quiet">{handle}</span>
                <br />
                <span class="small">
                    {standing(guest)}{stall_of(guest)} {guest.due.as_ref().map(prices::of_party)}
                </span>
            </span>
            <span class="row">{in_form} {prices::paying(guest)} {undo} {remove}</span>
        </li>
    }
    .into_any()
}

fn letting_in(door: &DoorPage, look: &Look, guest: &DoorGuest, place: &str) -> AnyView {
    let missing = guest.party.missing();
    let mut with = vec![
        ("event", door.event.id.to_string()),
        ("booking", guest.booking.to_string()),
    ];
    if look.express {
        with.push(("express", "on".into()));
    }
    let number = (missing > 1).then(|| {
        let id = format!("{place}-{}", guest.booking);
        let label = format!("How many of {}", guest.name);
        let options: Vec<_> = (1..=missing)
            .rev()
            .map(|party| {
                let value = party.to_string();
                let label = value.clone();
                view! { <option value=value>{label}</option> }
            })
            .collect();
        view! {
            <label class="visually-hidden" for=id.clone()>
                {label}
            </label>
            <select class="select select-inline" id=id name="party">
                {options}
            </select>
        }
    });
    let label = format!("Let in {}", guest.name);
    view! {
        <PostForm class="row" action=LetIn::PATH part="door" with=with>
            {number}
            <button class="btn btn-do btn-small" aria-label=label>
                "Let in"
            </button>
        </PostForm>
    }
    .into_any()
}

/// The form for guests who are no members.
fn adding(door: &DoorPage, look: &Look) -> AnyView {
    let (name, seats) = (look.state.clone(), look.state.clone());
    let wrong = look.state.error("guest").is_some() || look.state.error("seats").is_some();
    let hint = format!("From 1 to {MOST_SEATS}.");
    view! {
        <details open=wrong>
            <summary>"Add a guest who is not a member"</summary>
            <PostForm
                class="stack mt4"
                action=AddGuest::PATH
                part="door"
                with=[("event", door.event.id.to_string())]
            >
                <TextField
                    state=name
                    name="guest"
                    label="Name"
                    hint="Only you see it, and a month after the event it is forgotten."
                />
                <TextField
                    state=seats
                    name="seats"
                    label="Seats"
                    hint=hint
                    inputmode=Some("numeric")
                    value="1"
                />
                <p>
                    <button class="btn">"Add the guest"</button>
                </p>
            </PostForm>
        </details>
    }
    .into_any()
}
