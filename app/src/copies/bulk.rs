//! The bar below the shelf: one change for all ticked books.

use dogear_domain::grade::Grade;
use dogear_domain::money::Currency;
use dogear_domain::offers::Offer;
use dogear_server::copies::Tab;
use leptos::prelude::*;

use super::actions::SetGrade;
use super::bulk_actions::SetOffers;
use super::fields::{PLACES, currencies, place_list};
use super::lent_actions::SetPlace;
use crate::action::ServerFn;
use crate::ui::form_state::FormState;

/// Lists the ticked books for one thing.
fn offer_all(state: &FormState, currency: Currency) -> impl IntoView + use<> {
    let chosen = state.value("offer").to_owned();
    let sells = Offer::CHOOSABLE.contains(&Offer::Sell);
    let ways = [
        ("trade", "for trade"),
        ("give", "to give away"),
        ("lend", "to lend for four weeks"),
        ("sale", "for sale at"),
        ("both", "for trade, or for sale at"),
    ];
    let ways = ways
        .into_iter()
        .filter(|(way, _)| sells || !matches!(*way, "sale" | "both"))
        .map(|(way, label)| {
            view! {
                <option value=way selected=way == chosen>
                    {label}
                </option>
            }
        })
        .collect_view();
    let typed = state.value("price").to_owned();
    let currency = match state.value("currency") {
        "" => currency.to_string(),
        typed => typed.to_owned(),
    };
    let currencies = currencies()
        .into_iter()
        .map(|(code, label)| {
            view! {
                <option value=code.clone() selected=code == currency>
                    {label}
                </option>
            }
        })
        .collect_view();
    view! {
        <span class="row">
            <label class="visually-hidden" for="bo">
                "List"
            </label>
            <select class="select select-inline select-small" id="bo" name="offer">
                {ways}
            </select>
            {sells
                .then(|| {
                    view! {
                        <label class="visually-hidden" for="f-price">
                            "Price of each"
                        </label>
                        <input
                            class="input select-inline select-small"
                            id="f-price"
                            name="price"
                            value=typed
                            size="6"
                            inputmode="decimal"
                            autocomplete="off"
                            placeholder="Price"
                        />
                        <label class="visually-hidden" for="bc">
                            "Currency"
                        </label>
                        <select class="select select-inline select-small" id="bc" name="currency">
                            {currencies}
                        </select>
                    }
                })}
            <button class="btn btn-small" formaction=SetOffers::PATH>
                "List so"
            </button>
        </span>
    }
}

/// What can be done with the ticked books of a tab; `places` are those that were named before, and
/// `currency` is that of a price before one was chosen.
pub(super) fn bulk_bar(
    tab: Tab,
    places: Vec<String>,
    currency: Currency,
    state: &FormState,
) -> impl IntoView + use<> {
    let button = |what: &'static str, label: &'static str| {
        view! {
            <button class="btn btn-small" name="change" value=what>
                {label}
            </button>
        }
    };
    let chosen = state.value("grade").to_owned();
    let grades = Grade::ALL
        .iter()
        .map(|grade| {
            view! {
                <option value=grade.as_str() selected=grade.as_str() == chosen>
                    {grade.label()}
                </option>
            }
        })
        .collect_view();
    let place = state.value("place").to_owned();
    let away = matches!(tab, Tab::Archive | Tab::Trash);
    let offers = offer_all(state, currency);
    view! {
        // A menu; where there is room for it, a browser that can shows it open.
        <details class="bulk bulkmenu">
            <summary class="strong">"With the ticked books "<span class="ticked"></span></summary>
            <div class="row" role="group" aria-label="With the ticked books">
                // First of all buttons: the one that the Enter key in its field means.
                <span class="row">
                    <label class="visually-hidden" for="bp">
                        "Place"
                    </label>
                    <input
                        class="input select-inline select-small"
                        id="bp"
                        name="place"
                        value=place
                        list=PLACES
                        placeholder="Place"
                        autocomplete="off"
                    />
                    {place_list(places)}
                    <button class="btn btn-small" formaction=SetPlace::PATH>
                        "Set place"
                    </button>
                </span>
                {away.then(|| button("restore", "Back to the shelf"))}
                {(tab != Tab::Listed).then(|| button("list", "List"))}
                {matches!(tab, Tab::All | Tab::Listed).then(|| button("unlist", "Stop listing"))}
                {(!away)
                    .then(|| {
                        view! {
                            <span class="row">
                                <label class="visually-hidden" for="bg">
                                    "Condition"
                                </label>
                                <select
                                    class="select select-inline select-small"
                                    id="bg"
                                    name="grade"
                                >
                                    {grades}
                                </select>
                                <button class="btn btn-small" formaction=SetGrade::PATH>
                                    "Set condition"
                                </button>
                            </span>
                            {offers}
                        }
                    })}
                {(tab != Tab::Archive).then(|| button("archive", "Archive"))}
                {(tab != Tab::Trash).then(|| button("delete", "Delete"))}
            </div>
        </details>
    }
}
