//! Covers, condition, the small line about a book.

use dogear_domain::grade::Grade;
use dogear_domain::ids::WorkId;
use dogear_domain::offers::Offers;
use dogear_server::copies::CopyDetails;
use dogear_server::search::WorkLine;
use leptos::prelude::*;

use super::{count, grouped};
use dogear_urls as urls;

/// Larger numbers of works are said as "1,000+".
pub const COUNTED: i64 = 1000;

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

/// The drawn cover of a work. `corner`: can be asked for today.
#[component]
pub fn Cover(
    work: WorkId,
    #[prop(optional)] size: CoverSize,
    #[prop(optional)] corner: bool,
    /// Said to screen readers; empty where the title stands beside it.
    #[prop(into, optional)]
    alt: String,
    /// Load at once: the largest picture of the page.
    #[prop(optional)]
    eager: bool,
) -> impl IntoView {
    let class = match (size, corner) {
        (CoverSize::Full, false) => "cover",
        (CoverSize::Full, true) => "cover corner",
        (CoverSize::Small, false) => "cover cover-s",
        (CoverSize::Small, true) => "cover cover-s corner",
        (CoverSize::Medium, false) => "cover cover-m",
        (CoverSize::Medium, true) => "cover cover-m corner",
        (CoverSize::Large, false) => "cover cover-l",
        (CoverSize::Large, true) => "cover cover-l corner",
    };
    let loading = (!eager).then_some("lazy");
    view! {
        <div class=class>
            <img src=urls::cover(work) alt=alt width="320" height="480" loading=loading />
        </div>
    }
}

/// The condition: always the word, with six ticks before it.
#[component]
pub fn Condition(grade: Grade) -> impl IntoView {
    view! {
        <span class="grade" data-g=grade.value().to_string()>
            {grade.label()}
        </span>
    }
}

/// What a copy is offered for, side by side: “Trade”, “Free”, “€6.50”.
#[component]
pub fn Terms(offers: Offers) -> impl IntoView {
    offers
        .said()
        .into_iter()
        .map(|said| {
            view! {
                <span class="tag">{said}</span>
                " "
            }
        })
        .collect_view()
}

/// The language of a title for screen readers and hyphenation; nothing for
/// English, which the page is in.
pub fn title_lang(language: &str) -> Option<String> {
    (!language.is_empty() && language != "en").then(|| language.to_owned())
}

/// Where a card stands, which decides the level of its heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardIn {
    /// Directly under the heading of the page.
    Page,
    /// Under the heading of a section.
    Section,
}

/// A work in a grid or rail: cover, title, author, and what can be asked for.
/// `first`: among the first pictures of the page, which load at once.
pub fn card(work: &WorkLine, place: CardIn, first: bool) -> AnyView {
    card_with(work, place, first, availability(work))
}

/// As [`card`], with other words in its last line.
pub fn card_with(work: &WorkLine, place: CardIn, first: bool, meta: String) -> AnyView {
    card_lines(work, place, first, [meta], None)
}

/// As [`card`], with other lines at its end, and below them what can be done.
pub fn card_lines(
    work: &WorkLine,
    place: CardIn,
    first: bool,
    lines: impl IntoIterator<Item = String>,
    action: Option<AnyView>,
) -> AnyView {
    let lines: Vec<_> = lines
        .into_iter()
        .map(|line| view! { <p class="meta">{line}</p> })
        .collect();
    let offered = work.copies > 0;
    let class = if offered { "cover corner" } else { "cover" };
    let loading = (!first).then_some("lazy");
    let lang = title_lang(&work.language);
    let dir = lang.as_ref().map(|_| "auto");
    let link = view! { <a href=urls::book(work.id, &work.slug)>{work.title.clone()}</a> };
    let title = match place {
        CardIn::Page => view! {
            <h2 class="btitle" lang=lang dir=dir>
                {link}
            </h2>
        }
        .into_any(),
        CardIn::Section => view! {
            <h3 class="btitle" lang=lang dir=dir>
                {link}
            </h3>
        }
        .into_any(),
    };
    view! {
        <li class="book">
            <div class=class>
                <img src=urls::cover(work.id) alt="" width="320" height="480" loading=loading />
            </div>
            <div>
                {title}<p class="by small" dir=dir>
                    {work.author_line.clone()}
                </p>{lines}{action}
            </div>
        </li>
    }
    .into_any()
}

/// "3 copies, from Very good", "1 copy, Fine", "None now".
pub fn availability(work: &WorkLine) -> String {
    match (work.copies, work.best_grade) {
        (0, _) | (_, None) => "None now".into(),
        (1, Some(grade)) => format!("1 copy · {grade}"),
        (copies, Some(grade)) => {
            format!("{} · best {grade}", count(copies, "copy", "copies"))
        }
    }
}

/// "37", "1,000+"; "37+" where not everything was looked at.
pub fn many(number: i64, at_least: bool) -> String {
    if number > COUNTED {
        format!("{}+", grouped(COUNTED))
    } else if at_least && number > 0 {
        format!("{}+", grouped(number))
    } else {
        grouped(number)
    }
}

/// "1 book", "37 books", "1,000+ books".
pub fn books(number: i64) -> String {
    if number == 1 {
        "1 book".into()
    } else {
        format!("{} books", many(number, false))
    }
}

/// What the button says that shows so many books.
pub fn show_books(number: i64) -> String {
    format!("Show {}", books(number))
}

/// A copy that a form is about: its cover, its book and its condition.
pub fn one_copy(copy: &CopyDetails) -> AnyView {
    view! {
        <div class="quickbook">
            <Cover work=copy.book.work size=CoverSize::Medium />
            <div>
                <p class="btitle" lang=title_lang(&copy.book.language) dir="auto">
                    {copy.book.title.clone()}
                </p>
                <p class="by small quiet" dir="auto">
                    {copy.book.author_line.clone()}
                </p>
                <p class="fine quiet">
                    <Condition grade=copy.grade />
                </p>
            </div>
        </div>
    }
    .into_any()
}
