//! `/trades`: a reader's trades.

use axum::extract::Query;
use dogear_domain::ids::WorkId;
use dogear_server::trades::{self, Filter, Row};
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
    let rows = trades::list(&req.cx, filter).await?;
    let look = PageContext {
        now: req.cx.now(),
        zone: req.zone(),
        state: FormState::new(),
    };
    Ok(req.page("Your trades").nav(Nav::Trades).render(move || {
        let tabs = FILTERS.map(|(this, word, label)| {
            let path = if word.is_empty() {
                urls::TRADES.to_owned()
            } else {
                format!("{}?show={word}", urls::TRADES)
            };
            let current = (this == filter).then_some("page");
            view! {
                <a href=path aria-current=current>
                    {label}
                </a>
            }
        });
        let list = if rows.is_empty() {
            empty(filter)
        } else {
            let rows: Vec<AnyView> = rows.iter().map(|row| line(row, &look)).collect();
            view! { <ul class="tradelist">{rows}</ul> }.into_any()
        };
        view! {
            <div class="wrap page">
                <div class="head">
                    <h1>"Your trades"</h1>
                </div>
                <nav class="tabs" aria-label="Which trades">
                    {tabs.into_iter().collect_view()}
                </nav>
                {list}
            </div>
        }
    }))
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
