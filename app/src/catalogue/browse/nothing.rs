//! "No results": which filter stands in the way, and how to add the book.

use dogear_domain::isbn::Isbn13;
use dogear_server::search::{Listing, Query};
use leptos::prelude::*;

use super::facets::least;
use super::{address, books};
use dogear_urls as urls;

pub(super) fn nothing(listing: &Listing) -> AnyView {
    let query = &listing.query;
    if let Some(isbn) = &listing.isbn {
        return match isbn {
            Ok(isbn) => unknown_isbn(*isbn).into_any(),
            Err(error) => advice(
                "This is not quite an ISBN",
                error.to_string(),
                None,
                Vec::new(),
            ),
        };
    }
    let ways = ways(listing);
    let add = (!query.q.is_empty()).then(|| urls::shelf_add_query(&query.q));
    if query.q.is_empty() && !query.is_filtered() {
        return advice(
            "Be the first to list a book",
            "Nobody has put a book up for trade yet. Whatever you list stands here for everybody."
                .into(),
            Some(urls::SHELF_ADD.into()),
            ways,
        );
    }
    let text = if ways.is_empty() {
        "Check the spelling, or try a single word of the title or the author’s last name."
    } else {
        "Each of these shows something:"
    };
    advice("Nothing here matches all of it", text.into(), add, ways)
}

/// Addresses that show something, with how much.
fn ways(listing: &Listing) -> Vec<(String, String, String)> {
    let query = &listing.query;
    let facets = &listing.facets;
    let mut ways = Vec::new();
    let mut offer = |facet: &str, label: String, change: fn(&mut Query)| {
        let found = facets.without(facet);
        if found > 0 {
            ways.push((address(&query.with(change)), label, books(found)));
        }
    };
    if !query.all {
        offer(
            "availability",
            "Also books nobody offers now".into(),
            |query| query.all = true,
        );
    }
    if !query.genres.is_empty() {
        offer("genre", "Any genre".into(), |query| query.genres.clear());
    }
    if let Some(grade) = query.grade {
        offer(
            "grade",
            format!("Any condition, not only “{}”", least(grade)),
            |query| query.grade = None,
        );
    }
    if !query.near.is_empty() {
        offer(
            "near",
            format!("Anywhere, not only near {}", query.near),
            |query| {
                query.near.clear();
                query.within = None;
            },
        );
    }
    if query.has_years() {
        offer("year", "Any year".into(), |query| {
            (query.from, query.to) = (None, None);
        });
    }
    if !query.languages.is_empty() {
        offer("language", "Any language".into(), |query| {
            query.languages.clear();
        });
    }
    if !query.formats.is_empty() {
        offer("format", "Any format".into(), |query| query.formats.clear());
    }
    if ways.len() != 1 && query.is_filtered() {
        let found = facets.without("filters");
        if found > 0 {
            let bare = Query {
                q: query.q.clone(),
                all: query.all,
                page: 1,
                ..Query::default()
            };
            ways.push((address(&bare), "No filters at all".into(), books(found)));
        }
    }
    ways
}

/// The page's matter for an ISBN that is right but unknown here.
pub fn unknown_isbn(isbn: Isbn13) -> impl IntoView {
    advice(
        "This book is not in the catalogue yet",
        format!(
            "Nobody has added ISBN {} so far. If you own it, you can: title and author are enough.",
            isbn.grouped()
        ),
        Some(urls::shelf_add_query(&isbn.to_string())),
        Vec::new(),
    )
}

fn advice(
    heading: &'static str,
    text: String,
    add: Option<String>,
    ways: Vec<(String, String, String)>,
) -> AnyView {
    view! {
        <div class="nothing stack">
            <h2>{heading}</h2>
            <p class="prose">{text}</p>
            {(!ways.is_empty())
                .then(|| {
                    view! {
                        <ul class="toc">
                            {ways
                                .into_iter()
                                .map(|(href, label, found)| {
                                    view! {
                                        <li>
                                            <a href=href>{label}</a>
                                            <span class="dots" aria-hidden="true"></span>
                                            <span class="val">{found}</span>
                                        </li>
                                    }
                                })
                                .collect_view()}
                        </ul>
                    }
                })}
            {add
                .map(|href| {
                    view! {
                        <p class="row mt5">
                            <a class="btn btn-do" href=href>
                                "Add the book"
                            </a>
                            <span class="quiet small">"You own it and would trade it."</span>
                        </p>
                    }
                })}
        </div>
    }
    .into_any()
}
