//! Who hosts an event together: `/host/{event}/team`, `/host/{event}/leave`, and what readers are
//! asked on `/host`.

use dogear_domain::events::hosts::HostRole;
use dogear_domain::ids::EventId;
use dogear_server::events::{self, Asked, EventPage, Helper, Host, Team};
use leptos::prelude::*;

use super::parts::{Part, changing};
use super::team_actions::{
    AcceptHosting, ChangeHostRole, DeclineHosting, InviteHost, RemoveHost, StopHosting,
};
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::field::{ErrorSummary, PostForm, Radios, TextField};
use crate::ui::form_state::FormState;
use dogear_urls as urls;

pub(super) async fn show(req: Req, Segment(event): Segment<EventId>) -> PageResult {
    let team = events::team(&req.cx, event).await?;
    let state = (req.form.clone()).or([("role", HostRole::CoHost.to_string())]);
    let may_ask = team.may_choose && req.may_begin();
    let title = format!("Who hosts {}", team.event.title);
    Ok(req.page(title).nav(Nav::Events).render(move || {
        let heading = format!("Who hosts “{}”", team.event.title);
        let series = team.is_series.then(|| {
            view! { <p class="quiet">"Whoever helps with this event helps with all dates of its series."</p> }
        });
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state.clone() />
                <header class="stack stack-s">
                    <p class="small">
                        <a href=urls::host_event(event)>"Guests and settings"</a>
                    </p>
                    <h1 dir="auto">{heading}</h1>
                    {series}
                </header>
                {list(&team)}
                {may_ask.then(|| invite(event, &state))}
                {leave_link(&team.event)}
            </div>
        }
    }))
}

fn person(handle: &str, name: &str) -> AnyView {
    let tag = format!(" @{handle}");
    view! {
        <span>
            <a href=urls::reader(handle)>{name.to_owned()}</a>
            <span class="quiet">{tag}</span>
        </span>
    }
    .into_any()
}

fn list(team: &Team) -> AnyView {
    let owner = &team.event.host;
    let helpers = team
        .helpers
        .iter()
        .map(|helper| helper_row(helper, team.may_choose));
    let alone = team.helpers.is_empty().then(|| {
        let text = if team.may_choose {
            "You host it alone. Ask somebody to help you."
        } else {
            "Nobody else hosts it."
        };
        view! { <p class="quiet">{text}</p> }
    });
    view! {
        <ul class="rows">
            <li class="row row-between">
                {person(&owner.handle, &owner.name)} <span class="tag">"Host"</span>
            </li>
            {helpers.collect_view()}
        </ul>
        {alone}
    }
    .into_any()
}

fn helper_row(helper: &Helper, may_choose: bool) -> AnyView {
    let role = helper.role.label();
    let note = match (helper.is_asked, helper.rests) {
        (true, _) => Some(("tag tag-wait", "Has not answered")),
        (false, true) => Some(("tag tag-wait", "May do nothing now")),
        (false, false) => None,
    };
    let note = note.map(|(class, text)| view! { <span class=class>{text}</span> });
    let forms = may_choose.then(|| change(helper));
    view! {
        <li class="stack stack-s">
            <div class="row row-between">
                {person(&helper.handle, &helper.name)}
                <span class="row">{note} <span class="tag">{role}</span></span>
            </div>
            {forms}
        </li>
    }
    .into_any()
}

/// What the owner can do about a helper; removing them is asked once more.
fn change(helper: &Helper) -> AnyView {
    let (other, words) = match helper.role {
        HostRole::Door => (HostRole::CoHost, "Make them a co-host"),
        _ => (HostRole::Door, "Only at the door"),
    };
    changing(Part {
        name: helper.name.clone(),
        is_asked: helper.is_asked,
        by: ("helper", helper.id.to_string()),
        other: (other.to_string(), words),
        loses: "They can do nothing with the event from then on, and are told so. To have them back you ask again.",
        paths: (ChangeHostRole::PATH, RemoveHost::PATH),
    })
}

fn invite(event: EventId, state: &FormState) -> AnyView {
    let (first, second) = (state.clone(), state.clone());
    let roles = vec![
        (
            HostRole::CoHost.to_string(),
            "Co-host".to_owned(),
            "Changes and publishes it, sees its guests and writes to them, and is shown on its page. Cancelling it and choosing who hosts stays with you."
                .to_owned(),
        ),
        (
            HostRole::Door.to_string(),
            "At the door".to_owned(),
            "Sees the list at the door with what each guest owes, lets guests in, adds some there, notes payments, and finds by name who waits. Nothing else."
                .to_owned(),
        ),
    ];
    view! {
        <section class="sheet stack" aria-labelledby="ask-h">
            <h2 class="t-h3" id="ask-h">
                "Ask somebody to help"
            </h2>
            <PostForm
                class="stack stack-l"
                action=InviteHost::PATH
                with=[("event", event.to_string())]
                novalidate=true
            >
                <TextField
                    state=first
                    name="handle"
                    label="Their handle"
                    hint="As on their shelf. They are told, and nothing changes until they say yes."
                />
                <Radios state=second name="role" label="What they may do" options=roles />
                <p>
                    <button class="btn btn-do">"Ask them"</button>
                </p>
            </PostForm>
        </section>
    }
    .into_any()
}

/// The way out, for those who help.
pub(super) fn leave_link(event: &EventPage) -> Option<AnyView> {
    event.helps.then_some(())?;
    let path = urls::host_leave(event.id);
    Some(
        view! {
            <p class="small">
                <a href=path>"Stop helping with it"</a>
            </p>
        }
        .into_any(),
    )
}

pub(super) async fn leave(req: Req, Segment(event): Segment<EventId>) -> PageResult {
    let page = events::helped(&req.cx, event).await?;
    let state = req.form.clone();
    let heading = format!("Stop helping with “{}”?", page.title);
    Ok(req.page(heading.clone()).nav(Nav::Events).render(move || {
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state />
                <h1 dir="auto">{heading}</h1>
                <p class="lead">
                    "You can do nothing with it from then on, nor with other dates of its series, and its host is told. Seats that you have there stay yours. To help again you have to be asked again."
                </p>
                <PostForm action=StopHosting::PATH with=[("event", event.to_string())]>
                    <p class="row">
                        <button class="btn btn-heavy">"Stop helping"</button>
                        <a href=urls::HOST>"Back"</a>
                    </p>
                </PostForm>
            </div>
        }
    }))
}

/// What the reader is asked to help with, at the head of what they host.
pub(super) fn questions(asked: &[Asked]) -> Option<AnyView> {
    if asked.is_empty() {
        return None;
    }
    let rows = asked.iter().map(question).collect_view();
    let section = view! {
        <section class="stack stack-s mt5" aria-labelledby="asked-h">
            <h2 class="t-h3" id="asked-h">
                "You are asked to help"
            </h2>
            <ul class="rows">{rows}</ul>
        </section>
    };
    Some(section.into_any())
}

fn question(asked: &Asked) -> AnyView {
    let with = || [("invitation", asked.id.to_string())];
    let what = match asked.role {
        HostRole::Door => " asks you to help at the door of ",
        _ => " asks you to host with them: ",
    };
    let means = match asked.role {
        HostRole::Door => "You would see who has seats, let guests in and add some at the door.",
        _ => {
            "You would change and publish it, see its guests and write to them, and be shown on its page."
        }
    };
    let place = &asked.place;
    let date = if asked.is_series {
        format!("All dates of a series; the next: {}, {place}", asked.date)
    } else {
        format!("{}, {place}", asked.date)
    };
    let (yes, no) = (
        format!("Yes: {}", asked.title),
        format!("No, thank you: {}", asked.title),
    );
    view! {
        <li class="stack stack-s">
            <p>
                <a href=urls::reader(&asked.host_handle)>{asked.host_name.clone()}</a>
                {what}
                <strong>{asked.title.clone()}</strong>
            </p>
            <p class="small quiet">{date}</p>
            <p class="small">{means}</p>
            <div class="row">
                <PostForm action=AcceptHosting::PATH with=with()>
                    <button class="btn btn-small btn-do" aria-label=yes>
                        "Yes"
                    </button>
                </PostForm>
                <PostForm action=DeclineHosting::PATH with=with()>
                    <button class="btn btn-small" aria-label=no>
                        "No, thank you"
                    </button>
                </PostForm>
            </div>
        </li>
    }
    .into_any()
}

/// Who invites; of somebody who has left, nothing else is known.
fn named(host: &Host) -> AnyView {
    let name = host.name.clone();
    if host.handle.is_empty() {
        return name.into_any();
    }
    view! {
        <a href=urls::reader(&host.handle)>{name}</a>
        <span class="quiet">{format!(" @{}", host.handle)}</span>
    }
    .into_any()
}

/// “Ana @ana, with Bo @bo and Cyd @cyd”.
pub(super) fn hosted_by(event: &EventPage) -> AnyView {
    let number = event.co_hosts.len();
    let others = event.co_hosts.iter().enumerate().map(|(place, host)| {
        let before = match place {
            0 => ", with ",
            last if last + 1 == number => " and ",
            _ => ", ",
        };
        view! {
            {before}
            {named(host)}
        }
        .into_any()
    });
    let organisation = event.organisation.as_ref().map(|organisation| {
        let path = urls::organisation(organisation.id, &organisation.slug);
        view! {
            <a href=path>{organisation.name.clone()}</a>
            ": "
        }
    });
    view! {
        {organisation}
        {named(&event.host)}
        {others.collect_view()}
    }
    .into_any()
}

/// What the page of an event says to those who host it or help.
pub(super) fn notice(event: &EventPage) -> Option<AnyView> {
    let (text, path, link) = match event.role? {
        HostRole::Owner => (
            "This is your event.",
            urls::host_event(event.id),
            "Guests and settings",
        ),
        HostRole::CoHost => (
            "You host this event, too.",
            urls::host_event(event.id),
            "Guests and settings",
        ),
        HostRole::Door => (
            "You help at the door of this event.",
            urls::host_door(event.id),
            "The door",
        ),
    };
    let notice = view! {
        <p class="notice row row-between">
            <span>{text}</span>
            <a class="btn btn-small" href=path>
                {link}
            </a>
        </p>
    };
    Some(notice.into_any())
}
