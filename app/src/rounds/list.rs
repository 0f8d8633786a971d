//! `/give`: what is given away now, and what the reader gives and waits for.

use axum::extract::Query;
use dogear_domain::rounds::RoundMode;
use dogear_server::rounds::{self, Listed, Order, Own, Rounds};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use serde::Deserialize;

use crate::http::{Nav, PageResult, Req};
use crate::ui::book::{Condition, Cover, CoverSize, title_lang};
use crate::ui::count;
use crate::ui::empty::{Empty, Plate};
use crate::ui::pager::pager;
use crate::ui::time::{Say, When};
use dogear_urls as urls;

/// The query of `/give`; everything in it is optional.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Params {
    sort: String,
    page: String,
}

pub(super) async fn show(req: Req, Query(params): Query<Params>) -> PageResult {
    let page = params.page.parse().unwrap_or(1).clamp(1, 100_000);
    let asked = Order::parse(&params.sort);
    let found = rounds::list(&req.cx, asked, page).await?;
    let own = rounds::own(&req.cx).await?;
    let (now, zone) = (req.cx.now(), req.zone());
    let sort = asked.map_or("", Order::as_str);
    let path = urls::give_list(sort, page);
    Ok(req
        .page("Given away")
        .nav(Nav::Browse)
        .public("Books that readers on Dogear give away, by draw or to whoever asks first.", path)
        .render(move || {
            let rows = found.rows.iter().map(|row| line(row, &zone, now)).collect_view();
            let content = if found.rows.is_empty() {
                nothing().into_any()
            } else {
                view! { <ul class="picks mt4">{rows}</ul> }.into_any()
            };
            view! {
                <div class="wrap page stack">
                    <h1>"Given away"</h1>
                    <p class="lead">
                        "Readers give these books to one of those who ask: by draw, or to whoever comes first. It costs nothing but the way."
                    </p>
                    {yours(&own, &zone, now)}
                    {orders(&found)}
                    {content}
                    {pager(found.page, found.pages, |page| urls::give_list(sort, page))}
                </div>
            }
        }))
}

fn orders(found: &Rounds) -> Option<AnyView> {
    if found.found < 2 {
        return None;
    }
    let links = Order::ALL
        .into_iter()
        .filter(|order| *order != Order::Nearest || found.placed)
        .map(|order| {
            let label = match order {
                Order::Nearest => "Nearest",
                Order::Newest => "Newest",
                Order::Soon => "Soon over",
            };
            let current = (order == found.order).then_some("true");
            view! {
                <a href=urls::give_list(order.as_str(), 1) aria-current=current>
                    {label}
                </a>
            }
        })
        .collect_view();
    Some(
        view! {
            <nav class="row small orders" aria-label="Order of the books">
                <span class="quiet">"First"</span>
                {links}
            </nav>
        }
        .into_any(),
    )
}

fn line(row: &Listed, zone: &TimeZone, now: Timestamp) -> AnyView {
    let asked = match (row.mode, row.waiting) {
        (_, 0) => "Nobody has asked yet.".to_owned(),
        (RoundMode::Draw, asked) => {
            format!("{} asked.", count(asked, "reader has", "readers have"))
        }
        (RoundMode::Queue, wait) => {
            format!("{} for it.", count(wait, "reader waits", "readers wait"))
        }
    };
    let tag = match (row.mine, row.asked) {
        (true, _) => Some("Yours"),
        (_, true) => Some("You have asked"),
        _ => None,
    };
    let whereabouts = row.whereabouts.said();
    let zone = zone.clone();
    view! {
        <li>
            <Cover work=row.work size=CoverSize::Small />
            <div>
                <p class="btitle" lang=title_lang(&row.language) dir="auto">
                    <a href=urls::give(row.id)>{row.title.clone()}</a>
                </p>
                <p class="by small" dir="auto">
                    {row.author_line.clone()}
                </p>
                <p class="small">
                    <Condition grade=row.grade />
                    " "
                    <a href=urls::reader(&row.owner)>{row.owner.clone()}</a>
                    {(!whereabouts.is_empty()).then(|| format!(" · {whereabouts}"))}
                </p>
                <p class="small quiet">
                    {row.mode.label()} ", until "
                    <When at=row.closes_at zone=zone now=now say=Say::Moment /> ". " {asked}
                </p>
                {tag
                    .map(|tag| {
                        view! {
                            <p class="small">
                                <span class="tag">{tag}</span>
                            </p>
                        }
                    })}
            </div>
        </li>
    }
    .into_any()
}

/// What the reader gives away and waits for.
fn yours(own: &Own, zone: &TimeZone, now: Timestamp) -> Option<AnyView> {
    if own.gives.is_empty() && own.asks.is_empty() {
        return None;
    }
    let asks = own
        .asks
        .iter()
        .map(|ask| {
            let zone = zone.clone();
            let stands = match ask.offer_until {
                Some(until) => view! {
                    <span class="tag tag-do">
                        "Take it or pass by " <When at=until zone=zone now=now say=Say::Moment />
                    </span>
                }
                .into_any(),
                None if ask.mode == RoundMode::Draw && ask.closes_at > now => view! {
                    "is drawn on "
                    <When at=ask.closes_at zone=zone now=now say=Say::Moment />
                }
                .into_any(),
                None => "you wait for it".into_any(),
            };
            view! {
                <li>
                    <a href=urls::give(ask.id) dir="auto">
                        {ask.title.clone()}
                    </a>
                    ": "
                    {stands}
                </li>
            }
        })
        .collect_view();
    let gives = own
        .gives
        .iter()
        .map(|(id, title, waiting, is_asked)| {
            let stands = if *is_asked {
                "you give it, and somebody is asked".to_owned()
            } else {
                format!(
                    "you give it, and {} asked",
                    count(*waiting, "reader has", "readers have")
                )
            };
            view! {
                <li>
                    <a href=urls::give(*id) dir="auto">
                        {title.clone()}
                    </a>
                    {format!(": {stands}")}
                </li>
            }
        })
        .collect_view();
    Some(
        view! {
            <section class="stack stack-s" aria-labelledby="yours">
                <h2 id="yours" class="t-h3">
                    "Yours"
                </h2>
                <ul class="stack-s small">{asks} {gives}</ul>
            </section>
        }
        .into_any(),
    )
}

fn nothing() -> impl IntoView {
    view! {
        <Empty plate=Plate::FirstUse heading="Nothing is given away like this just now">
            <p class="serif">
                "Would you part with a book? Open it on your shelf and choose “Give it away to one who asks”."
            </p>
            <p>
                <a class="btn" href=urls::SHELF>
                    "To your shelf"
                </a>
            </p>
        </Empty>
    }
}
