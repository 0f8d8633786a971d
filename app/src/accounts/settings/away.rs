//! Holidays.

use axum::response::Response;
use dogear_server::accounts::{self, Profile};
use jiff::{SignedDuration, Timestamp};
use leptos::prelude::*;

use super::{last_day_in_words, topic};
use crate::accounts::actions::SetAway;
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui::field::{PostForm, TextField};
use crate::ui::versions::{Edited, both_versions, version_field};
use dogear_urls as urls;

const LEAD: &str = "While you are away, your books stay on your shelf with the day of your return, and readers know not to wait for a quick answer.";

pub(super) async fn form(req: Req) -> PageResult {
    let profile = accounts::profile(&req.cx).await?;
    Ok(page(&req, &profile))
}

fn page(req: &Req, profile: &Profile) -> Response {
    let away: Option<Timestamp> = profile.away_until;
    let version = version_field(profile.away_version());
    let state = req.form.clone();
    let zone = req.zone();
    let now = req.cx.now();
    let words = away.map(|end| last_day_in_words(end, &zone, now));
    let value = away
        .map(|end| {
            (end - SignedDuration::from_secs(1))
                .to_zoned(zone)
                .date()
                .to_string()
        })
        .unwrap_or_default();
    topic(req, "Holidays", LEAD, move || {
        let edited = [Edited::text(
            &state,
            "last_day",
            "Last day away",
            value.clone(),
        )];
        let both = both_versions(&state, version.0, &version.1, edited);
        let back = [version.clone()];
        view! {
            {both}
            {words
                .map(|day| {
                    view! {
                        <PostForm class="notice row row-between" action=SetAway::PATH with=back>
                            <span>{format!("You are away until {day}.")}</span>
                            <button class="btn btn-small">"I am back"</button>
                        </PostForm>
                    }
                })}
            <PostForm class="stack stack-l" action=SetAway::PATH novalidate=true with=[version]>
                <TextField
                    state=state.clone()
                    name="last_day"
                    label="Last day away"
                    kind="date"
                    value=value
                    hint="At most a year from now."
                />
                <p class="row">
                    <button class="btn btn-do">"Save"</button>
                    <a href=urls::SETTINGS>"Back without saving"</a>
                </p>
            </PostForm>
        }
    })
}
