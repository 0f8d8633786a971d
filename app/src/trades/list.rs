//! `/trades`: a reader's trades.

use axum::extract::Query;
use dogear_domain::ids::WorkId;
use dogear_domain::money::Money;
use dogear_server::trades::{self, Filter, Key, Page, Row};
use jiff::{Timestamp, ToSpan};
use leptos::prelude::*;
use serde::Deserialize;

use super::page::in_red;
use super::text;
use super::two_sides::PageContext;
use crate::http::{Nav, PageResult, Req};
use crate::ui::book::{Cover, CoverSize};
use crate::ui::count;
use crate::ui::empty::{Empty, Plate};
use crate::ui::form_state::FormState;
use crate::ui::pager::{onward, past_the_end};
use crate::ui::time::Ago;
use dogear_urls as urls;

/// The query of `/trades`.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Params {
    show: String,
    q: String,
    after: String,
}

/// The filters with their words in the address and on the page.
const FILTERS: [(Filter, &str, &str); 4] = [
    (Filter::NeedsYou, "", "Needs you"),
    (Filter::Open, "open", "Open"),
    (Filter::Done, "done", "Done"),
    (Filter::All, ALL, "All"),
];

/// The word of all trades, where a search begins: who searches seldom knows how far a trade is.
const ALL: &str = "all";

pub(super) async fn show(req: Req, Query(params): Query<Params>) -> PageResult {
    // What is bought and sold has had a page of its own since.
    if matches!(params.show.as_str(), "buying" | "selling") {
        return Ok(req.redirect(&urls::orders(&params.show, "")));
    }
    let filter = FILTERS
        .iter()
        .find(|(_, word, _)| *word == params.show)
        .map_or(Filter::NeedsYou, |(filter, ..)| *filter);
    let listed = trades::list(&req.cx, filter, &params.q, Key::parse(&params.after)).await?;
    let first = params.after.is_empty();
    let look = PageContext {
        now: req.cx.now(),
        zone: req.zone(),
        state: FormState::new(),
    };
    Ok(req.page("Your trades").nav(Nav::Trades).render(move || {
        let words = &listed.words;
        let searched = !words.is_empty();
        let any = searched || listed.number(Filter::All) > 0;
        let rows = &listed.rows;
        // What stood there was done, or moved up, since the page before was read.
        let beyond = !first && rows.is_empty();
        let list = if beyond {
            past_the_end(urls::trades(&params.show, words, ""))
        } else if rows.is_empty() && searched {
            nothing_found(&listed, filter)
        } else if rows.is_empty() {
            empty(filter)
        } else if filter == Filter::NeedsYou {
            by_date(rows, &look)
        } else {
            let rows: Vec<AnyView> = rows.iter().map(|row| line(row, &look)).collect();
            view! { <ul class="tradelist">{rows}</ul> }.into_any()
        };
        let found = (searched && !rows.is_empty()).then(|| {
            let found = count(listed.number(filter), "trade matches", "trades match");
            view! {
                <p class="mt4 quiet">
                    {format!("{found} “{words}”. ")} <a href=urls::TRADES>"Show all trades"</a>
                </p>
            }
        });
        let word = params.show.clone();
        let start = (!first && !beyond).then(|| (urls::trades(&word, words, ""), "From the start"));
        let next = listed
            .next
            .map(|key| (urls::trades(&word, words, &key.to_string()), "More"));
        let pager = onward("Pages", start, next);
        view! {
            <div class="wrap page">
                <div class="head">
                    <h1>"Your trades"</h1>
                    <p class="small">
                        <a href=urls::ORDERS>"Only orders"</a>
                        " · "
                        <a href=urls::CART>"Cart"</a>
                    </p>
                </div>
                {tabs(&listed, filter)}
                {any.then(|| search(params.q.clone()))}
                {found}
                {list}
                {pager}
            </div>
        }
    }))
}

/// The lists with their numbers. Everything at once is one of them for whoever searches.
fn tabs(listed: &Page, filter: Filter) -> AnyView {
    let words = &listed.words;
    let tabs = FILTERS
        .iter()
        .filter(|(this, ..)| match this {
            Filter::All => filter == Filter::All || !words.is_empty(),
            _ => true,
        })
        .map(|&(this, word, label)| {
            let path = urls::trades(word, words, "");
            let number = listed.number(this);
            let number = (number > 0).then(|| {
                view! {
                    " "
                    <span class="count">{number}</span>
                }
            });
            let current = (this == filter).then_some("page");
            view! {
                <a href=path aria-current=current>
                    {label}
                    {number}
                </a>
            }
        });
    view! {
        <nav class="tabs" aria-label="Which trades">
            {tabs.collect_view()}
        </nav>
    }
    .into_any()
}

/// Looks through all trades, from whichever list it is sent.
fn search(typed: String) -> AnyView {
    view! {
        <form class="row mt4" role="search" aria-label="Your trades" action=urls::TRADES>
            <input type="hidden" name="show" value=ALL />
            <label class="visually-hidden" for="tq">
                "Search your trades"
            </label>
            <input
                class="input select-inline grow"
                id="tq"
                name="q"
                type="search"
                value=typed
                placeholder="Title, author or reader"
                autocomplete="off"
                maxlength="200"
            />
            <button class="btn">"Search"</button>
        </form>
    }
    .into_any()
}

/// What waits for the reader under the day until which it does.
pub(super) fn by_date(rows: &[Row], look: &PageContext) -> AnyView {
    let sections = rows
        .chunk_by(|one, next| day(one.due, look) == day(next.due, look))
        .map(|rows| {
            let heading = day(rows[0].due, look);
            let lines: Vec<AnyView> = rows.iter().map(|row| line(row, look)).collect();
            view! {
                <section class="mt5">
                    <h2 class="t-h3">{heading}</h2>
                    <ul class="tradelist mt4">{lines}</ul>
                </section>
            }
        });
    sections.collect_view().into_any()
}

/// The day of a date as people say it.
fn day(due: Option<Timestamp>, look: &PageContext) -> &'static str {
    let Some(due) = due else {
        return "Without a date";
    };
    if due < look.now {
        return "Overdue";
    }
    let day = due.to_zoned(look.zone.clone()).date();
    let today = look.now.to_zoned(look.zone.clone()).date();
    match day {
        day if day <= today => "Today",
        day if day <= today.saturating_add(1.day()) => "Tomorrow",
        day if day <= today.saturating_add(7.days()) => "Within a week",
        _ => "Later",
    }
}

pub(super) fn line(row: &Row, look: &PageContext) -> AnyView {
    let sentence = in_red(text::line(row, look.now), look);
    let others = text::names(row.others.iter());
    let what = match row.amount {
        Some(amount) => sale(&row.gives, &row.gets, &others, amount),
        None if row.loan.is_some() => on_loan(&row.gives, &row.gets, &others),
        None => exchange(&row.gives, &row.gets, &others),
    };
    let covers: Vec<AnyView> = row
        .gets
        .iter()
        .chain(&row.gives)
        .take(2)
        .map(|(work, _)| view! { <Cover work=*work size=CoverSize::Small /> }.into_any())
        .collect();
    view! {
        <li class:is-in=row.needs_you>
            <div class="row">{covers}</div>
            <div>
                <p class="btitle">
                    <a href=urls::trade(row.id)>{sentence}</a>
                </p>
                <p class="small quiet">{what}</p>
            </div>
            <p class="fine quiet">
                <span class="tag">{row.state.label()}</span>
                " "
                <Ago at=row.updated_at now=look.now />
            </p>
        </li>
    }
    .into_any()
}

/// “Your Emma for €6.50 to Ana”, “Emma from Ana for €6.50”.
fn sale(
    gives: &[(WorkId, String)],
    gets: &[(WorkId, String)],
    others: &str,
    amount: Money,
) -> String {
    if gets.is_empty() {
        format!("Your {} to {others}, for {}", titles(gives), amount.said())
    } else {
        format!("{} from {others}, for {}", titles(gets), amount.said())
    }
}

/// “Your Emma, lent to Ana”, “Emma from Ana, on loan”.
fn on_loan(gives: &[(WorkId, String)], gets: &[(WorkId, String)], others: &str) -> String {
    match (gives.first(), gets.first()) {
        (Some((_, title)), _) => format!("Your {title}, on loan to {others}"),
        (None, Some((_, title))) => format!("{title} from {others}, on loan"),
        (None, None) => String::new(),
    }
}

/// “Emma”, “Emma and Solaris”, “Emma and 2 more”.
fn titles(side: &[(WorkId, String)]) -> String {
    match side {
        [] => String::new(),
        [(_, one)] => one.clone(),
        [(_, one), (_, two)] => format!("{one} and {two}"),
        [(_, one), rest @ ..] => format!("{one} and {} more", rest.len()),
    }
}

/// “Your Emma for Ana’s Solaris”.
fn exchange(gives: &[(WorkId, String)], gets: &[(WorkId, String)], others: &str) -> String {
    match (gives.is_empty(), gets.is_empty()) {
        (false, false) => format!("Your {} for {} from {others}", titles(gives), titles(gets)),
        (false, true) => format!("Your {}, as a gift to {others}", titles(gives)),
        _ => format!("{} from {others}, as a gift", titles(gets)),
    }
}

/// Where the list has nothing of what was searched for, and perhaps another one has.
fn nothing_found(listed: &Page, filter: Filter) -> AnyView {
    let words = &listed.words;
    let elsewhere = listed.number(Filter::All);
    let (advice, path, label) = if elsewhere > 0 && filter != Filter::All {
        let others = count(elsewhere, "other trade matches", "other trades match");
        (
            format!("{others} “{words}”."),
            urls::trades(ALL, words, ""),
            "Show them",
        )
    } else {
        (
            "Try one word of a title, an author or the other reader’s name. Books that were taken \
             out of a proposal are not searched."
                .to_owned(),
            urls::TRADES.to_owned(),
            "Show all trades",
        )
    };
    view! {
        <Empty plate=Plate::NotFound heading=format!("No trade here matches “{words}”")>
            <p>{advice}</p>
            <p>
                <a class="btn" href=path>
                    {label}
                </a>
            </p>
        </Empty>
    }
    .into_any()
}

fn empty(filter: Filter) -> AnyView {
    let browse = || {
        view! {
            <p>
                <a class="btn" href=urls::BROWSE>
                    "Find a book to ask for"
                </a>
            </p>
        }
    };
    match filter {
        Filter::NeedsYou => view! {
            <Empty plate=Plate::Cleared heading="Nothing waits for you">
                <p>"When it is your turn in a trade, it stands here."</p>
                {browse()}
            </Empty>
        }
        .into_any(),
        Filter::Open | Filter::All => view! {
            <Empty plate=Plate::FirstUse heading="No open trades">
                <p>"Find a book you want, and offer some of yours for it."</p>
                {browse()}
            </Empty>
        }
        .into_any(),
        Filter::Done => view! {
            <Empty plate=Plate::FirstUse heading="No trade has ended yet">
                <p>"Completed, declined and cancelled trades are kept here."</p>
            </Empty>
        }
        .into_any(),
    }
}
