//! Seats of guests who have not come: the field of the host, the sentences that guests read before
//! and after, and who waits at the door.

use dogear_domain::events::OccurrenceState;
use dogear_domain::events::giving_on::{GIVE_ON_AFTER, USUALLY_AFTER};
use dogear_server::events::{DoorPage, DoorQueue, DoorWaiting, EventPage, Here, Waiting, words};
use jiff::Timestamp;
use leptos::prelude::*;

use super::giving_actions::{MarkHere, SayHere};
use super::seats::Look;
use crate::action::ServerFn;
use crate::ui::field::{PostForm, Select};
use crate::ui::form_state::FormState;
use dogear_urls as urls;

/// The field of an event.
pub(super) fn field(state: &FormState) -> AnyView {
    let kept = (String::new(), "They are kept until the end".to_owned());
    let after = GIVE_ON_AFTER
        .iter()
        .map(|minutes| (minutes.to_string(), words_of(*minutes)));
    let options: Vec<(String, String)> = std::iter::once(kept).chain(after).collect();
    view! {
        <Select
            state=state.clone()
            name="give_on"
            label="Seats of those who have not come"
            hint="They can go to readers on the waiting list who are at the place, as you see at the door. That needs the door list with a connection: whoever is not let in there counts as missing. Guests whom you have added, and seats that are paid, are left alone."
            options=options
        />
    }
    .into_any()
}

/// As the field has it.
pub(super) fn words_of(minutes: i32) -> String {
    let usual = if minutes == USUALLY_AFTER {
        " (usual)"
    } else {
        ""
    };
    format!("Given on {minutes} minutes after the start{usual}")
}

/// What guests are told before; nothing where seats are kept, and when it has begun.
pub(super) fn promise(event: &EventPage, look: &Look) -> Option<AnyView> {
    let minutes = event.give_on.filter(|_| look.now < event.starts_at)?;
    let sentence = format!("Be there in time: {}", words::given_on_after(minutes));
    Some(view! { <p class="small quiet">{sentence}</p> }.into_any())
}

/// “You had not been checked in by 19:15”: for whoever had seats that were given on; nothing for all
/// others, and when the event was moved after that, for then there may be seats for them.
pub(super) fn given_on(event: &EventPage, now: Timestamp) -> Option<String> {
    let at = event.given_on_at.filter(|at| *at >= event.starts_at)?;
    let ask = if event.is_over(now) || event.seating.state == OccurrenceState::Cancelled {
        ""
    } else {
        " If you are on your way: ask at the door."
    };
    // How many they were, the page does not know any more.
    Some(format!(
        "You had not been checked in by {}, so what you had booked was given to readers who were waiting at the door.{ask}",
        event.clock(at)
    ))
}

/// For whoever waits: that they can say when they are there.
pub(super) fn here(event: &EventPage, look: &Look, waiting: Waiting) -> Option<AnyView> {
    let from = event.gives_on_from()?;
    let rule = format!(
        "From {from} on, seats of guests who have not come go to those who wait and are at the place, the first on the list first."
    );
    if !event.may_say_here(look.now) {
        let more =
            " From two hours before the start you can say here that you are there, or at the door.";
        return Some(view! { <p class="small quiet">{rule} {more}</p> }.into_any());
    }
    if waiting.here == Here::Refused {
        return Some(
            view! {
                <p>
                    "At the door they have noted that you are not there. Tell them that you are: they can put that right."
                </p>
            }
            .into_any(),
        );
    }
    let is_here = waiting.here == Here::Yes;
    let (said, value, button) = if is_here {
        (
            "You are noted as being there. Stay near the door.",
            "",
            "I am not there",
        )
    } else {
        (
            "Are you there? Say so only when you are at the place: those at the door see it.",
            "yes",
            "I am there",
        )
    };
    let class = if is_here { "btn" } else { "btn btn-do" };
    let with = [("event", event.id.to_string()), ("here", value.to_owned())];
    Some(
        view! {
            <PostForm class="stack stack-s" action=SayHere::PATH with=with>
                <p>{said}</p>
                <p class="small quiet">{rule}</p>
                <p>
                    <button class=class>{button}</button>
                </p>
            </PostForm>
        }
        .into_any(),
    )
}

/// Who waits, at the door; nothing where seats are kept.
pub(super) fn queue(door: &DoorPage, now: Timestamp) -> Option<AnyView> {
    let queue = door.queue.as_ref()?;
    let open = door.closed.is_none();
    let here = queue
        .waiting
        .iter()
        .filter(|one| one.here == Here::Yes)
        .count();
    let how = match (queue.waiting.len(), here) {
        (0, _) => "Nobody waits.".to_owned(),
        (1, 0) => "One reader waits, and is not here.".to_owned(),
        (1, _) => "One reader waits, and is here.".to_owned(),
        (waiting, 0) => format!("{waiting} readers wait, and none of them is here."),
        (waiting, 1) => format!("{waiting} readers wait, and one of them is here."),
        (waiting, here) => format!("{waiting} readers wait, and {here} of them are here."),
    };
    let rule = format!(
        "From {} on, but not before {} minutes after the first guest was let in, seats of parties of whom nobody is in go to those who are here, the first on the list first. Who booked last loses them first.",
        queue.from,
        door.event.give_on.unwrap_or(USUALLY_AFTER)
    );
    let rows: Vec<AnyView> = (queue.waiting.iter())
        .map(|one| line(one, open && !door.event.is_over(now)))
        .collect();
    let rows = (!rows.is_empty()).then(|| view! { <ol class="rows">{rows}</ol> });
    Some(
        view! {
            <section class="stack stack-s" aria-labelledby="queue-h">
                <h2 class="t-h3" id="queue-h">
                    "Waiting list"
                </h2>
                <p>{how}</p>
                <p class="small quiet">{rule}</p>
                {rows}
                {lost(queue)}
            </section>
        }
        .into_any(),
    )
}

/// Whose seats were given on: whoever keeps the door knows what to say when they come.
fn lost(queue: &DoorQueue) -> Option<AnyView> {
    if queue.given_on.is_empty() {
        return None;
    }
    let rows = (queue.given_on.iter())
        .map(|one| {
            let seats = format!(": {}, at {}", words::seats(one.party), one.at);
            view! {
                <li>
                    <bdi class="strong">{one.name.clone()}</bdi>
                    {seats}
                </li>
            }
        })
        .collect_view();
    Some(
        view! {
            <details>
                <summary>"Seats given on"</summary>
                <div class="stack stack-s mt4">
                    <p class="small quiet">
                        "They know. If one of them comes and there is room, add them below, as a guest who is not a member."
                    </p>
                    <ul class="rows">{rows}</ul>
                </div>
            </details>
        }
        .into_any(),
    )
}

/// Somebody who waits, with the button that says that they are here, or are not.
fn line(one: &DoorWaiting, open: bool) -> AnyView {
    let fewer = if one.accepts_fewer {
        ", fewer would do"
    } else {
        ""
    };
    let standing = match one.here {
        Here::Yes if one.said_so => " · they say that they are here",
        Here::Yes => " · here",
        Here::Refused => " · not here, though they said so",
        Here::No => "",
    };
    let is_here = one.here == Here::Yes;
    let seats = format!("{}{fewer}{standing}", words::seats(one.party));
    let (value, button) = if is_here {
        ("", "Not here")
    } else {
        ("yes", "Here")
    };
    let class = if is_here {
        "btn btn-small"
    } else {
        "btn btn-do btn-small"
    };
    let label = format!("{button}: {}", one.name);
    let form = open.then(|| {
        let with = [
            ("waiting", one.waiting.to_string()),
            ("here", value.to_owned()),
        ];
        view! {
            <PostForm action=MarkHere::PATH part="door" with=with>
                <button class=class aria-label=label>
                    {button}
                </button>
            </PostForm>
        }
    });
    view! {
        <li class="row row-between">
            <span>
                <bdi class="strong">{one.name.clone()}</bdi>
                " "
                <a class="quiet" href=urls::reader(&one.handle)>
                    {format!("@{}", one.handle)}
                </a>
                <br />
                <span class="small">{seats}</span>
            </span>
            {form}
        </li>
    }
    .into_any()
}
