//! Places with nothing in them. First use, cleared, nothing found, failed: four
//! pictures, and four different sentences.

use leptos::prelude::*;

/// Why there is nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plate {
    /// Nothing has been put here yet.
    FirstUse,
    /// There was something, and it is done.
    Cleared,
    /// The question has no answer.
    NotFound,
    /// It did not load.
    Failed,
}

impl Plate {
    const fn shapes(self) -> &'static str {
        match self {
            Self::FirstUse => {
                r#"<path d="M6 62h84M14 62V20h10v42M28 62V28h8v34"/><path d="M42 62V14h20l12 12v36z"/><path class="flap" d="M62 14v12h12z"/>"#
            }
            Self::Cleared => r#"<path d="M8 10h34l6 6 6-6h34v52H54l-6 4-6-4H8zM48 16v50"/>"#,
            Self::NotFound => {
                r#"<circle cx="42" cy="32" r="22"/><path d="M58 48l22 20M32 32h20"/>"#
            }
            Self::Failed => {
                r#"<path d="M22 6h36l16 16v44H22zM30 30l36 26M66 30L30 56"/><path class="flap" d="M58 6v16h16z"/>"#
            }
        }
    }
}

/// A picture, a heading, and what is inside: a sentence, and what to do now.
#[component]
pub fn Empty(plate: Plate, #[prop(into)] heading: String, children: Children) -> impl IntoView {
    view! {
        <div class="empty">
            <svg
                class="plate"
                viewBox="0 0 96 72"
                width="96"
                height="72"
                aria-hidden="true"
                inner_html=plate.shapes()
            ></svg>
            <h2 class="t-h3">{heading}</h2>
            {children()}
        </div>
    }
}
