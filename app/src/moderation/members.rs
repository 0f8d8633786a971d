//! Members: search.

use axum::extract::Query;
use dogear_domain::accounts::{AccountStatus, Role};
use dogear_domain::ids::UserId;
use dogear_server::moderation::members::{self, Among, Person};
use leptos::prelude::*;
use serde::Deserialize;

use super::list::{AdminList, Choices, table};
use super::shared::{page, relative_age};
use crate::http::{PageResult, Req};
use dogear_urls as urls;

#[derive(Deserialize)]
pub(super) struct Params {
    #[serde(default)]
    q: String,
    #[serde(default)]
    among: String,
    before: Option<i64>,
}

pub(super) async fn list(req: Req, Query(params): Query<Params>) -> PageResult {
    let among = match params.among.as_str() {
        "suspended" => Among::Suspended,
        "staff" => Among::Staff,
        _ => Among::Everybody,
    };
    let rows = members::list(&req.cx, &params.q, among, params.before.map(UserId)).await?;
    let now = req.cx.now();
    let list = AdminList::new(
        urls::ADMIN_MEMBERS,
        &[("q", &params.q), ("among", &params.among)],
        &rows,
        |row| row.id,
        members::PAGE,
    );
    Ok(page(&req, "members", "Members").render(move || {
        let choices = Choices {
            name: "among",
            label: "Which members",
            options: vec![
                ("", "everybody"),
                ("suspended", "suspended"),
                ("staff", "staff"),
            ],
        };
        let body: Vec<_> = rows
            .into_iter()
            .map(|row| {
                let standing = standing(&row);
                let link = urls::admin_member(&row.handle);
                view! {
                    <tr>
                        <td>
                            <a href=link data-row="">
                                {row.handle}
                            </a>
                            <br />
                            <span class="fine quiet">{row.display_name}</span>
                        </td>
                        <td>{standing}</td>
                        <td class="opt">{row.city}</td>
                        <td class="r">{row.trades_completed}</td>
                        <td class="r opt">{row.listings}</td>
                        <td class="r">
                            {row.reports}
                            {(row.upheld > 0).then(|| format!(" ({} upheld)", row.upheld))}
                        </td>
                        <td class="r nowrap">{relative_age(row.created_at, now)}</td>
                    </tr>
                }
            })
            .collect();
        let head = list.filter("Members", "Handle, name or whole address", choices);
        let columns = view! {
            <th scope="col">"Member"</th>
            <th scope="col">"Standing"</th>
            <th scope="col" class="opt">
                "Town"
            </th>
            <th scope="col" class="r">
                "Trades"
            </th>
            <th scope="col" class="r opt">
                "Listings"
            </th>
            <th scope="col" class="r">
                "Reported"
            </th>
            <th scope="col" class="r">
                "Joined"
            </th>
        };
        list.view(
            head,
            "No member fits. Try a shorter part of the handle.",
            move || table("Members, newest first", columns, body),
        )
    }))
}

/// Role and status, as far as they are not the usual ones.
pub(super) fn standing(person: &Person) -> impl IntoView + use<> {
    let role = (person.role != Role::Member).then(|| {
        view! {
            <span class="tag tag-done">{person.role.label()}</span>
            " "
        }
    });
    let status = match person.status {
        AccountStatus::Active => None,
        AccountStatus::Suspended => Some(("tag tag-do", "Suspended")),
        AccountStatus::Closing => Some(("tag tag-wait", "Closing")),
        AccountStatus::Deleted => Some(("tag", "Deleted")),
    };
    let unconfirmed = (!person.verified && person.status != AccountStatus::Deleted).then(|| {
        view! {
            " "
            <span class="tag tag-wait">"Not confirmed"</span>
        }
    });
    view! {
        {role}
        {status.map(|(class, label)| view! { <span class=class>{label}</span> })}
        {unconfirmed}
    }
}
