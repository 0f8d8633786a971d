//! Covers, condition, the small line about a book.

use dogear_domain::grade::Grade;
use dogear_domain::ids::WorkId;
use leptos::prelude::*;

use crate::paths;

/// How large a cover stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CoverSize {
    /// As wide as its column.
    #[default]
    Full,
    Small,
    Medium,
    Large,
}

/// The drawn cover of a work. `eared`: can be asked for today.
#[component]
pub fn Cover(
    work: WorkId,
    #[prop(optional)] size: CoverSize,
    #[prop(optional)] eared: bool,
    /// Said to screen readers; empty where the title stands beside it.
    #[prop(into, optional)]
    alt: String,
    /// Load at once: the largest picture of the page.
    #[prop(optional)]
    eager: bool,
) -> impl IntoView {
    let class = match (size, eared) {
        (CoverSize::Full, false) => "cover",
        (CoverSize::Full, true) => "cover eared",
        (CoverSize::Small, false) => "cover cover-s",
        (CoverSize::Small, true) => "cover cover-s eared",
        (CoverSize::Medium, false) => "cover cover-m",
        (CoverSize::Medium, true) => "cover cover-m eared",
        (CoverSize::Large, false) => "cover cover-l",
        (CoverSize::Large, true) => "cover cover-l eared",
    };
    let loading = (!eager).then_some("lazy");
    view! {
        <div class=class>
            <img src=paths::cover(work) alt=alt width="320" height="480" loading=loading/>
        </div>
    }
}

/// The condition: always the word, with six ticks before it.
#[component]
pub fn Condition(grade: Grade) -> impl IntoView {
    view! { <span class="grade" data-g=grade.value().to_string()>{grade.label()}</span> }
}
