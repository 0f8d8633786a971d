//! Sales: how far they are, and where the money is. The page of one is that of its trade.

use axum::extract::Query;
use dogear_domain::ids::TradeId;
use dogear_domain::trades::PaymentState;
use dogear_server::moderation::orders::{self, OrderRow, Wanted};
use jiff::Timestamp;
use leptos::prelude::*;

use super::list::{self, AdminList, Choices, ListQuery};
use super::shared::{member_link, page, relative_age};
use crate::http::{PageResult, Req};
use dogear_urls as urls;

/// The choice of sales of which nothing is owed yet.
const PROPOSED: &str = "none";

pub(super) async fn list(req: Req, Query(params): Query<ListQuery>) -> PageResult {
    let wanted = Wanted {
        words: &params.q,
        payment: params.state.parse().ok(),
        without: params.state == PROPOSED,
    };
    let rows = orders::list(&req.cx, wanted, params.before.map(TradeId)).await?;
    let now = req.cx.now();
    let list = AdminList::new(
        urls::ADMIN_ORDERS,
        &[("q", &params.q), ("state", &params.state)],
        &rows,
        |row| row.id,
        orders::PAGE,
    );
    Ok(page(&req, "trades", "Orders").render(move || {
        let mut options = vec![("", "every payment"), (PROPOSED, "nothing owed yet")];
        options.extend(
            PaymentState::ALL
                .iter()
                .map(|state| (state.as_str(), state.label())),
        );
        let choices = Choices {
            name: "state",
            label: "Payment",
            options,
        };
        let head = view! {
            <p>
                <a href=urls::ADMIN_TRADES>"Trades"</a>
            </p>
            {list.filter("Orders", "Number or handle", choices)}
            <p class="fine quiet">
                "Books for money. How somebody pays is between the two, and nothing of it is kept. Opening one is written to the audit log."
            </p>
        };
        list.view(head, "No order fits.", move || table(rows, now))
    }))
}

fn table(rows: Vec<OrderRow>, now: Timestamp) -> impl IntoView {
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let payment = row.payment.map_or("Nothing owed yet", PaymentState::label);
            let late = row.is_late(now).then(|| {
                view! {
                    " "
                    <span class="tag tag-do">"late"</span>
                }
            });
            let part = (row.refunded > 0 && row.refunded < row.amount)
                .then(|| format!(" ({})", row.money().with(row.refunded).said()));
            let problem = row.open_problem.then(|| {
                view! {
                    " "
                    <span class="tag tag-do">"problem"</span>
                }
            });
            view! {
                <tr>
                    <td>
                        <a href=urls::admin_trade(row.id) data-row="">
                            {row.id.to_string()}
                        </a>
                    </td>
                    <td>{row.state.label()}{problem}</td>
                    <td>{payment}{late}{part}</td>
                    <td class="r nowrap">{row.money().said()}</td>
                    <td class="opt">{member_link(&row.seller)}</td>
                    <td class="opt">{member_link(&row.buyer)}</td>
                    <td class="r opt">{row.books}</td>
                    <td class="r nowrap">{relative_age(row.updated_at.to_jiff(), now)}</td>
                </tr>
            }
        })
        .collect();
    let columns = view! {
        <th scope="col">"Order"</th>
        <th scope="col">"State"</th>
        <th scope="col">"Payment"</th>
        <th scope="col" class="r">
            "Amount"
        </th>
        <th scope="col" class="opt">
            "Seller"
        </th>
        <th scope="col" class="opt">
            "Buyer"
        </th>
        <th scope="col" class="r opt">
            "Books"
        </th>
        <th scope="col" class="r">
            "Changed"
        </th>
    };
    list::table("Orders, newest first", columns, rows)
}
