//! How much somebody likes a book: chosen in a form, and drawn.

use dogear_domain::library::Rating;
use leptos::prelude::*;

use super::field::error_line;
use super::form_state::FormState;

/// The fields of [`rating_field`], to be read by `Rating::parse_parts`: whole stars and quarters.
pub const FIELDS: [&str; 2] = ["stars", "quarters"];

/// What a form with a [`rating_field`] starts with.
pub fn rating_values(rating: Option<Rating>) -> [(&'static str, String); 2] {
    let (stars, quarters) = rating.map_or((String::new(), "0".to_owned()), |rating| {
        let (stars, quarters) = rating.parts();
        (stars.to_string(), quarters.to_string())
    });
    let [first, second] = FIELDS;
    [(first, stars), (second, quarters)]
}

/// Two rows of choices: whole stars, and a part of one beside them. `stands` is chosen before
/// anything was sent. Errors stand at `stars`.
pub fn rating_field(state: &FormState, stands: Option<Rating>) -> AnyView {
    let [stars, quarters] = FIELDS;
    let before = rating_values(stands).map(|(_, value)| value);
    let chosen = |name: &str, before: &str| match state.value(name) {
        "" if !state.shows_sent() => before.to_owned(),
        typed => typed.to_owned(),
    };
    let (whole, part) = (chosen(stars, &before[0]), chosen(quarters, &before[1]));
    let error = state.error(stars).map(str::to_owned);
    let is_wrong = error.is_some();
    let error_id = error.as_ref().map(|_| "f-stars-error".to_owned());
    let described = error_id.clone();
    view! {
        <fieldset class="field" class:is-wrong=is_wrong id="f-stars" aria-describedby=described>
            <legend>"Your rating, in stars (optional)"</legend>
            {error.zip(error_id).map(|(text, id)| error_line(id, text))}
            <div class="row">
                {choices(
                    stars,
                    &whole,
                    [
                        ("", "Not rated"),
                        ("0", "0"),
                        ("1", "1"),
                        ("2", "2"),
                        ("3", "3"),
                        ("4", "4"),
                        ("5", "5"),
                    ],
                )}
            </div>
        </fieldset>
        <fieldset class="field" id="f-quarters">
            <legend>"And a part of a star"</legend>
            <div class="row">
                {choices(quarters, &part, [("0", "None"), ("1", "¼"), ("2", "½"), ("3", "¾")])}
            </div>
        </fieldset>
    }
    .into_any()
}

fn choices<const N: usize>(
    name: &'static str,
    chosen: &str,
    options: [(&'static str, &'static str); N],
) -> Vec<AnyView> {
    options
        .into_iter()
        .map(|(value, label)| {
            let checked = value == chosen;
            view! {
                <label class="choice">
                    <input type="radio" name=name value=value checked=checked />
                    <span>{label}</span>
                </label>
            }
            .into_any()
        })
        .collect()
}

/// A rating as stars, and in words for those who do not see them.
pub fn stars(rating: Rating) -> AnyView {
    let (whole, quarters) = rating.parts();
    let part = match quarters {
        1 => "¼",
        2 => "½",
        3 => "¾",
        _ => "",
    };
    let whole = usize::try_from(whole).unwrap_or_default();
    let drawn = format!("{}{part}", "★".repeat(whole));
    view! {
        <span class="nowrap">
            <span aria-hidden="true">{drawn}</span>
            <span class="visually-hidden">{rating.said()}</span>
        </span>
    }
    .into_any()
}
