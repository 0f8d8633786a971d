//! `/shelf`: my copies, in parts, with one change for many.

use axum::extract::Query;
use dogear_domain::copies::{CopyState, HeldBy};
use dogear_domain::fields::CopyPlace;
use dogear_domain::money::Currency;
use dogear_server::copies::{self, Shelf, ShelfQuery, ShelfRow, Sort, Tab};
use jiff::tz::TimeZone;
use leptos::prelude::*;
use serde::Deserialize;

use super::actions::ChangeCopies;
use super::bulk::bulk_bar;
use super::fields::lang;
use super::list_empty::{first_use, nothing_here};
use super::town;
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req};
use crate::ui::book::{Condition, Cover, CoverSize};
use crate::ui::count;
use crate::ui::field::{ErrorSummary, PostForm};
use crate::ui::form_state::FormState;
use crate::ui::icons::{Glyph, Icon};
use crate::ui::pager::pager;
use crate::ui::time::{Ago, Say, in_words};
use dogear_urls as urls;

/// The query of `/shelf`; everything in it is optional.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Params {
    tab: String,
    q: String,
    place: String,
    sort: String,
    page: String,
}

impl From<Params> for ShelfQuery {
    fn from(params: Params) -> Self {
        Self {
            tab: Tab::parse(&params.tab),
            text: params.q.chars().take(200).collect(),
            place: params.place.chars().take(CopyPlace::MAX).collect(),
            sort: Sort::parse(&params.sort),
            page: params.page.parse().unwrap_or(1).clamp(1, 100_000),
        }
    }
}

/// The address that shows this query.
pub(super) fn address(query: &ShelfQuery) -> String {
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    if query.tab != Tab::All {
        pairs.append_pair("tab", query.tab.as_str());
    }
    if !query.text.is_empty() {
        pairs.append_pair("q", &query.text);
    }
    if !query.place.is_empty() {
        pairs.append_pair("place", &query.place);
    }
    if query.sort != Sort::Newest {
        pairs.append_pair("sort", query.sort.as_str());
    }
    if query.page > 1 {
        pairs.append_pair("page", &query.page.to_string());
    }
    match pairs.finish() {
        pairs if pairs.is_empty() => urls::SHELF.to_owned(),
        pairs => format!("{}?{pairs}", urls::SHELF),
    }
}

pub(super) async fn show(req: Req, Query(params): Query<Params>) -> PageResult {
    page(&req, params.into()).await
}

fn tab_label(tab: Tab) -> &'static str {
    match tab {
        Tab::All => "All",
        Tab::Listed => "Listed",
        Tab::Owned => "Not listed",
        Tab::InTrade => "In a trade",
        Tab::Lent => "Lent out",
        Tab::Archive => "Archive",
        Tab::Trash => "Trash",
    }
}

fn sort_label(sort: Sort) -> &'static str {
    match sort {
        Sort::Newest => "Newest first",
        Sort::Title => "Title",
        Sort::Author => "Author",
        Sort::Condition => "Best condition",
    }
}

async fn page(req: &Req, mut query: ShelfQuery) -> PageResult {
    let state = req.form.clone();
    let shelf = copies::shelf(&req.cx, &query).await?;
    query.page = shelf.page;
    let question = town::question(req, "").await?;
    let currency = copies::currency(&req.cx).await?;
    let now = req.cx.now();
    let counts = shelf.counts;
    let bare = Tab::ALL.iter().all(|tab| counts.of(*tab) == 0);
    let title = if bare {
        "Your shelf".to_owned()
    } else {
        format!("Your shelf, {}", count(counts.all, "copy", "copies"))
    };
    let summary = format!(
        "{}: {} listed, {} in a trade.",
        count(counts.all, "copy", "copies"),
        counts.listed,
        counts.in_trade
    );
    let tabs = Tab::ALL
        .iter()
        .map(|&tab| {
            let link = address(&ShelfQuery {
                tab,
                ..ShelfQuery::default()
            });
            let current = (tab == query.tab).then_some("page");
            view! {
                <a href=link aria-current=current>
                    {tab_label(tab)}
                    " "
                    <span class="count">{counts.of(tab)}</span>
                </a>
            }
        })
        .collect_view();
    let sorts = Sort::ALL
        .iter()
        .map(|&sort| {
            view! {
                <option value=sort.as_str() selected=sort == query.sort>
                    {sort_label(sort)}
                </option>
            }
        })
        .collect_view();
    let text = query.text.clone();
    let tab = query.tab;
    let places = place_choice(&shelf, &query);
    let lent = (counts.lent > 0).then(|| {
        let words = format!("{} lent out", count(counts.lent, "book", "books"));
        view! {
            " "
            <a href=urls::LOANS>{words}</a>
        }
    });
    let zone = req.zone();
    Ok(req.page(title).nav(Nav::Shelf).render(move || {
        // In here, where its form learns which page it stands on.
        let content = content(&shelf, &query, &state, (now, &zone), currency);
        view! {
            <div class="wrap page">
                <ErrorSummary state=state />
                <div class="head">
                    <div class="stack stack-s">
                        <p class="small">
                            <a href=urls::READING>"Your reading"</a>
                        </p>
                        <h1>"Your shelf"</h1>
                        {(!bare).then(|| view! { <p class="quiet">{summary}{lent}</p> })}
                        <p class="small">
                            <a href=urls::LISTS>"Your lists of books"</a>
                        </p>
                    </div>
                    {(!bare)
                        .then(|| {
                            view! {
                                <p class="row">
                                    <a class="btn btn-do" href=urls::SHELF_ADD>
                                        <Icon glyph=Glyph::Add />
                                        " Add books"
                                    </a>
                                    <a class="btn" href=urls::SHELF_ADD_SCAN>
                                        <Icon glyph=Glyph::Scan />
                                        " Scan"
                                    </a>
                                </p>
                            }
                        })}
                </div>
                {question.map(|question| question())}
                {if bare {
                    first_use().into_any()
                } else {
                    view! {
                        <nav class="tabs" aria-label="Parts of your shelf">
                            {tabs}
                        </nav>
                        <form
                            class="row mt4"
                            role="search"
                            aria-label="Your shelf"
                            action=urls::SHELF
                        >
                            {(tab != Tab::All)
                                .then(|| {
                                    view! { <input type="hidden" name="tab" value=tab.as_str() /> }
                                })}
                            <label class="visually-hidden" for="sq">
                                "Search your shelf"
                            </label>
                            <input
                                class="input select-inline grow"
                                id="sq"
                                name="q"
                                type="search"
                                value=text
                                placeholder="Title, author or ISBN"
                                autocomplete="off"
                            />
                            <label class="visually-hidden" for="ss">
                                "Sort"
                            </label>
                            <select class="select select-inline" id="ss" name="sort">
                                {sorts}
                            </select>
                            {places}
                            <button class="btn">"Show"</button>
                        </form>
                        {content}
                        <p class="small quiet mt6">
                            "Take your shelf with you: "<a href=urls::SHELF_CSV download="">
                                "as a table (CSV)"
                            </a>", "<a href=urls::SHELF_JSON download="">
                                "for other programs (JSON)"
                            </a>". Or "<a href=urls::SHELF_IMPORT>"bring books from a file"</a>
                        </p>
                    }
                        .into_any()
                }}
            </div>
        }
    }))
}

/// The places that the reader has named, to see one alone; nothing while there are none.
fn place_choice(shelf: &Shelf, query: &ShelfQuery) -> Option<AnyView> {
    if shelf.places.is_empty() && query.place.is_empty() {
        return None;
    }
    let options = shelf
        .places
        .iter()
        .map(|place| {
            view! {
                <option value=place.clone() selected=*place == query.place>
                    {place.clone()}
                </option>
            }
        })
        .collect_view();
    // One that was renamed since is still what is asked for.
    let gone = (!query.place.is_empty() && !shelf.places.contains(&query.place)).then(|| {
        view! {
            <option value=query.place.clone() selected=true>
                {query.place.clone()}
            </option>
        }
    });
    Some(
        view! {
            <label class="visually-hidden" for="sp">
                "Place"
            </label>
            <select class="select select-inline" id="sp" name="place">
                <option value="">"Any place"</option>
                {options}
                {gone}
            </select>
        }
        .into_any(),
    )
}

/// The list, or why it is empty.
fn content(
    shelf: &Shelf,
    query: &ShelfQuery,
    state: &FormState,
    around: (jiff::Timestamp, &TimeZone),
    currency: Currency,
) -> AnyView {
    if shelf.rows.is_empty() {
        return nothing_here(query).into_any();
    }
    let rows = shelf
        .rows
        .iter()
        .map(|row| line(row, state, around))
        .collect_view();
    let state = state.clone();
    let (pages, page) = (shelf.pages, shelf.page);
    let places = shelf.places.clone();
    let base = query.clone();
    let query = query.clone();
    let matched = match (query.text.as_str(), query.place.as_str()) {
        ("", "") => None,
        ("", place) => {
            let found = count(shelf.found, "copy stands", "copies stand");
            Some(format!("{found} at “{place}”."))
        }
        (text, place) => {
            let found = count(shelf.found, "copy matches", "copies match");
            let at = match place {
                "" => String::new(),
                place => format!(" at “{place}”"),
            };
            Some(format!("{found} “{text}”{at}."))
        }
    };
    let matched = matched.map(|matched| view! { <p class="mt4 quiet">{matched}</p> });
    view! {
        {matched}
        <PostForm action=ChangeCopies::PATH id="f-copy">
            <div class="tablebox mt4">
                <table class="table table-mid folds copies">
                    <caption class="visually-hidden">"Your copies"</caption>
                    <thead>
                        <tr>
                            <th scope="col">
                                <span class="visually-hidden">"Select"</span>
                            </th>
                            <th scope="col">"Book"</th>
                            <th scope="col">"Condition"</th>
                            <th scope="col">"State"</th>
                            <th scope="col">"Since"</th>
                            <th scope="col">
                                <span class="visually-hidden">"Actions"</span>
                            </th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {bulk_bar(query.tab, places, currency, &state)}
        </PostForm>
        {pager(page, pages, |page| address(&ShelfQuery { page, ..base.clone() }))}
    }
    .into_any()
}

fn line(row: &ShelfRow, state: &FormState, (now, zone): (jiff::Timestamp, &TimeZone)) -> AnyView {
    let id = row.id.to_string();
    let ticked = state.chosen("copy", &id);
    let listed = row.state == CopyState::Listed && row.hidden.is_none();
    let defects: Vec<&str> = row.defects.iter().map(|defect| defect.label()).collect();
    let defects = (!defects.is_empty()).then(|| {
        view! {
            <br />
            <span class="fine quiet">{defects.join(", ")}</span>
        }
    });
    let title = row.title.clone();
    let at = row.listed_at.unwrap_or(row.created_at);
    let what = if row.listed_at.is_some() {
        "Listed "
    } else {
        "Added "
    };
    let status = match (row.held_by(), &row.hidden) {
        (Some(HeldBy::Lent), _) => view! {
            <a class="tag" href=urls::copy_lent(row.id)>
                "Lent out"
            </a>
        }
        .into_any(),
        (Some(HeldBy::Trade(trade)), _) if row.due.is_some() => {
            let name = row.borrower.as_deref().unwrap_or("a former member");
            let words = format!("Lent to {name}");
            view! {
                <a class="tag" href=urls::trade(trade)>
                    {words}
                </a>
                <br />
                <span class="fine quiet">
                    "until " {row.due.map(|at| in_words(at, zone, now, Say::Day))}
                </span>
            }
            .into_any()
        }
        (Some(HeldBy::Trade(trade)), _) => view! {
            <a class="tag tag-do" href=urls::trade(trade)>
                <Icon glyph=Glyph::Swap />
                " Promised in a trade"
            </a>
        }
        .into_any(),
        (None, Some(reason)) => {
            let reason = reason.clone();
            view! {
                <span class="tag">"Hidden by a moderator"</span>
                <br />
                <span class="fine quiet">{reason}</span>
            }
            .into_any()
        }
        (None, None) if row.proposals > 0 => {
            format!("In {}", count(row.proposals, "open offer", "open offers")).into_any()
        }
        (None, None) => view! {
            {what}
            <Ago at=at now=now />
        }
        .into_any(),
    };
    let held = row.held_by().is_some();
    let place = (!row.place.is_empty()).then(|| {
        view! {
            <br />
            <span class="fine quiet" dir="auto">
                {row.place.clone()}
            </span>
        }
    });
    view! {
        <tr>
            <td>
                <label class="choice">
                    <input type="checkbox" name="copy" value=id checked=ticked disabled=held />
                    <span class="visually-hidden">"Select "{title.clone()}</span>
                </label>
            </td>
            <td class="what">
                <div class="quickbook">
                    <Cover work=row.work size=CoverSize::Small corner=listed />
                    <div>
                        <p class="btitle" lang=lang(&row.language) dir="auto">
                            <a href=urls::copy(row.id)>{row.title.clone()}</a>
                        </p>
                        <p class="by small quiet" dir="auto">
                            {row.author_line.clone()}
                        </p>
                    </div>
                </div>
            </td>
            <td data-label="Condition">
                <div>
                    <Condition grade=row.grade />
                    {defects}
                </div>
            </td>
            <td data-label="State">
                <div>{stands(row)} {place}</div>
            </td>
            <td data-label="Since">
                <div>{status}</div>
            </td>
            <td class="r edit">
                <a class="small" href=urls::copy_edit(row.id)>
                    "Edit"
                    <span class="visually-hidden">" "{title}</span>
                </a>
            </td>
        </tr>
    }
    .into_any()
}

/// “Listed for trade”, “Not listed”.
fn stands(row: &ShelfRow) -> String {
    match row.state {
        CopyState::Listed => format!("Listed {}", row.offers.in_words()),
        state => state.label().to_owned(),
    }
}
