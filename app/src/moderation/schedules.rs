//! What the site does by the clock: when it did, when it will, what went wrong.

use dogear_server::jobs::schedule::{self, ScheduleRow};
use jiff::Timestamp;
use leptos::prelude::*;

use super::actions::RunSchedule;
use super::list::table;
use super::shared::page;
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui::field::PostForm;
use crate::ui::time::ago;
use dogear_urls as urls;

pub(super) async fn list(req: Req) -> PageResult {
    let rows = schedule::list(&req.cx).await?;
    let now = req.cx.now();
    Ok(page(&req, "jobs", "By the clock").render(move || {
        let body: Vec<_> = rows.into_iter().map(|row| line(row, now)).collect();
        let columns = view! {
            <th scope="col">"What"</th>
            <th scope="col">"Last done"</th>
            <th scope="col">"Next"</th>
            <th scope="col">"Last error"</th>
            <th scope="col">
                <span class="visually-hidden">"Act"</span>
            </th>
        };
        view! {
            <div class="moderation-page">
                <p>
                    <a href=urls::ADMIN_JOBS>"Jobs"</a>
                </p>
                <div class="moderation-head">
                    <h1>"By the clock"</h1>
                    <p class="quiet">
                        "What the site does by itself. What fails is tried again each minute."
                    </p>
                </div>
                {table("What the site does by the clock, by name", columns, body)}
            </div>
        }
    }))
}

fn line(row: ScheduleRow, now: Timestamp) -> impl IntoView {
    let last = row
        .last_run_at
        .map_or_else(|| "never".to_owned(), |at| ago(at, now));
    let next = if row.running {
        "running".to_owned()
    } else if row.asked || row.next <= now {
        "within a minute".to_owned()
    } else {
        ago(row.next, now)
    };
    view! {
        <tr>
            <td>{row.name}</td>
            <td class="nowrap">{last}</td>
            <td class="nowrap">{next}</td>
            <td>{row.last_error}</td>
            <td class="r">
                <PostForm action=RunSchedule::PATH with=[("schedule", row.name.to_owned())]>
                    <button class="linkbtn nowrap">
                        "Run now"<span class="visually-hidden">{format!(": {}", row.name)}</span>
                    </button>
                </PostForm>
            </td>
        </tr>
    }
}
