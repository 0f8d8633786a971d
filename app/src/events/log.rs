//! `/host/{event}/log`: what those who host an event have done with it.

use axum::extract::Query;
use dogear_domain::events::hosts::{HostAct, HostRole};
use dogear_domain::ids::EventId;
use dogear_server::events::{self, LogLine, words};
use leptos::prelude::*;
use serde::Deserialize;

use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::count;
use crate::ui::pager::onward;
use crate::ui::time::{Say, in_words, machine_readable};
use dogear_urls as urls;

/// The query of the log.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct LinesBefore {
    before: Option<i64>,
}

pub(super) async fn show(
    req: Req,
    Segment(event): Segment<EventId>,
    Query(params): Query<LinesBefore>,
) -> PageResult {
    let log = events::log(&req.cx, event, params.before).await?;
    let (zone, now) = (req.zone(), req.cx.now());
    let title = format!("What was done with {}", log.event.title);
    Ok(req.page(title).nav(Nav::Events).render(move || {
        let heading = format!("What was done with “{}”", log.event.title);
        let lines = log.lines.iter().map(|line| {
            let text = in_words(line.at, &zone, now, Say::Moment);
            view! {
                <li class="stack stack-s">
                    <p dir="auto">{said(line)}</p>
                    <p class="small quiet">
                        <time datetime=machine_readable(line.at)>{text}</time>
                    </p>
                </li>
            }
        });
        let list = if log.lines.is_empty() {
            view! { <p class="quiet">"Nothing was done with it in the last thirty days."</p> }
                .into_any()
        } else {
            view! { <ol class="rows">{lines.collect_view()}</ol> }.into_any()
        };
        let next = log.next.map(|before| (urls::host_log_before(event, Some(before)), "Earlier"));
        let next = onward("Pages", None, next);
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <header class="stack stack-s">
                    <p class="small">
                        <a href=urls::host_event(event)>"Guests and settings"</a>
                    </p>
                    <h1 dir="auto">{heading}</h1>
                    <p class="quiet">
                        "Those who host it see this, and nobody else. It is kept for thirty days. Who was let in by whom stands at the door."
                    </p>
                </header>
                {list}
                {next}
            </div>
        }
    }))
}

/// What a field of the form is called in a sentence.
fn field(name: &str) -> &'static str {
    match name {
        "title" => "the title",
        "description" => "what happens",
        "kind" => "the kind",
        "visibility" => "who sees it",
        "venue" => "the place",
        "starts" => "when it begins",
        "ends" => "when it ends",
        "online" => "the link online",
        "max_party" => "seats for one guest",
        "smaller_pass" => "the waiting list",
        "price" => "what a seat costs",
        "booking" => "when seats can be taken",
        "give_on" => "what becomes of seats of those who have not come",
        "organisation" => "the organisation",
        _ => "something",
    }
}

/// “a, b and c”.
fn listed(parts: &[&str]) -> String {
    match parts {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// From how many seats to how many.
fn capacity(detail: &str) -> String {
    let number = |typed: &str| match typed.parse::<i32>() {
        Ok(number) => words::seats(number),
        Err(_) => "room for everybody".to_owned(),
    };
    let (from, to) = detail.split_once(' ').unwrap_or_default();
    format!("from {} to {}", number(from), number(to))
}

fn role(detail: &str) -> &'static str {
    match detail.parse() {
        Ok(HostRole::Door) => "to help at the door",
        _ => "to host it too",
    }
}

/// Who did what, in one sentence.
fn said(line: &LogLine) -> String {
    let who = line.by.as_deref().unwrap_or("A former member");
    let about = line.about.as_deref().unwrap_or("a former member");
    let seats = || {
        line.detail
            .parse()
            .map_or_else(|_| "seats".to_owned(), words::seats)
    };
    match line.act {
        HostAct::Published => format!("{who} published it."),
        HostAct::Changed => {
            let fields: Vec<&str> = line.detail.split(' ').map(field).collect();
            format!("{who} changed {}.", listed(&fields))
        }
        HostAct::Capacity => format!("{who} went {}.", capacity(&line.detail)),
        HostAct::Cancelled => format!("{who} cancelled it."),
        HostAct::TakenDown => "A moderator cancelled it.".to_owned(),
        HostAct::GuestAdded => format!("{who} added a guest with {}.", seats()),
        HostAct::GuestRemoved => format!("{who} removed a guest with {}.", seats()),
        HostAct::MessageSent => {
            let readers: i64 = line.detail.parse().unwrap_or(0);
            let readers = count(readers, "reader", "readers");
            format!("{who} wrote to {readers}.")
        }
        HostAct::LinkMade => format!("{who} made a new link for those who are invited."),
        HostAct::HostInvited => format!("{who} asked {about} {}.", role(&line.detail)),
        HostAct::HostJoined => format!("{who} said yes {}.", role(&line.detail)),
        HostAct::HostDeclined => format!("{who} said no."),
        HostAct::HostLeft => format!("{who} stopped helping."),
        HostAct::HostRemoved => format!("{who} removed {about}."),
        HostAct::RoleChanged => format!("{who} chose {about} {}.", role(&line.detail)),
        HostAct::CodeMade => format!("{who} made a code."),
        HostAct::CodeEnded => format!("{who} ended a code."),
        HostAct::PaidNoted => format!("{who} noted that a guest has paid."),
        HostAct::PaidTakenBack => format!("{who} took back that a guest has paid."),
        HostAct::Partners => format!("{who} changed with whom it is made."),
        HostAct::TaskAdded => format!("{who} added a task."),
        HostAct::TaskChanged => format!("{who} changed a task."),
        HostAct::TaskRemoved => format!("{who} removed a task."),
        HostAct::TaskAsked => format!("{who} asked {about} to do a task."),
        HostAct::StallChanged => format!("{who} changed the stall of a guest."),
        HostAct::StallsNumbered => {
            let guests: i64 = line.detail.parse().unwrap_or(0);
            format!("{who} numbered {}.", count(guests, "stall", "stalls"))
        }
        HostAct::StallsCleared => {
            let guests: i64 = line.detail.parse().unwrap_or(0);
            format!("{who} took {} away.", count(guests, "stall", "stalls"))
        }
        HostAct::Deleted => format!("{who} deleted it."),
        HostAct::Restored => format!("{who} restored it."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_that_is_noted_has_a_word() {
        for name in events::LOGGED_FIELDS {
            assert_ne!(field(name), field("nothing that is noted"), "{name}");
        }
    }
}
