//! The queue: the kinds at the left, what is open in the middle, one case at the right.

use axum::extract::{Path, Query};
use axum::response::Response;
use dogear_domain::moderation::SubjectKind;
use dogear_server::moderation::SubjectRef;
use dogear_server::moderation::case::{self, Case};
use dogear_server::moderation::queue::{self as service, Counts, Filter, Item};
use jiff::Timestamp;
use leptos::prelude::*;

use super::case::detail;
use super::list::empty_state;
use super::part::Part;
use super::shared::{page, relative_age, with_query};
use crate::http::{AppError, PageResult, Req};
use crate::ui::count;
use crate::ui::icons::{Glyph, Icon};
use crate::ui::pager::pager;
use crate::ui::time::ago;
use dogear_urls as urls;

/// A score from which it is red.
const URGENT: i64 = 8;

/// Which line of the side list is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Open(Option<SubjectKind>),
    Claimed,
    DecidedToday,
    Decided,
}

pub(super) async fn start(req: Req) -> Response {
    req.redirect(urls::ADMIN_QUEUE)
}

pub(super) async fn list(req: Req, Query(part): Query<Part>) -> PageResult {
    show(&req, part, None).await
}

pub(super) async fn open(
    req: Req,
    Path((kind, id)): Path<(String, String)>,
    Query(part): Query<Part>,
) -> PageResult {
    show(&req, part, Some(subject(&kind, &id)?)).await
}

fn subject(kind: &str, id: &str) -> Result<SubjectRef, AppError> {
    format!("{kind}:{id}")
        .parse()
        .map_err(|_| AppError::not_found())
}

/// The queue, with a case and whatever was typed into its form.
async fn show(req: &Req, part: Part, open: Option<SubjectRef>) -> PageResult {
    let state = req.form.clone();
    let filter = part.filter();
    let case = match open {
        Some(subject) => Some(case::open(&req.cx, subject).await?),
        None => None,
    };
    let items = service::list(&req.cx, filter).await?;
    let counts = service::counts(&req.cx).await?;
    let now = req.cx.now();
    let zone = req.zone();
    let title = match &case {
        Some(case) => case.title.clone(),
        None => "Moderation queue".to_owned(),
    };
    let place = if filter.mine {
        Place::Claimed
    } else {
        Place::Open(filter.kind)
    };
    Ok(page(req, "queue", title).render(move || {
        let class = if case.is_some() { "queue queue-open" } else { "queue" };
        view! {
            <div class=class>
                {side(&counts, place)} {middle(&items, &counts, &part, case.as_ref(), now)}
                {match case {
                    Some(case) => detail(case, &part, state, now, &zone).into_any(),
                    None => {
                        view! {
                            <aside class="stack only-large" aria-label="Case">
                                <p class="quiet">
                                    "Open one of the cases to see what it is about, who is concerned, and to decide."
                                </p>
                                <p class="fine quiet">
                                    <kbd>"j"</kbd>
                                    " "
                                    <kbd>"k"</kbd>
                                    " move · "
                                    <kbd>"o"</kbd>
                                    " open · "
                                    "the letter on a button decides, or leads to it where Enter is asked · "
                                    <kbd>"s"</kbd>
                                    " skip · "
                                    <kbd>"u"</kbd>
                                    " take back"
                                </p>
                            </aside>
                        }
                            .into_any()
                    }
                }}
            </div>
        }
    }))
}

/// The list at the left: what is open by kind, and what is the moderator's own.
pub(super) fn side(counts: &Counts, place: Place) -> impl IntoView + use<> {
    let numbers = [
        counts.copies,
        counts.members,
        counts.messages,
        counts.trades,
        counts.events,
        counts.feedback,
        counts.lists,
        counts.reviews,
    ];
    let line = move |this: Place, link: String, label: &'static str, number: Option<i64>| {
        let current = (this == place).then_some("page");
        view! {
            <a href=link aria-current=current>
                {label}
                {number
                    .map(|number| {
                        view! {
                            " "
                            <span class="count num">{number}</span>
                        }
                    })}
            </a>
        }
    };
    let kinds: Vec<_> = SubjectKind::ALL
        .iter()
        .zip(numbers)
        .map(|(&kind, number)| {
            let link = with_query(urls::ADMIN_QUEUE, &[("kind", kind.as_str())]);
            line(Place::Open(Some(kind)), link, kind.plural(), Some(number))
        })
        .collect();
    let mine = with_query(urls::ADMIN_QUEUE, &[("mine", "1")]);
    let today = with_query(urls::ADMIN_DECISIONS, &[("mine", "1")]);
    view! {
        <aside aria-label="Queues">
            <nav class="sidelist" aria-label="Queues">
                <p class="quiet fine">"Open"</p>
                {line(
                    Place::Open(None),
                    urls::ADMIN_QUEUE.to_owned(),
                    "Everything",
                    Some(counts.open()),
                )}
                {kinds}
                <p class="quiet fine">"Mine"</p>
                {line(Place::Claimed, mine, "Claimed", Some(counts.claimed))}
                {line(Place::DecidedToday, today, "Decided today", Some(counts.decided_today))}
                <p class="quiet fine">"Everybody’s"</p>
                <a href=urls::ADMIN_CORRECTIONS>
                    "Corrections "<span class="count num">{counts.corrections}</span>
                </a>
                {line(Place::Decided, urls::ADMIN_DECISIONS.to_owned(), "Decided", None)}
            </nav>
        </aside>
    }
}

fn middle(
    items: &[Item],
    counts: &Counts,
    part: &Part,
    case: Option<&Case>,
    now: Timestamp,
) -> impl IntoView + use<> {
    let summary = match counts.oldest {
        Some(oldest) => format!(
            "{} open, the oldest from {}",
            counts.open(),
            ago(oldest, now)
        ),
        None => "nothing open".to_owned(),
    };
    let by_age = part.sort == "age";
    let rows: Vec<_> = items
        .iter()
        .map(|item| row(item, part, case.map(|case| case.subject), now))
        .collect();
    let filter = part.filter();
    let in_view = match filter {
        Filter { mine: true, .. } => counts.claimed,
        Filter { kind: None, .. } => counts.open(),
        Filter {
            kind: Some(SubjectKind::Copy),
            ..
        } => counts.copies,
        Filter {
            kind: Some(SubjectKind::Member),
            ..
        } => counts.members,
        Filter {
            kind: Some(SubjectKind::Message),
            ..
        } => counts.messages,
        Filter {
            kind: Some(SubjectKind::Trade),
            ..
        } => counts.trades,
        Filter {
            kind: Some(SubjectKind::Event),
            ..
        } => counts.events,
        Filter {
            kind: Some(SubjectKind::Feedback),
            ..
        } => counts.feedback,
        Filter {
            kind: Some(SubjectKind::List),
            ..
        } => counts.lists,
        Filter {
            kind: Some(SubjectKind::Review),
            ..
        } => counts.reviews,
    };
    let pages = u32::try_from((in_view - 1).max(0) / service::PAGE + 1).unwrap_or(1);
    let link = part.on(urls::ADMIN_QUEUE);
    let hidden = [("kind", &part.kind), ("mine", &part.mine)]
        .map(|(name, value)| (name, value.clone()))
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    view! {
        <section class="queuelist" aria-labelledby="qh">
            <div class="row row-between">
                <h1 id="qh">"Queue "<span class="count">{summary}</span></h1>
                <form class="row" action=urls::ADMIN_QUEUE>
                    {hidden}
                    <label for="sort" class="fine quiet">
                        "Sorted by"
                    </label>
                    <select class="select select-inline" id="sort" name="sort">
                        <option value="score" selected=!by_age>
                            "score"
                        </option>
                        <option value="age" selected=by_age>
                            "age"
                        </option>
                    </select>
                    <button class="btn btn-small">"Sort"</button>
                </form>
            </div>
            {if rows.is_empty() {
                empty_state("All done: nothing waits for a decision here.").into_any()
            } else {
                view! {
                    <div class="tablebox">
                        <table class="table mt4 num">
                            <caption class="visually-hidden">"Things to decide"</caption>
                            <thead>
                                <tr>
                                    <th scope="col" class="r" title="Reports times severity">
                                        "Score"
                                    </th>
                                    <th scope="col">"Kind"</th>
                                    <th scope="col">"What"</th>
                                    <th scope="col" class="opt">
                                        "Why"
                                    </th>
                                    <th scope="col" class="r opt">
                                        "Reports"
                                    </th>
                                    <th scope="col" class="r">
                                        "Age"
                                    </th>
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                }
                    .into_any()
            }}
            {pager(
                filter.page,
                pages,
                move |page| {
                    let sign = if link.contains('?') { '&' } else { '?' };
                    format!("{link}{sign}page={page}")
                },
            )}
        </section>
    }
}

fn row(
    item: &Item,
    part: &Part,
    open: Option<SubjectRef>,
    now: Timestamp,
) -> impl IntoView + use<> {
    let current = (open == Some(item.subject())).then_some("true");
    let class = if item.score >= URGENT {
        "r red strong"
    } else {
        "r"
    };
    let link = part.on(&urls::admin_case(item.subject()));
    let holder = match (&item.claimed_by, item.claimed_by_me) {
        (Some(_), true) => Some("yours".to_owned()),
        (Some(handle), false) => Some(format!("{handle} has it")),
        (None, _) => None,
    };
    view! {
        <tr aria-current=current>
            <td class=class>{item.score}</td>
            <td>{item.kind.label()}</td>
            <td>
                <a href=link data-row="">
                    {item.title.clone()}
                </a>
                <br />
                <span class="fine quiet">
                    {item.accused.clone().unwrap_or_else(|| "somebody".into())}
                </span>
                {holder
                    .map(|text| {
                        view! {
                            " "
                            <span class="tag tag-wait">
                                <Icon glyph=Glyph::Lock />
                                {text}
                            </span>
                        }
                    })}
            </td>
            <td class="opt">{item.reason.label()}</td>
            <td class="r opt">
                <span class="visually-hidden">{count(item.reports, "report", "reports")}</span>
                <span aria-hidden="true">{item.reports}</span>
            </td>
            <td class="r nowrap">{relative_age(item.oldest, now)}</td>
        </tr>
    }
}
