//! `/host/statistics` and `/host/{event}/statistics`: evenings in numbers, for their hosts.

use axum::extract::Query;
use axum::http::header;
use axum::response::IntoResponse;
use dogear_domain::events::statistics::{lasting, share};
use dogear_domain::ids::EventId;
use dogear_server::events::{self, Counted, DateFigures, Statistics, words};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use serde::Deserialize;

use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::count;
use crate::ui::empty::{Empty, Plate};
use crate::ui::time::{Say, in_words};
use dogear_urls as urls;

/// Dates in the table; all of them are in the file.
const IN_TABLE: usize = 100;

/// The query of the numbers.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct OfYear {
    year: String,
}

pub(super) async fn show(req: Req, Query(params): Query<OfYear>) -> PageResult {
    let figures = events::statistics(&req.cx, params.year.parse().ok()).await?;
    let now = req.cx.now();
    Ok(req.page("Statistics").nav(Nav::Events).render(move || {
        let body = if figures.years.is_empty() {
            view! {
                <Empty plate=Plate::FirstUse heading="Nothing to count yet">
                    <p>
                        "After your first evening this says how full it was, who came, and when seats were given back."
                    </p>
                </Empty>
            }
            .into_any()
        } else {
            let file = urls::host_statistics_table(figures.year);
            let evenings = count(figures.dates.len(), "evening", "evenings");
            let lead = format!(
                "{evenings}, {}. What was cancelled is not counted, nor what has not begun.",
                count(figures.seats(), "seat", "seats")
            );
            view! {
                {years(&figures)}
                <p class="lead">{lead}</p>
                {blocks(&figures)}
                {table(&figures.dates, now)}
                {download(file)}
            }
            .into_any()
        };
        view! {
            <div class="wrap page stack stack-l">
                <header class="stack stack-s">
                    <p class="small">
                        <a href=urls::HOST>"What you host"</a>
                    </p>
                    <h1>"Statistics"</h1>
                </header>
                {body}
            </div>
        }
    }))
}

pub(super) async fn of_event(req: Req, Segment(event): Segment<EventId>) -> PageResult {
    let (event, figures) = events::event_statistics(&req.cx, event).await?;
    let now = req.cx.now();
    let title = format!("Statistics of {}", event.title);
    Ok(req.page(title).nav(Nav::Events).render(move || {
        let heading = format!("“{}” in numbers", event.title);
        let date = words::when(event.starts_at, event.ends_at, &event.time_zone, now);
        let soon = (event.starts_at > now).then(|| {
            view! { <p class="notice">"It has not begun: this is how it stands now."</p> }
        });
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <header class="stack stack-s">
                    <p class="small">
                        <a href=urls::host_event(event.id)>"Guests and settings"</a>
                    </p>
                    <h1 dir="auto">{heading}</h1>
                    <p class="lead">{date}</p>
                </header>
                {soon}
                {blocks(&figures)}
                {download(urls::host_event_statistics_csv(event.id))}
                <p class="small">
                    <a href=urls::HOST_STATISTICS>"All evenings in numbers"</a>
                </p>
            </div>
        }
    }))
}

pub(super) async fn csv(req: Req, Query(params): Query<OfYear>) -> PageResult {
    let figures = events::statistics(&req.cx, params.year.parse().ok()).await?;
    file("dogear-statistics", &figures)
}

pub(super) async fn event_csv(req: Req, Segment(event): Segment<EventId>) -> PageResult {
    let (_, figures) = events::event_statistics(&req.cx, event).await?;
    file(&format!("dogear-statistics-{event}"), &figures)
}

fn file(name: &str, figures: &Statistics) -> PageResult {
    let table = events::statistics_table(figures)?;
    let name = format!("attachment; filename=\"{name}.csv\"");
    let head = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((head, table).into_response())
}

fn download(path: String) -> AnyView {
    view! {
        <p>
            <a class="btn" href=path>
                "Take the numbers as a table"
            </a>
        </p>
    }
    .into_any()
}

/// The ways to each year.
fn years(figures: &Statistics) -> Option<AnyView> {
    if figures.years.len() < 2 {
        return None;
    }
    let all = std::iter::once(None).chain(figures.years.iter().copied().map(Some));
    let links: Vec<AnyView> = all
        .map(|year| {
            let words = year.map_or_else(|| "All".to_owned(), |year| year.to_string());
            let current = (year == figures.year).then_some("page");
            view! {
                <a href=urls::host_statistics_of(year) aria-current=current>
                    {words}
                </a>
            }
            .into_any()
        })
        .collect();
    let nav = view! {
        <nav class="tabs" aria-label="Years">
            {links}
        </nav>
    };
    Some(nav.into_any())
}

/// A number with its bar: what it is, how much of what, and the share in words.
fn bar(label: &str, part: i64, whole: i64, words: String) -> AnyView {
    let meter = (whole > 0).then(|| {
        let label = label.to_owned();
        view! {
            <meter
                min="0"
                max=whole.to_string()
                value=part.clamp(0, whole).to_string()
                aria-label=label
            >
                {words.clone()}
            </meter>
        }
    });
    view! {
        <li>
            <span>{label.to_owned()}</span>
            {meter}
            <span class="num">{words}</span>
        </li>
    }
    .into_any()
}

/// “12 of 20, 60 %”.
fn of(part: i64, whole: i64) -> String {
    match share(part, whole) {
        Some(share) => format!("{part} of {whole}, {share} %"),
        None => part.to_string(),
    }
}

fn block(
    id: &'static str,
    heading: &'static str,
    rows: Vec<AnyView>,
    note: &'static str,
) -> AnyView {
    view! {
        <section class="stack stack-s" aria-labelledby=id>
            <h2 class="t-h3" id=id>
                {heading}
            </h2>
            <ul class="figures">{rows}</ul>
            <p class="small quiet">{note}</p>
        </section>
    }
    .into_any()
}

/// A block without numbers says so.
fn nothing(id: &'static str, heading: &'static str, text: &'static str) -> AnyView {
    view! {
        <section class="stack stack-s" aria-labelledby=id>
            <h2 class="t-h3" id=id>
                {heading}
            </h2>
            <p class="quiet">{text}</p>
        </section>
    }
    .into_any()
}

fn blocks(figures: &Statistics) -> AnyView {
    view! {
        {fill(figures)}
        {shows(figures)}
        {counted(
            ("origins-h", "Where seats came from"),
            figures.origins.iter().map(|(origin, number)| (origin.label(), *number)),
            ("Nobody has a seat yet.", "Of the seats that somebody has."),
        )}
        {counted(
            ("given-h", "Seats that were given back"),
            figures.given_back.iter().map(|(notice, number)| (notice.label(), *number)),
            (
                "No seats were given back.",
                "What guests keep of a larger party, hand on or decline is not counted.",
            ),
        )}
        {waiting(figures)}
        {money(figures)}
    }
    .into_any()
}

fn fill(figures: &Statistics) -> AnyView {
    let (seats, of_all) = figures.fill();
    if of_all == 0 {
        return nothing(
            "fill-h",
            "How full it was",
            "Seats are not counted: there was room for everybody.",
        );
    }
    let rows = vec![bar("Seats taken", seats, of_all, of(seats, of_all))];
    block(
        "fill-h",
        "How full it was",
        rows,
        "Where the number of seats is limited.",
    )
}

fn shows(figures: &Statistics) -> AnyView {
    let (came, missed) = figures.came();
    if came + missed == 0 {
        return nothing(
            "came-h",
            "Who came",
            "Nobody has been let in at the door, so this is not known.",
        );
    }
    let all = came + missed;
    let rows = vec![
        bar("Came", came, all, of(came, all)),
        bar("Did not come", missed, all, of(missed, all)),
    ];
    block(
        "came-h",
        "Who came",
        rows,
        "Where guests were let in at the door: seats of members of whom nobody came are counted three hours after the end.",
    )
}

fn counted(
    (id, heading): (&'static str, &'static str),
    rows: impl Iterator<Item = (&'static str, Counted)>,
    (none, note): (&'static str, &'static str),
) -> AnyView {
    let rows: Vec<_> = rows.collect();
    let all: i64 = rows.iter().map(|(_, number)| number.seats).sum();
    if all == 0 {
        return nothing(id, heading, none);
    }
    let rows = rows
        .into_iter()
        .map(|(label, number)| bar(label, number.seats, all, of(number.seats, all)))
        .collect();
    block(id, heading, rows, note)
}

fn waiting(figures: &Statistics) -> AnyView {
    let Some(median) = figures.median else {
        return nothing(
            "waited-h",
            "The waiting list",
            "Nobody has come from the waiting list to seats.",
        );
    };
    let text = format!(
        "{} from the waiting list. Half of them had waited {} or less until seats were theirs.",
        count(figures.waited, "booking came", "bookings came"),
        lasting(median)
    );
    view! {
        <section class="stack stack-s" aria-labelledby="waited-h">
            <h2 class="t-h3" id="waited-h">
                "The waiting list"
            </h2>
            <p>{text}</p>
        </section>
    }
    .into_any()
}

fn money(figures: &Statistics) -> Option<AnyView> {
    if figures.money.is_empty() {
        return None;
    }
    let rows: Vec<AnyView> = figures
        .money
        .iter()
        .map(|sum| {
            let [due, paid, owed] = sum.amounts().map(|amount| amount.to_string());
            let words = format!("{paid} of {due} paid");
            let owed = (sum.owed > 0).then(|| format!("; {owed} to be given back"));
            let words = words + &owed.unwrap_or_default();
            bar(sum.currency.as_str(), sum.paid, sum.due, words)
        })
        .collect();
    Some(block(
        "money-h",
        "What seats cost",
        rows,
        "As it was noted at the door. What has been given back is not counted any more.",
    ))
}

/// Each evening in a line.
fn table(dates: &[DateFigures], now: Timestamp) -> AnyView {
    let rows: Vec<AnyView> = dates
        .iter()
        .take(IN_TABLE)
        .map(|date| {
            let zone = TimeZone::get(&date.time_zone).unwrap_or(TimeZone::UTC);
            let day = in_words(date.starts_at, &zone, now, Say::Day);
            let seats = match date.capacity {
                Some(capacity) => format!("{} of {capacity}", date.seats),
                None => date.seats.to_string(),
            };
            view! {
                <tr>
                    <td>
                        <a href=urls::host_event_statistics(date.event)>
                            <bdi>{date.title.clone()}</bdi>
                        </a>
                    </td>
                    <td data-label="Day">{day}</td>
                    <td class="r" data-label="Seats">
                        {seats}
                    </td>
                    <td class="r" data-label="Came">
                        {date.came}
                    </td>
                    <td class="r" data-label="Did not come">
                        {date.missed}
                    </td>
                </tr>
            }
            .into_any()
        })
        .collect();
    let more = (dates.len() > IN_TABLE).then(|| {
        view! {
            <p class="small quiet">
                {format!("The latest {IN_TABLE}; all of them are in the table for spreadsheets.")}
            </p>
        }
    });
    view! {
        <div class="tablebox">
            <table class="table folds num">
                <caption>"Each evening"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Event"</th>
                        <th scope="col">"Day"</th>
                        <th scope="col" class="r">
                            "Seats"
                        </th>
                        <th scope="col" class="r">
                            "Came"
                        </th>
                        <th scope="col" class="r">
                            "Did not come"
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {more}
    }
    .into_any()
}
