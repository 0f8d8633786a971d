//! `/browse`: the grid of works, its filters and its pages. The address is the whole state.

mod address;
mod facets;
mod nothing;
mod offered;

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use dogear_domain::edition::language_name;
use dogear_server::events::{self, Listed};
use dogear_server::search::{self, Browse, DEEPEST, Found, Listing, Query, Sort, Suggestions};
use jiff::Timestamp;
use leptos::prelude::*;

pub use address::address;
use facets::{Chip, chips};
pub use nothing::unknown_isbn;

use super::feeds::feed_of;
use crate::http::{Nav, PageResult, Req};
use crate::islands::SearchBox;
use crate::ui::book::{COUNTED, CardIn, books, card};
use crate::ui::count;
use crate::ui::event::event_beside;
use crate::ui::icons::{Glyph, Icon};
use crate::ui::pager::pager;
use dogear_urls as urls;

/// Covers that stand in the first screen.
const FIRST: usize = 4;

/// What a question finds besides books.
#[derive(Default)]
struct Beside {
    names: Suggestions,
    /// For which the events were looked.
    words: String,
    events: Vec<Listed>,
}

/// The books that a question finds, or the one book that it names.
///
/// # Errors
/// When the database does not answer in time.
pub async fn show(req: Req, browse: Browse, RawQuery(raw): RawQuery) -> PageResult {
    let raw = raw.unwrap_or_default();
    let query = Query::from_pairs(url::form_urlencoded::parse(raw.as_bytes()));
    Ok(match browse.find(&req.cx, query.clone()).await? {
        Found::Book(work, slug) => req.redirect(&urls::book(work, &slug)),
        Found::TooDeep => too_deep(&req, &query),
        Found::Listing(listing) => {
            let shown = &listing.query;
            let first = shown.page == 1 && listing.isbn.is_none();
            let mut beside = Beside::default();
            if first && !shown.any_word {
                beside.names = search::others(&req.cx, &shown.q).await?;
            }
            if first {
                // As they were typed: the words of events are not those of books.
                beside.words = (listing.instead_of.clone()).unwrap_or_else(|| shown.q.clone());
                beside.events = events::beside_books(&req.cx, &beside.words).await?;
            }
            page(&req, &listing, beside)
        }
    })
}

fn too_deep(req: &Req, query: &Query) -> Response {
    let first = address(&query.with(|_| {}));
    req.page("The list ends before that page")
        .status(StatusCode::NOT_FOUND)
        .nav(Nav::Browse)
        .render(move || {
            view! {
                <div class="wrap wrap-narrow page stack">
                    <h1>"The list ends before that page"</h1>
                    <p class="lead">
                        {format!(
                            "Lists are shown up to page {DEEPEST}. A genre, a town or a word from the title brings you to a book sooner.",
                        )}
                    </p>
                    <p class="row mt5">
                        <a class="btn btn-do" href=first>
                            "Go to the first page"
                        </a>
                        <a href=urls::BROWSE>"Start over"</a>
                    </p>
                </div>
            }
        })
}

fn page(req: &Req, listing: &Listing, beside: Beside) -> Response {
    let query = &listing.query;
    let facets = &listing.facets;
    let total = facets.total();
    let chips = chips(listing);
    let heading = heading(listing, &chips);
    let state = if listing.isbn.is_some() {
        String::new()
    } else if total == 0 {
        "No book matches all of this.".into()
    } else {
        // Some filters choose among copies: then the copies of these books are not all meant.
        // Of very many books not all are looked at.
        let copies = if query.chooses_copies() || total > COUNTED {
            String::new()
        } else {
            format!(", {}", count(facets.copies(), "copy", "copies"))
        };
        format!(
            "{}{copies}. A turned-down corner means you can ask for it today.",
            books(total)
        )
    };
    let title = if listing.pages > 1 {
        format!("{heading}, page {} of {}", query.page, listing.pages)
    } else {
        heading.clone()
    };
    let mut page = req.page(title).nav(Nav::Browse).feed(feed_of(query));
    if query.q.is_empty() && chips.len() <= 1 && !query.verbatim {
        page = page.public(
            format!(
                "{heading}: {} on readers’ shelves, to trade for books you have read.",
                books(total)
            ),
            address(query),
        );
    }
    let cards: Vec<AnyView> = listing
        .works
        .iter()
        .enumerate()
        .map(|(n, work)| card(work, CardIn::Page, n < FIRST))
        .collect();
    let pages = pager(query.page, listing.pages, |page| {
        let mut query = query.clone();
        query.page = page;
        address(&query)
    });
    let found = if cards.is_empty() {
        nothing::nothing(listing).into_any()
    } else {
        view! { <ul class="shelfgrid">{cards}</ul> }.into_any()
    };
    let corrected = listing
        .instead_of
        .as_ref()
        .map(|typed| corrected(query, typed));
    let alike = listing
        .alike
        .as_ref()
        .map(|(words, number)| did_you_mean(query, words, *number));
    let form = listing.isbn.is_none().then(|| facets::form(listing));
    let typed = query.q.clone();
    let first = req.here == urls::SEARCH;
    let sorting = (total > 1).then(|| sorting(listing));
    let in_use = chips.len();
    let to_keep = super::searches::to_keep(req, query);
    let others = others_found(beside.names);
    let events = events_found(&beside.words, &beside.events, req.cx.now());
    let applied = (in_use > 0).then(|| applied(chips, query));
    page.render(move || {
        let keep = to_keep.map(super::searches::keep);
        view! {
            <div class="wrap page">
                <form
                    class="find find-here"
                    role="search"
                    aria-label="Search, on this page"
                    action=urls::BROWSE
                >
                    <label class="visually-hidden" for="here">
                        "Search books"
                    </label>
                    <SearchBox value=typed here=true first=first />
                    <button>
                        <Icon glyph=Glyph::Search />
                        <span class="visually-hidden">"Search"</span>
                    </button>
                </form>
                <div class="head">
                    <div class="stack stack-s">
                        <h1>{heading}</h1>
                        {corrected}
                        {alike}
                        <p class="quiet">{state}</p>
                        {others}
                        {events}
                        {keep}
                    </div>
                    {sorting}
                </div>
                <div class="aside">
                    {form
                        .map(|form| {
                            view! {
                                <div>
                                    <p class="only-small-l openfilters">
                                        <a class="btn btn-wide" href="#filters">
                                            <Icon glyph=Glyph::Filter />
                                            "Filters"
                                            {(in_use > 0)
                                                .then(|| {
                                                    view! {
                                                        <span class="count">{format!("{in_use} in use")}</span>
                                                    }
                                                })}
                                        </a>
                                    </p>
                                    {form}
                                    <p class="small mt4">
                                        <a href=urls::GENRES>"All genres and languages"</a>
                                    </p>
                                    <p class="small">
                                        <a href=urls::TOP_RATED>"Top rated"</a>
                                    </p>
                                    <p class="small">
                                        <a href=urls::GIVE>"Given away to those who ask"</a>
                                    </p>
                                </div>
                            }
                        })} <section id="results" aria-label="Results">
                        {applied}
                        {found}
                        {pages}
                    </section>
                </div>
            </div>
        }
    })
}

/// Authors, series and readers that bear the words in their names.
fn others_found(found: Suggestions) -> Option<AnyView> {
    let authors = found
        .authors
        .into_iter()
        .map(|author| (urls::author(author.id), author.name));
    let series = found
        .series
        .into_iter()
        .map(|series| (urls::series(series.id), series.title));
    let readers = found
        .readers
        .into_iter()
        .map(|reader| (urls::reader(&reader.handle), reader.display_name));
    let groups: Vec<(&str, Vec<(String, String)>)> = vec![
        ("Authors", authors.collect()),
        ("Series", series.collect()),
        ("Readers", readers.collect()),
    ];
    let lines: Vec<AnyView> = groups
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(group, names)| {
            let names = names.into_iter().map(|(href, name)| {
                view! {
                    <li>
                        <a href=href>{name}</a>
                    </li>
                }
            });
            view! {
                <div class="row others">
                    <dt class="small quiet">{group}</dt>
                    <dd>
                        <ul class="linkline">{names.collect_view()}</ul>
                    </dd>
                </div>
            }
            .into_any()
        })
        .collect();
    (!lines.is_empty()).then(|| view! { <dl>{lines}</dl> }.into_any())
}

/// The next events that have the words.
fn events_found(words: &str, events: &[Listed], now: Timestamp) -> Option<AnyView> {
    if events.is_empty() {
        return None;
    }
    let all = urls::events(urls::EventList {
        q: words,
        ..urls::EventList::default()
    });
    let heading = format!("Next events for “{words}”");
    let label = format!("All events for “{words}”");
    let lines = events.iter().map(|event| event_beside(event, now));
    Some(
        view! {
            <section aria-labelledby="events-found">
                <h2 class="small quiet" id="events-found">
                    {heading}
                </h2>
                <ul class="eventbeside">{lines.collect_view()}</ul>
                <p class="small">
                    <a href=all>{label}</a>
                </p>
            </section>
        }
        .into_any(),
    )
}

/// What the list holds, in words a friend would use.
fn heading(listing: &Listing, chips: &[Chip]) -> String {
    let query = &listing.query;
    if !query.q.is_empty() {
        return format!("Books for “{}”", query.q);
    }
    let what = match (&query.genres[..], &query.languages[..]) {
        ([genre], []) => chips
            .iter()
            .find(|chip| chip.value == *genre)
            .map_or_else(|| "Books".to_owned(), |chip| chip.label.clone()),
        ([], [language]) => language_name(language)
            .map_or_else(|| "Books".to_owned(), |name| format!("Books in {name}")),
        _ => "Books".to_owned(),
    };
    if query.all {
        what
    } else if query.near.is_empty() {
        format!("{what} to trade")
    } else if let Some(within) = query.within {
        format!("{what} to trade within {within} km of {}", query.near)
    } else {
        format!("{what} to trade near {}", query.near)
    }
}

fn corrected(query: &Query, typed: &str) -> AnyView {
    let verbatim = address(&query.with(|query| {
        typed.clone_into(&mut query.q);
        query.verbatim = true;
    }));
    let (shown, typed) = (query.q.clone(), typed.to_owned());
    if query.any_word {
        return view! { <p>"No book has all of these words. These have some of "<strong>{shown}</strong>"."</p> }.into_any();
    }
    view! {
        <p>
            "Showing results for "<strong>{shown}</strong>". "
            <a href=verbatim>"Search for “"{typed}"” instead"</a>"."
        </p>
    }
    .into_any()
}

/// A typing error of whoever entered a book must not hide the others.
fn did_you_mean(query: &Query, words: &str, number: i64) -> AnyView {
    let link = address(&query.with(|query| words.clone_into(&mut query.q)));
    let (words, found) = (words.to_owned(), books(number));
    view! {
        <p>
            "Did you mean "<a href=link>
                <strong>{words}</strong>
            </a>"? "{found}"."
        </p>
    }
    .into_any()
}

fn sorting(listing: &Listing) -> impl IntoView + use<> {
    let query = &listing.query;
    let (chosen, typed) = (query.sort, !query.q.is_empty());
    // Somewhere must be the middle.
    let placed = listing.located || (query.near.is_empty() && listing.town.is_some());
    let options: Vec<_> = Sort::ALL
        .into_iter()
        .filter(|sort| typed || *sort != Sort::Best)
        .filter(|sort| placed || *sort != Sort::Nearest)
        .map(|sort| {
            let selected =
                sort == chosen || (!typed && chosen == Sort::Best && sort == Sort::Newest);
            view! {
                <option value=sort.as_str() selected=selected>
                    {sort.label()}
                </option>
            }
        })
        .collect();
    view! {
        <div class="row">
            <label for="sort" class="small">
                "Sorted by"
            </label>
            <select class="select select-inline" id="sort" name="sort" form="filters">
                {options}
            </select>
            <button class="btn btn-small" form="filters">
                "Sort"
            </button>
        </div>
    }
}

fn applied(chips: Vec<Chip>, query: &Query) -> impl IntoView + use<> {
    let clear = address(&Query {
        q: query.q.clone(),
        sort: query.sort,
        page: 1,
        ..Query::default()
    });
    let several = chips.len() > 1;
    view! {
        <div class="row applied">
            <ul class="chips" aria-label="Filters in use">
                {chips
                    .into_iter()
                    .map(|chip| {
                        view! {
                            <li>
                                <a class="chip" href=chip.without>
                                    <span class="visually-hidden">"Remove: "</span>
                                    {chip.label}
                                    <Icon glyph=Glyph::Close />
                                </a>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
            {several.then(|| view! { <a href=clear>"Clear all"</a> })}
        </div>
    }
}
