//! What others see.

use axum::response::Response;
use dogear_domain::countries::country_name;
use dogear_domain::fields::About;
use dogear_server::accounts::{self, Profile};
use leptos::prelude::*;

use super::topic;
use crate::accounts::actions::SaveProfile;
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui::choices::{countries, zones_with};
use crate::ui::field::{PostForm, Select, TextArea, TextField, Tick};
use crate::ui::form_state::FormState;
use crate::ui::versions::{Edited, both_versions, version_field};
use dogear_urls as urls;

pub(super) async fn form(req: Req) -> PageResult {
    let profile = accounts::profile(&req.cx).await?;
    let was = profile.clone();
    let state = req.form.or([
        ("display_name", was.display_name),
        ("city", was.city),
        ("region", was.region),
        ("country", was.country),
        ("about", was.about),
        ("time_zone", was.time_zone),
    ]);
    Ok(page(&req, &profile, state))
}

/// What the form edits, as it is saved and as it was typed.
fn edited(profile: &Profile, state: &FormState) -> [Edited; 7] {
    let country = |code: &str| country_name(code).unwrap_or_default();
    let abroad = |posts: bool| if posts { "I post abroad" } else { "" };
    let text = |name, label, saved: &str| Edited::text(state, name, label, saved);
    [
        text("display_name", "Name", &profile.display_name),
        text("about", "About you", &profile.about),
        text("city", "Town", &profile.city),
        text("region", "Region", &profile.region),
        Edited::new(
            "Country",
            country(&profile.country),
            country(state.value("country")),
        ),
        Edited::new(
            "Parcels abroad",
            abroad(profile.posts_abroad),
            abroad(state.chosen("posts_abroad", "on")),
        ),
        text("time_zone", "Time zone", &profile.time_zone),
    ]
}

fn page(req: &Req, profile: &Profile, state: FormState) -> Response {
    let version = version_field(profile.version());
    let saved = profile.clone();
    let posts_abroad = profile.posts_abroad;
    let zones = zones_with(state.value("time_zone"));
    topic(
        req,
        "Profile",
        "What other readers see on your shelf.",
        move || {
            let both = both_versions(&state, version.0, &version.1, edited(&saved, &state));
            view! {
                {both}
                <PostForm
                    class="stack stack-l"
                    action=SaveProfile::PATH
                    novalidate=true
                    with=[version]
                >
                    <TextField
                        state=state.clone()
                        name="display_name"
                        label="Name"
                        autocomplete="name"
                    />
                    <TextArea
                        state=state.clone()
                        name="about"
                        label="About you"
                        maxlength=About::MAX
                        hint="What you like to read, what you look for."
                    />
                    <TextField
                        state=state.clone()
                        name="city"
                        label="Town"
                        autocomplete="address-level2"
                        hint="Readers find books near them by it. Leave it empty if you like."
                    />
                    <TextField
                        state=state.clone()
                        name="region"
                        label="Region"
                        autocomplete="address-level1"
                    />
                    <Select
                        state=state.clone()
                        name="country"
                        label="Country"
                        options=countries()
                    />
                    <Tick
                        state=state.clone()
                        name="posts_abroad"
                        label="I post abroad"
                        hint="It stands beside your books: readers in other countries may ask."
                        on=posts_abroad
                    />
                    <Select
                        state=state.clone()
                        name="time_zone"
                        label="Time zone"
                        options=zones
                        hint="Dates and deadlines are shown in it."
                    />
                    <p class="row">
                        <button class="btn btn-do">"Save"</button>
                        <a href=urls::SETTINGS>"Back without saving"</a>
                    </p>
                </PostForm>
            }
        },
    )
}
