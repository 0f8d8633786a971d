//! Days that are left out of a series: when it is entered, and later.

use dogear_domain::ids::EventSeriesId;
use dogear_server::events::{RepeatForm, SeriesDays, words};
use jiff::civil::Date;
use leptos::prelude::*;

use super::series_actions::LeaveOutDates;
use crate::action::ServerFn;
use crate::ui::count;
use crate::ui::field::{PostForm, Tick};
use crate::ui::form_state::FormState;
use crate::ui::versions::{Edited, both_versions, version_field};

/// “Tuesday 22 December 2026”.
fn in_words(day: Date) -> String {
    day.strftime("%A %-d %B %Y").to_string()
}

/// What is wrong with the days that are chosen.
fn wrong(state: &FormState) -> Option<AnyView> {
    let text = state.error("without")?.to_owned();
    Some(
        view! {
            <p class="error" id="f-without-error">
                {text}
            </p>
        }
        .into_any(),
    )
}

/// The dates of the rule as it is typed, to leave some out.
pub(super) fn preview(state: &FormState) -> AnyView {
    let typed = |name: &str| state.value(name).to_owned();
    let repeat = RepeatForm {
        repeats: typed("repeats"),
        every: typed("every"),
        times: typed("times"),
        until: typed("until"),
        without: Vec::new(),
    };
    let rule = repeat.rule(state.value("day")).ok().flatten();
    let said = wrong(state);
    let is_wrong = said.is_some();
    let dates = rule.map(|rule| {
        let rows: Vec<AnyView> = rule
            .all_days()
            .map(|day| {
                if day == rule.first {
                    let text = format!("{}: the event above", in_words(day));
                    return view! { <p class="small">{text}</p> }.into_any();
                }
                view! {
                    <Tick
                        state=state.clone()
                        name="without"
                        value=day.to_string()
                        label=format!("Not on {}", in_words(day))
                    />
                }
                .into_any()
            })
            .collect();
        let legend = format!("Its {}", count(rows.len(), "date", "dates"));
        view! {
            <fieldset
                class="field"
                class:is-wrong=is_wrong
                id="f-without"
                aria-describedby=is_wrong.then_some("f-without-error")
            >
                <legend>{legend}</legend>
                <p class="hint">"Tick a date to leave it out, as for holidays."</p>
                {said}
                {rows}
            </fieldset>
        }
    });
    match dates {
        Some(dates) => dates.into_any(),
        None => view! {
            <p class="small quiet">
                "Holidays between? Show its dates first, with the button below, and choose which to leave out."
            </p>
        }
        .into_any(),
    }
}

/// At the top of the form when it is shown again with its dates, which stand far below.
pub(super) fn previewed(state: &FormState) -> Option<AnyView> {
    if state.value("check").is_empty() || state.failed() {
        return None;
    }
    Some(
        view! {
            <p class="notice">
                "Nothing is entered yet. " <a href="#f-without">"See its dates"</a>
                ", near the end of this form."
            </p>
        }
        .into_any(),
    )
}

/// The button that shows the dates of the rule before anything is entered. It stands behind the one
/// that enters the event: browsers press the first one when somebody presses Enter.
pub(super) fn preview_button() -> AnyView {
    view! {
        <button class="btn" name="check" value="dates">
            "Show its dates first"
        </button>
    }
    .into_any()
}

/// The days of a series, for its owner to leave out.
pub(super) fn section(id: EventSeriesId, days: &SeriesDays, state: &FormState) -> Option<AnyView> {
    if days.days.is_empty() {
        return None;
    }
    let left_out: Vec<String> = (days.days.iter())
        .filter(|day| day.is_left_out)
        .map(|day| in_words(day.day))
        .collect();
    let said = match left_out.as_slice() {
        [] => "No date to come is left out.".to_owned(),
        days => format!("Left out: {}.", days.join(", ")),
    };
    let rows: Vec<AnyView> = days
        .days
        .iter()
        .map(|day| {
            let hint = match day.taken {
                0 => String::new(),
                taken => format!(
                    "Guests have {}: cancel it instead, so that they are told.",
                    words::seats(taken)
                ),
            };
            view! {
                <Tick
                    state=state.clone()
                    name="without"
                    value=day.day.to_string()
                    label=in_words(day.day)
                    hint=hint
                    on=day.is_left_out
                />
            }
            .into_any()
        })
        .collect();
    let typed: Vec<String> = (days.days.iter())
        .filter(|day| state.chosen("without", &day.day.to_string()))
        .map(|day| in_words(day.day))
        .collect();
    let version = version_field(Ok(days.version.clone()));
    let both = both_versions(
        state,
        version.0,
        &version.1,
        [Edited::new(
            "Left out",
            left_out.join(", "),
            typed.join(", "),
        )],
    );
    let with = [("series", id.to_string()), version];
    let error = wrong(state);
    let is_wrong = error.is_some();
    let section = view! {
        <section class="stack stack-s mt6" aria-labelledby="left-out-h">
            <h2 class="t-h3" id="left-out-h">
                "Not on these dates"
            </h2>
            <p>{said}</p>
            {both}
            <details open=state.failed()>
                <summary>"Leave dates out, or take them in again"</summary>
                <PostForm class="stack stack-s mt4" action=LeaveOutDates::PATH with=with>
                    <fieldset
                        class="field"
                        class:is-wrong=is_wrong
                        id="f-without"
                        aria-describedby=is_wrong.then_some("f-without-error")
                    >
                        <legend>"It is not on"</legend>
                        <p class="hint">
                            "A date goes when you leave it out, and you take it in again here. Where somebody has had seats, is interested or helps, cancel it instead, so that they are told. Dates that are cancelled stay so."
                        </p>
                        {error}
                        {rows}
                    </fieldset>
                    <p>
                        <button class="btn">"Save"</button>
                    </p>
                </PostForm>
            </details>
        </section>
    };
    Some(section.into_any())
}
