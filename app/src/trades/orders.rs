//! `/orders`: what a reader buys, sells, is given and gives: the trades in which books go one way
//! alone. `/trades` has all trades; here stands nothing that is not there, too.

use axum::extract::Query;
use dogear_domain::ids::TradeId;
use dogear_server::trades::{self, Key, OrderPage, Orders, Row};
use leptos::prelude::*;
use serde::Deserialize;

use super::list::{by_date, line};
use super::two_sides::PageContext;
use crate::http::{Nav, PageResult, Req};
use crate::ui::empty::{Empty, Plate};
use crate::ui::form_state::FormState;
use crate::ui::pager::{onward, past_the_end};
use dogear_urls as urls;

/// The query of `/orders`.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Params {
    f: String,
    after: String,
}

/// The query of `/orders/placed`.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Placed {
    /// Numbers, with points between them.
    trades: String,
}

/// The most orders that one checkout places.
const MOST_PLACED: usize = 50;

/// The lists with their words in the address and on the page.
const LISTS: [(Orders, &str, &str); 4] = [
    (Orders::NeedsYou, "needs-you", "Needs you"),
    (Orders::Getting, "buying", "You get"),
    (Orders::Giving, "selling", "You give"),
    (Orders::Done, "done", "Done"),
];

fn look(req: &Req) -> PageContext {
    PageContext {
        now: req.cx.now(),
        zone: req.zone(),
        state: FormState::new(),
    }
}

pub(super) async fn show(req: Req, Query(params): Query<Params>) -> PageResult {
    let (which, word, _) = LISTS
        .into_iter()
        .find(|(_, word, _)| *word == params.f)
        .unwrap_or(LISTS[0]);
    let listed = trades::orders(&req.cx, which, Key::parse(&params.after)).await?;
    let first = params.after.is_empty();
    let look = look(&req);
    Ok(req.page("Your orders").nav(Nav::Trades).render(move || {
        let list = if listed.rows.is_empty() && !first {
            past_the_end(urls::orders(word, ""))
        } else if listed.rows.is_empty() {
            empty(which)
        } else if which == Orders::NeedsYou {
            by_date(&listed.rows, &look)
        } else {
            lines(&listed.rows, &look)
        };
        let start =
            (!first && !listed.rows.is_empty()).then(|| (urls::orders(word, ""), "From the start"));
        let next = listed
            .next
            .map(|key| (urls::orders(word, &key.to_string()), "More"));
        let pager = onward("Pages", start, next);
        view! {
            <div class="wrap page">
                <div class="head">
                    <h1>"Your orders"</h1>
                    <p class="small">
                        <a href=urls::CART>"Cart"</a>
                        " · "
                        <a href=urls::TRADES>"All trades"</a>
                    </p>
                </div>
                {tabs(&listed, which)}
                {list}
                {pager}
            </div>
        }
    }))
}

fn lines(rows: &[Row], look: &PageContext) -> AnyView {
    let rows: Vec<AnyView> = rows.iter().map(|row| line(row, look)).collect();
    view! { <ul class="tradelist">{rows}</ul> }.into_any()
}

fn tabs(listed: &OrderPage, which: Orders) -> AnyView {
    let tabs = LISTS.map(|(this, word, label)| {
        let number = listed.number(this);
        let number = (number > 0).then(|| {
            view! {
                " "
                <span class="count">{number}</span>
            }
        });
        let current = (this == which).then_some("page");
        view! {
            <a href=urls::orders(word, "") aria-current=current>
                {label}
                {number}
            </a>
        }
    });
    view! {
        <nav class="tabs" aria-label="Which orders">
            {tabs.into_iter().collect_view()}
        </nav>
    }
    .into_any()
}

fn empty(which: Orders) -> AnyView {
    let (plate, heading, sentence) = match which {
        Orders::NeedsYou => (
            Plate::Cleared,
            "Nothing waits for you",
            "When it is your turn in an order, it stands here.",
        ),
        Orders::Getting => (
            Plate::FirstUse,
            "Nothing is coming to you",
            "What you buy of other readers, or are given, stands here until it is with you.",
        ),
        Orders::Giving => (
            Plate::FirstUse,
            "You give nothing away just now",
            "What you sell to other readers, or give them, stands here until it is with them.",
        ),
        Orders::Done => (
            Plate::FirstUse,
            "No order has ended yet",
            "Orders that are completed, declined or cancelled are kept here.",
        ),
    };
    view! {
        <Empty plate=plate heading=heading>
            <p>{sentence}</p>
            <p>
                <a class="btn" href=urls::browse_for_sale()>
                    "Books for sale"
                </a>
            </p>
        </Empty>
    }
    .into_any()
}

pub(super) async fn placed(req: Req, Query(params): Query<Placed>) -> PageResult {
    let wanted = params.trades.split('.').take(MOST_PLACED);
    let wanted: Vec<TradeId> = wanted.filter_map(|number| number.parse().ok()).collect();
    let rows = trades::ordered(&req.cx, &wanted).await?;
    if rows.is_empty() {
        return Ok(req.redirect(urls::ORDERS));
    }
    let look = look(&req);
    Ok(req.page("Your order").nav(Nav::Trades).render(move || {
        view! {
            <div class="wrap page">
                <h1>"What you have ordered"</h1>
                <p class="quiet mt4">
                    "Each reader sells and posts by themselves, so each line goes its own way. Open one to see what comes next."
                </p>
                {lines(&rows, &look)}
                <p class="row mt4">
                    <a class="btn" href=urls::orders("buying", "")>
                        "All that you get"
                    </a>
                    <a href=urls::browse_for_sale()>"Look for more books"</a>
                </p>
            </div>
        }
    }))
}
