//! The fields of a copy and of a new book, and how they are read.

#![allow(unreachable_pub)] // `#[component]` makes what a component is made of public

use dogear_domain::copies::HeldBy;
use dogear_domain::edition::{Format, LANGUAGES};
use dogear_domain::fields::CopyNote;
use dogear_domain::grade::{Defect, Grade};
use dogear_domain::ids::CopyId;
use dogear_domain::money::Currency;
use dogear_domain::offers::{Offer, Offers};
use dogear_domain::trades::USUAL_LOAN_DAYS;
use dogear_server::catalogue::Genre;
use leptos::prelude::*;

use crate::ui::field::{Radios, Select, TextArea, TextField, Tick, Ticks};
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
    let defects: Vec<(String, String)> = Defect::ALL
        .iter()
        .map(|defect| (defect.as_str().to_owned(), defect.label().to_owned()))
        .collect();
    view! {
        <Radios
            state=state.clone()
            name="grade"
            label="Condition"
            options=grades
            hint="Whoever gets it reads this first. In doubt, choose the lower one."
        />
        <Ticks
            state=state.clone()
            name="defects"
            label="What should they know?"
            hint="Tick all that apply, whatever the condition."
            options=defects
        />
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
        HeldBy::Round(round) => (
            format!("You give it away to one of those who ask, so {what} until that is over. "),
            urls::give(round),
            "See how it stands",
        ),
    };
    view! { <p class="notice">{sentence} <a href=href>{link}</a></p> }.into_any()
}

/// What it is offered for; what is ticked before anything was sent is `offers`. `currency`: that of
/// a price before one was chosen.
#[component]
pub fn OfferFields(
    state: FormState,
    offers: Offers,
    currency: Currency,
    hint: &'static str,
) -> impl IntoView {
    let error = state.error("offer").map(str::to_owned);
    let is_wrong = error.is_some();
    let ticks = Offer::CHOOSABLE
        .iter()
        .map(|way| {
            let (label, hint) = match way {
                Offer::Trade => ("Trade it", "For another book."),
                Offer::Give => ("Give it away", "For nothing."),
                Offer::Lend => ("Lend it", "For some weeks: it stays yours, and comes back."),
                Offer::Sell => ("Sell it", "For money, which the buyer pays to you directly."),
            };
            let on = offers.has(*way);
            view! { <Tick state=state.clone() name="offer" value=way.as_str() label=label hint=hint on=on /> }
        })
        .collect_view();
    let sells = Offer::CHOOSABLE.contains(&Offer::Sell).then(|| {
        let (price, postage) = offers.sale.map_or_else(Default::default, |sale| {
            let postage = sale.postage.map(|postage| sale.amount.with(postage).plain());
            (sale.amount.plain(), postage.unwrap_or_default())
        });
        let currency = offers.sale.map_or(currency, |sale| sale.amount.currency);
        let at_once = offers.is_sold_at_once();
        let open = offers.sale.is_some()
            || state.chosen("offer", Offer::Sell.as_str())
            || ["price", "postage", "currency"]
                .iter()
                .any(|name| state.error(name).is_some());
        view! {
            <details class="sheet plain" open=open>
                <summary>"The price, if you sell it"</summary>
                <div class="stack">
                    <TextField
                        state=state.clone()
                        name="price"
                        label="Price"
                        inputmode=Some("decimal")
                        hint="Like 6 or 6.50."
                        value=price
                    />
                    <Select
                        state=state.clone()
                        name="currency"
                        label="Currency"
                        options=currencies()
                        value=currency.as_str()
                    />
                    <TextField
                        state=state.clone()
                        name="postage"
                        label="Postage (optional)"
                        inputmode=Some("decimal")
                        hint="What the buyer pays besides if you send it. Leave it empty if the price is all."
                        value=postage
                    />
                    <Tick
                        state=state.clone()
                        name="at_once"
                        value="1"
                        label="Sell it at once"
                        hint="Whoever pays the price gets it: you have agreed, and are not asked again. Without this you are asked first."
                        on=at_once
                    />
                </div>
            </details>
        }
    });
    let lends = {
        let days = offers.loan.unwrap_or(USUAL_LOAN_DAYS).to_string();
        let open = offers.loan.is_some()
            || state.chosen("offer", Offer::Lend.as_str())
            || state.error("days").is_some();
        view! {
            <details class="sheet plain" open=open>
                <summary>"How long, if you lend it"</summary>
                <TextField
                    state=state.clone()
                    name="days"
                    label="Days"
                    inputmode=Some("numeric")
                    hint="What you usually agree to, up to 180. Each loan has a day of its own, and you see it before you say yes."
                    value=days
                />
            </details>
        }
    };
    view! {
        <div class="stack">
            <fieldset class="field" class:is-wrong=is_wrong id="f-offer">
                <legend>"What do you offer?"</legend>
                <p class="hint">{hint}</p>
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
                {ticks}
            </fieldset>
            {lends}
            {sells}
        </div>
    }
}

/// Code of each currency, as a form offers it.
pub(super) fn currencies() -> Vec<(String, String)> {
    Currency::ALL
        .iter()
        .map(|currency| (currency.to_string(), currency.to_string()))
        .collect()
}

/// What many books at once can be offered for: word, label and hint.
pub(super) fn offers_of_many() -> Vec<(String, String, String)> {
    [
        (
            "trade",
            "List them for trade",
            "Others find them and can ask for them.",
        ),
        (
            "give",
            "List them to give away",
            "Others find them and can ask for them for nothing.",
        ),
        (
            "lend",
            "List them to lend",
            "Others can ask to borrow them for four weeks; you choose each time.",
        ),
        (
            "keep",
            "Only keep them on my shelf",
            "Nobody else sees them. You can list them later.",
        ),
    ]
    .map(|(word, label, hint)| (word.to_owned(), label.to_owned(), hint.to_owned()))
    .into()
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
