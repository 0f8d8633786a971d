//! `/seats`: where the reader has seats, or had some.

use std::collections::HashMap;

use axum::extract::Query;
use dogear_server::calendars;
use dogear_server::events;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use serde::Deserialize;

use super::{calendar, google};
use crate::http::{Nav, PageResult, Req};
use crate::ui::empty::{Empty, Plate};
use crate::ui::event::event_line;
use crate::ui::time::{Say, in_words};
use dogear_urls as urls;

/// The query of `/seats`.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Which {
    show: String,
}

pub(super) async fn own(req: Req, Query(which): Query<Which>) -> PageResult {
    let over = which.show == "past";
    let events = events::own(&req.cx, over).await?;
    let address = if over {
        None
    } else {
        Some(calendars::address(&req.cx).await?)
    };
    let (google, unsynced) = if over {
        (None, HashMap::new())
    } else {
        (
            calendars::google::standing(&req.cx).await?,
            calendars::google::unsynced(&req.cx, None).await?,
        )
    };
    let state = req.form.clone();
    let zone = req.zone().clone();
    let missed = if over {
        events::missed(&req.cx).await?
    } else {
        Vec::new()
    };
    let behind = events::behind(&req.cx).await?;
    let now = req.cx.now();
    Ok(req.page("Your seats").nav(Nav::Events).render(move || {
        let rows: Vec<AnyView> = events
            .iter()
            .map(|event| {
                let missed = missed.contains(&event.event).then(|| {
                    view! {
                        <li class="small acts quiet">
                            "You had seats, and were not let in at the door. Only you see this. If you cannot come, give seats back: somebody may be waiting."
                        </li>
                    }
                });
                let unsynced = unsynced.get(&event.event).map(|&unsynced| {
                    view! { <li class="small acts quiet">{google::beside(unsynced)}</li> }
                });
                view! {
                    {event_line(event, now)}
                    {missed}
                    {unsynced}
                }
                .into_any()
            })
            .collect();
        let list = match (rows.is_empty(), over) {
            (false, _) => view! { <ul class="eventlist">{rows}</ul> }.into_any(),
            (true, false) => view! {
                <Empty plate=Plate::FirstUse heading="No seats yet">
                    <p>"Seats that you take, and lists that you wait on, stand here."</p>
                    <p>
                        <a class="btn btn-do" href=urls::EVENTS>
                            "See what is on"
                        </a>
                    </p>
                </Empty>
            }
            .into_any(),
            (true, true) => view! {
                <Empty plate=Plate::FirstUse heading="Nothing yet">
                    <p>"Where you have been stands here afterwards."</p>
                </Empty>
            }
            .into_any(),
        };
        let current = |this: bool| (this == over).then_some("page");
        view! {
            <div class="wrap page">
                <div class="head">
                    <h1>"Your seats"</h1>
                    <a class="btn" href=urls::EVENTS>
                        "All events"
                    </a>
                </div>
                <nav class="tabs" aria-label="Which seats">
                    <a href=urls::SEATS aria-current=current(false)>
                        "To come"
                    </a>
                    <a href=urls::seats_past() aria-current=current(true)>
                        "Past"
                    </a>
                </nav>
                {behind.map(|behind| set_behind(behind, &zone, now))}
                {list}
                {address.map(|address| calendar::address(address.as_ref(), &zone, now))}
                {google.map(|google| google::calendar(google, &state, &zone, now))}
            </div>
        }
    }))
}

/// Why others go before the reader on waiting lists.
fn set_behind(behind: events::Behind, zone: &TimeZone, now: Timestamp) -> AnyView {
    let day = |at| in_words(at, zone, now, Say::Day);
    let text = format!(
        "You missed three events since {}: you had seats and were not let in. Until {} others go before you on waiting lists that you join. Only you see this. If you cannot come, give seats back: that does not count as missed.",
        day(behind.since),
        day(behind.until)
    );
    view! { <p class="notice">{text}</p> }.into_any()
}
