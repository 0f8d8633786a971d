//! The sum at the foot of the trade builder, kept while boxes are ticked. Without
//! scripts it says what was chosen when the page was made.

use leptos::prelude::*;

/// “You give 2, you get 1.”, and what comes after.
#[island]
pub fn BuilderSum(
    /// Boxes ticked on each side when the page was made.
    gives: usize,
    gets: usize,
    /// A sentence for the end.
    after: String,
) -> impl IntoView {
    let counts = RwSignal::new((gives, gets));
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| watch(counts));
    let sum = move || match counts.get() {
        // Also what stands there without scripts until the page is made anew.
        (0, 0) => "Tick what you give and what you get. ".to_owned(),
        (gives, gets) => format!("You give {gives}, you get {gets}. "),
    };
    view! { <p>{sum}{after}</p> }
}

/// Counts again whenever something in the document changes, until the island is gone.
#[cfg(feature = "hydrate")]
fn watch(counts: RwSignal<(usize, usize)>) {
    let ticked = |name: &str| {
        let ticked = format!("input[name='{name}']:checked");
        document()
            .query_selector_all(&ticked)
            .map_or(0, |boxes| boxes.length() as usize)
    };
    let listener = window_event_listener_untyped("change", move |_| {
        let now = (ticked("give"), ticked("get"));
        counts.try_set(now);
        for (side, number) in [("give", now.0), ("get", now.1)] {
            let place = format!("[data-count='{side}']");
            let label = document().query_selector(&place).ok().flatten();
            if let Some(label) = label {
                let number = i64::try_from(number).unwrap_or(i64::MAX);
                label.set_text_content(Some(&crate::ui::count(number, "book", "books")));
            }
        }
    });
    on_cleanup(move || listener.remove());
}
