//! `/host/{id}/door/print`: the list of the door and badges, on paper.

use axum::extract::Query;
use dogear_domain::ids::{EventId, SeatBookingId};
use dogear_server::events::{self, DoorPage, words};
use leptos::prelude::*;
use serde::Deserialize;

use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::count;
use dogear_urls as urls;

/// The query of the door list on paper.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Paper {
    show: String,
    after: Option<i64>,
}

pub(super) async fn print(
    req: Req,
    Segment(event): Segment<EventId>,
    Query(paper): Query<Paper>,
) -> PageResult {
    let badges = paper.show == "badges";
    let door = events::door_list(&req.cx, event, paper.after.map(SeatBookingId)).await?;
    let now = req.cx.now();
    let title = format!("Door list of {}", door.event.title);
    Ok(req.page(title).nav(Nav::Events).render(move || {
        let event = &door.event;
        let date = words::when(event.starts_at, event.ends_at, &event.time_zone, now);
        let content = if badges {
            badge_sheet(&door)
        } else {
            list_on_paper(&door)
        };
        let next = door.next.map(|after| {
            view! {
                <nav class="pager noprint" aria-label="Pages of guests">
                    <a href=urls::host_door_paper(event.id, badges, Some(after)) rel="next">
                        "More guests"
                    </a>
                </nav>
            }
        });
        view! {
            <div class="wrap wrap-narrow page stack">
                <p class="small noprint">
                    <a href=urls::host_door(event.id)>"Back to the door"</a>
                    ". Print this page from the menu of your browser."
                </p>
                <header class="stack stack-s" class:noprint=badges>
                    <h1 class="t-h2" dir="auto">
                        {event.title.clone()}
                    </h1>
                    <p>{date}</p>
                </header>
                {content}
                {next}
            </div>
        }
    }))
}

/// A box for each, a name, how many, and the end of the code to compare.
fn list_on_paper(door: &DoorPage) -> AnyView {
    if door.guests.is_empty() {
        return view! { <p>"Nobody has a seat."</p> }.into_any();
    }
    let stalls = door.guests.iter().any(|guest| guest.stall.is_some());
    let rows = door.guests.iter().map(|guest| {
        let stall = stalls.then(|| view! { <td>{guest.stall.clone()}</td> });
        let handle = guest.handle.as_ref().map(|handle| format!(" @{handle}"));
        let boxes = (0..guest.party.size)
            .map(|number| {
                if number < guest.party.inside {
                    '☒'
                } else {
                    '☐'
                }
            })
            .collect::<String>();
        let label = format!("{} of {} in", guest.party.inside, guest.party.size);
        view! {
            <tr>
                <td>
                    <span aria-hidden="true">{boxes}</span>
                    <span class="visually-hidden">{label}</span>
                </td>
                <th scope="row">
                    <bdi>{guest.name.clone()}</bdi>
                    <span class="quiet">{handle}</span>
                </th>
                <td class="r">{guest.party.size}</td>
                {stall}
                <td>
                    <code class="nowrap">{format!("… {}", guest.ending)}</code>
                </td>
            </tr>
        }
    });
    let total: i32 = door.guests.iter().map(|guest| guest.party.size).sum();
    let stalls = stalls.then(|| view! { <th scope="col">"Stall"</th> });
    view! {
        <table class="table doorlist">
            <caption>{count(total, "seat", "seats")}</caption>
            <thead>
                <tr>
                    <th scope="col">"In"</th>
                    <th scope="col">"Name"</th>
                    <th scope="col" class="r">
                        "Seats"
                    </th>
                    {stalls}
                    <th scope="col">"Code"</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

/// A name for each guest; those whom they bring write theirs by hand.
fn badge_sheet(door: &DoorPage) -> AnyView {
    let title = door.event.title.clone();
    let badges: Vec<AnyView> = door
        .guests
        .iter()
        .flat_map(|guest| (0..guest.party.size).map(move |number| (guest, number)))
        .map(|(guest, number)| {
            let (name, with) = if number == 0 {
                (guest.name.clone(), None)
            } else {
                (String::new(), Some(format!("with {}", guest.name)))
            };
            let stall = guest.stall.as_ref().map(|stall| {
                let stall = format!("Stall {stall}");
                view! { <strong>{stall}</strong> }
            });
            view! {
                <li>
                    <bdi class="t-h2 serif">{name}</bdi>
                    <bdi class="small">{with}</bdi>
                    {stall}
                    <span class="small quiet">{title.clone()}</span>
                </li>
            }
            .into_any()
        })
        .collect();
    if badges.is_empty() {
        return view! { <p>"Nobody has a seat."</p> }.into_any();
    }
    view! { <ul class="badges">{badges}</ul> }.into_any()
}
