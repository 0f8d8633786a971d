//! `/admin/events`: first events of new hosts, to approve or send back.

use dogear_domain::events::{Visibility, partners};
use dogear_domain::fields::SendBackReason;
use dogear_domain::ids::UserId;
use dogear_server::events::{FirstEvent, words};
use dogear_server::moderation::first_events as service;
use jiff::Timestamp;
use leptos::prelude::*;

use super::event_actions::{ApproveEvent, SendEventBack};
use super::list::empty_state;
use super::shared::{member_link, page, relative_age};
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui::count;
use crate::ui::field::{ErrorSummary, PostForm, TextField};
use crate::ui::form_state::FormState;

/// The label of what a host reads.
const WHY: &str = "What should the host change?";

pub(super) async fn list(req: Req) -> PageResult {
    let state = req.form.clone();
    let events = service::list(&req.cx).await?;
    let own = req.cx.actor.as_ref().map(|actor| actor.id);
    let now = req.cx.now();
    Ok(page(&req, "events", "First events").render(move || {
        let number = events.waiting.len();
        let rows = |events: Vec<FirstEvent>, waits: bool| -> Vec<AnyView> {
            (events.into_iter())
                .map(|event| {
                    let refused = state.chosen("event", &event.event.to_string());
                    let mine = own.and_then(|own| no_judge(&event, own));
                    item(event, (waits, mine), refused.then_some(&state), now)
                })
                .collect()
        };
        let waiting = rows(events.waiting, true);
        let sent_back = rows(events.sent_back, false);
        let waiting = if waiting.is_empty() {
            empty_state("Nothing waits: every first event was looked at.").into_any()
        } else {
            view! { <ol class="corrections">{waiting}</ol> }.into_any()
        };
        let sent_back = (!sent_back.is_empty()).then(|| {
            view! {
                <section class="mt6" aria-labelledby="sent-back-h">
                    <h2 class="t-h3" id="sent-back-h">
                        "Sent back, and not asked for again yet"
                    </h2>
                    <ol class="corrections">{sent_back}</ol>
                </section>
            }
        });
        view! {
            <div class="moderation-page moderation-narrow stack">
                <ErrorSummary state=state.clone() />
                <div class="moderation-head">
                    <h1>"First events "<span class="count">{number}</span></h1>
                </div>
                <p class="quiet">
                    "These are the first events of hosts who have neither hosted nor completed a trade. Once one is approved, its host publishes without waiting."
                </p>
                {waiting}
                {sent_back}
            </div>
        }
    }))
}

/// Who sees it once it is published.
const fn for_whom(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "for everybody",
        Visibility::Members => "for members",
        Visibility::Unlisted => "for whoever has its address",
        Visibility::Invited => "by invitation",
    }
}

/// Why a moderator does not decide it, if that is so.
fn no_judge(event: &FirstEvent, moderator: UserId) -> Option<&'static str> {
    if event.host == moderator {
        return Some("This is your own: a colleague decides.");
    }
    (event.helpers.contains(&moderator))
        .then_some("You help with it or are asked to: a colleague decides.")
}

fn item(
    event: FirstEvent,
    (waits, mine): (bool, Option<&'static str>),
    refused: Option<&FormState>,
    now: Timestamp,
) -> AnyView {
    let date = words::when(event.starts_at, event.ends_at, &event.time_zone, now);
    let dates = (event.dates > 1)
        .then(|| format!("{} with this one. ", count(event.dates, "date", "dates")));
    let facts = format!(
        "{}, {}. {date}. {}{}",
        event.kind.label(),
        for_whom(event.visibility),
        dates.unwrap_or_default(),
        event.place
    );
    let online = (!event.online.is_empty())
        .then(|| view! { <p class="small">"Online: "<bdi>{event.online.clone()}</bdi></p> });
    let directions = (!event.directions.is_empty()).then(|| {
        view! {
            <p class="small prelines" dir="auto">
                {event.directions.clone()}
            </p>
        }
    });
    let with = partners::text(&event.partners);
    let with = (!with.is_empty()).then(|| {
        view! { <p class="small prelines">"With: "<bdi>{with}</bdi></p> }
    });
    let note = (!event.note.is_empty()).then(|| {
        view! { <p class="quiet">"Sent back: “"<bdi>{event.note.clone()}</bdi>"”"</p> }
    });
    let asked = event.at.map(|at| relative_age(at, now));
    let forms = match mine {
        Some(why) => view! { <p class="quiet">{why}</p> }.into_any(),
        None => decide(&event, waits, refused),
    };
    view! {
        <li class="stack stack-s">
            <p class="row row-between">
                <strong dir="auto">{event.title.clone()}</strong>
                <span class="fine quiet">{member_link(&event.host_handle)}", "{asked}</span>
            </p>
            <p class="small quiet">{facts}</p>
            <p class="serif prelines" dir="auto">
                {event.description.clone()}
            </p>
            {with}
            {online}
            {directions}
            <p class="fine quiet">"A member for "{relative_age(event.host_since, now)}"."</p>
            {note}
            {forms}
        </li>
    }
    .into_any()
}

/// The two answers. `refused` is the form whose reason cannot stay as it was typed.
fn decide(event: &FirstEvent, waits: bool, refused: Option<&FormState>) -> AnyView {
    let id = event.event.to_string();
    let (of, about) = (event.title.clone(), event.title.clone());
    let version = event.version.as_str().to_owned();
    let open = refused.is_some();
    let reason = if let Some(state) = refused {
        view! { <TextField state=state.clone() name="reason" label=WHY /> }.into_any()
    } else {
        let name = format!("reason-{id}");
        view! {
            <div class="field">
                <label for=name.clone()>{WHY}</label>
                <input
                    class="input"
                    id=name
                    name="reason"
                    maxlength=SendBackReason::MAX
                    autocomplete="off"
                />
            </div>
        }
        .into_any()
    };
    let back = waits.then(|| {
        view! {
            <details open=open>
                <summary class="btn btn-small">
                    "Send back"<span class="visually-hidden">" “"{about}"”"</span>
                </summary>
                <PostForm
                    class="stack stack-s mt4"
                    action=SendEventBack::PATH
                    with=[("event", id.clone())]
                >
                    {reason}
                    <button class="btn btn-small">"Send it back"</button>
                </PostForm>
            </details>
        }
    });
    view! {
        <div class="row row-top">
            <PostForm
                action=ApproveEvent::PATH
                with=[("event", event.event.to_string()), ("version", version)]
            >
                <button class="btn btn-small btn-do">
                    "Approve"<span class="visually-hidden">" “"{of}"”"</span>
                </button>
            </PostForm>
            {back}
        </div>
    }
    .into_any()
}
