//! `/admin/broadcasts`: news of the site for many members, looked at before they are sent.

use axum::extract::Query;
use dogear_domain::broadcasts::AudienceKind;
use dogear_domain::fields::{BroadcastBody, BroadcastTitle};
use dogear_server::broadcasts::{self, Broadcast, BroadcastForm, Preview};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use serde::Deserialize;

use super::broadcast_actions::{StopBroadcast, WriteBroadcast};
use super::list::empty_state;
use super::shared::{in_short, member_link, page, with_query};
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui::count;
use crate::ui::field::{ErrorSummary, PostForm, Radios, TextArea, TextField};
use crate::ui::form_state::FormState;
use crate::ui::time::{Say, When};
use dogear_urls as urls;

/// Broadcasts on a page.
const PAGE: usize = 30;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Params {
    before: String,
}

pub(super) async fn list(req: Req, Query(params): Query<Params>) -> PageResult {
    let before = params.before.parse().ok();
    let mut rows = broadcasts::list(&req.cx, before, PAGE as i64 + 1).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let older = rows.last().filter(|_| more).map(|last| {
        let before = last.id.to_string();
        with_query(urls::ADMIN_BROADCASTS, &[("before", &before)])
    });
    let state = req
        .form
        .or([("audience", AudienceKind::Everyone.to_string())]);
    let outlook = if state.value("check").is_empty() || state.failed() {
        None
    } else {
        Some(broadcasts::preview(&req.cx, &typed(&state)).await?)
    };
    let (now, zone) = (req.cx.now(), req.zone());
    Ok(page(&req, "mail", "News to members").render(move || {
        let sent: Vec<_> = (rows.into_iter())
            .map(|one| item(one, &zone, now))
            .collect();
        let sent = if sent.is_empty() {
            empty_state("Nothing was written to many members so far.").into_any()
        } else {
            view! { <ol class="corrections">{sent}</ol> }.into_any()
        };
        view! {
            <div class="moderation-page moderation-narrow stack">
                <ErrorSummary state=state.clone() />
                <div class="moderation-head">
                    <h1>"News to members"</h1>
                </div>
                <p class="quiet">
                    "What you write here stands in the inbox of every member whom you choose. It comes by mail to those who want news of the site so. Those who are suspended or leave are left out."
                </p>
                {form(state.clone(), outlook.as_ref(), &zone, now)}
                <section class="mt6" aria-labelledby="sent-h">
                    <h2 class="t-h3" id="sent-h">
                        "Written so far"
                    </h2>
                    {sent}
                    {older
                        .map(|path| {
                            view! {
                                <p>
                                    <a href=path>"Older"</a>
                                </p>
                            }
                        })}
                </section>
            </div>
        }
    }))
}

/// What the form says.
fn typed(state: &FormState) -> BroadcastForm {
    let value = |name| state.value(name).to_owned();
    BroadcastForm {
        title: value("title"),
        body: value("body"),
        audience: value("audience"),
        place: value("place"),
        send_at: value("send_at"),
    }
}

/// What would come of it.
fn shown(outlook: &Preview, zone: &TimeZone, now: Timestamp) -> AnyView {
    let to = outlook.audience.in_words();
    let members = count(outlook.members, "member", "members");
    let when = if outlook.send_at <= now {
        view! { "It leaves at once" }.into_any()
    } else {
        let (at, zone) = (outlook.send_at, zone.clone());
        view! {
            "It leaves on "
            <When at=at zone=zone now=now say=Say::Moment />
        }
        .into_any()
    };
    let takes = match outlook.takes.as_mins() {
        0 => String::new(),
        minutes => format!(", and takes {}", in_short(minutes)),
    };
    view! {
        <p class="notice" id="outlook">
            {format!("This goes to {to}: {members}. ")}
            {when}
            {takes}
            ". Nobody was told yet."
        </p>
    }
    .into_any()
}

fn form(state: FormState, outlook: Option<&Preview>, zone: &TimeZone, now: Timestamp) -> AnyView {
    let audiences = (AudienceKind::ALL.iter())
        .map(|kind| (kind.to_string(), kind.label().to_owned(), String::new()))
        .collect::<Vec<_>>();
    let said = outlook.map(|outlook| shown(outlook, zone, now));
    let send = (outlook.is_some_and(|outlook| outlook.members > 0)).then(|| {
        view! { <button class="btn btn-do">"Send it"</button> }
    });
    let clock = format!(
        "By your clock, {}. Leave it empty to send it at once.",
        zone.iana_name().unwrap_or("UTC")
    );
    view! {
        <PostForm class="stack" action=WriteBroadcast::PATH novalidate=true>
            <TextField
                state=state.clone()
                name="title"
                label="Title"
                hint=format!("At most {} characters.", BroadcastTitle::MAX)
            />
            <TextArea
                state=state.clone()
                name="body"
                label="What you want to tell them"
                hint="They cannot answer. An empty line begins a paragraph."
                maxlength=BroadcastBody::MAX
            />
            <Radios state=state.clone() name="audience" label="To whom" options=audiences />
            <TextField
                state=state.clone()
                name="place"
                label="Which country or town"
                hint="Only when you have chosen members in one of these: a code like GB, or the name of the town."
            />
            <TextField
                state=state.clone()
                name="send_at"
                label="When"
                hint=clock
                kind="datetime-local"
            />
            {said}
            <p class="row">
                <button class="btn" name="check" value="yes">
                    "See who gets it"
                </button>
                {send}
            </p>
        </PostForm>
    }
    .into_any()
}

fn item(one: Broadcast, zone: &TimeZone, now: Timestamp) -> AnyView {
    let class = if one.state.is_open() {
        "tag tag-do"
    } else {
        "tag"
    };
    let told = format!(
        "{} of {} told",
        one.told,
        count(i64::from(one.expected), "member", "members")
    );
    let by = match &one.author {
        Some(handle) => member_link(handle).into_any(),
        None => "a former member".into_any(),
    };
    let stop = one.state.is_open().then(|| {
        let with = [("broadcast", one.id.to_string())];
        let label = format!("Stop “{}”", one.title);
        view! {
            <PostForm action=StopBroadcast::PATH with=with>
                <button class="btn btn-small" aria-label=label>
                    "Stop it"
                </button>
            </PostForm>
        }
    });
    let (at, zone) = (one.send_at, zone.clone());
    view! {
        <li class="stack stack-s">
            <h3 class="t-h4" dir="auto">
                {one.title}
            </h3>
            <p class="prelines" dir="auto">
                {one.body}
            </p>
            <p class="small quiet">
                <span class=class>{one.state.label()}</span>
                " "
                {format!("To {}. {told}. ", one.audience.in_words())}
                <When at=at zone=zone now=now say=Say::Moment />
                ", by "
                {by}
            </p>
            {stop}
        </li>
    }
    .into_any()
}
