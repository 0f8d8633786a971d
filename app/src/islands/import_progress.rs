//! How far an import has come, kept true while its page stays open. Without scripts the same
//! numbers stand there, and a link shows the page again.

use leptos::prelude::*;

use crate::action::ActionError;
use crate::ui::grouped;

/// The state of an import of the reader as its word, rows done, and rows in all.
///
/// # Errors
/// When nobody is signed in any more, or the import is gone.
#[server(endpoint = "import-progress")]
pub async fn import_progress(import: i64) -> Result<(String, i64, i64), ActionError> {
    let req = crate::http::context()?;
    let now = dogear_server::imports::progress(&req.cx, import.into()).await?;
    Ok((now.state.to_string(), now.done, now.total))
}

/// A bar and its numbers. When the work is over, the page is loaded again.
#[island]
pub fn ImportProgress(import: i64, state: String, done: i64, total: i64) -> impl IntoView {
    let numbers = RwSignal::new((done, total));
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| browser::watch(import, state.clone(), numbers));
    #[cfg(not(feature = "hydrate"))]
    let _ = (import, state);
    view! {
        <div class="stack stack-s importing">
            <progress
                aria-label="Books done"
                max=move || numbers.get().1.max(1)
                value=move || numbers.get().0
            ></progress>
            <p>
                {move || {
                    let (done, total) = numbers.get();
                    format!("{} of {} books", grouped(done), grouped(total))
                }}
            </p>
        </div>
    }
}

/// Runs only in the browser.
#[cfg(feature = "hydrate")]
mod browser {
    use std::time::Duration;

    use leptos::prelude::*;
    use wasm_bindgen_futures::spawn_local;

    use super::import_progress;

    /// Between two questions.
    const EVERY: Duration = Duration::from_secs(2);

    /// Asks until the state is another one, or the bar is no longer on the page.
    pub(super) fn watch(import: i64, state: String, numbers: RwSignal<(i64, i64)>) {
        let next = move || {
            let there = document().query_selector(".importing progress");
            if !matches!(there, Ok(Some(_))) {
                return;
            }
            spawn_local(async move {
                match import_progress(import).await {
                    Ok((now, ..)) if now != state => {
                        let _ = window().location().reload();
                    }
                    Ok((_, done, total)) => {
                        numbers.set((done, total));
                        watch(import, state, numbers);
                    }
                    // The link on the page shows it again.
                    Err(_) => {}
                }
            });
        };
        set_timeout(next, EVERY);
    }
}
