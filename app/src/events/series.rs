//! Parts of pages that have to do with series: the rule of a new one, which dates a change is of, the
//! other dates of an event, and the way to one of them.

use dogear_domain::events::series::{MOST_BETWEEN, Repeats, WhichDates};
use dogear_server::events::{EventPage, InSeries, OtherDates, words};
use leptos::prelude::*;

use super::left_out;
use super::seats::Look;
use super::series_actions::ChangeDate;
use super::window;
use crate::action::ServerFn;
use crate::ui::count;
use crate::ui::event::room;
use crate::ui::field::{PostForm, Radios, Select, TextField};
use crate::ui::form_state::FormState;
use crate::ui::time::machine_readable;
use dogear_urls as urls;

/// The fields of a rule.
pub(super) fn repeat_fields(state: &FormState) -> AnyView {
    let word = |repeats: Repeats| repeats.to_string();
    let ways = vec![
        ("once".to_owned(), "It is once".to_owned()),
        (
            word(Repeats::Weekly),
            "Every week, on the same weekday".into(),
        ),
        (
            word(Repeats::Monthly),
            "Every month, like on its second Tuesday".into(),
        ),
        (
            word(Repeats::MonthlyLast),
            "Every month, on its last such weekday".into(),
        ),
    ];
    let names = ["repeats", "every", "times", "until", "without"];
    let is_typed = |name: &str| state.error(name).is_some();
    let again = state.value("repeats");
    let open = names.into_iter().any(is_typed) || !(again.is_empty() || again == "once");
    let dates = left_out::preview(state);
    let state = state.clone();
    view! {
        <details open=open>
            <summary>"Does it come again?"</summary>
            <div class="stack mt4">
                <p class="small quiet">
                    "The day above is the first. Each date has its own seats, and can be changed or cancelled alone. Dates stand here half a year ahead."
                </p>
                <Select state=state.clone() name="repeats" label="How" options=ways />
                <TextField
                    state=state.clone()
                    name="every"
                    label="Every how many weeks or months"
                    inputmode=Some("numeric")
                    hint=format!("Empty for each; {MOST_BETWEEN} at most.")
                />
                <TextField
                    state=state.clone()
                    name="times"
                    label="How many dates, with the first"
                    inputmode=Some("numeric")
                />
                <TextField
                    state=state.clone()
                    name="until"
                    label="Or until which day"
                    kind="date"
                    hint="If you fill in both, it ends with what comes first."
                />
                {dates}
            </div>
        </details>
    }
    .into_any()
}

/// How many seats end with a choice of dates.
fn seats_that_end(taken: i64) -> String {
    match taken {
        0 => "No seat is taken.".into(),
        1 => "The one seat that is taken ends.".into(),
        taken => format!("{} that are taken end.", count(taken, "seat", "seats")),
    }
}

/// Which dates are meant, for an event that is in a series. `ends`: they are cancelled, also those
/// that were changed alone; so many seats are taken on this one.
pub(super) fn which_dates(
    state: &FormState,
    series: &InSeries,
    label: &'static str,
    ends: Option<i64>,
) -> AnyView {
    let rule = series.rule.clone();
    if series.detached && ends.is_none() {
        return view! {
            <p class="notice">
                {format!(
                    "One of the dates of a series: {rule}. It was changed alone, so this form changes it alone.",
                )}
            </p>
        }
        .into_any();
    }
    let (following, all) = if ends.is_some() {
        (series.following, series.all)
    } else {
        (series.like_following, series.like_all)
    };
    let consequence = |more: i64| ends.map_or_else(String::new, |here| seats_that_end(here + more));
    let mut options = vec![(
        WhichDates::This.to_string(),
        "Only this date".to_owned(),
        consequence(0),
    )];
    if following > 0 {
        options.push((
            WhichDates::Following.to_string(),
            format!(
                "This date and {} after it",
                count(following, "date", "dates")
            ),
            consequence(series.seats_following),
        ));
    }
    if all > following + 1 {
        options.push((
            WhichDates::All.to_string(),
            format!("All {} to come", count(all, "date", "dates")),
            ends.map_or_else(String::new, |_| seats_that_end(series.seats_all)),
        ));
    }
    let hint = if ends.is_some() {
        format!("{rule}. Whoever has seats on a date that you choose, or waits there, is told.")
    } else {
        format!(
            "{rule}. Other dates take on what you change here and keep their day. Dates that were changed alone stay as they are."
        )
    };
    view! {
        <Radios
            state=state.clone()
            name="which"
            label=label
            hint=hint
            options=options
            value=WhichDates::This.to_string()
        />
    }
    .into_any()
}

/// The other dates of an event, and how full they are.
pub(super) fn other_dates(event: &EventPage, others: &OtherDates, look: &Look) -> AnyView {
    let now = look.now;
    let rows: Vec<_> = others
        .dates
        .iter()
        .map(|date| {
            let path = urls::event(date.event, &date.slug);
            let when = words::when(date.starts_at, date.ends_at, &date.time_zone, now);
            let tag =
                room(date, now).map(|(class, words)| view! { <span class=class>{words}</span> });
            // What is the same for all is not said again.
            let title = (date.title != event.title)
                .then(|| view! { <span class="quiet">{date.title.clone()}</span> });
            view! {
                <li class="row row-between">
                    <a href=path>
                        <time datetime=machine_readable(date.starts_at)>{when}</time>
                    </a>
                    {title}
                    {tag}
                </li>
            }
        })
        .collect();
    let list = if rows.is_empty() {
        view! { <p class="quiet">"No other date is to come."</p> }.into_any()
    } else {
        view! { <ul class="rows">{rows}</ul> }.into_any()
    };
    let more = others
        .more
        .then(|| view! { <p class="small quiet">"And later ones."</p> });
    // Whoever logs in first comes back to it.
    let several = (!others.dates.is_empty() && (look.may_begin || !look.signed_in)).then(|| {
        view! {
            <p>
                <a class="btn" href=urls::event_dates(event.id)>
                    "Take seats at several dates"
                </a>
            </p>
        }
    });
    view! {
        <section class="stack stack-s" aria-labelledby="dates-h">
            <h2 class="t-h3" id="dates-h">
                "Other dates"
            </h2>
            <p class="small quiet">{format!("{}.", others.rule)}</p>
            {list}
            {more}
            {several}
            {change_date(event, others, look)}
        </section>
    }
    .into_any()
}

/// The form with which somebody who has seats comes on another date.
fn change_date(event: &EventPage, others: &OtherDates, look: &Look) -> Option<AnyView> {
    let booking = event
        .booking
        .filter(|booking| booking.held_until.is_none())?;
    let dates = others.with_room(booking.party);
    if dates.is_empty() || !look.may_begin || event.starts_at <= look.now {
        return None;
    }
    let options: Vec<(String, String)> = dates
        .into_iter()
        .map(|date| {
            let when = words::when(date.starts_at, date.ends_at, &date.time_zone, look.now);
            (date.event.to_string(), when)
        })
        .collect();
    let with = [("booking", booking.id.to_string())];
    let state = look.state.clone();
    let open = state.error("to").is_some();
    let seats = words::seats(booking.party);
    let is_late = event.seating.window.is_late(event.starts_at, look.now);
    let late = window::give_back_by(event, &look.zone, look.now)
        .filter(|_| is_late)
        .map(|sentence| view! { <p>{sentence}</p> });
    Some(
        view! {
            <details open=open>
                <summary>"Another date suits you better?"</summary>
                <PostForm class="stack stack-s mt4" action=ChangeDate::PATH with=with>
                    <p>
                        {format!(
                            "You have {seats} there then, and none here: somebody else can take them.",
                        )}
                    </p>
                    {late}
                    <Select state=state name="to" label="Come on" options=options />
                    <p>
                        <button class="btn">"Change the date"</button>
                    </p>
                </PostForm>
            </details>
        }
        .into_any(),
    )
}
