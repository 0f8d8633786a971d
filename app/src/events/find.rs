//! `/events`: what is to come.

use axum::extract::Query;
use dogear_domain::events::days::Days;
use dogear_server::events::{self, Coming};
use jiff::civil::Date;
use leptos::prelude::*;

use super::calendar;
use super::filter::{Asked, Params, top};
use crate::http::{Nav, PageResult, Req};
use crate::ui::empty::{Empty, Plate};
use crate::ui::event::event_line;
use crate::ui::pager::onward;
use dogear_urls as urls;
use urls::EventList;

pub(super) async fn coming(req: Req, Query(params): Query<Params>) -> PageResult {
    let asked = params.read();
    let after = params.after.parse().ok();
    let later = after.is_some();
    let (coming, around) = events::coming(&req.cx, &asked.filter, after).await?;
    let page = req.page("Events").nav(Nav::Events);
    let page = if asked.is_plain() {
        page.public(
            "Swap meets, readings and book clubs near you, with seats to take.",
            urls::events(asked.list()),
        )
    } else {
        page
    };
    let head = head(&req);
    let top = top(&req, &asked, &around, None);
    let now = req.cx.now();
    let today = now.to_zoned(req.zone()).date();
    Ok(page.render(move || {
        let list = if coming.events.is_empty() {
            nothing(&asked, later, today)
        } else {
            let rows = coming.events.iter().map(|event| event_line(event, now));
            view! {
                <p class="small quiet mt4">
                    "The next first. Days and times are by the clock of each place."
                </p>
                <ul class="eventlist">{rows.collect_view()}</ul>
            }
            .into_any()
        };
        let pager = pager(&coming, &asked, later);
        let subscribe = asked
            .is_plain()
            .then(|| calendar::subscribe(asked.kind, &asked.filter.town));
        view! { <div class="wrap page">{head} {top} {list} {pager} {subscribe}</div> }
    }))
}

/// The heading, and where readers go from here.
pub(super) fn head(req: &Req) -> AnyView {
    let own = req.cx.actor.is_some().then(|| {
        view! {
            <a class="btn" href=urls::SEATS>
                "Your seats"
            </a>
            <a class="btn" href=urls::HOST>
                "What you host"
            </a>
        }
    });
    let host = req.may_begin().then(|| {
        view! {
            <a class="btn btn-do" href=urls::EVENT_NEW>
                "Host an event"
            </a>
        }
    });
    view! {
        <div class="head">
            <div class="stack stack-s">
                <h1>"Events"</h1>
                <p class="quiet">"Evenings where readers meet, and books change hands."</p>
            </div>
            <p class="row">{own} {host}</p>
        </div>
    }
    .into_any()
}

/// To what comes later, and back.
fn pager(coming: &Coming, asked: &Asked, later: bool) -> Option<AnyView> {
    let start = later.then(|| (urls::events(asked.list()), "From the start"));
    let next = coming.next.map(|key| {
        let path = urls::events(EventList {
            after: &key.to_string(),
            ..asked.list()
        });
        (path, "Later events")
    });
    onward("Pages", start, next)
}

/// Whether some of the days are over, or may be: of these the list shows nothing, whatever was.
fn are_over(days: Days, today: Date) -> bool {
    let is_over = |day: Option<Date>| day.is_some_and(|day| day <= today);
    is_over(days.from) || is_over(days.until)
}

/// Nothing fits: what to leave out.
fn nothing(asked: &Asked, later: bool, today: Date) -> AnyView {
    if later {
        let start = urls::events(asked.list());
        return view! {
            <Empty plate=Plate::NotFound heading="Nothing later">
                <p>
                    <a href=start>"From the start"</a>
                </p>
            </Empty>
        }
        .into_any();
    }
    if !asked.filter.is_narrow() {
        return view! {
            <Empty plate=Plate::FirstUse heading="No events yet">
                <p>
                    "A table, a lamp and a handful of readers are enough for an evening. Be the first to host one."
                </p>
                <p>
                    <a class="btn btn-do" href=urls::EVENT_NEW>
                        "Host an event"
                    </a>
                </p>
            </Empty>
        }
        .into_any();
    }
    let ways: Vec<_> = ways(asked)
        .into_iter()
        .map(|(label, path)| {
            view! {
                <li>
                    <a href=path>{label}</a>
                </li>
            }
        })
        .collect();
    let (heading, said) = if are_over(asked.filter.days, today) {
        (
            "Nothing to come on these days",
            "Lists leave out what is over. You can look wider:",
        )
    } else {
        (
            "No such event",
            "None like that is to come yet. You can look wider:",
        )
    };
    view! {
        <Empty plate=Plate::NotFound heading=heading>
            <p>{said}</p>
            <ul class="linkline">{ways}</ul>
            <p>
                <a class="btn" href=urls::EVENTS>
                    "Show all events"
                </a>
            </p>
        </Empty>
    }
    .into_any()
}

/// The same without one of the things that were asked for, where there are several.
fn ways(asked: &Asked) -> Vec<(&'static str, String)> {
    let list = asked.list();
    let without = [
        ("Without the words", EventList { q: "", ..list }),
        ("All kinds", EventList { kind: "", ..list }),
        (
            "In every town",
            EventList {
                town: "",
                within: "",
                ..list
            },
        ),
        (
            "On any day",
            EventList {
                from: "",
                until: "",
                ..list
            },
        ),
        ("By every host", EventList { host: "", ..list }),
    ];
    let (here, all) = (urls::events(list), urls::events(EventList::default()));
    let paths = without.map(|(label, list)| (label, urls::events(list)));
    paths
        .into_iter()
        .filter(|(_, path)| *path != here && *path != all)
        .collect()
}
