//! `/events/{id}/dates`: seats at several dates of a series at once, and what has become of each.

use axum::extract::Query;
use dogear_domain::ids::EventId;
use dogear_server::db::IdempotencyKey;
use dogear_server::events::{
    self, BookedDates, DateOutcome, DateStanding, SeriesDate, SeriesSeats, ToldDate, words,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use serde::Deserialize;

use super::seats::party_field;
use super::series_actions::{BookDates, GiveBackDates};
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::count;
use crate::ui::field::{ErrorSummary, PostForm, Tick};
use crate::ui::form_state::FormState;
use crate::ui::time::{Say, in_words, machine_readable};
use dogear_urls as urls;

/// The query: by which key to find what the form was answered.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Told {
    told: String,
}

pub(super) async fn show(
    req: Req,
    Segment(event): Segment<EventId>,
    Query(params): Query<Told>,
) -> PageResult {
    let seats = events::series_seats(&req.cx, event).await?;
    let told = match params.told.parse() {
        Ok(key) => events::told_of_dates(&req.cx, IdempotencyKey(key)).await?,
        Err(_) => None,
    };
    // What the reader has unticked stays so when they only ask what it costs. A refusal of the other
    // form unticks nothing here.
    let is_sent = (req.form.values().iter()).any(|(name, _)| name == "total");
    let state = if is_sent {
        req.form.clone().as_filled()
    } else {
        FormState::new()
    };
    let look = Look {
        problem: req.form.clone(),
        state,
        now: req.cx.now(),
        zone: req.zone(),
        may_begin: req.may_begin(),
    };
    let title = format!("Dates of {}", seats.event.title);
    Ok(req
        .page(title)
        .nav(Nav::Events)
        .render(move || view(&seats, told.as_ref(), &look)))
}

struct Look {
    /// What was refused.
    problem: FormState,
    /// What the form that takes seats shows.
    state: FormState,
    now: Timestamp,
    /// By the clock of the reader, as on the page of an event.
    zone: TimeZone,
    may_begin: bool,
}

fn view(seats: &SeriesSeats, told: Option<&BookedDates>, look: &Look) -> impl IntoView + use<> {
    let event = &seats.event;
    let path = urls::event(event.id, &event.slug);
    view! {
        <div class="wrap wrap-narrow page stack stack-l">
            <ErrorSummary state=look.problem.clone() />
            <header class="stack stack-s">
                <p class="small">
                    <a href=path>"Back to the event"</a>
                </p>
                <h1 dir="auto">{format!("Dates of “{}”", event.title)}</h1>
                <p class="quiet">{format!("{}.", seats.rule)}</p>
            </header>
            {told.map(|told| outcomes(told, look.now))}
            {take(seats, look)}
            {give_back(seats, look)}
        </div>
    }
}

fn when(date: &SeriesDate, now: Timestamp) -> String {
    let starts_at = date.seating.starts_at;
    words::when(starts_at, date.ends_at, &date.time_zone, now)
}

/// “Booked: 7 of 9 dates. On one waiting list.”
pub(super) fn counted(told: &BookedDates) -> String {
    let all = count(told.told.len(), "date", "dates");
    let booked = match told.booked() {
        0 => "No seats were taken.".to_owned(),
        booked if booked == told.told.len() => format!("Booked: {all}."),
        booked => format!("Booked: {booked} of {all}."),
    };
    match told.waits() {
        0 => booked,
        1 => format!("{booked} You are on one waiting list."),
        waits => format!("{booked} You are on {waits} waiting lists."),
    }
}

/// What has become of each date of a form that was sent.
fn outcomes(told: &BookedDates, now: Timestamp) -> AnyView {
    let rows: Vec<_> = told
        .told
        .iter()
        .map(|date| {
            let path = urls::event(date.event, &date.slug);
            let when = words::when(date.starts_at, date.ends_at, &date.time_zone, now);
            let (class, text) = outcome(date, told.party);
            view! {
                <li class="row row-between">
                    <a href=path>
                        <time datetime=machine_readable(date.starts_at)>{when}</time>
                    </a>
                    <span class=class>{text}</span>
                </li>
            }
        })
        .collect();
    view! {
        <section class="sheet stack stack-s" aria-labelledby="told-h">
            <h2 class="t-h3" id="told-h">
                {counted(told)}
            </h2>
            <p class="small quiet">"So it was when you sent it."</p>
            <ul class="rows">{rows}</ul>
        </section>
    }
    .into_any()
}

fn outcome(date: &ToldDate, party: i32) -> (&'static str, String) {
    let (tag, wait, done) = ("tag", "tag tag-wait", "tag tag-done");
    match &date.outcome {
        DateOutcome::Booked => (done, format!("You have {}", words::seats(party))),
        DateOutcome::Waits => (wait, "You are on the waiting list".into()),
        DateOutcome::Had => (tag, "Seats are yours already, or kept for you".into()),
        DateOutcome::Full => (tag, "Full, so left out".into()),
        DateOutcome::Few { left: 1 } => (tag, "Only one seat is left".into()),
        DateOutcome::Few { left } => (tag, format!("Only {left} seats are left")),
        DateOutcome::Party { max } => {
            (tag, format!("At most {} for one guest", words::seats(*max)))
        }
        DateOutcome::NotYet => (tag, "Cannot be booked yet".into()),
        DateOutcome::Closed => (tag, "Booking has ended".into()),
        DateOutcome::Over => (tag, "Cancelled, or has begun".into()),
        DateOutcome::Price { now: Some(price) } => (
            tag,
            format!("A seat costs {price} by now, so none was taken"),
        ),
        DateOutcome::Price { now: None } => (tag, "Seats are free by now: take them anew".into()),
    }
}

/// The dates, and the form that takes seats at those that are chosen.
fn take(seats: &SeriesSeats, look: &Look) -> AnyView {
    if seats.dates.is_empty() {
        return view! { <p class="quiet">"No date is to come."</p> }.into_any();
    }
    let can = |date: &&SeriesDate| {
        matches!(
            date.standing(look.now),
            DateStanding::Free { .. } | DateStanding::Full
        )
    };
    let open = look.may_begin && seats.dates.iter().any(|date| can(&date));
    let rows: Vec<AnyView> = seats
        .dates
        .iter()
        .map(|date| row(date, open, look))
        .collect();
    if !open {
        return view! { <ul class="rows">{rows}</ul> }.into_any();
    }
    let state = &look.state;
    let chosen = chosen(seats, look);
    let party = state.value("party").trim().parse().unwrap_or(1);
    let total = seats.cost(&chosen, party);
    let prices = seats.dates.iter().filter(|date| date.price.is_some());
    let mut with = vec![
        ("event", seats.event.id.to_string()),
        ("total", total.clone()),
    ];
    with.extend(prices.map(|date| ("prices", format!("{}:{}", date.event, date.shown_price()))));
    let wrong = state.error("dates").map(str::to_owned).map(|text| {
        view! {
            <p class="error" id="f-dates-error">
                {text}
            </p>
        }
    });
    let full = seats
        .dates
        .iter()
        .any(|date| date.standing(look.now) == DateStanding::Full);
    let wait_hint = if full {
        "On a waiting list, seats that come free are yours at once, and we tell you."
    } else {
        "Seats that come free are yours at once then, and we tell you."
    };
    let cost = seats.has_price().then(|| cost(&total, chosen.len(), party));
    let again = seats.has_price().then(|| {
        view! {
            <button class="btn" name="check" value="yes">
                "Only say what it costs"
            </button>
        }
    });
    let choice = party_field(state, "party", seats.most(), 1);
    let is_wrong = wrong.is_some();
    let state = state.clone();
    view! {
        <PostForm class="stack" action=BookDates::PATH with=with>
            <fieldset
                class="field"
                class:is-wrong=is_wrong
                id="f-dates"
                aria-describedby=is_wrong.then_some("f-dates-error")
            >
                <legend>"When do you come?"</legend>
                {wrong}
                <ul class="rows">{rows}</ul>
            </fieldset>
            {choice}
            <Tick
                state=state
                name="or_wait"
                label="If a date is full by the time I press, put me on its waiting list"
                hint=wait_hint
            />
            {cost}
            <p class="row">
                <button class="btn btn-do">"Take seats at these dates"</button>
                {again}
            </p>
        </PostForm>
    }
    .into_any()
}

/// The dates that are ticked: at first all that can be had.
fn chosen(seats: &SeriesSeats, look: &Look) -> Vec<EventId> {
    let is_chosen = |date: &&SeriesDate| {
        let is_free = matches!(date.standing(look.now), DateStanding::Free { .. });
        is_free && (!look.state.shows_sent() || look.state.chosen("dates", &date.event.to_string()))
    };
    (seats.dates.iter())
        .filter(is_chosen)
        .map(|date| date.event)
        .collect()
}

/// What all that is ticked costs.
fn cost(total: &str, dates: usize, party: i32) -> AnyView {
    let text = if total.is_empty() {
        "What you have chosen costs nothing.".to_owned()
    } else {
        let dates = count(dates, "date", "dates");
        let seats = words::seats(party);
        format!(
            "In all {total} for {seats} at {dates}, which you pay in person at the door of each."
        )
    };
    view! {
        <div class="stack stack-s">
            <p id="total">{text}</p>
            <p class="small quiet">
                "Codes are not taken here: with one, take seats on the page of the date."
            </p>
        </div>
    }
    .into_any()
}

/// One date: to choose, or as it is.
fn row(date: &SeriesDate, open: bool, look: &Look) -> AnyView {
    let id = date.event.to_string();
    let label = when(date, look.now);
    let (tag, wait, done) = ("tag", "tag tag-wait", "tag tag-done");
    let standing = date.standing(look.now);
    let room = match standing {
        DateStanding::Free { left: Some(1) } => "One seat is free".to_owned(),
        DateStanding::Free { left: Some(left) } => format!("{left} seats are free"),
        DateStanding::Free { left: None } => "Room for everybody".to_owned(),
        _ => "Full: tick it to wait for seats".to_owned(),
    };
    let hint = match date.price {
        Some(price) => format!("{room}, {price} a seat"),
        None => room,
    };
    let (class, text) = match standing {
        DateStanding::Free { .. } if open => {
            return view! {
                <li>
                    <Tick
                        state=look.state.clone()
                        name="dates"
                        value=id
                        label=label
                        hint=hint
                        on=true
                    />
                </li>
            }
            .into_any();
        }
        DateStanding::Full if open => {
            return view! {
                <li>
                    <Tick state=look.state.clone() name="wait" value=id label=label hint=hint />
                </li>
            }
            .into_any();
        }
        DateStanding::Free { .. } => (tag, hint),
        DateStanding::Full => (wait, "Full".to_owned()),
        DateStanding::Has(party) => (done, format!("You have {}", words::seats(party))),
        DateStanding::Kept => (wait, "Seats are kept for you".to_owned()),
        DateStanding::Waits => (wait, "You are waiting".to_owned()),
        DateStanding::NotYet => (tag, "Cannot be booked yet".to_owned()),
        DateStanding::Closed => (tag, "Booking has ended".to_owned()),
        DateStanding::Cancelled => (done, "Cancelled".to_owned()),
    };
    let path = urls::event(date.event, &date.slug);
    view! {
        <li class="row row-between">
            <a href=path>
                <time datetime=machine_readable(date.seating.starts_at)>{label}</time>
            </a>
            <span class=class>{text}</span>
        </li>
    }
    .into_any()
}

/// Seats at a date, and until when the host wants them back.
fn to_give_back(date: &SeriesDate, party: i32, look: &Look) -> String {
    let seats = words::seats(party);
    let Some(by) = date.seating.window.cancel_by(date.seating.starts_at) else {
        return seats;
    };
    let at = in_words(by, &look.zone, look.now, Say::Moment);
    if look.now > by {
        format!(
            "{seats}. The host had asked for them by {at}: they see that you give them back late."
        )
    } else {
        format!("{seats}. Give them back by {at}, so that somebody else can come.")
    }
}

/// The form that gives seats at several dates back.
fn give_back(seats: &SeriesSeats, look: &Look) -> Option<AnyView> {
    let wrong = look.problem.error("bookings").map(str::to_owned);
    let is_wrong = wrong.is_some();
    let rows: Vec<AnyView> = seats
        .dates
        .iter()
        .filter_map(|date| {
            let DateStanding::Has(party) = date.standing(look.now) else {
                return None;
            };
            let row = view! {
                <Tick
                    state=FormState::new()
                    name="bookings"
                    value=date.booking?.to_string()
                    label=when(date, look.now)
                    hint=to_give_back(date, party, look)
                    // Whoever had unticked all of them is not shown them ticked.
                    on=!is_wrong
                />
            };
            Some(row.into_any())
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let wrong = wrong.map(|text| {
        view! {
            <p class="error" id="f-bookings-error">
                {text}
            </p>
        }
    });
    let paid = seats.has_price().then(|| {
        view! { <p>"What you have paid, the host gives back to you in person: ask them."</p> }
    });
    let form = view! {
        <details open=is_wrong>
            <summary>"You cannot come any more?"</summary>
            <PostForm
                class="stack stack-s mt4"
                action=GiveBackDates::PATH
                with=[("event", seats.event.id.to_string())]
            >
                <fieldset
                    class="field"
                    class:is-wrong=is_wrong
                    id="f-bookings"
                    aria-describedby=is_wrong.then_some("f-bookings-error")
                >
                    <legend>"Give your seats back"</legend>
                    {wrong}
                    {rows}
                </fieldset>
                <p>
                    "The next ones on the waiting lists have them at once, or whoever comes first. Taking them back works as long as they are free."
                </p>
                {paid}
                <p>
                    <button class="btn btn-heavy">"Give these seats back"</button>
                </p>
            </PostForm>
        </details>
    };
    Some(form.into_any())
}
