//! One change for the ticked books of the shelf.

use dogear_domain::grade::Grade;
use dogear_server::copies::Tab;
use leptos::prelude::*;

use super::actions::SetGrade;
use super::fields::{PLACES, place_list};
use super::lent_actions::SetPlace;
use crate::action::ServerFn;
use crate::ui::form_state::FormState;

/// What can be done with the ticked books of a tab; `places` are those that were named before.
pub(super) fn bulk_bar(tab: Tab, places: Vec<String>, state: &FormState) -> impl IntoView + use<> {
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
                {(tab != Tab::Listed).then(|| button("list", "List for trade"))}
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
                        }
                    })}
                {(tab != Tab::Archive).then(|| button("archive", "Archive"))}
                {(tab != Tab::Trash).then(|| button("delete", "Delete"))}
            </div>
        </details>
    }
}
