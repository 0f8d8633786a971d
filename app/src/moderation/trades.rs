//! Trades, for reading only.

use axum::extract::{Path, Query};
use dogear_domain::ids::TradeId;
use dogear_domain::trades::TradeState;
use dogear_server::Error;
use dogear_server::moderation::SubjectRef;
use dogear_server::moderation::trades::{self, TradePage, TradeRow};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use super::dispute::{records, way};
use super::list::{self, AdminList, Choices, ListQuery};
use super::shared::{member_link, page, relative_age};
use crate::http::{PageResult, Req};
use crate::trades::{PageContext, steps, timeline, two_sides};
use crate::ui::count;
use crate::ui::form_state::FormState;
use crate::ui::time::Ago;
use dogear_urls as urls;

pub(super) async fn list(req: Req, Query(params): Query<ListQuery>) -> PageResult {
    let state = params.state.parse::<TradeState>().ok();
    let rows = trades::list(&req.cx, &params.q, state, params.before.map(TradeId)).await?;
    let now = req.cx.now();
    let payments = req.cx.admin().is_ok();
    let list = AdminList::new(
        urls::ADMIN_TRADES,
        &[("q", &params.q), ("state", &params.state)],
        &rows,
        |row| row.id,
        trades::PAGE,
    );
    Ok(page(&req, "trades", "Trades").render(move || {
        let mut states = vec![("", "every state")];
        states.extend(
            TradeState::ALL
                .iter()
                .filter(|state| **state != TradeState::Draft)
                .map(|state| (state.as_str(), state.label())),
        );
        let choices = Choices {
            name: "state",
            label: "State",
            options: states,
        };
        let head = view! {
            {list.filter("Trades", "Number or handle", choices)}
            <p class="fine quiet">
                "Opening a trade is written to the audit log. "
                <a href=urls::ADMIN_ORDERS>"Only sales, with their payments"</a> " · "
                <a href=urls::ADMIN_LOANS>"Loans"</a>
                {payments
                    .then(|| {
                        view! {
                            " · "
                            <a href=urls::ADMIN_PAYMENTS>"Payments online"</a>
                        }
                    })}
            </p>
        };
        list.view(head, "No trade fits.", move || table(rows, now))
    }))
}

/// Trades as a table.
pub(super) fn table(rows: Vec<TradeRow>, now: Timestamp) -> impl IntoView {
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let parties: Vec<_> = row
                .parties
                .iter()
                .map(|handle| {
                    view! {
                        {member_link(handle)}
                        " "
                    }
                })
                .collect();
            view! {
                <tr>
                    <td>
                        <a href=urls::admin_trade(row.id) data-row="">
                            {row.id.to_string()}
                        </a>
                    </td>
                    <td>
                        {row.state.label()}
                        {row
                            .open_problem
                            .then(|| {
                                view! {
                                    " "
                                    <span class="tag tag-do">"problem"</span>
                                }
                            })}
                    </td>
                    <td>{parties}</td>
                    <td class="r opt">{row.books}</td>
                    <td class="r opt">{row.messages}</td>
                    <td class="r nowrap">{relative_age(row.updated_at, now)}</td>
                </tr>
            }
        })
        .collect();
    let columns = view! {
        <th scope="col">"Trade"</th>
        <th scope="col">"State"</th>
        <th scope="col">"Between"</th>
        <th scope="col" class="r opt">
            "Books"
        </th>
        <th scope="col" class="r opt">
            "Messages"
        </th>
        <th scope="col" class="r">
            "Changed"
        </th>
    };
    list::table("Trades, newest first", columns, rows)
}

pub(super) async fn show(req: Req, Path(id): Path<String>) -> PageResult {
    let id: TradeId = id.parse().map_err(|_| Error::NotFound)?;
    let trade = trades::page(&req.cx, id).await?;
    let (now, zone) = (req.cx.now(), req.zone());
    Ok(page(&req, "trades", format!("Trade {id}")).render(move || whole(trade, now, zone)))
}

fn whole(page: TradePage, now: Timestamp, zone: TimeZone) -> impl IntoView {
    let TradePage {
        trade,
        close_reason,
        reported,
        view,
    } = page;
    let look = PageContext {
        now,
        zone: zone.clone(),
        state: FormState::new(),
    };
    let parties: Vec<_> = trade
        .parties
        .iter()
        .map(|handle| {
            view! {
                {member_link(handle)}
                " "
            }
        })
        .collect();
    let name = |user| {
        view.party(user)
            .map_or_else(|| "a former member".to_owned(), |party| party.name.clone())
    };
    let ways: Vec<_> = view
        .legs
        .iter()
        .map(|leg| way(leg, &name(leg.from), &name(leg.to), now, &zone))
        .collect();
    let problem = view
        .dispute
        .as_ref()
        .map(|dispute| records(&view, dispute, now, &zone));
    let (has_ways, has_problem) = (!ways.is_empty(), problem.is_some());
    let subject = SubjectRef::trade(trade.id);
    view! {
        <div class="moderation-page stack stack-l">
            <p>
                <a href=urls::ADMIN_TRADES>"Trades"</a>
            </p>
            <h1>
                {format!("Trade {}", trade.id)}" "<span class="count">{trade.state.label()}</span>
            </h1>
            <dl class="facts">
                <dt>"Between"</dt>
                <dd>{parties}</dd>
                <dt>"Begun"</dt>
                <dd>
                    <Ago at=trade.created_at now=now />
                    {format!(
                        ", {}, by {}",
                        count(i64::from(trade.revision), "revision", "revisions"),
                        trade.method,
                    )}
                </dd>
                {(!close_reason.is_empty())
                    .then(|| {
                        view! {
                            <dt>"Ended because"</dt>
                            <dd>{close_reason}</dd>
                        }
                    })}
                {reported
                    .then(|| {
                        view! {
                            <dt>"Reports"</dt>
                            <dd>
                                <a href=urls::admin_case(subject)>"The case of this trade"</a>
                            </dd>
                        }
                    })}
            </dl>
            {steps(&view, &look)}
            {has_problem
                .then(|| {
                    view! {
                        <section class="stack stack-s">
                            <h2 class="t-h3">"The problem"</h2>
                            {problem}
                        </section>
                    }
                })}
            <section class="stack stack-s">
                <h2 class="t-h3">"Books, as they were taken down"</h2>
                {two_sides(&view, &look)}
            </section>
            {has_ways
                .then(|| {
                    view! {
                        <section class="stack stack-s">
                            <h2 class="t-h3">"On their way"</h2>
                            <div class="records">{ways}</div>
                        </section>
                    }
                })}
            <section class="stack stack-s">
                <h2 class="t-h3">"Letters and events"</h2>
                {timeline(&view, &look, true)}
            </section>
            <p class="fine quiet">
                "Addresses are never shown here. This look was written to the audit log."
            </p>
        </div>
    }
}
