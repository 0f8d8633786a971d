//! Holidays.

use axum::response::Response;
use dogear_server::accounts;
use jiff::{SignedDuration, Timestamp};
use leptos::prelude::*;

use super::{last_day_in_words, topic};
use crate::http::{Form, FormState, PageResult, Req};
use crate::paths;
use crate::ui::field::TextField;

const LEAD: &str = "While you are away, your books stay on your shelf with the day of your return, and readers know not to wait for a quick answer.";

pub async fn form(req: Req) -> PageResult {
    let profile = accounts::profile(&req.cx).await?;
    Ok(page(&req, FormState::new(), profile.away_until))
}

pub async fn submit(req: Req, form: Form) -> PageResult {
    let back = form.has("back");
    let last_day = if back { "" } else { form.text("last_day") };
    match accounts::set_away(&req.cx, last_day).await {
        Ok(()) if last_day.trim().is_empty() => {
            Ok(req.redirect_saying(paths::SETTINGS, "You are shown as here."))
        }
        Ok(()) => Ok(req.redirect_saying(paths::SETTINGS, "Your holiday is noted. Enjoy it.")),
        Err(error) => {
            let away = accounts::profile(&req.cx).await?.away_until;
            Ok(page(&req, form.again(error)?, away))
        }
    }
}

fn page(req: &Req, state: FormState, away: Option<Timestamp>) -> Response {
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
    topic(req, "Holidays", LEAD, &state.clone(), move || {
        view! {
            {words.map(|day| view! {
                <form class="notice row row-between" method="post" action=paths::SETTINGS_AWAY>
                    <span>{format!("You are away until {day}.")}</span>
                    <button class="btn btn-small" name="back" value="1">"I am back"</button>
                </form>
            })}
            <form class="stack stack-l" method="post" action=paths::SETTINGS_AWAY novalidate>
                <TextField state=state.clone() name="last_day" label="Last day away" kind="date" value=value
                    hint="At most a year from now."/>
                <p class="row"><button class="btn btn-do">"Save"</button><a href=paths::SETTINGS>"Back without saving"</a></p>
            </form>
        }
    })
}
