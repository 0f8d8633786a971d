//! What hosts have deleted, at the foot of `/host`.

use dogear_domain::events::{OccurrenceState, deleted};
use dogear_server::events::{Deleted, words};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use super::actions::RestoreEvent;
use crate::action::ServerFn;
use crate::ui::count;
use crate::ui::field::PostForm;
use crate::ui::time::{Say, in_words};

/// What can be restored; nothing when there is none.
pub(super) fn section(events: &[Deleted], zone: &TimeZone, now: Timestamp) -> Option<AnyView> {
    if events.is_empty() {
        return None;
    }
    let rows: Vec<AnyView> = events.iter().map(|event| row(event, zone, now)).collect();
    let sentence = format!(
        "For {} days you can restore what you have deleted. Then drafts are removed for good.",
        deleted::DAYS
    );
    let section = view! {
        <section class="stack stack-s mt6" aria-labelledby="deleted-h">
            <h2 class="t-h3" id="deleted-h">
                "Deleted"
            </h2>
            <p class="small quiet">{sentence}</p>
            <ul class="rows">{rows}</ul>
        </section>
    };
    Some(section.into_any())
}

fn row(event: &Deleted, zone: &TimeZone, now: Timestamp) -> AnyView {
    let date = words::when(event.starts_at, event.ends_at, &event.time_zone, now);
    let what = match event.state {
        OccurrenceState::Cancelled => "cancelled",
        _ => "a draft",
    };
    let dates = (event.dates > 1).then(|| format!(", {}", count(event.dates, "date", "dates")));
    let until = in_words(event.until, zone, now, Say::Day);
    let words = format!(
        "{date}; {what}{}. Until {until}.",
        dates.unwrap_or_default()
    );
    let label = format!("Restore {}", event.title);
    view! {
        <li class="row row-between">
            <div class="stack-s">
                <p>
                    <strong dir="auto">{event.title.clone()}</strong>
                </p>
                <p class="small quiet">{words}</p>
            </div>
            <PostForm action=RestoreEvent::PATH with=[("event", event.event.to_string())]>
                <button class="btn btn-small" aria-label=label>
                    "Restore"
                </button>
            </PostForm>
        </li>
    }
    .into_any()
}
