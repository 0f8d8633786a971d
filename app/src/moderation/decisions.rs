//! What was decided, and taking it back.

use axum::extract::Query;
use dogear_domain::ids::DecisionId;
use dogear_domain::moderation::SubjectKind;
use dogear_server::moderation::SubjectRef;
use dogear_server::moderation::queue::{self, Decision, DecisionFilter};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use serde::Deserialize;

use super::actions::TakeBackDecision;
use super::list::AdminList;
use super::queue::{Place, side};
use super::shared::{member_link, page};
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui::field::PostForm;
use crate::ui::time::{Say, When};
use dogear_urls as urls;

#[derive(Deserialize)]
pub(super) struct Params {
    #[serde(default)]
    mine: String,
    before: Option<i64>,
}

pub(super) async fn list(req: Req, Query(params): Query<Params>) -> PageResult {
    let filter = DecisionFilter {
        mine_today: !params.mine.is_empty(),
        before: params.before.map(DecisionId),
        ..DecisionFilter::default()
    };
    let rows = queue::decisions(&req.cx, filter).await?;
    let counts = queue::counts(&req.cx).await?;
    let (zone, now) = (req.zone(), req.cx.now());
    let me = req.cx.moderator()?.handle.clone();
    let list = AdminList::new(
        urls::ADMIN_DECISIONS,
        &[("mine", &params.mine)],
        &rows,
        |row| row.id,
        queue::PAGE,
    );
    let (place, title) = if filter.mine_today {
        (Place::DecidedToday, "Decided today")
    } else {
        (Place::Decided, "Decided")
    };
    Ok(page(&req, "queue", title).render(move || {
        let list = list.body("Nothing was decided yet.", || {
            table(rows, Some(&me), zone, now)
        });
        view! {
            <div class="queue queue-wide">
                {side(&counts, place)} <section aria-labelledby="qh">
                    <h1 id="qh">{title}</h1>
                    {list}
                    <p class="mt5 quiet">
                        "Merges of books and editions are taken back "
                        <a href=format!("{}#merges", urls::ADMIN_BOOKS)>"where they are listed"</a>
                        ", for 30 days."
                    </p>
                </section>
            </div>
        }
    }))
}

/// Decisions as a table. `me` gets a button to take back what they decided within the hour.
pub(super) fn table(
    rows: Vec<Decision>,
    me: Option<&str>,
    zone: TimeZone,
    now: Timestamp,
) -> impl IntoView + use<> {
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let subject = SubjectRef {
                kind: row.subject_kind,
                id: row.subject_id,
            };
            let undoable = me == Some(row.moderator.as_str())
                && !row.undone
                && row.verdict.can_be_undone()
                && now.duration_since(row.created_at).as_hours() < 1;
            view! {
                <tr>
                    <td class="nowrap">
                        <When at=row.created_at zone=zone.clone() now=now say=Say::Moment />
                    </td>
                    <td>
                        {row.verdict.done()}
                        {row
                            .undone
                            .then(|| {
                                view! {
                                    " "
                                    <span class="tag">"taken back"</span>
                                }
                            })}
                    </td>
                    <td>
                        <a href=urls::admin_case(
                            subject,
                        )>{format!("{}: {}", subject.kind.label(), row.title)}</a>
                        {row
                            .accused
                            .filter(|_| subject.kind != SubjectKind::Member)
                            .map(|handle| {
                                view! {
                                    <br />
                                    {member_link(&handle)}
                                }
                            })}
                    </td>
                    <td class="opt">
                        {(!row.message.is_empty()).then_some(row.message)}
                        {(!row.note.is_empty())
                            .then(|| view! { <span class="quiet">" Note: "{row.note}</span> })}
                    </td>
                    <td>{row.moderator}</td>
                    <td class="r">
                        {undoable
                            .then(|| {
                                view! {
                                    <PostForm
                                        action=TakeBackDecision::PATH
                                        with=[("decision", row.id.to_string())]
                                    >
                                        <button class="linkbtn">"Take back"</button>
                                    </PostForm>
                                }
                            })}
                    </td>
                </tr>
            }
        })
        .collect();
    view! {
        <div class="tablebox">
            <table class="table moderation-table">
                <caption class="visually-hidden">"Decisions, newest first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"When"</th>
                        <th scope="col">"Decision"</th>
                        <th scope="col">"About"</th>
                        <th scope="col" class="opt">
                            "What was said"
                        </th>
                        <th scope="col">"By"</th>
                        <th scope="col">
                            <span class="visually-hidden">"Take back"</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
