//! `/host/{event}/messages`: what a host writes to all guests, looked at before it is sent.

use dogear_domain::events::Audience;
use dogear_domain::fields::GuestMessage;
use dogear_domain::ids::EventId;
use dogear_server::events::{self, HostMessage, Messages};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use super::reach_actions::{DiscardMessage, SendMessage, WriteMessage};
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::count;
use crate::ui::field::{ErrorSummary, PostForm, Radios, TextArea};
use crate::ui::form_state::FormState;
use crate::ui::time::{Say, in_words, machine_readable};
use dogear_urls as urls;

pub(super) async fn show(req: Req, Segment(event): Segment<EventId>) -> PageResult {
    let messages = events::messages(&req.cx, event).await?;
    let title = format!("Write to the guests of {}", messages.event.title);
    let (zone, now) = (req.zone(), req.cx.now());
    let state = match &messages.draft {
        Some(draft) => req.form.or([
            ("audience", draft.audience.to_string()),
            ("body", draft.body.clone()),
        ]),
        None => req.form.or([("audience", Audience::Guests.to_string())]),
    };
    Ok(req.page(title).nav(Nav::Events).render(move || {
        let heading = format!("Write to the guests of “{}”", messages.event.title);
        let draft = messages
            .draft
            .as_ref()
            .filter(|_| messages.closed.is_none());
        let form = match messages.closed {
            Some(why) => view! { <p>{why}</p> }.into_any(),
            None => form(event, &state, draft),
        };
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state.clone() />
                <header class="stack stack-s">
                    <p class="small">
                        <a href=urls::host_event(event)>"Guests and settings"</a>
                    </p>
                    <h1 dir="auto">{heading}</h1>
                </header>
                {draft.map(|draft| preview(event, draft))}
                {form}
                {sent(&messages, &zone, now)}
            </div>
        }
    }))
}

/// Paragraphs of what somebody has written.
fn words(body: &str) -> AnyView {
    let paragraphs: Vec<_> = body
        .split("\n\n")
        .filter(|text| !text.trim().is_empty())
        .map(|text| view! { <p class="prelines">{text.trim().to_owned()}</p> })
        .collect();
    view! {
        <blockquote class="stack stack-s" dir="auto">
            {paragraphs}
        </blockquote>
    }
    .into_any()
}

fn readers(number: i64, audience: Audience) -> String {
    let who = match audience {
        Audience::Guests => ("reader who has seats", "readers who have seats"),
        Audience::Waiting => ("reader who waits", "readers who wait"),
        Audience::Both => (
            "reader who has seats or waits",
            "readers who have seats or wait",
        ),
    };
    count(number, who.0, who.1)
}

/// What would be sent, with the button that does so.
fn preview(event: EventId, draft: &HostMessage) -> AnyView {
    let to = match draft.recipients {
        0 => "Nobody would read it: choose others to write to.".to_owned(),
        number => format!("It goes to {}.", readers(number, draft.audience)),
    };
    let send = (draft.recipients > 0).then(|| {
        let with = [("message", draft.id.to_string())];
        view! {
            <PostForm action=SendMessage::PATH with=with>
                <button class="btn btn-do">"Send it"</button>
            </PostForm>
        }
    });
    view! {
        <section class="sheet stack" aria-labelledby="preview-h">
            <h2 class="t-h3" id="preview-h">
                "Send this?"
            </h2>
            {words(&draft.body)}
            <p>{to}" What is sent cannot be taken back."</p>
            <div class="row">
                {send} <PostForm action=DiscardMessage::PATH with=[("event", event.to_string())]>
                    <button class="btn">"Discard it"</button>
                </PostForm>
            </div>
        </section>
    }
    .into_any()
}

fn form(event: EventId, state: &FormState, draft: Option<&HostMessage>) -> AnyView {
    let (first, second) = (state.clone(), state.clone());
    let choices = Audience::ALL
        .iter()
        .map(|audience| {
            let label = match audience {
                Audience::Guests => "Those who have seats",
                Audience::Waiting => "Those who wait",
                Audience::Both => "Both",
            };
            (audience.to_string(), label.to_owned(), String::new())
        })
        .collect::<Vec<_>>();
    let shown = draft.map_or_else(String::new, |draft| draft.id.to_string());
    let with = [("event", event.to_string()), ("draft", shown)];
    let button = if draft.is_some() {
        "Look at it again"
    } else {
        "Look at it"
    };
    view! {
        <PostForm class="stack stack-l" action=WriteMessage::PATH with=with novalidate=true>
            <Radios state=first name="audience" label="To whom" options=choices />
            <TextArea
                state=second
                name="body"
                label="What you want to tell them"
                hint="They are told here and by mail, as they have chosen, and cannot answer. An empty line begins a paragraph."
                maxlength=GuestMessage::MAX
            />
            <p class="row">
                <button class="btn btn-do">{button}</button>
                <span class="small quiet">
                    "Nothing is sent yet. You can send three messages a day."
                </span>
            </p>
        </PostForm>
    }
    .into_any()
}

fn sent(messages: &Messages, zone: &TimeZone, now: Timestamp) -> Option<AnyView> {
    if messages.sent.is_empty() {
        return None;
    }
    let rows = (messages.sent.iter()).map(|message| {
        let when = message.sent_at.map(|at| {
            let text = in_words(at, zone, now, Say::Moment);
            view! { <time datetime=machine_readable(at)>{text}</time> }
        });
        let to = format!(" to {}", readers(message.recipients, message.audience));
        view! {
            <li class="stack stack-s">
                <p class="small quiet">"Sent " {when} {to}</p>
                {words(&message.body)}
            </li>
        }
    });
    let list = view! {
        <section class="stack stack-s" aria-labelledby="told-h">
            <h2 class="t-h3" id="told-h">
                "What you have told them"
            </h2>
            <ul class="rows">{rows.collect_view()}</ul>
        </section>
    };
    Some(list.into_any())
}

/// On the page of an event: what its host has written to whoever looks.
pub(super) fn from_host(
    messages: &[HostMessage],
    zone: &TimeZone,
    now: Timestamp,
) -> Option<AnyView> {
    if messages.is_empty() {
        return None;
    }
    let rows = messages.iter().map(|message| {
        let when = message.sent_at.map(|at| {
            let text = in_words(at, zone, now, Say::Moment);
            view! {
                <p class="small quiet">
                    <time datetime=machine_readable(at)>{text}</time>
                </p>
            }
        });
        view! { <li class="stack stack-s">{when} {words(&message.body)}</li> }
    });
    let list = view! {
        <section class="stack stack-s" aria-labelledby="from-host-h" id="messages">
            <h2 class="t-h3" id="from-host-h">
                "From your host"
            </h2>
            <ul class="rows">{rows.collect_view()}</ul>
        </section>
    };
    Some(list.into_any())
}
