//! The search box of the masthead, with what is found while typing. Without scripts it is
//! the same box, and the answer is the browse page.

use leptos::prelude::*;

use super::combobox::{Combobox, Suggestion, Texts};
use crate::action::ActionError;

/// Books, authors, series, readers and events for what was typed so far; for an ISBN its book, and
/// where a copy of it is added. The last one leads to everything.
#[server(endpoint = "suggest", prefix = "/api")]
pub async fn suggest(text: String) -> Result<Vec<Suggestion>, ActionError> {
    let req = crate::http::context()?;
    let found = dogear_server::search::suggest(&req.cx, &text).await?;
    let events = dogear_server::events::beside_books(&req.cx, &text).await?;
    Ok(super::suggestions::suggestions(
        &text,
        found,
        &events,
        req.cx.now(),
    ))
}

/// The input and the list; the form stands around it. Before anything is typed it offers what
/// was searched for lately in this browser. `value`: what the page was searched for. `here`: the
/// box of the search page itself, which phones have instead of that of the masthead. `first`: it
/// takes the focus.
#[island]
pub fn SearchBox(value: String, here: bool, first: bool) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    Effect::new(|_| super::recent::remember());
    let texts = Texts {
        id: if here { "here" } else { "q" },
        list: "Suggestions",
        placeholder: Some("Title, author or ISBN"),
        first,
        recent: true,
        ..Texts::default()
    };
    view! { <Combobox value=value texts=texts ask=suggest /> }
}
