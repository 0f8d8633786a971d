//! Forms in place: intercepts the submission of every POST form of the page,
//! sends the same request with `fetch`, and shows the answer without a reload.
//! The forms know nothing of it, so there is one way they are written.

use leptos::prelude::*;

/// Installs the in-place submission of forms. Shows nothing itself.
#[island]
pub fn Client() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    Effect::new(|_| super::submit::install());
    view! { <span hidden></span> }
}
