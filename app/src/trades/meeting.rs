//! The event at which the books of a trade change hands: on the trade's page, and where it is
//! chosen.

use dogear_domain::ids::TradeId;
use dogear_domain::trades::TradeState;
use dogear_server::trades::{self, MeetingView, PartyView, TradeView};
use jiff::Timestamp;
use leptos::prelude::*;

use super::meeting_actions::{DropMeeting, MeetAtEvent};
use super::text;
use super::two_sides::PageContext;
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::field::{ErrorSummary, PostForm, Radios};
use crate::ui::time::machine_readable;
use dogear_urls as urls;

/// What to do when nothing comes of it.
const ELSEWHERE: &str = "Agree on another place and time to meet, or choose another event.";

/// Where the viewer and the others meet; how to choose an event for it, as long as they may.
pub(super) fn meeting(view: &TradeView, look: &PageContext) -> Option<AnyView> {
    let Some(meeting) = &view.meeting else {
        return view.may_meet.then(|| {
            view! {
                <p id="meeting">
                    "You both go to an event? "
                    <a href=urls::trade_meeting(view.id)>"Hand the books over there"</a> "."
                </p>
            }
            .into_any()
        });
    };
    let event = event(meeting, look.now);
    let facts: Vec<_> = facts(view, meeting, look.now)
        .into_iter()
        .map(|fact| view! { <p>{fact}</p> })
        .collect();
    // Where whoever has named it does not come, nobody else has anything to do there.
    let needs_seat = view.viewer.is_some_and(|viewer| {
        is_open(view, meeting, look.now)
            && !meeting.at.has(viewer)
            && (!meeting.is_gone() || viewer == meeting.chosen_by)
    });
    let seat = (needs_seat && meeting.is_open).then(|| {
        let label = match meeting.at.left {
            Some(0) => "Wait for a seat",
            _ => "Take a seat",
        };
        view! {
            <a class="btn btn-small" href=meeting.at.path()>
                {label}
            </a>
        }
    });
    let change = view.may_meet.then(|| {
        view! {
            <a class="small" href=urls::trade_meeting(view.id)>
                "Choose another event"
            </a>
            <PostForm action=DropMeeting::PATH with=[("trade", view.id.to_string())]>
                <button class="btn btn-small">"Meet elsewhere"</button>
            </PostForm>
        }
    });
    let acts = (seat.is_some() || change.is_some())
        .then(|| view! { <div class="row">{seat}{change}</div> });
    Some(
        view! {
            <section class="sheet stack stack-s" id="meeting" aria-labelledby="meeting-h">
                <h2 class="t-h3" id="meeting-h">
                    "Where you meet"
                </h2>
                {event}
                {facts}
                {acts}
            </section>
        }
        .into_any(),
    )
}

/// What, when and where; of an event that the viewer may not see any more, its name alone.
fn event(meeting: &MeetingView, now: Timestamp) -> AnyView {
    let at = &meeting.at;
    let title = if at.title.is_empty() {
        "An event".to_owned()
    } else {
        at.title.clone()
    };
    if !meeting.is_open {
        return view! { <p dir="auto">{title}</p> }.into_any();
    }
    view! {
        <p>
            <a href=at.path() dir="auto">
                {title}
            </a>
        </p>
        <p>
            <time datetime=machine_readable(at.starts_at)>{at.date(now)}</time>
            ". "
            {at.place(now)}
        </p>
    }
    .into_any()
}

/// The meeting is still to come, in a trade whose books are still to change hands.
fn is_open(view: &TradeView, meeting: &MeetingView, now: Timestamp) -> bool {
    view.state == TradeState::Agreed && meeting.at.is_to_come(now)
}

/// Whether it stands, and who comes.
fn facts(view: &TradeView, meeting: &MeetingView, now: Timestamp) -> Vec<String> {
    if view.state != TradeState::Agreed {
        return Vec::new();
    }
    if meeting.is_cancelled() {
        return vec![format!("It is cancelled. {ELSEWHERE}")];
    }
    if !meeting.at.is_to_come(now) {
        return vec!["It is over. Say here which books you have, or agree when to meet.".into()];
    }
    if !meeting.is_open {
        return Vec::new();
    }
    let left = match meeting.at.left {
        Some(0) => ": none is left",
        Some(1) => ": one is left",
        Some(left) => &format!(": {left} are left"),
        None => "",
    };
    who_comes(view, meeting, left)
}

/// Who has seats there, or hosts it: whoever has named the event, which says that they come, and
/// the viewer. Whether anybody else does is theirs to say.
fn who_comes(view: &TradeView, meeting: &MeetingView, left: &str) -> Vec<String> {
    let who = view.party(meeting.chosen_by);
    let who = who.map_or_else(|| "A former member".to_owned(), PartyView::called);
    let by_viewer = view.viewer == Some(meeting.chosen_by);
    if meeting.is_gone() {
        return vec![if by_viewer {
            format!("You have no seat there any more{left}. {ELSEWHERE}")
        } else {
            format!("{who} has named this event and has no seat there any more. {ELSEWHERE}")
        }];
    }
    let is_hosted = meeting.at.host == meeting.chosen_by;
    if by_viewer {
        let there = if is_hosted {
            "host it"
        } else {
            "have seats there"
        };
        let others = text::names(view.others());
        return vec![format!(
            "You have named this event, and {there}. Ask {others} in a message whether they come."
        )];
    }
    let there = if is_hosted {
        "hosts it"
    } else {
        "has seats there"
    };
    let mut said = vec![format!("{who} has named this event, and {there}.")];
    match view.viewer {
        Some(viewer) if viewer == meeting.at.host => said.push("You host it yourself.".into()),
        Some(viewer) if !meeting.at.has(viewer) => {
            said.push(format!("You have no seat there yet{left}."));
        }
        Some(_) if view.parties.len() == 2 && !is_hosted => {
            return vec!["Both of you have seats there.".into()];
        }
        Some(_) => said.push("You have seats there, too.".into()),
        None => {}
    }
    said
}

/// `/trades/{id}/meeting`: the events to choose from; the trade itself when it is not the time.
pub(super) async fn choose(req: Req, Segment(id): Segment<TradeId>) -> PageResult {
    let view = trades::page(&req.cx, id).await?;
    if !view.may_meet {
        return super::page::render(&req, id).await;
    }
    let events = trades::meetings(&req.cx, id).await?;
    let (state, now) = (req.form.clone(), req.cx.now());
    let others = text::names(view.others());
    let (are, see) = match view.parties.len() {
        2 => ("is", "sees"),
        _ => ("are", "see"),
    };
    let here = format!("With {others}, number {id}");
    let named = view
        .meeting
        .map(|meeting| meeting.at.occurrence.to_string());
    let options: Vec<(String, String, String)> = events
        .iter()
        .map(|event| {
            let value = event.occurrence.to_string();
            let about = format!("{}. {}", event.date(now), event.place(now));
            (value, event.title.clone(), about)
        })
        .collect();
    let back = urls::trade(id);
    let title = "Hand the books over at an event";
    Ok(req.page(title).nav(Nav::Trades).render(move || {
        let summary = state.clone();
        let trade = back.clone();
        let form = if options.is_empty() {
            view! {
                <p>
                    {format!("You have no seats at an event to come that {others} may see too. ")}
                    <a href=urls::EVENTS>"See what is on"</a> ", or "
                    <a href=back.clone()>"go back to the trade"</a> "."
                </p>
            }
            .into_any()
        } else {
            view! {
                <PostForm class="stack" action=MeetAtEvent::PATH with=[("trade", id.to_string())]>
                    <Radios
                        state=state.clone()
                        name="occurrence"
                        label="Event"
                        options=options
                        value=named.unwrap_or_default()
                    />
                    <p class="row">
                        <button class="btn btn-do">"Meet there"</button>
                        <a href=back.clone()>"Back to the trade"</a>
                    </p>
                </PostForm>
            }
            .into_any()
        };
        view! {
            <div class="wrap wrap-narrow">
                <nav class="crumbs" aria-label="Breadcrumb">
                    <ol>
                        <li>
                            <a href=urls::TRADES>"Trades"</a>
                        </li>
                        <li>
                            <a href=trade>{here}</a>
                        </li>
                    </ol>
                </nav>
                <div class="page stack">
                    <ErrorSummary state=summary />
                    <h1>{title}</h1>
                    <p>
                        {format!(
                            "Here are the events to come at which you have seats, or which you host, and which {others} may see too. {others} {are} told what you choose, and {see} then that you come. No seat is taken for anybody. You have until the day after the event to hand the books over.",
                        )}
                    </p>
                    {form}
                </div>
            </div>
        }
    }))
}
