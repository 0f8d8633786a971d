//! The deadlines and limits of trades, for admins.

use dogear_domain::trades::{Policy, Setting, SettingGroup};
use dogear_server::moderation::seat_settings::{self, SeatSettings};
use dogear_server::moderation::{first_events, settings};
use leptos::prelude::*;

use super::actions::{ChangeSettings, RestoreSetting};
use super::audit::table as audit_table;
use super::event_actions::{ChangeFirstEvents, ChangeSeatSettings};
use super::list::empty_state;
use super::shared::page;
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui::field::{ErrorSummary, PostForm, Radios, TextField};
use crate::ui::form_state::FormState;
use crate::ui::versions::{Edited, both_versions};

pub(super) async fn show(req: Req) -> PageResult {
    let state = req.form.clone();
    let policy = settings::current(&req.cx).await?;
    let history = settings::history(&req.cx).await?;
    let wait = first_events::do_wait(&req.cx).await?;
    let seats = seat_settings::current(&req.cx).await?;
    let (now, zone) = (req.cx.now(), req.zone());
    Ok(page(&req, "settings", "Settings").render(move || {
        let seen = settings::seen(&policy);
        let edited = Setting::ALL.iter().map(|setting| {
            let number = setting.of(&policy).to_string();
            Edited::text(&state, setting.as_str(), setting.label(), number)
        });
        let (of_events, of_seats) = (state.clone(), state.clone());
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
                {of_first_events(wait, of_events)}
                {seats_at_events(seats, of_seats)}
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

/// A choice between yes and no: the label and the hint of each.
fn yes_or_no(
    state: FormState,
    name: &'static str,
    label: &'static str,
    [yes, no]: [(&str, &str); 2],
    is_yes: bool,
) -> AnyView {
    let option = |value: &str, (label, hint): (&str, &str)| {
        (value.to_owned(), label.to_owned(), hint.to_owned())
    };
    let options = vec![option("yes", yes), option("no", no)];
    let value = if is_yes { "yes" } else { "no" };
    view! { <Radios state=state name=name label=label options=options value=value /> }.into_any()
}

/// The end of a form: why, and its button.
fn why_and_save(state: FormState, name: &'static str, save: &'static str) -> AnyView {
    view! {
        <TextField state=state name=name label="Why" hint="For the audit log. It can stay empty." />
        <p class="row">
            <button class="btn">{save}</button>
        </p>
    }
    .into_any()
}

/// Whether first events of new hosts wait for a moderator.
fn of_first_events(wait: bool, state: FormState) -> impl IntoView + use<> {
    let choice = yes_or_no(
        state.clone(),
        "first_events",
        "First events of hosts who have neither hosted nor completed a trade",
        [
            (
                "They wait for a moderator",
                "Nobody else sees them before. This is the default.",
            ),
            ("They are published at once", ""),
        ],
        wait,
    );
    view! {
        <section class="moderation-narrow stack" aria-labelledby="first-events-h">
            <h2 class="t-h3" id="first-events-h">
                "Events of new hosts"
            </h2>
            <PostForm class="stack" action=ChangeFirstEvents::PATH>
                {choice}
                {why_and_save(state, "first_events_reason", "Save for events")}
            </PostForm>
        </section>
    }
}

/// How long seats are held, and whether missed events count.
fn seats_at_events(set: SeatSettings, state: FormState) -> impl IntoView + use<> {
    let choice = yes_or_no(
        state.clone(),
        "missed",
        "Readers who had seats and did not come three times in 90 days",
        [
            (
                "Others go before them on waiting lists",
                "Lists that they join meanwhile; they alone read so. This is the default.",
            ),
            (
                "It makes no difference",
                "Nor on lists that they have joined.",
            ),
        ],
        set.missed_count,
    );
    view! {
        <section class="moderation-narrow stack" aria-labelledby="seats-set-h">
            <h2 class="t-h3" id="seats-set-h">
                "Seats at events"
            </h2>
            <PostForm class="stack" action=ChangeSeatSettings::PATH>
                <TextField
                    state=state.clone()
                    name="hold_minutes"
                    label="How long readers hold seats while they fill in the form"
                    hint="Minutes, from 5 to 30. The default is 10."
                    value=set.hold_minutes.to_string()
                    inputmode=Some("numeric")
                />
                {choice}
                {why_and_save(state, "seats_reason", "Save for seats")}
            </PostForm>
        </section>
    }
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
