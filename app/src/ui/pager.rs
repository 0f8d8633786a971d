//! Ways through long lists: numbered pages, and pages that are read on from a place in the list.

use leptos::prelude::*;

use super::empty::{Empty, Plate};

/// Links to pages of a list; nothing for a single page. `link` makes the address of a page.
pub fn pager(page: u32, pages: u32, link: impl Fn(u32) -> String) -> Option<AnyView> {
    pager_of("Pages", page, pages, link)
}

/// As [`pager`], where a page has several lists: `label` says whose pages these are.
pub fn pager_of(
    label: &'static str,
    page: u32,
    pages: u32,
    link: impl Fn(u32) -> String,
) -> Option<AnyView> {
    if pages <= 1 {
        return None;
    }
    let mut shown: Vec<u32> = [1, 2, pages.saturating_sub(1), pages]
        .into_iter()
        .chain(page.saturating_sub(1)..=page.saturating_add(1))
        .filter(|n| (1..=pages).contains(n))
        .collect();
    shown.sort_unstable();
    shown.dedup();
    let mut items = Vec::new();
    let mut last = 0;
    for n in shown {
        if n > last + 1 {
            items.push(view! { <span aria-hidden="true">"…"</span> }.into_any());
        }
        last = n;
        let current = (n == page).then_some("page");
        items.push(
            view! {
                <a href=link(n) aria-current=current>
                    <span class="visually-hidden">"Page "</span>
                    {n}
                </a>
            }
            .into_any(),
        );
    }
    let previous = (page > 1).then(|| {
        view! {
            <a href=link(page - 1) rel="prev">
                "Previous page"
            </a>
        }
    });
    let next = (page < pages).then(|| {
        view! {
            <a href=link(page + 1) rel="next">
                "Next page"
            </a>
        }
    });
    Some(
        view! {
            <nav class="pager" aria-label=label>
                {previous}
                {items}
                {next}
            </nav>
        }
        .into_any(),
    )
}

/// A link of [`onward`]: its address and its words.
pub type Step = (String, &'static str);

/// Links through a list that is read on from a place in it: back to its start, and to what comes
/// behind. Nothing where there is neither. `label` says whose pages these are.
pub fn onward(label: &'static str, start: Option<Step>, next: Option<Step>) -> Option<AnyView> {
    if start.is_none() && next.is_none() {
        return None;
    }
    let link = |rel: &'static str| {
        move |(path, words): Step| {
            view! {
                <a href=path rel=rel>
                    {words}
                </a>
            }
        }
    };
    Some(
        view! {
            <nav class="pager" aria-label=label>
                {start.map(link("prev"))}
                {next.map(link("next"))}
            </nav>
        }
        .into_any(),
    )
}

/// Behind the last line of a list, when what stood there is gone meanwhile.
pub fn past_the_end(start: String) -> AnyView {
    view! {
        <Empty plate=Plate::Cleared heading="That was the last page">
            <p>
                <a class="btn" href=start>
                    "Back to the first"
                </a>
            </p>
        </Empty>
    }
    .into_any()
}
