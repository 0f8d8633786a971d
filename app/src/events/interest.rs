//! Who is interested in an event: on its page, and for its host.

use dogear_domain::fields::InterestNote;
use dogear_server::events::{EventPage, Interest, Interested};
use leptos::prelude::*;

use super::reach_actions::{BeInterested, DropInterest};
use super::seats::Look;
use crate::action::ServerFn;
use crate::ui::count;
use crate::ui::field::{PostForm, TextArea};
use dogear_urls as urls;

/// How many are interested, and the reader's own word on it.
pub(super) fn section(event: &EventPage, interest: &Interest, look: &Look) -> Option<AnyView> {
    let others = interest.number - i64::from(interest.own.is_some());
    let number = match (interest.own.is_some(), others) {
        (true, 0) => "You are interested.".to_owned(),
        (true, others) => format!(
            "You and {} are interested.",
            count(others, "other", "others")
        ),
        (false, 0) => String::new(),
        (false, 1) => "One reader is interested.".to_owned(),
        (false, others) => format!("{others} are interested."),
    };
    let said = (!number.is_empty()).then(|| view! { <p>{number}</p> });
    let may = look.may_begin && !event.host.is_viewer;
    // Whoever has seats or waits says more than that.
    let comes = event.booking.is_some() || event.waits.is_some();
    let form = match &interest.own {
        Some(note) => Some(own(event, note, look)),
        None if may && !comes => Some(offer(event, look)),
        None => None,
    };
    if said.is_none() && form.is_none() {
        return None;
    }
    let section = view! {
        <section class="stack stack-s" aria-labelledby="interest-h">
            <h2 class="visually-hidden" id="interest-h">
                "Who is interested"
            </h2>
            {said}
            {form}
        </section>
    };
    Some(section.into_any())
}

/// The field of the note, which the host alone reads.
fn note(look: &Look, value: &str) -> AnyView {
    view! {
        <TextArea
            state=look.state.clone()
            name="note"
            label="A note for the host"
            hint="Only the host reads it. Leave it empty if you like."
            maxlength=InterestNote::MAX
            value=value.to_owned()
        />
    }
    .into_any()
}

fn offer(event: &EventPage, look: &Look) -> AnyView {
    let open = look.state.error("note").is_some();
    let field = note(look, "");
    view! {
        <details open=open>
            <summary>"Not sure yet? Say that you are interested"</summary>
            <PostForm
                class="stack stack-s mt4"
                action=BeInterested::PATH
                with=[("event", event.id.to_string())]
            >
                <p class="small quiet">
                    "You are told when it moves or is cancelled, and when its series has a new date. The host sees your name."
                </p>
                {field}
                <button class="btn">"I am interested"</button>
            </PostForm>
        </details>
    }
    .into_any()
}

fn own(event: &EventPage, written: &str, look: &Look) -> AnyView {
    let field = note(look, written);
    let open = look.state.error("note").is_some();
    let (id, same) = (event.id.to_string(), event.id.to_string());
    view! {
        <div class="row row-top">
            <PostForm action=DropInterest::PATH with=[("event", id)]>
                <button class="btn btn-small">"I am no longer interested"</button>
            </PostForm>
            <details open=open>
                <summary class="btn btn-small">"Your note for the host"</summary>
                <PostForm
                    class="stack stack-s mt4"
                    action=BeInterested::PATH
                    with=[("event", same)]
                >
                    {field}
                    <button class="btn btn-small">"Save the note"</button>
                </PostForm>
            </details>
        </div>
    }
    .into_any()
}

/// Those who are interested, for the host.
pub(super) fn list(readers: &[Interested]) -> Option<AnyView> {
    if readers.is_empty() {
        return None;
    }
    let rows: Vec<AnyView> = readers
        .iter()
        .map(|reader| {
            let path = urls::reader(&reader.handle);
            let handle = format!(" @{}", reader.handle);
            let note = (!reader.note.is_empty()).then(|| {
                view! {
                    <p class="small prelines" dir="auto">
                        {reader.note.clone()}
                    </p>
                }
            });
            view! {
                <li class="stack-s">
                    <p>
                        <a href=path>{reader.name.clone()}</a>
                        <span class="quiet">{handle}</span>
                    </p>
                    {note}
                </li>
            }
            .into_any()
        })
        .collect();
    let section = view! {
        <section class="stack stack-s" aria-labelledby="interested-h">
            <h2 class="t-h3" id="interested-h">
                "Interested"
            </h2>
            <ul class="rows">{rows}</ul>
        </section>
    };
    Some(section.into_any())
}
