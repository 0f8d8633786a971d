//! Trades, for reading only.

use axum::extract::{Path, Query};
use dogear_domain::ids::TradeId;
use dogear_domain::moderation::SubjectKind;
use dogear_domain::trades::TradeState;
use dogear_server::Error;
use dogear_server::moderation::SubjectRef;
use dogear_server::moderation::trades::{self, Moment, TradePage, TradeRow};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use serde::Deserialize;

use super::frame::{age, filter, member_link, nothing, older, page, with_query};
use crate::http::{PageResult, Req};
use crate::paths;
use crate::ui::count;
use crate::ui::time::{Ago, Say, When};

#[derive(Deserialize)]
pub struct Params {
    #[serde(default)]
    q: String,
    #[serde(default)]
    state: String,
    before: Option<i64>,
}

pub async fn list(req: Req, Query(params): Query<Params>) -> PageResult {
    let state = params.state.parse::<TradeState>().ok();
    let rows = trades::list(&req.cx, &params.q, state, params.before.map(TradeId)).await?;
    let now = req.cx.now();
    let last = rows
        .last()
        .map_or_else(String::new, |row| row.id.to_string());
    let more = with_query(
        paths::DESK_TRADES,
        &[
            ("q", &params.q),
            ("state", &params.state),
            ("before", &last),
        ],
    );
    Ok(page(&req, "trades", "Trades").render(move || {
        let shown = rows.len();
        let mut states = vec![("", "every state")];
        states.extend(
            TradeState::ALL
                .iter()
                .filter(|state| **state != TradeState::Draft)
                .map(|state| (state.as_str(), state.label())),
        );
        let choices = ("state", "State", params.state, states);
        view! {
            <div class="deskpage">
                {filter("Trades", paths::DESK_TRADES, ("Number or handle", params.q), Some(choices))}
                <p class="fine quiet">"Opening a trade is written to the audit log."</p>
                {if shown == 0 { nothing("No trade fits.").into_any() } else { table(rows, now).into_any() }}
                {older(shown, trades::PAGE, more)}
            </div>
        }
    }))
}

/// Trades as a table.
pub fn table(rows: Vec<TradeRow>, now: Timestamp) -> impl IntoView {
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let parties: Vec<_> = row.parties.iter().map(|handle| view! { {member_link(handle)}" " }).collect();
            view! {
                <tr>
                    <td><a href=paths::desk_trade(row.id) data-row="">{row.id.to_string()}</a></td>
                    <td>{row.state.label()}{row.open_problem.then(|| view! { " " <span class="tag tag-do">"problem"</span> })}</td>
                    <td>{parties}</td>
                    <td class="r opt">{row.books}</td>
                    <td class="r opt">{row.messages}</td>
                    <td class="r nowrap">{age(row.updated_at, now)}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <div class="tablebox"><table class="table desktable num">
            <caption class="vh">"Trades, newest first"</caption>
            <thead><tr>
                <th scope="col">"Trade"</th><th scope="col">"State"</th><th scope="col">"Between"</th>
                <th scope="col" class="r opt">"Books"</th><th scope="col" class="r opt">"Messages"</th><th scope="col" class="r">"Changed"</th>
            </tr></thead>
            <tbody>{rows}</tbody>
        </table></div>
    }
}

pub async fn show(req: Req, Path(id): Path<String>) -> PageResult {
    let id: TradeId = id.parse().map_err(|_| Error::NotFound)?;
    let trade = trades::page(&req.cx, id).await?;
    let (now, zone) = (req.cx.now(), req.zone());
    Ok(page(&req, "trades", format!("Trade {id}")).render(move || whole(trade, now, zone)))
}

fn whole(page: TradePage, now: Timestamp, zone: TimeZone) -> impl IntoView {
    let trade = page.trade;
    let subject = SubjectRef {
        kind: SubjectKind::Trade,
        id: trade.id.0,
    };
    let parties: Vec<_> = trade
        .parties
        .iter()
        .map(|handle| view! { {member_link(handle)}" " })
        .collect();
    let items: Vec<_> = page
        .items
        .into_iter()
        .map(|item| view! {
            <li><a href=paths::desk_listing(item.copy_id)>{item.title}</a>" "<span class="quiet">{format!("{} to {}", item.from_handle, item.to_handle)}</span></li>
        })
        .collect();
    let legs: Vec<_> = page
        .legs
        .into_iter()
        .map(|leg| view! {
            <li>{format!("{} to {}: {}", leg.from_handle, leg.to_handle, leg.state.label())}
                {match (leg.received_at, leg.sent_at) {
                    (Some(at), _) | (None, Some(at)) => view! { ", "<When at=at zone=zone.clone() now=now say=Say::Moment/> }.into_any(),
                    (None, None) => view! { ", due "<When at=leg.send_due zone=zone.clone() now=now say=Say::Moment/> }.into_any(),
                }}</li>
        })
        .collect();
    let problems: Vec<_> = page
        .problems
        .into_iter()
        .map(|problem| {
            let class = if problem.open { "notice notice-do" } else { "notice" };
            view! {
                <li class=class><p><strong>{problem.reason.replace('_', " ")}</strong>" "<span class="quiet">{problem.opened_by}", "<Ago at=problem.created_at now=now/></span></p>
                    <p class="serif prelines">{problem.details}</p></li>
            }
        })
        .collect();
    let timeline: Vec<_> = page
        .timeline
        .into_iter()
        .map(|moment| line(moment, now, &zone))
        .collect();
    let reason = page.close_reason;
    let (has_legs, has_problems) = (!legs.is_empty(), !problems.is_empty());
    view! {
        <div class="deskpage desknarrow stack">
            <p><a href=paths::DESK_TRADES>"Trades"</a></p>
            <h1>{format!("Trade {}", trade.id)}" "<span class="count">{trade.state.label()}</span></h1>
            <dl class="facts">
                <dt>"Between"</dt><dd>{parties}</dd>
                <dt>"Begun"</dt><dd><Ago at=trade.created_at now=now/>{format!(", {}, by {}", count(i64::from(trade.revision), "revision", "revisions"), trade.method)}</dd>
                {(!reason.is_empty()).then(|| view! { <dt>"Ended because"</dt><dd>{reason}</dd> })}
                <dt>"Reports"</dt><dd><a href=paths::desk_case(subject)>"Case of this trade, if it was reported"</a></dd>
            </dl>
            {has_problems.then(|| view! { <section class="stack stack-s"><h2 class="t-h3">"Problems"</h2><ul class="stack stack-s">{problems}</ul></section> })}
            <section class="stack stack-s"><h2 class="t-h3">"Books"</h2><ul>{items}</ul></section>
            {has_legs.then(|| view! { <section class="stack stack-s"><h2 class="t-h3">"On their way"</h2><ul>{legs}</ul></section> })}
            <section class="stack stack-s"><h2 class="t-h3">"What happened"</h2><ol class="stack stack-s">{timeline}</ol></section>
            <p class="fine quiet">"Addresses are never shown here. This look was written to the audit log."</p>
        </div>
    }
}

fn line(moment: Moment, now: Timestamp, zone: &TimeZone) -> impl IntoView + use<> {
    let who = moment.who.unwrap_or_else(|| "Dogear".into());
    let when = view! { <When at=moment.at zone=zone.clone() now=now say=Say::Moment/> };
    match moment.message {
        Some(_) => view! {
            <li class="notice"><p class="fine quiet">{who}", "{when}{moment.hidden.then_some(", hidden")}</p>
                <p class="serif prelines">{moment.body}</p></li>
        }
        .into_any(),
        None => view! {
            <li class="fine">{who}": "{moment.kind.replace('_', " ")}
                {moment.to_state.map(|state| format!(", {}", state.label().to_lowercase()))}" "<span class="quiet">{when}</span></li>
        }
        .into_any(),
    }
}
