//! `/trades`: a reader's trades.

use axum::extract::Query;
use dogear_domain::ids::WorkId;
use dogear_server::trades::{self, Filter, Key, Row};
use jiff::{Timestamp, ToSpan};
use leptos::prelude::*;
use serde::Deserialize;

use super::page::in_red;
use super::text;
use super::two_sides::PageContext;
use crate::http::{Nav, PageResult, Req};
use crate::ui::book::{Cover, CoverSize};
use crate::ui::empty::{Empty, Plate};
use crate::ui::form_state::FormState;
use crate::ui::time::Ago;
use dogear_urls as urls;

/// The query of `/trades`.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Params {
    show: String,
    after: String,
}

/// The filters with their words in the address and on the page.
const FILTERS: [(Filter, &str, &str); 3] = [
    (Filter::NeedsYou, "", "Needs you"),
    (Filter::Open, "open", "Open"),
    (Filter::Done, "done", "Done"),
];

pub(super) async fn show(req: Req, Query(params): Query<Params>) -> PageResult {
    let filter = FILTERS
        .iter()
        .find(|(_, word, _)| *word == params.show)
        .map_or(Filter::NeedsYou, |(filter, ..)| *filter);
    let listed = trades::list(&req.cx, filter, Key::parse(&params.after)).await?;
    let needs_you = req.cx.reader()?.needs_you;
    let first = params.after.is_empty();
    let look = PageContext {
        now: req.cx.now(),
        zone: req.zone(),
        state: FormState::new(),
    };
    Ok(req.page("Your trades").nav(Nav::Trades).render(move || {
        let tabs = FILTERS.map(|(this, word, label)| {
            let path = urls::trades(word, "");
            let number = match this {
                Filter::NeedsYou => needs_you,
                Filter::Open => listed.open,
                Filter::Done => listed.done,
            };
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
        let rows = &listed.rows;
        // What stood there was done, or moved up, since the page before was read.
        let beyond = !first && rows.is_empty();
        let list = if beyond {
            nothing_more(&params.show)
        } else if rows.is_empty() {
            empty(filter)
        } else if filter == Filter::NeedsYou {
            by_date(rows, &look)
        } else {
            let rows: Vec<AnyView> = rows.iter().map(|row| line(row, &look)).collect();
            view! { <ul class="tradelist">{rows}</ul> }.into_any()
        };
        let word = params.show.clone();
        let next = listed.next.map(|key| {
            let path = urls::trades(&word, &key.to_string());
            view! {
                <a href=path rel="next">
                    "More"
                </a>
            }
        });
        let start = (!first && !beyond).then(|| {
            view! {
                <a href=urls::trades(&word, "") rel="prev">
                    "From the start"
                </a>
            }
        });
        let pager = (next.is_some() || start.is_some()).then(|| {
            view! {
                <nav class="pager" aria-label="Pages">
                    {start}
                    {next}
                </nav>
            }
        });
        view! {
            <div class="wrap page">
                <div class="head">
                    <h1>"Your trades"</h1>
                </div>
                <nav class="tabs" aria-label="Which trades">
                    {tabs.into_iter().collect_view()}
                </nav>
                {list}
                {pager}
            </div>
        }
    }))
}

/// What waits for the reader under the day until which it does.
fn by_date(rows: &[Row], look: &PageContext) -> AnyView {
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

fn line(row: &Row, look: &PageContext) -> AnyView {
    let sentence = in_red(text::line(row, look.now), look);
    let what = exchange(&row.gives, &row.gets, &text::names(row.others.iter()));
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

/// “Your Emma for Ana’s Solaris”.
fn exchange(gives: &[(WorkId, String)], gets: &[(WorkId, String)], others: &str) -> String {
    let titles = |side: &[(WorkId, String)]| match side {
        [] => String::new(),
        [(_, one)] => one.clone(),
        [(_, one), (_, two)] => format!("{one} and {two}"),
        [(_, one), rest @ ..] => format!("{one} and {} more", rest.len()),
    };
    match (gives.is_empty(), gets.is_empty()) {
        (false, false) => format!("Your {} for {} from {others}", titles(gives), titles(gets)),
        (false, true) => format!("Your {}, as a gift to {others}", titles(gives)),
        _ => format!("{} from {others}, as a gift", titles(gets)),
    }
}

/// Behind the last line of a list.
fn nothing_more(word: &str) -> AnyView {
    let first = urls::trades(word, "");
    view! {
        <Empty plate=Plate::Cleared heading="That was the last page">
            <p>
                <a class="btn" href=first>
                    "Back to the first"
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
        Filter::Open => view! {
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
