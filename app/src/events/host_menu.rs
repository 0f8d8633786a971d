//! What hosts can do with an event, at the head of its page: by what it is about.

use dogear_domain::events::hosts::HostRole;
use dogear_domain::events::{EventKind, EventReview, OccurrenceState};
use dogear_server::events::{EventPage, InSeries};
use leptos::prelude::*;

use super::actions::{DeleteEvent, PublishEvent};
use super::cancel::drop_label;
use crate::action::ServerFn;
use crate::ui::count;
use crate::ui::field::PostForm;
use dogear_urls as urls;

/// The button that publishes, which says when it is of all dates of a series; and a sentence then.
fn publish_words(series: Option<&InSeries>) -> (String, Option<AnyView>) {
    let drafts = series.map_or(0, |series| series.drafts);
    if drafts < 2 {
        return ("Publish".to_owned(), None);
    }
    let sentence =
        "All dates of the series are published together, and later ones as they are made.";
    (
        format!("Publish all {}", count(drafts, "date", "dates")),
        Some(view! { <p class="small quiet">{sentence}</p> }.into_any()),
    )
}

/// What is over and was never to be seen by guests, or does not take place.
fn deletable(event: &EventPage, over: bool) -> bool {
    over && event.seating.state != OccurrenceState::Published
}

/// One way from here.
fn way(path: String, words: &'static str) -> AnyView {
    view! {
        <li>
            <a href=path>{words}</a>
        </li>
    }
    .into_any()
}

/// Ways that belong together; nothing where there is none.
fn group(
    id: &'static str,
    heading: &'static str,
    ways: impl IntoIterator<Item = Option<AnyView>>,
) -> Option<AnyView> {
    let ways: Vec<AnyView> = ways.into_iter().flatten().collect();
    if ways.is_empty() {
        return None;
    }
    let group = view! {
        <section aria-labelledby=id>
            <h2 class="small quiet" id=id>
                {heading}
            </h2>
            <ul>{ways}</ul>
        </section>
    };
    Some(group.into_any())
}

/// What comes next as a button, and everything else by what it is about.
pub(super) fn menu(
    event: &EventPage,
    series: Option<&InSeries>,
    over: bool,
    may_begin: bool,
) -> AnyView {
    let id = event.id;
    let is_new = event.is_draft() && !over && event.review != EventReview::Waiting;
    let (label, sentence) = publish_words(series);
    let sentence = sentence.filter(|_| is_new);
    let publish = is_new.then(|| {
        view! {
            <PostForm action=PublishEvent::PATH with=[("event", id.to_string())]>
                <button class="btn btn-do">{label}</button>
            </PostForm>
        }
    });
    let published = event.seating.state == OccurrenceState::Published;
    let door = published.then(|| {
        view! {
            <a class="btn" href=urls::host_door(id)>
                "The door"
            </a>
        }
    });
    let owns = event.role == Some(HostRole::Owner);
    let delete = (owns && deletable(event, over)).then(|| {
        view! {
            <PostForm action=DeleteEvent::PATH with=[("event", id.to_string())]>
                <button class="btn">"Delete"</button>
            </PostForm>
        }
    });
    let stalls = (published && event.kind == EventKind::SwapMeet)
        .then(|| way(urls::host_stalls(id), "Stalls"));
    let open = event.seating.state != OccurrenceState::Cancelled && !over;
    let page = urls::event(id, &event.slug);
    let numbers = (!event.is_draft()).then(|| way(urls::host_event_statistics(id), "In numbers"));
    let codes = (event.price.is_some()).then(|| way(urls::host_codes(id), "Codes"));
    let write = published.then(|| way(urls::host_messages(id), "Write to your guests"));
    let change = open.then(|| way(urls::host_edit(id), "Change"));
    let drop = (open && owns).then(|| way(urls::host_cancel(id), drop_label(event)));
    let like = may_begin.then(|| way(urls::event_new_like(id), "Enter one like this"));
    view! {
        <div class="row">{publish} {door} {delete}</div>
        {sentence}
        <nav class="hostmenu" aria-label="What you can do">
            {group("for-event", "The event", [Some(way(page, "See its page")), change, like, drop])}
            {group("for-guests", "Its guests", [write, stalls, codes, numbers])}
            {group(
                "for-people",
                "Who helps",
                [
                    Some(way(urls::host_tasks(id), "Tasks")),
                    Some(way(urls::host_team(id), "Who hosts it")),
                    Some(way(urls::host_log(id), "What was done")),
                ],
            )}
        </nav>
    }
    .into_any()
}
