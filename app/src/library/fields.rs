//! The fields that several forms of the library share.

use dogear_domain::library::Rating;
use leptos::prelude::*;

use crate::ui::field::TextField;
use crate::ui::form_state::{FormState, PageForm};

/// How a day is written.
pub(super) const DAY: &str = "Year-month-day, such as 2026-05-03. The month (2026-05) or the year (2026) alone will do. Leave it empty if you do not remember.";

/// The argument with which a form says where to go on: the page that it stands on.
pub(super) fn next() -> (&'static str, String) {
    let here = use_context::<PageForm>().map(|page| page.here);
    ("next", here.unwrap_or_default())
}

/// A day, a month or a year, in one line.
pub(super) fn day_field(
    state: &FormState,
    name: &'static str,
    label: &'static str,
    value: String,
) -> impl IntoView + use<> {
    let state = state.clone();
    view! { <TextField state=state name=name label=label hint=DAY value=value /> }
}

/// Whole stars and quarters beside them, as `Rating::choose` reads them; `value` stands before
/// anything is chosen.
pub(super) fn rating_fields(state: &FormState, value: Option<Rating>) -> impl IntoView + use<> {
    let parts = value.map(Rating::parts);
    let stood = |part: Option<i16>| part.map_or_else(String::new, |part| part.to_string());
    let chosen = |name: &str, stands: String| match state.value(name) {
        "" if !state.shows_sent() => stands,
        typed => typed.to_owned(),
    };
    let stars = chosen("stars", stood(parts.map(|(stars, _)| stars)));
    let quarters = match chosen("quarters", stood(parts.map(|(_, quarters)| quarters))) {
        none if none.is_empty() => "0".to_owned(),
        some => some,
    };
    let error = state.error("stars").map(str::to_owned);
    let is_wrong = error.is_some();
    let described = is_wrong.then_some("f-stars-error");
    view! {
        <fieldset class="field" class:is-wrong=is_wrong id="f-stars" aria-describedby=described>
            <legend>"Stars"</legend>
            {error
                .map(|text| {
                    view! {
                        <p class="error" id="f-stars-error">
                            <span>
                                <span class="visually-hidden">"Error: "</span>
                                {text}
                            </span>
                        </p>
                    }
                })}
            <div class="row">
                {choices(
                    "stars",
                    &stars,
                    &[
                        ("", "No rating"),
                        ("0", "Less than 1"),
                        ("1", "1"),
                        ("2", "2"),
                        ("3", "3"),
                        ("4", "4"),
                        ("5", "5"),
                    ],
                )}
            </div>
        </fieldset>
        <fieldset class="field">
            <legend>"And a part of a star"</legend>
            <div class="row">
                {choices(
                    "quarters",
                    &quarters,
                    &[("0", "None"), ("1", "¼"), ("2", "½"), ("3", "¾")],
                )}
            </div>
        </fieldset>
    }
}

fn choices(
    name: &'static str,
    chosen: &str,
    all: &[(&'static str, &'static str)],
) -> impl IntoView + use<> {
    all.iter()
        .map(|&(value, label)| {
            let checked = value == chosen;
            view! {
                <label class="choice">
                    <input type="radio" name=name value=value checked=checked />
                    <span>{label}</span>
                </label>
            }
        })
        .collect_view()
}
