//! How many books the filters would show, while they are ticked. Without scripts the button
//! says what is shown now.

use leptos::prelude::*;

use crate::action::ActionError;

/// The words of the button for the filters in `query`, as they stand in an address.
#[server(endpoint = "count-books", prefix = "/api")]
pub async fn count_books(query: String) -> Result<String, ActionError> {
    use dogear_server::search::{Browse, Found, Query};
    let req = crate::http::context()?;
    let query = Query::from_pairs(url::form_urlencoded::parse(query.as_bytes()));
    let books = match Browse::default().find(&req.cx, query).await? {
        Found::Listing(listing) => listing.facets.total(),
        Found::Book(..) => 1,
        Found::TooDeep => 0,
    };
    Ok(crate::ui::book::show_books(books))
}

/// The button that sends the filters, and its words once more for who hears them change.
#[island]
pub fn FilterCount(
    /// For what is shown now.
    text: String,
) -> impl IntoView {
    let shown = RwSignal::new(text);
    let said = RwSignal::new(String::new());
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| browser::watch(shown, said));
    view! {
        <button class="btn btn-do btn-wide">{move || shown.get()}</button>
        <span class="visually-hidden" role="status">
            {move || said.get()}
        </span>
    }
}

/// Runs only in the browser.
#[cfg(feature = "hydrate")]
mod browser {
    use std::time::Duration;

    use leptos::prelude::*;
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::spawn_local;
    use web_sys::{FormData, HtmlFormElement, UrlSearchParams};

    use super::count_books;

    /// Several boxes are often ticked in a row.
    const PAUSE: Duration = Duration::from_millis(250);

    /// Asks whenever a filter changes, until the island is gone.
    pub(super) fn watch(shown: RwSignal<String>, said: RwSignal<String>) {
        let waiting = StoredValue::new(None::<TimeoutHandle>);
        let listener = window_event_listener_untyped("change", move |event| {
            let target = event
                .target()
                .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
            let form = target
                .and_then(|target| target.closest("#filters").ok().flatten())
                .and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
            let Some(form) = form else {
                return;
            };
            if let Some(Some(handle)) = waiting.try_get_value() {
                handle.clear();
            }
            let ask = move || {
                let Some(query) = query(&form) else {
                    return;
                };
                spawn_local(async move {
                    // A count that failed leaves the last one: the page itself says it again.
                    if let Ok(text) = count_books(query).await {
                        shown.try_set(text.clone());
                        said.try_set(text);
                    }
                });
            };
            waiting.set_value(set_timeout_with_handle(ask, PAUSE).ok());
        });
        on_cleanup(move || listener.remove());
    }

    /// The form as it would stand in the address.
    fn query(form: &HtmlFormElement) -> Option<String> {
        let data = FormData::new_with_form(form).ok()?;
        let pairs = UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
        Some(String::from(pairs.to_string()))
    }
}
