//! Loans: which books are with whom, and until when. The page of one is that of its trade.

use axum::extract::Query;
use dogear_domain::ids::TradeId;
use dogear_server::moderation::loans::{self, LoanRow, Wanted};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use super::list::{self, AdminList, Choices, ListQuery};
use super::shared::{member_link, page, relative_age};
use crate::http::{PageResult, Req};
use crate::ui::time::{Say, When};
use dogear_urls as urls;

/// The choice of loans whose book is out of the house.
const OUT: &str = "out";
/// The choice of those that were to be back.
const OVERDUE: &str = "overdue";

pub(super) async fn list(req: Req, Query(params): Query<ListQuery>) -> PageResult {
    let wanted = Wanted {
        words: &params.q,
        out: matches!(params.state.as_str(), OUT | OVERDUE),
        overdue: params.state == OVERDUE,
    };
    let rows = loans::list(&req.cx, wanted, params.before.map(TradeId)).await?;
    let (zone, now) = (req.zone(), req.cx.now());
    let list = AdminList::new(
        urls::ADMIN_LOANS,
        &[("q", &params.q), ("state", &params.state)],
        &rows,
        |row| row.id,
        loans::PAGE,
    );
    Ok(page(&req, "trades", "Loans").render(move || {
        let choices = Choices {
            name: "state",
            label: "Loans",
            options: vec![
                ("", "every loan"),
                (OUT, "with borrowers"),
                (OVERDUE, "overdue"),
            ],
        };
        let head = view! {
            <p>
                <a href=urls::ADMIN_TRADES>"Trades"</a>
            </p>
            {list.filter("Loans", "Number or handle", choices)}
            <p class="fine quiet">
                "Books that stay their owner’s. Opening one is written to the audit log."
            </p>
        };
        list.view(head, "No loan fits.", move || table(rows, zone, now))
    }))
}

fn table(rows: Vec<LoanRow>, zone: TimeZone, now: Timestamp) -> impl IntoView {
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let state = if row.out {
                "With its borrower"
            } else {
                row.state.label()
            };
            let overdue = row.is_overdue(now).then(|| {
                view! {
                    " "
                    <span class="tag tag-do">"overdue"</span>
                }
            });
            let problem = row.open_problem.then(|| {
                view! {
                    " "
                    <span class="tag tag-do">"problem"</span>
                }
            });
            let due = row.due.map(|due| {
                view! { <When at=due.to_jiff() zone=zone.clone() now=now say=Say::ShortDay /> }
            });
            view! {
                <tr>
                    <td>
                        <a href=urls::admin_trade(row.id) data-row="">
                            {row.id.to_string()}
                        </a>
                    </td>
                    <td>{state}{problem}</td>
                    <td>{due}{overdue}</td>
                    <td class="opt">{member_link(&row.lender)}</td>
                    <td class="opt">{member_link(&row.borrower)}</td>
                    <td class="r opt">{row.renewals}</td>
                    <td class="r nowrap">{relative_age(row.updated_at.to_jiff(), now)}</td>
                </tr>
            }
        })
        .collect();
    let columns = view! {
        <th scope="col">"Loan"</th>
        <th scope="col">"State"</th>
        <th scope="col">"Until"</th>
        <th scope="col" class="opt">
            "Lender"
        </th>
        <th scope="col" class="opt">
            "Borrower"
        </th>
        <th scope="col" class="r opt">
            "Renewals"
        </th>
        <th scope="col" class="r">
            "Changed"
        </th>
    };
    list::table("Loans, newest first", columns, rows)
}
