//! The deadlines and limits of trades, for admins.

use dogear_domain::trades::{Policy, Setting, SettingGroup};
use dogear_server::moderation::settings;
use leptos::prelude::*;

use super::actions::{ChangeSettings, RestoreSetting};
use super::audit::table as audit_table;
use super::list::empty_state;
use super::shared::page;
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui::field::{ErrorSummary, PostForm, TextField};
use crate::ui::form_state::FormState;
use crate::ui::versions::{Edited, both_versions};

pub(super) async fn show(req: Req) -> PageResult {
    let state = req.form.clone();
    let policy = settings::current(&req.cx).await?;
    let history = settings::history(&req.cx).await?;
    let (now, zone) = (req.cx.now(), req.zone());
    Ok(page(&req, "settings", "Settings").render(move || {
        let seen = settings::seen(&policy);
        let edited = Setting::ALL.iter().map(|setting| {
            let number = setting.of(&policy).to_string();
            Edited::text(&state, setting.as_str(), setting.label(), number)
        });
        let both = both_versions(&state, "seen", &seen, edited);
        let groups = SettingGroup::ALL.map(|group| {
            let fields: Vec<_> = Setting::ALL
                .iter()
                .filter(|setting| setting.group() == group)
                .map(|setting| field(*setting, &policy, &state))
                .collect();
            view! {
                <fieldset class="stack">
                    <legend class="t-h3">{group.label()}</legend>
                    {fields}
                </fieldset>
            }
        });
        view! {
            <div class="moderation-page stack-l">
                <div class="moderation-narrow stack">
                    <ErrorSummary state=state.clone() />
                    {both}
                    <h1>"Settings"</h1>
                    <p class="quiet">
                        "These are the deadlines and limits of trades. A date that a running trade was given already stays as it is; everything that is counted from now on follows the new number."
                    </p>
                    <PostForm class="stack-l" action=ChangeSettings::PATH with=[("seen", seen)]>
                        // Enter in a field presses the first button: this one does nothing.
                        <button hidden disabled></button>
                        {groups.into_iter().collect_view()}
                        <TextField
                            state=state.clone()
                            name="reason"
                            label="Why"
                            hint="For the audit log. It can stay empty."
                        />
                        <p class="row">
                            <button class="btn btn-do">"Save the settings"</button>
                        </p>
                    </PostForm>
                </div>
                <section>
                    <h2 class="t-h3">"Changes so far"</h2>
                    {if history.is_empty() {
                        empty_state("Nothing was ever changed: every number is the default.")
                            .into_any()
                    } else {
                        audit_table(history, zone, now).into_any()
                    }}
                </section>
            </div>
        }
    }))
}

/// One number with its unit and bounds, and the way back when it is not the default.
fn field(setting: Setting, policy: &Policy, state: &FormState) -> impl IntoView + use<> {
    let (least, most) = setting.bounds();
    let default = setting.of(&Policy::default());
    let number = setting.of(policy);
    let hint = format!(
        "{}, from {least} to {most}. The default is {default}.",
        setting.unit()
    );
    let back = (number != default).then(|| {
        let label = format!("Back to the default of {default}");
        let what = format!(": {}", setting.label());
        view! {
            <p>
                <button
                    class="linkbtn fine"
                    name="setting"
                    value=setting.as_str()
                    formaction=RestoreSetting::PATH
                    formnovalidate
                >
                    {label}
                    <span class="visually-hidden">{what}</span>
                </button>
            </p>
        }
    });
    view! {
        <div>
            <TextField
                state=state.clone()
                name=setting.as_str()
                label=setting.label()
                hint=hint
                value=number.to_string()
                inputmode=Some("numeric")
            />
            {back}
        </div>
    }
}
