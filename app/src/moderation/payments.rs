//! `/admin/payments`: payments online, what needs somebody first.

use axum::extract::Query;
use dogear_server::trades::{self, DESK_PAGE, DeskPayment, STATES};
use jiff::Timestamp;
use leptos::prelude::*;
use serde::Deserialize;

use super::list::{empty_state, table};
use super::payment_actions::{AskAboutPayment, GivePaymentBack};
use super::shared::{page, relative_age, with_query};
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui::count;
use crate::ui::field::PostForm;
use dogear_urls as urls;

#[derive(Default, Deserialize)]
pub(super) struct Params {
    #[serde(default)]
    state: String,
    #[serde(default)]
    page: String,
}

pub(super) async fn list(req: Req, Query(params): Query<Params>) -> PageResult {
    let word = STATES
        .iter()
        .map(|(word, _)| *word)
        .find(|word| *word == params.state);
    let number: i64 = params.page.parse().unwrap_or(1).clamp(1, 10_000);
    let (mut rows, unknown) = trades::payments(&req.cx, word, number).await?;
    let more = rows.len() as i64 > DESK_PAGE;
    rows.truncate(usize::try_from(DESK_PAGE).unwrap_or(usize::MAX));
    let is_on = trades::is_on(&req.cx.services.settings);
    let now = req.cx.now();
    Ok(page(&req, "trades", "Payments").render(move || {
        let tab = |(this, label): (&'static str, &'static str)| {
            let current = (word.unwrap_or_default() == this).then_some("page");
            let link = with_query(urls::ADMIN_PAYMENTS, &[("state", this)]);
            view! {
                <a href=link aria-current=current>
                    {label}
                </a>
            }
        };
        let tabs: Vec<_> = std::iter::once(("", "all")).chain(STATES).map(tab).collect();
        let beside = |page: i64, label: &'static str| {
            let page = page.to_string();
            let query = [("state", word.unwrap_or_default()), ("page", page.as_str())];
            let link = with_query(urls::ADMIN_PAYMENTS, &query);
            view! { <a href=link>{label}</a> }
        };
        let before = (number > 1).then(|| beside(number - 1, "Newer"));
        let after = more.then(|| beside(number + 1, "Older"));
        let off = (!is_on).then(|| {
            view! { <p class="notice">"Paying online is switched off on this site."</p> }
        });
        let strangers = (unknown > 0).then(|| {
            let times = count(unknown, "message", "messages");
            view! {
                <p class="fine quiet">
                    {format!(
                        "{times} of the payment service in the last 90 days were about nothing of ours.",
                    )}
                </p>
            }
        });
        let body: Vec<_> = rows.into_iter().map(|row| line(row, now)).collect();
        let list = if body.is_empty() {
            empty_state("No payments here.").into_any()
        } else {
            let columns = view! {
                <th scope="col">"Sale"</th>
                <th scope="col" class="r">
                    "Due"
                </th>
                <th scope="col">"State"</th>
                <th scope="col" class="r opt">
                    "Age"
                </th>
                <th scope="col">
                    <span class="visually-hidden">"Act"</span>
                </th>
            };
            table("Payments, what needs somebody first, then the newest", columns, body).into_any()
        };
        view! {
            <div class="moderation-page stack">
                <div class="moderation-head row row-between">
                    <h1>"Payments"</h1>
                    <p class="quiet">
                        <a href=urls::ADMIN_TRADES>"Trades"</a>
                    </p>
                </div>
                {off}
                <p class="quiet">
                    "What was paid online. Payers are known to the payment service alone."
                </p>
                <nav class="tabs" aria-label="States">
                    {tabs}
                </nav>
                {list}
                <p class="row">{before}{after}</p>
                {strangers}
            </div>
        }
    }))
}

fn line(row: DeskPayment, now: Timestamp) -> impl IntoView {
    let needs = row.state == "review" || row.refund.as_deref() == Some("failed");
    let label = STATES
        .iter()
        .find(|(word, _)| *word == row.state)
        .map_or("", |(_, label)| *label);
    let class = if needs { "tag tag-do" } else { "tag" };
    let refund = row.refund.as_deref().map(|state| match state {
        "done" => "given back".to_owned(),
        "failed" => format!("cannot be given back ({})", row.problem.replace('_', " ")),
        _ => "to be given back".to_owned(),
    });
    let part = row
        .part
        .and_then(|minor| i32::try_from(minor).ok())
        .map(|minor| format!(" ({})", row.amount.with(minor).said()));
    let other = row
        .paid
        .as_ref()
        .map(|(minor, currency)| format!("paid: {minor} of the smallest unit of {currency}"));
    let open = matches!(row.state.as_str(), "open" | "review")
        || matches!(row.refund.as_deref(), Some("wanted" | "failed"));
    let with = || [("attempt", row.id.to_string())];
    let ask = open.then(|| {
        view! {
            <PostForm action=AskAboutPayment::PATH with=with()>
                <button class="linkbtn">"Ask the service again"</button>
            </PostForm>
        }
    });
    let give = (row.state == "review").then(|| {
        view! {
            <PostForm action=GivePaymentBack::PATH with=with()>
                <button class="linkbtn">"Give it back"</button>
            </PostForm>
        }
    });
    view! {
        <tr>
            <td>
                <a href=urls::admin_trade(row.trade) data-row="">
                    {format!("Sale {}", row.trade)}
                </a>
            </td>
            <td class="r nowrap">{row.amount.said()}</td>
            <td>
                <span class=class>{label}</span>
                {refund.map(|text| view! { <span class="small">" "{text}{part}</span> })}
                {other.map(|text| view! { <span class="small">" "{text}</span> })}
            </td>
            <td class="r nowrap opt">{relative_age(row.at, now)}</td>
            <td class="r">{ask}{give}</td>
        </tr>
    }
}
