//! Members: search.

use axum::extract::Query;
use dogear_domain::accounts::{AccountStatus, Role};
use dogear_domain::ids::UserId;
use dogear_server::moderation::members::{self, Among, Person};
use leptos::prelude::*;
use serde::Deserialize;

use super::list::{empty_state, filter, next_page};
use super::shared::{page, relative_age, with_query};
use crate::http::{PageResult, Req};
use dogear_urls as urls;

#[derive(Deserialize)]
pub struct Params {
    #[serde(default)]
    q: String,
    #[serde(default)]
    among: String,
    before: Option<i64>,
}

pub async fn list(req: Req, Query(params): Query<Params>) -> PageResult {
    let among = match params.among.as_str() {
        "suspended" => Among::Suspended,
        "staff" => Among::Staff,
        _ => Among::Everybody,
    };
    let rows = members::list(&req.cx, &params.q, among, params.before.map(UserId)).await?;
    let now = req.cx.now();
    let last = rows
        .last()
        .map_or_else(String::new, |row| row.id.to_string());
    let more = with_query(
        urls::DESK_MEMBERS,
        &[
            ("q", &params.q),
            ("among", &params.among),
            ("before", &last),
        ],
    );
    Ok(page(&req, "members", "Members").render(move || {
        let shown = rows.len();
        let choices = (
            "among",
            "Which members",
            params.among,
            vec![("", "everybody"), ("suspended", "suspended"), ("staff", "staff")],
        );
        let body: Vec<_> = rows
            .into_iter()
            .map(|row| {
                let standing = standing(&row);
                let link = urls::desk_member(&row.handle);
                view! {
                    <tr>
                        <td><a href=link data-row="">{row.handle}</a><br/><span class="fine quiet">{row.display_name}</span></td>
                        <td>{standing}</td>
                        <td class="opt">{row.city}</td>
                        <td class="r">{row.trades_completed}</td>
                        <td class="r opt">{row.listings}</td>
                        <td class="r">{row.reports}{(row.upheld > 0).then(|| format!(" ({} upheld)", row.upheld))}</td>
                        <td class="r nowrap">{relative_age(row.created_at, now)}</td>
                    </tr>
                }
            })
            .collect();
        view! {
            <div class="deskpage">
                {filter("Members", urls::DESK_MEMBERS, ("Handle, name or whole address", params.q), Some(choices))}
                {if shown == 0 { empty_state("No member fits. Try a shorter part of the handle.").into_any() } else { view! {
                    <div class="tablebox"><table class="table desktable num">
                        <caption class="visually-hidden">"Members, newest first"</caption>
                        <thead><tr>
                            <th scope="col">"Member"</th><th scope="col">"Standing"</th><th scope="col" class="opt">"Town"</th>
                            <th scope="col" class="r">"Trades"</th><th scope="col" class="r opt">"Listings"</th>
                            <th scope="col" class="r">"Reported"</th><th scope="col" class="r">"Joined"</th>
                        </tr></thead>
                        <tbody>{body}</tbody>
                    </table></div>
                }.into_any() }}
                {next_page(shown, members::PAGE, more)}
            </div>
        }
    }))
}

/// Role and status, as far as they are not the usual ones.
pub fn standing(person: &Person) -> impl IntoView + use<> {
    let role = (person.role != Role::Member)
        .then(|| view! { <span class="tag tag-done">{person.role.label()}</span>" " });
    let status = match person.status {
        AccountStatus::Active => None,
        AccountStatus::Suspended => Some(("tag tag-do", "Suspended")),
        AccountStatus::Closing => Some(("tag tag-wait", "Closing")),
        AccountStatus::Deleted => Some(("tag", "Deleted")),
    };
    let unconfirmed = (!person.verified && person.status != AccountStatus::Deleted)
        .then(|| view! { " " <span class="tag tag-wait">"Not confirmed"</span> });
    view! { {role}{status.map(|(class, label)| view! { <span class=class>{label}</span> })}{unconfirmed} }
}
