//! `/events/{id}/hold`: seats that the reader holds while they fill in the rest; and what the page of
//! the event says of them.

use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use dogear_domain::ids::{EventId, SeatBookingId};
use dogear_server::events::{self, Booking, EventPage, Held, words};
use jiff::Timestamp;
use leptos::prelude::*;

use super::hold_actions::{ChangeHold, ConfirmHold, ExtendHold, LetHoldGo};
use super::seats::{Look, party_field, waiting_form};
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::islands::Countdown;
use crate::ui::field::{ErrorSummary, PostForm, TextField};
use crate::ui::time::{ago, machine_readable};
use dogear_urls as urls;

pub(super) async fn show(req: Req, Segment(event): Segment<EventId>) -> PageResult {
    let (event, held) = events::held_at(&req.cx, event).await?;
    let Some(held) = held else {
        // Confirmed, let go, or never there: the page of the event says how it is.
        let path = urls::event(event.id, &event.slug);
        return Ok((StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response());
    };
    let look = Look {
        state: req.form.clone(),
        with_code: None,
        zone: req.zone(),
        now: req.cx.now(),
        may_begin: req.may_begin(),
        signed_in: true,
        unsynced: None,
    };
    let title = format!("Your seats at {}", event.title);
    Ok(req
        .page(title)
        .nav(Nav::Events)
        .render(move || view(&event, &held, &look)))
}

fn view(event: &EventPage, held: &Held, look: &Look) -> impl IntoView + use<> {
    let path = urls::event(event.id, &event.slug);
    let date = words::when(event.starts_at, event.ends_at, &event.time_zone, look.now);
    let inside = match (held.until, held.is_lost) {
        (Some(until), _) => holding(event, held, until, look),
        (None, false) => once_more(held),
        (None, true) => lost(event, held, look),
    };
    view! {
        <div class="wrap wrap-narrow page stack">
            <p class="small">
                <a href=path>"Back to the event"</a>
            </p>
            <ErrorSummary state=look.state.clone() />
            <header class="stack stack-s">
                <h1 class="t-h2" dir="auto">
                    {event.title.clone()}
                </h1>
                <p class="lead">
                    <time datetime=machine_readable(event.starts_at)>{date}</time>
                </p>
            </header>
            <section class="sheet stack" aria-label="Your seats">
                {inside}
            </section>
        </div>
    }
}

/// “2 seats are held for you until 19:40 GMT”
fn sentence(event: &EventPage, party: i32, until: Timestamp, now: Timestamp) -> String {
    let held = match party {
        1 => "One seat is held for you".to_owned(),
        party => format!("{party} seats are held for you"),
    };
    let until = words::until(until, &event.time_zone, now);
    format!("{held} until {until}")
}

/// What they cost; nothing of free ones.
fn cost(held: &Held) -> Option<AnyView> {
    let due = held.due?;
    Some(view! { <p>{words::due(&due)}</p> }.into_any())
}

fn confirm(held: &Held, button: &'static str) -> AnyView {
    let with = [
        ("booking", held.booking.to_string()),
        ("shown", held.shown()),
        ("code", held.code.clone()),
    ];
    view! {
        <PostForm action=ConfirmHold::PATH with=with>
            <button class="btn btn-do">{button}</button>
        </PostForm>
    }
    .into_any()
}

fn let_go(booking: SeatBookingId, party: i32) -> AnyView {
    let with = [("booking", booking.to_string())];
    let label = format!("Let {} go", them(party));
    view! {
        <PostForm action=LetHoldGo::PATH with=with>
            <button class="btn">{label}</button>
        </PostForm>
    }
    .into_any()
}

/// What so many seats are called when they are named again.
const fn them(party: i32) -> &'static str {
    if party == 1 { "it" } else { "them" }
}

/// They are held.
fn holding(event: &EventPage, held: &Held, until: Timestamp, look: &Look) -> AnyView {
    let said = format!("{}.", sentence(event, held.party, until, look.now));
    let left = until.as_millisecond() - look.now.as_millisecond();
    let is_cut = until >= event.seating.closes_at();
    let length = if is_cut {
        "Booking ends then, so there is no more time.".to_owned()
    } else if held.is_extended {
        format!(
            "You have had more time already. Then somebody else can take {}.",
            them(held.party)
        )
    } else {
        format!(
            "That is {} minutes from when you pressed. Then somebody else can take {}.",
            held.minutes,
            them(held.party)
        )
    };
    let more = (!held.is_extended && !is_cut).then(|| {
        let with = [("booking", held.booking.to_string())];
        view! {
            <PostForm action=ExtendHold::PATH with=with>
                <button class="btn">"I need more time"</button>
            </PostForm>
        }
    });
    view! {
        <p class="strong">{said}</p>
        <Countdown left=left />
        <p class="small quiet">{length}</p>
        {cost(held)}
        {change(event, held, look)}
        <div class="row">{confirm(held, "Confirm")} {more} {let_go(held.booking, held.party)}</div>
    }
    .into_any()
}

/// The form for another number, or a code; nothing where there is nothing to choose.
fn change(event: &EventPage, held: &Held, look: &Look) -> Option<AnyView> {
    let most = event.most();
    let has_code = event.price.is_some() && (event.has_codes || !held.code.is_empty());
    if most <= 1 && !has_code {
        return None;
    }
    let with = [("booking", held.booking.to_string())];
    let state = look.state.clone();
    let choice = party_field(&look.state, "party", most, held.party);
    let code = has_code.then(|| {
        let value = held.code.clone();
        view! {
            <TextField
                state=state
                name="code"
                label="Code"
                hint="If you have one. Leave it empty to pay the whole price."
                value=value
            />
        }
    });
    Some(
        view! {
            <PostForm class="stack stack-s" action=ChangeHold::PATH with=with>
                {choice}
                {code}
                <p>
                    <button class="btn">"Change"</button>
                </p>
            </PostForm>
        }
        .into_any(),
    )
}

/// Their time is over, and they are free still.
fn once_more(held: &Held) -> AnyView {
    let said = match held.party {
        1 => "The time is over for which a seat was held for you. It is free still.".to_owned(),
        party => format!(
            "The time is over for which {party} seats were held for you. They are free still."
        ),
    };
    let code = held.lost_code.then(|| {
        view! { <p>"The code that you used takes nothing off any more."</p> }
    });
    view! {
        <p class="strong">{said}</p>
        {code}
        {cost(held)}
        <div class="row">{confirm(held, "Confirm anyway")}</div>
    }
    .into_any()
}

/// Somebody else has them, or seats are not given any more.
fn lost(event: &EventPage, held: &Held, look: &Look) -> AnyView {
    let waits = event.waits.is_some();
    let closed = event.seating.takes(look.now).err();
    let said = closed.map_or_else(
        || "The seats went to someone else.".to_owned(),
        |reason| reason.to_string(),
    );
    let next =
        (closed.is_none() && event.booking.is_none() && !waits && look.may_begin).then(|| {
            view! {
                <p>"Join the waiting list, and we tell you when some come free."</p>
                {waiting_form(event, look, held.party)}
            }
        });
    view! {
        <p class="strong">{said}</p>
        <p class="quiet">"The time for which they were held for you is over."</p>
        {next}
    }
    .into_any()
}

/// In the box on the page of the event.
pub(super) fn in_box(
    event: &EventPage,
    look: &Look,
    booking: Booking,
    until: Timestamp,
) -> AnyView {
    let path = urls::event_hold(event.id);
    if until <= look.now {
        let said = match booking.party {
            1 => "The time is over for which a seat was held for you.".to_owned(),
            party => {
                format!("The time is over for which {party} seats were held for you.")
            }
        };
        return view! {
            <p class="strong">{said}</p>
            <p>
                <a class="btn" href=path>
                    "See whether they are free still"
                </a>
            </p>
        }
        .into_any();
    }
    let said = format!(
        "{} ({}).",
        sentence(event, booking.party, until, look.now),
        ago(until, look.now)
    );
    view! {
        <p class="strong">{said}</p>
        {super::prices::due(booking)}
        <div class="row">
            <a class="btn btn-do" href=path>
                "Go on"
            </a>
            {let_go(booking.id, booking.party)}
        </div>
    }
    .into_any()
}
