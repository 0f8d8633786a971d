//! The site in numbers.

use dogear_server::jobs;
use dogear_server::moderation::first_events;
use dogear_server::moderation::mails::{self, Stuck};
use dogear_server::moderation::overview::{Totals, Week, overview};
use dogear_server::moderation::records::{self, LastLook};
use jiff::Timestamp;
use leptos::prelude::*;

use super::actions::SendTestMail;
use super::shared::{in_short, page, with_query};
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui::chart::bars;
use crate::ui::field::PostForm;
use crate::ui::time::ago;
use crate::ui::{count, grouped};
use dogear_urls as urls;

pub(super) async fn show(req: Req) -> PageResult {
    let (totals, weeks) = overview(&req.cx).await?;
    let work = jobs::overview(&req.cx).await?;
    let mail = mails::stuck(&req.cx).await?;
    let records = records::last(&req.cx).await?;
    let waiting = first_events::waiting(&req.cx).await?;
    let now = req.cx.now();
    Ok(page(&req, "overview", "Overview").render(move || {
        view! {
            <div class="moderation-page">
                <div class="moderation-head">
                    <h1>"Overview"</h1>
                </div>
                {health(mail, records, now)}
                {numbers(&totals, &work, waiting)}
                {charts(&weeks)}
                {table(&weeks)}
            </div>
        }
    }))
}

/// Whether mail leaves, and what the last look at the records found.
fn health(mail: Option<Stuck>, records: Option<LastLook>, now: Timestamp) -> impl IntoView {
    let mail = match mail {
        Some(stuck) => {
            let error = if stuck.error.is_empty() {
                "no worker has tried to send it".to_owned()
            } else {
                stuck.error
            };
            let since = in_short((now.as_second() - stuck.since.as_second()).max(0) / 60);
            let waiting = count(stuck.waiting.unsigned_abs(), "mail waits", "mails wait");
            view! {
                <p class="notice notice-do">
                    {format!(
                        "Mail has not left for {since}: {}. {waiting}.",
                        error.trim_end_matches('.'),
                    )}
                </p>
            }
            .into_any()
        }
        None => view! { <p>"No mail waits that should have left."</p> }.into_any(),
    };
    let records = match records {
        None => view! {
            <p>
                "The audit log and the trades are checked each night; they have not been checked yet."
            </p>
        }
        .into_any(),
        Some(last) if last.findings.is_empty() => view! {
            <p>
                {format!(
                    "The audit log and the trades fit together: checked {}, {} in the log.",
                    ago(last.checked_at, now),
                    count(last.entries.unsigned_abs(), "entry", "entries"),
                )}
            </p>
        }
        .into_any(),
        Some(last) => view! {
            <div class="notice notice-do stack">
                <p>
                    {format!(
                        "The site’s records do not fit together, as a check {} has found. Somebody may have changed the database by hand. Tell whoever runs this site.",
                        ago(last.checked_at, now),
                    )}
                </p>
                <ul>
                    {last
                        .findings
                        .into_iter()
                        .map(|finding| view! { <li>{finding}</li> })
                        .collect_view()}
                </ul>
            </div>
        }
        .into_any(),
    };
    view! {
        <section class="stack mt4">
            <h2 class="t-h3">"Mail and records"</h2>
            {mail}
            {records}
            <div class="row">
                <PostForm action=SendTestMail::PATH>
                    <button class="btn">"Send me a test mail"</button>
                </PostForm>
                <a href=urls::ADMIN_SCHEDULES>"What runs by the clock"</a>
            </div>
        </section>
    }
}

/// Label, number, and the list it leads to.
type Number = (&'static str, i64, Option<String>);

fn numbers(totals: &Totals, work: &jobs::Overview, first_events: i64) -> impl IntoView + use<> {
    let hidden = with_query(urls::ADMIN_LISTINGS, &[("which", "hidden")]);
    let suspended = with_query(urls::ADMIN_MEMBERS, &[("among", "suspended")]);
    let in_state = |state: &str| with_query(urls::ADMIN_TRADES, &[("state", state)]);
    let dead = with_query(urls::ADMIN_JOBS, &[("state", "dead")]);
    let failed = with_query(urls::ADMIN_MAIL, &[("state", "failed")]);
    let groups: [(&str, Vec<Number>); 4] = [
        (
            "Waiting for you",
            vec![
                (
                    "Open cases",
                    totals.open_cases,
                    Some(urls::ADMIN_QUEUE.to_owned()),
                ),
                (
                    "Trades with a problem",
                    totals.disputed,
                    Some(in_state("disputed")),
                ),
                (
                    "First events of new hosts",
                    first_events,
                    Some(urls::ADMIN_EVENTS.to_owned()),
                ),
                ("Stopped jobs", work.dead, Some(dead)),
                ("Mails that failed", totals.mails_failed, Some(failed)),
            ],
        ),
        (
            "Members",
            vec![
                (
                    "Members",
                    totals.members,
                    Some(urls::ADMIN_MEMBERS.to_owned()),
                ),
                ("New in 7 days", totals.new_members, None),
                ("Suspended", totals.suspended, Some(suspended)),
            ],
        ),
        (
            "Books",
            vec![
                ("Copies", totals.copies, None),
                (
                    "On offer",
                    totals.listed,
                    Some(urls::ADMIN_LISTINGS.to_owned()),
                ),
                ("Hidden", totals.hidden, Some(hidden)),
            ],
        ),
        (
            "Trades",
            vec![
                ("Proposed", totals.proposed, Some(in_state("proposed"))),
                (
                    "Agreed, on their way",
                    totals.running,
                    Some(in_state("agreed")),
                ),
                ("Completed", totals.completed, Some(in_state("completed"))),
            ],
        ),
    ];
    view! {
        <div class="moderation-numbers">
            {groups
                .into_iter()
                .map(|(heading, rows)| {
                    view! {
                        <section>
                            <h2 class="t-h3">{heading}</h2>
                            <dl class="facts num">
                                {rows
                                    .into_iter()
                                    .map(|(label, number, link)| {
                                        view! {
                                            <dt>
                                                {match link {
                                                    Some(link) => view! { <a href=link>{label}</a> }.into_any(),
                                                    None => label.into_any(),
                                                }}
                                            </dt>
                                            <dd class="r">{grouped(number)}</dd>
                                        }
                                    })
                                    .collect_view()}
                            </dl>
                        </section>
                    }
                })
                .collect_view()}
        </div>
    }
}

/// A heading and the number of a week it stands for.
type Series = (&'static str, &'static str, fn(&Week) -> i64);

const SERIES: [Series; 4] = [
    ("Listings", "Books put on offer", |week| week.listings),
    ("Proposals", "Trades proposed", |week| week.proposals),
    ("Agreements", "Trades agreed", |week| week.agreements),
    ("Completions", "Trades completed", |week| week.completions),
];

fn charts(weeks: &[Week]) -> impl IntoView + use<> {
    let charts: Vec<_> = SERIES
        .map(|(heading, what, number)| {
            let values: Vec<(String, i64)> =
                weeks.iter().map(|week| (day(week), number(week))).collect();
            let total = values.iter().map(|(_, value)| value).sum();
            let said = format!(
                "{heading} by week: {}",
                values
                    .iter()
                    .map(|(day, value)| format!("{day} {value}"))
                    .collect::<Vec<_>>()
                    .join(", ")
            );
            view! {
                <section>
                    <h2 class="t-h3">{heading}</h2>
                    <p class="fine quiet">
                        {format!(
                            "{what}: {} in {}",
                            grouped(total),
                            count(values.len(), "week", "weeks"),
                        )}
                    </p>
                    {bars(&values, values.len().checked_sub(1), said)}
                </section>
            }
        })
        .into_iter()
        .collect();
    view! { <div class="moderation-charts">{charts}</div> }
}

fn table(weeks: &[Week]) -> impl IntoView + use<> {
    let rows: Vec<_> = weeks
        .iter()
        .rev()
        .map(|week| {
            let numbers: Vec<_> = SERIES
                .map(|(_, _, number)| view! { <td class="r">{grouped(number(week))}</td> })
                .into_iter()
                .collect();
            view! {
                <tr>
                    <th scope="row">{day(week)}</th>
                    {numbers}
                </tr>
            }
        })
        .collect();
    view! {
        <details class="mt6">
            <summary>"The same as a table"</summary>
            <table class="table num mt4 moderation-weeks">
                <caption class="visually-hidden">"By week, newest first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Week from"</th>
                        {SERIES
                            .map(|(heading, _, _)| {
                                view! {
                                    <th scope="col" class="r">
                                        {heading}
                                    </th>
                                }
                            })
                            .collect_view()}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </details>
    }
}

fn day(week: &Week) -> String {
    week.starts.strftime("%-d %b").to_string()
}
