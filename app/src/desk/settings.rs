//! The deadlines and limits of trades, for admins.

use axum::response::Response;
use dogear_domain::trades::{Policy, Setting, SettingGroup};
use dogear_server::moderation::settings::{self, Typed};
use leptos::prelude::*;

use super::audit::table as audit_table;
use super::frame::{nothing, page};
use crate::http::{AppError, Form, FormState, PageResult, Req};
use crate::paths;
use crate::ui::field::{ErrorSummary, FormKey, TextField};

/// The hidden field that says which policy the page was made from.
const SEEN: &str = "seen";
/// The buttons that put one number back.
const SETTING: &str = "setting";

pub async fn show(req: Req) -> PageResult {
    form(&req, FormState::new()).await
}

pub async fn change(req: Req, submitted: Form) -> PageResult {
    let typed = Typed {
        numbers: Setting::ALL
            .iter()
            .map(|setting| (*setting, submitted.text(setting.as_str()).to_owned()))
            .collect(),
        seen: submitted.text(SEEN).into(),
        reason: submitted.text("reason").into(),
    };
    let outcome = settings::change(&req.cx, submitted.key(), &typed).await;
    answer(&req, &submitted, outcome).await
}

pub async fn restore_default(req: Req, submitted: Form) -> PageResult {
    let setting: Setting = submitted.parse(SETTING).ok_or_else(AppError::not_found)?;
    let outcome = settings::restore_default(&req.cx, submitted.key(), setting).await;
    answer(&req, &submitted, outcome).await
}

async fn answer(
    req: &Req,
    submitted: &Form,
    outcome: dogear_server::Result<Vec<Setting>>,
) -> PageResult {
    match outcome {
        Ok(changed) => Ok(saved(req, &changed)),
        Err(error) => form(req, submitted.again(error)?).await,
    }
}

fn saved(req: &Req, changed: &[Setting]) -> Response {
    let names: Vec<&str> = changed.iter().map(|setting| setting.label()).collect();
    let sentence = match names.as_slice() {
        [] => "Nothing was changed.".to_owned(),
        names => format!("Saved: {}.", names.join(", ")),
    };
    req.redirect_saying(paths::DESK_SETTINGS, sentence)
}

async fn form(req: &Req, state: FormState) -> PageResult {
    let policy = settings::current(&req.cx).await?;
    let history = settings::history(&req.cx).await?;
    let (now, zone) = (req.cx.now(), req.zone());
    Ok(page(req, "settings", "Settings").form(&state).render(move || {
        let groups = SettingGroup::ALL.map(|group| {
            let fields: Vec<_> = Setting::ALL
                .iter()
                .filter(|setting| setting.group() == group)
                .map(|setting| field(*setting, &policy, &state))
                .collect();
            view! { <fieldset class="stack"><legend class="t-h3">{group.label()}</legend>{fields}</fieldset> }
        });
        view! {
            <div class="deskpage stack-l">
                <div class="desknarrow stack">
                    <ErrorSummary state=state.clone()/>
                    <h1>"Settings"</h1>
                    <p class="quiet">"These are the deadlines and limits of trades. A date that a running trade was given already stays as it is; everything that is counted from now on follows the new number."</p>
                    <form class="stack-l" method="post" action=paths::DESK_SETTINGS>
                        // Enter in a field presses the first button: this one does nothing.
                        <button hidden disabled></button>
                        <FormKey state=state.clone()/>
                        <input type="hidden" name=SEEN value=settings::seen(&policy)/>
                        {groups.into_iter().collect_view()}
                        <TextField state=state.clone() name="reason" label="Why" hint="For the audit log. It can stay empty."/>
                        <p class="row"><button class="btn btn-do">"Save the settings"</button></p>
                    </form>
                </div>
                <section><h2 class="t-h3">"Changes so far"</h2>
                    {if history.is_empty() { nothing("Nothing was ever changed: every number is the default.").into_any() }
                     else { audit_table(history, zone, now).into_any() }}</section>
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
            <p><button class="linkbtn fine" name=SETTING value=setting.as_str() formaction=paths::DESK_SETTINGS_DEFAULT formnovalidate>
                {label}<span class="vh">{what}</span></button></p>
        }
    });
    view! {
        <div>
            <TextField state=state.clone() name=setting.as_str() label=setting.label() hint=hint
                value=number.to_string() inputmode=Some("numeric") maxlength=6/>
            {back}
        </div>
    }
}
