//! `/settings/notifications`: what reaches a reader, in the inbox and by mail.

use axum::response::Response;
use dogear_server::notifications::{self, Group, Kind, Pref};
use leptos::prelude::*;

use crate::http::{Form, Nav, PageResult, Req};
use crate::paths;

pub async fn form(req: Req) -> PageResult {
    let prefs = notifications::prefs(&req.cx).await?;
    Ok(page(&req, prefs))
}

/// Only kinds that the form showed are changed: one that was added meanwhile keeps its default.
pub async fn save(req: Req, form: Form) -> PageResult {
    let chosen = |name: &str, kind: Kind| form.all(name).any(|word| word == kind.as_str());
    let choices: Vec<Pref> = form
        .all("kind")
        .filter_map(Kind::parse)
        .map(|kind| Pref {
            kind,
            in_app: chosen("in_app", kind),
            mail: chosen("mail", kind),
        })
        .collect();
    notifications::save_prefs(&req.cx, &choices).await?;
    Ok(req.redirect_saying(
        paths::NOTIFICATION_SETTINGS,
        "Saved. From now on you are told as you chose here.",
    ))
}

fn page(req: &Req, prefs: Vec<Pref>) -> Response {
    let mut groups: Vec<(Group, Vec<Pref>)> = Vec::new();
    for pref in prefs {
        match groups.last_mut() {
            Some((last, rows)) if *last == pref.kind.group() => rows.push(pref),
            _ => groups.push((pref.kind.group(), vec![pref])),
        }
    }
    req.page("What reaches you").nav(Nav::Me).render(move || {
        view! {
            <div class="wrap wrap-narrow page stack">
                <p class="small"><a href=paths::SETTINGS>"Settings"</a></p>
                <h1>"What reaches you"</h1>
                <p class="lead">"Choose for each kind of notice whether it comes into your inbox, by mail, both, or not at all."</p>
                <form class="stack stack-l mt5" method="post" action=paths::NOTIFICATION_SETTINGS>
                    {groups.into_iter().map(group).collect_view()}
                    <p class="row"><button class="btn btn-do">"Save"</button><a href=paths::INBOX>"Go to the inbox"</a></p>
                </form>
            </div>
        }
    })
}

fn group((group, prefs): (Group, Vec<Pref>)) -> impl IntoView {
    view! {
        <table class="table choices">
            <caption><h2 class="t-h3">{group.label()}</h2></caption>
            <thead><tr>
                <th scope="col"><span class="vh">"Notice"</span></th>
                <th scope="col">"Inbox"</th>
                <th scope="col">"Mail"</th>
            </tr></thead>
            <tbody>{prefs.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}

fn row(pref: Pref) -> impl IntoView {
    let kind = pref.kind;
    let always = kind.required();
    let word = kind.as_str();
    let described = format!("about-{word}");
    let cell = |name: &'static str, on: bool, place: &'static str| {
        view! {
            <td>
                <label class="choice">
                    <input type="checkbox" name=name value=word checked=on disabled=always aria-describedby=described.clone()/>
                    <span class="vh">{format!("{}: {place}", kind.label())}</span>
                </label>
            </td>
        }
    };
    let cells = (
        cell("in_app", pref.in_app, "in the inbox"),
        cell("mail", pref.mail, "by mail"),
    );
    view! {
        <tr>
            <th scope="row">
                {(!always).then(|| view! { <input type="hidden" name="kind" value=word/> })}
                {kind.label()}
                <span class="hint" id=described>{kind.description()}{always.then_some(" Always sent.")}</span>
            </th>
            {cells}
        </tr>
    }
}
