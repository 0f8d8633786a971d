//! What is imported, and how: shelves of the file, condition, offer.

use dogear_domain::grade::Grade;
use dogear_domain::imports::{ImportState, Offer, Outcome, Source};
use dogear_server::imports::{ImportPage, ShelfLine};
use leptos::prelude::*;

use super::actions::StartImport;
use crate::action::ServerFn;
use crate::ui::field::{PostForm, Radios, Select, Tick};
use crate::ui::form_state::FormState;
use crate::ui::{count, grouped};

/// The form that starts the import, or what was sent of it and `refused`.
pub(super) fn plan(import: &ImportPage, refused: Option<FormState>) -> AnyView {
    let failed = refused.is_some();
    let state = refused.unwrap_or_default();
    let shelves = import
        .shelves
        .iter()
        .map(|shelf| {
            shelf_row(
                shelf,
                if failed {
                    state.chosen("shelf", &shelf.name)
                } else {
                    shelf.chosen
                },
            )
        })
        .collect_view();
    let error = state.error("shelf").map(str::to_owned);
    let is_wrong = error.is_some();
    let grades: Vec<_> = Grade::ALL
        .iter()
        .map(|grade| (grade.as_str().to_owned(), grade.label().to_owned()))
        .collect();
    let mut offers = vec![
        (
            Offer::Keep.to_string(),
            "Only keep them on my shelf".to_owned(),
            "Nobody else sees them. You can list them later.".to_owned(),
        ),
        (
            Offer::Trade.to_string(),
            "List them for trade".to_owned(),
            "Others find them and can ask for them.".to_owned(),
        ),
        (
            Offer::Give.to_string(),
            "List them to give away".to_owned(),
            "Others find them and can ask for them for nothing.".to_owned(),
        ),
        (
            Offer::Lend.to_string(),
            "List them to lend".to_owned(),
            "Others can ask to borrow them for four weeks; you choose each time.".to_owned(),
        ),
    ];
    if import.source.says_offers() {
        offers.insert(
            0,
            (
                Offer::File.to_string(),
                "As the file says of each".to_owned(),
                match import.source {
                    Source::Own => {
                        "Listed for what it was, kept, in the archive or in the trash as it was."
                    }
                    _ => "Listed to give away or to lend where it says so; all others are kept.",
                }
                .to_owned(),
            ),
        );
    }
    let label = match import.state {
        ImportState::Ready => "Add these books",
        _ => "Add what is left",
    };
    let (id, seconds) = (import.id, import.seconds);
    let (grade, offer) = (import.grade.as_str(), import.offer.as_str());
    let says = import.readings.rows;
    let reading = (says > 0).then(|| {
        let label = format!(
            "Also keep what the file says of my reading, of {}",
            count(says, "book", "books")
        );
        view! {
            <Tick
                state=state.clone()
                name="reading"
                label=label
                hint="Days, ratings, notes and your own shelves, whether you own the book or not. All of it is for you alone, unless you show it later."
                on=import.reading
            />
        }
    });
    let written = import.readings.reviews;
    let reviews = (written > 0).then(|| {
        let label = match written {
            1 => "Publish the review in it under my name".to_owned(),
            many => format!("Publish the {many} reviews in it under my name"),
        };
        view! {
            <Tick
                state=state.clone()
                name="reviews"
                label=label
                hint="Everybody reads them on the pages of the books. Otherwise they are kept with your notes, for you alone."
                on=import.reviews
            />
        }
    });
    let has_borrowed = import.shelves.iter().any(|shelf| shelf.borrowed);
    view! {
        <PostForm
            action=StartImport::PATH
            class="stack stack-l mt5"
            with=[("import", id.to_string())]
        >
            <fieldset class="stack stack-s shelves" class:is-wrong=is_wrong id="f-shelf">
                <legend class="t-h3">"Which of them do you own?"</legend>
                <p class="hint">
                    "A file may hold books that you have only read, or would like to have. Those on the ticked shelves are added."
                </p>
                {has_borrowed
                    .then(|| {
                        view! {
                            <p class="hint">
                                "Some of these books were borrowed from a library or placed on hold there, as the file says. Do you own them? Tick their shelf only if you do."
                            </p>
                        }
                    })}
                {error
                    .map(|text| {
                        view! {
                            <p class="error">
                                <span>
                                    <span class="visually-hidden">"Error: "</span>
                                    {text}
                                </span>
                            </p>
                        }
                    })}
                <div class="tablebox">
                    <table class="table folds table-mid">
                        <thead>
                            <tr>
                                <th scope="col">
                                    <span class="visually-hidden">"Add"</span>
                                </th>
                                <th scope="col">"Shelf in the file"</th>
                                <th scope="col" class="r">
                                    "Ready"
                                </th>
                                <th scope="col" class="r">
                                    "New to Dogear"
                                </th>
                                <th scope="col" class="r">
                                    "You have it"
                                </th>
                                <th scope="col" class="r">
                                    "To choose"
                                </th>
                                <th scope="col" class="r">
                                    "Not usable"
                                </th>
                            </tr>
                        </thead>
                        <tbody>{shelves}</tbody>
                    </table>
                </div>
            </fieldset>
            <Select
                state=state.clone()
                name="grade"
                label="Condition"
                options=grades
                value=grade
                hint="Where the file does not say it. In doubt, choose the lower one; you can change single books on your shelf."
            />
            <Radios
                state=state.clone()
                name="offer"
                label="What do you offer?"
                options=offers
                value=offer
            />
            <Tick
                state=state.clone()
                name="seconds"
                label="Also add books that I have already, as second copies"
                on=seconds
            />
            {reading}
            {reviews}
            <p class="row">
                <button class="btn btn-do">{label}</button>
                <button class="btn" name="save" value="1">
                    "Only keep these choices"
                </button>
            </p>
        </PostForm>
    }
    .into_any()
}

fn shelf_row(shelf: &ShelfLine, ticked: bool) -> AnyView {
    let cell = |label: &'static str, outcomes: &[Outcome]| {
        let number: i64 = outcomes.iter().map(|outcome| shelf.of(*outcome)).sum();
        view! {
            <td class="r" data-label=label>
                {grouped(number)}
            </td>
        }
    };
    view! {
        <tr>
            <td>
                <label class="choice">
                    <input type="checkbox" name="shelf" value=shelf.name.clone() checked=ticked />
                    <span class="visually-hidden">{shelf.label.clone()}</span>
                </label>
            </td>
            <td class="strong filename" dir="auto">
                {shelf.label.clone()}
            </td>
            {cell("Ready", &[Outcome::New])}
            {cell("New to Dogear", &[Outcome::Enter])}
            {cell("You have it", &[Outcome::Duplicate, Outcome::Added, Outcome::Kept])}
            {cell("To choose", &[Outcome::Doubtful])}
            {cell("Not usable", &[Outcome::Unusable, Outcome::Failed])}
        </tr>
    }
    .into_any()
}
