//! The fields of a copy and of a new book, and how they are read.

#![allow(unreachable_pub)] // `#[component]` makes what a component is made of public

use dogear_domain::copies::HeldBy;
use dogear_domain::edition::{Format, LANGUAGES};
use dogear_domain::fields::CopyNote;
use dogear_domain::grade::{Defect, Grade};
use dogear_domain::ids::CopyId;
use dogear_server::catalogue::Genre;
use leptos::prelude::*;

use crate::ui::field::{Radios, Select, TextArea, TextField, Tick};
use crate::ui::form_state::FormState;
use crate::ui::icons::{Glyph, Icon};
use dogear_urls as urls;

/// Grade, defects, note.
#[component]
pub fn ConditionFields(state: FormState) -> impl IntoView {
    let grades = Grade::ALL
        .iter()
        .map(|grade| {
            (
                grade.as_str().to_owned(),
                grade.label().to_owned(),
                grade.meaning().to_owned(),
            )
        })
        .collect();
    let error = state.error("defects").map(str::to_owned);
    let is_wrong = error.is_some();
    let ticks = Defect::ALL
        .iter()
        .map(|defect| {
            view! { <Tick state=state.clone() name="defects" value=defect.as_str() label=defect.label() /> }
        })
        .collect_view();
    view! {
        <Radios
            state=state.clone()
            name="grade"
            label="Condition"
            options=grades
            hint="Whoever gets it reads this first. In doubt, choose the lower one."
        />
        <fieldset class="field" class:is-wrong=is_wrong id="f-defects">
            <legend>"What should they know?"</legend>
            <p class="hint">"Tick all that apply, whatever the condition."</p>
            {error
                .map(|text| {
                    view! {
                        <p class="error">
                            <Icon glyph=Glyph::Warn />
                            <span>
                                <span class="visually-hidden">"Error: "</span>
                                {text}
                            </span>
                        </p>
                    }
                })}
            <div class="ticks">{ticks}</div>
        </fieldset>
        <TextArea
            state=state
            name="note"
            label="Note"
            maxlength=CopyNote::MAX
            hint="In your words: what it looks like, why it was worth reading."
        />
    }
}

/// Where it stands, for the owner alone; `places` are those that were named before.
#[component]
pub fn PlaceField(state: FormState, places: Vec<String>) -> impl IntoView {
    view! {
        <TextField
            state=state
            name="place"
            label="Place (optional)"
            list=PLACES
            hint="Where it stands, like “Living room, top shelf”. Nobody but you sees this."
        />
        {place_list(places)}
    }
}

/// The id of [`place_list`].
pub(super) const PLACES: &str = "places";

/// The places that a field offers.
pub(super) fn place_list(places: Vec<String>) -> impl IntoView {
    let options: Vec<_> = places
        .into_iter()
        .map(|place| view! { <option value=place></option> })
        .collect();
    view! { <datalist id=PLACES>{options}</datalist> }
}

/// Why a copy cannot be changed now, for its owner. `what` is what follows from that, as in “it
/// stays as it is”.
pub(super) fn held_notice(copy: CopyId, by: HeldBy, what: &'static str) -> AnyView {
    let (sentence, href, link) = match by {
        HeldBy::Trade(trade) => (
            format!("It is promised in a trade, so {what} until that is over. "),
            urls::trade(trade),
            "Open the trade",
        ),
        HeldBy::Lent => (
            format!("It is lent to somebody, so {what} until it is back. "),
            urls::copy_lent(copy),
            "See who has it",
        ),
    };
    view! { <p class="notice">{sentence} <a href=href>{link}</a></p> }.into_any()
}

/// Listed for trade, or only owned.
#[component]
pub fn OfferField(state: FormState) -> impl IntoView {
    let options = vec![
        (
            "trade".to_owned(),
            "List it for trade".to_owned(),
            "Others find it and can ask for it.".to_owned(),
        ),
        (
            "keep".to_owned(),
            "Only keep it on my shelf".to_owned(),
            "Nobody else sees it. You can list it later.".to_owned(),
        ),
    ];
    view! {
        <Radios
            state=state
            name="offer"
            label="Do you want to trade it?"
            options=options
            value="trade"
        />
    }
}

/// Value and label of each format of an edition, and of not knowing it.
pub fn formats() -> Vec<(String, String)> {
    std::iter::once((String::new(), "I do not know".to_owned()))
        .chain(
            Format::ALL
                .iter()
                .filter(|format| **format != Format::Unknown)
                .map(|format| (format.as_str().to_owned(), format.label().to_owned())),
        )
        .collect()
}

/// Code and name of each language, and of not saying it.
pub fn languages() -> Vec<(String, String)> {
    std::iter::once((String::new(), "Not said".to_owned()))
        .chain(
            LANGUAGES
                .iter()
                .map(|(code, name)| ((*code).to_owned(), (*name).to_owned())),
        )
        .collect()
}

/// Slug and name of each genre, and of not saying it.
pub fn genre_options(genres: Vec<Genre>) -> Vec<(String, String)> {
    std::iter::once((String::new(), "Not said".to_owned()))
        .chain(genres.into_iter().map(|genre| (genre.slug, genre.name)))
        .collect()
}

/// What identifies a book; title and author are enough.
#[component]
pub fn BookFields(state: FormState, genres: Vec<Genre>) -> impl IntoView {
    let more = [
        "subtitle",
        "publisher",
        "year",
        "format",
        "genre",
        "series",
        "series_position",
    ]
    .iter()
    .any(|name| !state.value(name).is_empty() || state.error(name).is_some());
    view! {
        <TextField state=state.clone() name="title" label="Title" />
        <TextField
            state=state.clone()
            name="authors"
            label="Author"
            hint="As on the cover. Several are separated by semicolons."
        />
        <TextField
            state=state.clone()
            name="isbn"
            label="ISBN (optional)"
            inputmode=Some("text")
            hint="The 10 or 13 digits near the barcode; hyphens do not matter."
        />
        <Select
            state=state.clone()
            name="language"
            label="Language (optional)"
            options=languages()
        />
        <details class="sheet plain" open=more>
            <summary>"More about this edition"</summary>
            <div class="stack">
                <TextField state=state.clone() name="subtitle" label="Subtitle (optional)" />
                <TextField state=state.clone() name="publisher" label="Publisher (optional)" />
                <TextField
                    state=state.clone()
                    name="year"
                    label="Year of this edition (optional)"
                    inputmode=Some("numeric")
                />
                <Select
                    state=state.clone()
                    name="format"
                    label="Format (optional)"
                    options=formats()
                />
                <Select
                    state=state.clone()
                    name="genre"
                    label="Genre (optional)"
                    options=genre_options(genres)
                />
                <TextField state=state.clone() name="series" label="Series (optional)" />
                <TextField
                    state=state
                    name="series_position"
                    label="Number in the series (optional)"
                    inputmode=Some("decimal")
                />
            </div>
        </details>
    }
}

/// The `lang` attribute of a title, where its language is known.
pub(super) fn lang(code: &str) -> Option<String> {
    (!code.is_empty()).then(|| code.to_owned())
}
