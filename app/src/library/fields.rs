//! The fields that several forms of the library share.

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
