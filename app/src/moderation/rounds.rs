//! Rounds in which copies are given away: how many asked, and not who.

use axum::extract::Query;
use dogear_domain::ids::RoundId;
use dogear_domain::rounds::RoundState;
use dogear_server::rounds::desk;
use leptos::prelude::*;

use super::list::{AdminList, Choices, ListQuery, table};
use super::shared::{member_link, page, relative_age};
use crate::http::{PageResult, Req};
use dogear_urls as urls;

pub(super) async fn list(req: Req, Query(params): Query<ListQuery>) -> PageResult {
    let over = params.state == "over";
    let before = params.before.map(RoundId);
    let rows = desk::list(&req.cx, &params.q, over, before).await?;
    let now = req.cx.now();
    let list = AdminList::new(
        urls::ADMIN_ROUNDS,
        &[("q", &params.q), ("state", &params.state)],
        &rows,
        |row| row.id,
        desk::PAGE,
    );
    // Its rows are listings: the masthead has no room for one more section.
    Ok(page(&req, "listings", "Give-away rounds").render(move || {
        let choices = Choices {
            name: "state",
            label: "Which rounds",
            options: vec![("", "running"), ("over", "over")],
        };
        let body: Vec<_> = rows
            .into_iter()
            .map(|row| {
                let stands = match row.state {
                    RoundState::Open => "open",
                    RoundState::Offered => "somebody is asked",
                    RoundState::Taken => "taken",
                    RoundState::Unclaimed => "nobody took it",
                    RoundState::Closed => "ended early",
                };
                let stands = match row.trade {
                    Some(trade) => {
                        view! { <a href=urls::admin_trade(trade)>{stands}</a> }.into_any()
                    }
                    None => stands.into_any(),
                };
                let age = relative_age(row.ended_at.unwrap_or(row.opened_at), now);
                view! {
                    <tr>
                        <td>
                            <a href=urls::give(row.id) data-row="">
                                {row.title}
                            </a>
                            <br />
                            <a class="fine quiet" href=urls::admin_listing(row.copy)>
                                "Listing"
                            </a>
                        </td>
                        <td>{member_link(&row.owner)}</td>
                        <td class="opt">{row.mode.label()}</td>
                        <td>{stands}</td>
                        <td class="r">{row.asked}</td>
                        <td class="r opt">{row.silent}</td>
                        <td class="r nowrap">{age}</td>
                    </tr>
                }
            })
            .collect();
        let head = view! {
            <p>
                <a href=urls::ADMIN_LISTINGS>"Listings"</a>
            </p>
            {list.filter("Give-away rounds", "Title, author or handle", choices)}
        };
        let columns = view! {
            <th scope="col">"Book"</th>
            <th scope="col">"Giver"</th>
            <th scope="col" class="opt">
                "How"
            </th>
            <th scope="col">"State"</th>
            <th scope="col" class="r">
                "Asked"
            </th>
            <th scope="col" class="r opt">
                "Silent"
            </th>
            <th scope="col" class="r">
                "Age"
            </th>
        };
        list.view(
            head,
            "No round fits. Try fewer words, or another choice.",
            move || table("Rounds, newest first", columns, body),
        )
    }))
}
