//! `/settings/notifications`: what reaches a reader, in the inbox and by mail.

use axum::response::Response;
use dogear_server::notifications::{self, Group, Pref, Preset};
use leptos::prelude::*;

use super::actions::{ChooseNotices, ChoosePreset};
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req};
use crate::ui::field::{ErrorSummary, PostForm, Radios};
use crate::ui::form_state::FormState;
use crate::ui::versions::{Edited, both_versions, version_field};
use dogear_urls as urls;

pub(super) async fn form(req: Req) -> PageResult {
    let prefs = notifications::prefs(&req.cx).await?;
    Ok(page(&req, prefs))
}

fn page(req: &Req, prefs: Vec<Pref>) -> Response {
    let state = req.form.clone();
    let version = version_field(notifications::version(&prefs));
    let both = both_edited(&prefs, &state);
    let preset = Preset::of(&prefs);
    // What somebody has chosen one by one, or just sent, is seen at once.
    let open = state.failed() || preset.is_none();
    let preset = preset.map_or("", Preset::as_str);
    let mut groups: Vec<(Group, Vec<Pref>)> = Vec::new();
    for pref in prefs {
        let pref = typed(pref, &state);
        match groups.last_mut() {
            Some((last, rows)) if *last == pref.kind.group() => rows.push(pref),
            _ => groups.push((pref.kind.group(), vec![pref])),
        }
    }
    req.page("Notification settings").nav(Nav::Me).render(move || {
        let both = both_versions(&state, version.0, &version.1, both);
        view! {
            <div class="wrap wrap-narrow page stack">
                <ErrorSummary state=state.clone() />
                {both}
                <p class="small">
                    <a href=urls::SETTINGS>"Settings"</a>
                </p>
                <h1>"Notification settings"</h1>
                <PostForm class="stack mt5" action=ChoosePreset::PATH>
                    <Radios
                        state=state.clone()
                        name="preset"
                        label="How much should come by mail?"
                        hint="This takes the place of what you chose for single kinds. Everything stands in your inbox, too."
                        options=presets()
                        value=preset
                    />
                    <p class="row">
                        <button class="btn btn-do">"Use this for all kinds"</button>
                        <a href=urls::INBOX>"Go to the inbox"</a>
                    </p>
                </PostForm>
                <details class="sheet plain mt6" open=open>
                    <summary>"Choose for each kind of notice"</summary>
                    <p class="mt4">
                        "Whether it comes into your inbox, by mail, both, or not at all."
                    </p>
                    <PostForm class="stack stack-l mt5" action=ChooseNotices::PATH with=[version]>
                        {groups.into_iter().map(group).collect_view()}
                        <p>
                            <button class="btn">"Save these choices"</button>
                        </p>
                    </PostForm>
                </details>
            </div>
        }
    })
}

fn presets() -> Vec<(String, String, String)> {
    let option = |preset: Preset| {
        let (label, hint) = match preset {
            Preset::Suggested => (
                "Nearly everything",
                "As we suggest: only what can wait stands in the inbox alone.",
            ),
            Preset::NeedsReader => (
                "What waits for me",
                "Proposals, messages, parcels and days that come near.",
            ),
            Preset::InboxOnly => (
                "Nothing but what is always sent",
                "The safety of your account, and what moderators decide about your things.",
            ),
        };
        (
            preset.as_str().to_owned(),
            label.to_owned(),
            hint.to_owned(),
        )
    };
    Preset::ALL.map(option).into()
}

/// The choice as it was ticked when the form comes back, else as it is saved.
fn typed(pref: Pref, state: &FormState) -> Pref {
    let word = pref.kind.as_str();
    if !state.failed() || !state.chosen("kind", word) {
        return pref;
    }
    Pref {
        in_app: state.chosen("in_app", word),
        mail: state.chosen("mail", word),
        ..pref
    }
}

/// What the form edits, as it is saved and as it was ticked.
fn both_edited(prefs: &[Pref], state: &FormState) -> Vec<Edited> {
    let places = |pref: Pref| match (pref.in_app, pref.mail) {
        (true, true) => "Inbox and mail",
        (true, false) => "Inbox",
        (false, true) => "Mail",
        (false, false) => "",
    };
    let edited = |&pref: &Pref| {
        let typed = typed(pref, state);
        Edited::new(pref.kind.label(), places(pref), places(typed))
    };
    prefs.iter().map(edited).collect()
}

fn group((group, prefs): (Group, Vec<Pref>)) -> impl IntoView {
    view! {
        <table class="table choices">
            <caption>
                <h2 class="t-h3">{group.label()}</h2>
            </caption>
            <thead>
                <tr>
                    <th scope="col">
                        <span class="visually-hidden">"Notice"</span>
                    </th>
                    <th scope="col">"Inbox"</th>
                    <th scope="col">"Mail"</th>
                </tr>
            </thead>
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
                    <input
                        type="checkbox"
                        name=name
                        value=word
                        checked=on
                        disabled=always
                        aria-describedby=described.clone()
                    />
                    <span class="visually-hidden">{format!("{}: {place}", kind.label())}</span>
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
                {(!always).then(|| view! { <input type="hidden" name="kind" value=word /> })}
                {kind.label()} <span class="hint" id=described>
                    {kind.description()}
                    {always.then_some(" Always sent.")}
                </span>
            </th>
            {cells}
        </tr>
    }
}
