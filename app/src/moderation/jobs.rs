//! Jobs: what waits, what failed, what is dead.

use axum::extract::{Path, Query};
use dogear_domain::ids::OutboxId;
use dogear_server::Error;
use dogear_server::jobs::{self, Among, JobRow, JobState};
use jiff::Timestamp;
use leptos::prelude::*;
use serde::Deserialize;

use super::actions::{DiscardJob, RetryJob};
use super::list::{AdminList, table};
use super::shared::{page, relative_age, with_query};
use crate::action::ServerFn;
use crate::http::{AppError, PageResult, Req};
use crate::ui::field::PostForm;
use crate::ui::grouped;
use crate::ui::time::ago;
use dogear_urls as urls;

#[derive(Deserialize)]
pub(super) struct Params {
    #[serde(default)]
    state: String,
    before: Option<i64>,
}

const TABS: [(&str, &str, Among); 6] = [
    ("", "Waiting", Among::Waiting),
    ("failed", "Will retry", Among::Failed),
    ("dead", "Stopped", Among::Dead),
    ("running", "Running", Among::Running),
    ("done", "Done", Among::Done),
    ("discarded", "Cancelled by a moderator", Among::Discarded),
];

pub(super) async fn list(req: Req, Query(params): Query<Params>) -> PageResult {
    let among = TABS
        .iter()
        .find(|(word, _, _)| *word == params.state)
        .map_or(Among::Waiting, |(_, _, among)| *among);
    let rows = jobs::list(&req.cx, among, params.before.map(OutboxId)).await?;
    let numbers = jobs::overview(&req.cx).await?;
    let now = req.cx.now();
    let kinds = req.cx.services.jobs.clone();
    let list = AdminList::new(
        urls::ADMIN_JOBS,
        &[("state", &params.state)],
        &rows,
        |row| row.id,
        jobs::PAGE,
    );
    Ok(page(&req, "jobs", "Jobs").render(move || {
        let tabs: Vec<_> = TABS
            .map(|(word, label, this)| {
                let current = (this == among).then_some("page");
                let number = match this {
                    Among::Waiting => numbers.waiting,
                    Among::Failed => numbers.failed,
                    Among::Dead => numbers.dead,
                    Among::Running => numbers.running,
                    Among::Done => numbers.done,
                    Among::Discarded => numbers.discarded,
                };
                let link = with_query(urls::ADMIN_JOBS, &[("state", word)]);
                view! {
                    <a href=link aria-current=current>
                        {label}
                        " "
                        {(number > 0)
                            .then(|| view! { <span class="count num">{grouped(number)}</span> })}
                    </a>
                }
            })
            .into_iter()
            .collect();
        let summary = match numbers.oldest_due {
            Some(due) => format!("The oldest that is due became so {}.", ago(due, now)),
            None => "Nothing is due.".to_owned(),
        };
        let body: Vec<_> = rows
            .into_iter()
            .map(|row| {
                let owed = !kinds.can_be_discarded(&row.kind);
                line(row, owed, now)
            })
            .collect();
        let head = view! {
            <div class="moderation-head row row-between">
                <h1>"Jobs"</h1>
                <p class="quiet">
                    {summary} " " <a href=urls::ADMIN_SCHEDULES>"What runs by the clock"</a>
                </p>
            </div>
            <nav class="tabs" aria-label="States">
                {tabs}
            </nav>
        };
        let columns = view! {
            <th scope="col">"Job"</th>
            <th scope="col" class="r">
                "Tries"
            </th>
            <th scope="col" class="opt">
                "Last error"
            </th>
            <th scope="col">"Next"</th>
            <th scope="col" class="r">
                "Age"
            </th>
            <th scope="col">
                <span class="visually-hidden">"Act"</span>
            </th>
        };
        list.view(head, "No jobs here.", || {
            table("Jobs, newest first", columns, body)
        })
    }))
}

fn line(row: JobRow, owed: bool, now: Timestamp) -> impl IntoView {
    let open = matches!(row.state, JobState::Ready | JobState::Dead);
    let retry = open || row.state == JobState::Discarded;
    let discard = open && !owed;
    let next = (row.state == JobState::Ready).then(|| {
        if row.run_at <= now {
            "now".to_owned()
        } else {
            ago(row.run_at, now)
        }
    });
    view! {
        <tr>
            <td>
                {row.kind.replace('_', " ")}" "<span class="quiet">{row.id.to_string()}</span><br />
                <code class="fine">{row.payload.to_string()}</code>
            </td>
            <td class="r nowrap">{format!("{} of {}", row.attempts, row.max_attempts)}</td>
            <td class="opt">{row.last_error}</td>
            <td class="nowrap">{next}</td>
            <td class="r nowrap">{relative_age(row.created_at, now)}</td>
            <td class="r">
                {retry
                    .then(|| {
                        view! {
                            <PostForm
                                class="row"
                                action=RetryJob::PATH
                                with=[("job", row.id.to_string())]
                            >
                                <button class="linkbtn">"Retry"</button>
                                {discard
                                    .then(|| {
                                        view! {
                                            <a href=urls::admin_job_discard(row.id.0)>"Cancel"</a>
                                        }
                                    })}
                            </PostForm>
                        }
                    })}
            </td>
        </tr>
    }
}

/// Asks once more: what is cancelled does not happen.
pub(super) async fn confirm_discard(req: Req, Path(id): Path<String>) -> PageResult {
    let job = jobs::one(&req.cx, job_id(&id)?).await?;
    let now = req.cx.now();
    let title = format!("Cancel job {}", job.id);
    Ok(page(&req, "jobs", title.clone()).render(move || {
        view! {
            <div class="moderation-page moderation-narrow stack">
                <p>
                    <a href=urls::ADMIN_JOBS>"Jobs"</a>
                </p>
                <h1>{title}</h1>
                <dl class="facts">
                    <dt>"Job"</dt>
                    <dd>
                        {job.kind.replace('_', " ")}" "
                        <code class="fine">{job.payload.to_string()}</code>
                    </dd>
                    <dt>"Tries"</dt>
                    <dd>{format!("{} of {}", job.attempts, job.max_attempts)}</dd>
                    <dt>"Begun"</dt>
                    <dd>{ago(job.created_at, now)}</dd>
                    {(!job.last_error.is_empty())
                        .then(|| {
                            view! {
                                <dt>"Last error"</dt>
                                <dd>{job.last_error}</dd>
                            }
                        })}
                </dl>
                <p>
                    "What it was to do does not happen: a mail is not sent, members are not told. For 14 days it stays in the list of what was cancelled and can be retried from there."
                </p>
                <PostForm class="row" action=DiscardJob::PATH with=[("job", job.id.to_string())]>
                    <button class="btn btn-do">"Cancel it"</button>
                    <a href=urls::ADMIN_JOBS>"Back"</a>
                </PostForm>
            </div>
        }
    }))
}

fn job_id(id: &str) -> Result<OutboxId, AppError> {
    id.parse().map_err(|_| Error::NotFound.into())
}
