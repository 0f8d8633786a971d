//! `/events/month`: events by the days of a month.

use axum::extract::Query;
use dogear_domain::events::days::Month;
use dogear_server::events::{self, DayOfEvents, Listed};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use super::filter::{Asked, Params, top};
use super::find::head;
use crate::http::{Nav, PageResult, Req};
use crate::ui::event::room_tag;
use crate::ui::time::machine_readable;
use dogear_urls as urls;
use urls::EventList;

/// What the columns are called, in short and in full.
const WEEKDAYS: [(&str, &str); 7] = [
    ("Mon", "Monday"),
    ("Tue", "Tuesday"),
    ("Wed", "Wednesday"),
    ("Thu", "Thursday"),
    ("Fri", "Friday"),
    ("Sat", "Saturday"),
    ("Sun", "Sunday"),
];

pub(super) async fn show(req: Req, Query(params): Query<Params>) -> PageResult {
    let asked = params.read();
    let now = req.cx.now();
    let today = now.to_zoned(req.zone()).date();
    let month = Month::read(&params.month, today);
    let (days, around) = events::month(&req.cx, &asked.filter, month, today).await?;
    let page = req
        .page(format!("Events in {}", month.said()))
        .nav(Nav::Events);
    let plain = urls::events_of_month(asked.list(), "") == urls::EVENTS_MONTH;
    let page = if plain && month == Month::of(today) {
        page.public("Events by the days of a month.", urls::EVENTS_MONTH)
    } else {
        page
    };
    let (head, top) = (head(&req), top(&req, &asked, &around, Some(month)));
    Ok(page.render(move || {
        let nothing = days.is_empty().then(|| {
            view! { <p class="mt4">"Nothing like that in this month."</p> }
        });
        view! {
            <div class="wrap page">
                {head} {top} {between_months(&asked, month, today)} {nothing}
                {table(&asked, month, &days, today, now)}
                <p class="small quiet mt4">"Days and times are by the clock of each place."</p>
            </div>
        }
    }))
}

/// The name of the month, and the ways to those beside it.
fn between_months(asked: &Asked, month: Month, today: Date) -> AnyView {
    let link = |to: Option<Month>, rel: &'static str| {
        to.map(|to| {
            view! {
                <a rel=rel href=urls::events_of_month(asked.list(), &to.to_string())>
                    {to.said()}
                </a>
            }
        })
    };
    view! {
        <div class="row row-between mt5">
            <h2 class="t-h3" id="month-h">
                {month.said()}
            </h2>
            <nav class="row" aria-label="Months">
                {link(month.previous(today), "prev")}
                {link(month.next(today), "next")}
            </nav>
        </div>
    }
    .into_any()
}

/// A column for each day of the week. Narrow, it is a list of the days on which something is.
fn table(
    asked: &Asked,
    month: Month,
    days: &[DayOfEvents],
    today: Date,
    now: Timestamp,
) -> AnyView {
    let columns = WEEKDAYS.map(|(short, full)| {
        view! {
            <th scope="col">
                <span aria-hidden="true">{short}</span>
                <span class="visually-hidden">{full}</span>
            </th>
        }
    });
    let weeks = month.weeks().into_iter().map(|week| {
        let cells = week.map(|day| {
            let Some(day) = day else {
                return view! { <td></td> }.into_any();
            };
            let events = days.iter().find(|of| of.day == day);
            cell(asked, day, events, day == today, day < today, now)
        });
        view! { <tr>{cells}</tr> }
    });
    view! {
        <table class="month mt4" aria-labelledby="month-h">
            <thead>
                <tr>{columns}</tr>
            </thead>
            <tbody>{weeks.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn cell(
    asked: &Asked,
    day: Date,
    events: Option<&DayOfEvents>,
    is_today: bool,
    is_past: bool,
    now: Timestamp,
) -> AnyView {
    let current = is_today.then_some("date");
    let lines = events.map(|of| {
        let lines = of.events.iter().map(|event| line(event, day, now));
        let more = (of.more > 0).then(|| more(asked, day, of.more, is_past));
        view! { <ul>{lines.collect_view()} {more}</ul> }
    });
    view! {
        <td aria-current=current>
            <p class="dayname">
                <time datetime=day.to_string()>
                    <span class="weekday">{day.strftime("%A ").to_string()}</span>
                    {day.day()}
                    <span class="weekday">{day.strftime(" %B").to_string()}</span>
                </time>
            </p>
            {lines}
        </td>
    }
    .into_any()
}

/// One date in its day: when it begins, if it does on this day, what, where, and whether there is
/// room.
fn line(event: &Listed, day: Date, now: Timestamp) -> AnyView {
    let zone = TimeZone::get(&event.time_zone).unwrap_or(TimeZone::UTC);
    let starts = event.starts_at.to_zoned(zone);
    let when = if starts.date() == day {
        starts.strftime("%H:%M").to_string()
    } else {
        "Goes on".to_owned()
    };
    view! {
        <li>
            <p class="fine quiet">
                <time datetime=machine_readable(event.starts_at)>{when}</time>
                {(!event.city.is_empty()).then(|| format!(" · {}", event.city))}
            </p>
            <a href=urls::event(event.event, &event.slug)>{event.title.clone()}</a>
            {room_tag(event, now)}
        </li>
    }
    .into_any()
}

/// How many more there are, and the list of them; of days that are over there is no list.
fn more(asked: &Asked, day: Date, number: i64, is_past: bool) -> AnyView {
    let said = format!("and {number} more");
    if is_past {
        return view! { <li class="fine quiet">{said}</li> }.into_any();
    }
    let of = day.strftime(" on %-d %B").to_string();
    let day = day.to_string();
    let path = urls::events(EventList {
        from: &day,
        until: &day,
        ..asked.list()
    });
    view! {
        <li>
            <a class="small" href=path>
                {said}
                <span class="visually-hidden">{of}</span>
            </a>
        </li>
    }
    .into_any()
}
