//! The number of unread notices, kept true while a page stays open.

use leptos::prelude::*;

use crate::action::ActionError;

/// How many notices the reader has not opened.
///
/// # Errors
/// When nobody is signed in any more.
#[server(endpoint = "unread")]
pub async fn unread() -> Result<i64, ActionError> {
    let req = crate::http::context()?;
    Ok(dogear_server::notifications::unread(&req.cx).await?)
}

/// Asks for the number while the page is open and visible. It then stands in the
/// folded corner and in the title, and a screen reader says when it has grown.
#[island]
pub fn Unread() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    Effect::new(|_| super::unread_poll::install());
    view! { <span class="visually-hidden" role="status" id="unread-says"></span> }
}
