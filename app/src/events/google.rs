//! A reader's Google Calendar: how it is connected and disconnected, what has come of that, and what
//! stands beside seats that are not in it.

use axum::extract::Query;
use dogear_server::calendars::google::{self, Back, State, Unsynced};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use serde::Deserialize;

use super::actions::{DisconnectGoogle, SyncGoogle};
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui::count;
use crate::ui::field::{PostForm, Tick};
use crate::ui::form_state::FormState;
use crate::ui::time::{Say, in_words};
use dogear_urls as urls;

/// What Google puts into the address with which it sends a reader back.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Came {
    state: String,
    code: String,
    error: String,
}

/// `/seats/google`: a reader comes back from Google. They go on to their seats, where it stands how
/// things are; the code does not stay in the address.
pub(super) async fn back(req: Req, Query(came): Query<Came>) -> PageResult {
    let came = Back {
        state: came.state,
        code: came.code,
        error: came.error,
    };
    let outcome = google::connect(&req.cx, &came).await?;
    Ok(req.redirect_saying(urls::SEATS, outcome.sentence()))
}

/// What is sent and what is not, before a reader goes to Google.
fn offer(consent: String) -> AnyView {
    view! {
        <p>
            "Your seats can stand in your Google Calendar by themselves: they move when an event does, and go when you give them back or it is cancelled."
        </p>
        <ul class="bullets">
            <li>
                "What we send to Google: title, time, place and description of the event, its host’s name, how many seats you have, what a seat costs, and the link to what is online."
            </li>
            <li>
                "What we do not send: other guests, the books you bring, your trades, your ticket, what you have to pay or have paid."
            </li>
            <li>
                "Google lets sites write entries only together with reading them. We read none but our own."
            </li>
        </ul>
        <p>
            <a class="btn" href=consent rel="noreferrer nofollow">
                "Connect Google Calendar"
            </a>
        </p>
    }
    .into_any()
}

/// The button with which what has failed is tried again.
fn again() -> AnyView {
    view! {
        <PostForm action=SyncGoogle::PATH>
            <button class="btn">"Try again"</button>
        </PostForm>
    }
    .into_any()
}

/// The button with which it is disconnected.
fn disconnect(state: &FormState) -> AnyView {
    let state = state.clone();
    view! {
        <details>
            <summary>"Disconnect"</summary>
            <PostForm class="stack stack-s mt4" action=DisconnectGoogle::PATH>
                <p>
                    "We take your coming seats out of your Google Calendar, have Google forget the permission, and forget it here. You can connect it again at any time."
                </p>
                <Tick
                    state=state
                    name="keep"
                    label="Leave the entries where they are"
                    hint="Then they no longer move when an event does."
                />
                <p>
                    <button class="btn">"Disconnect Google Calendar"</button>
                </p>
            </PostForm>
        </details>
    }
    .into_any()
}

/// Under the address of the reader's calendar.
pub(super) fn calendar(
    google: State,
    state: &FormState,
    zone: &TimeZone,
    now: Timestamp,
) -> AnyView {
    let moment = |at: Timestamp| in_words(at, zone, now, Say::Moment);
    let inside = match google {
        State::Off { consent } => offer(consent),
        State::Leaving => view! {
            <p>
                "Your Google Calendar is being disconnected. In a few minutes you can connect one again."
            </p>
        }
        .into_any(),
        State::Ended { at, consent } => view! {
            <p class="notice">
                {format!(
                    "Google has not let us write into your calendar since {}. Perhaps you have taken the permission back there, or the password has changed. What stands in your calendar no longer moves.",
                    moment(at),
                )}
            </p>
            <p>
                <a class="btn" href=consent rel="noreferrer nofollow">
                    "Connect it again"
                </a>
            </p>
            <PostForm action=DisconnectGoogle::PATH>
                <button class="btn">"Forget the connection"</button>
            </PostForm>
        }
        .into_any(),
        State::On {
            since,
            synced_at,
            waiting,
            failed,
        } => {
            let last = match synced_at {
                Some(at) => format!("Last written: {}.", moment(at)),
                None => "Nothing was written yet.".to_owned(),
            };
            let waiting = (waiting > 0).then(|| {
                let entries = count(waiting, "entry is", "entries are");
                view! { <p>{format!("{entries} not synced yet. It happens by itself.")}</p> }
            });
            let failed = (failed > 0).then(|| {
                let entries = count(failed, "entry", "entries");
                view! {
                    <p class="notice">
                        {format!("{entries} could not be synced, though we tried for hours.")}
                    </p>
                    {again()}
                }
            });
            let disconnect = disconnect(state);
            view! {
                <p>{format!("Connected since {}. {last}", moment(since))}</p>
                {waiting}
                {failed}
                {disconnect}
            }
            .into_any()
        }
    };
    view! {
        <section class="sheet stack mt6" aria-labelledby="google-h" id="google">
            <h2 class="t-h3" id="google-h">
                "In your Google Calendar"
            </h2>
            {inside}
        </section>
    }
    .into_any()
}

/// What stands beside seats that are not in the connected calendar.
pub(super) const fn beside(unsynced: Unsynced) -> &'static str {
    match unsynced {
        Unsynced::Waiting => "Not synced yet with your Google Calendar.",
        Unsynced::Failed => "Could not be synced with your Google Calendar.",
    }
}

/// The same on the page of the event, with what to do.
pub(super) fn under_seats(unsynced: Unsynced) -> AnyView {
    let text = beside(unsynced);
    let again = (unsynced == Unsynced::Failed).then(again);
    view! {
        <p class="small quiet">{text}</p>
        {again}
    }
    .into_any()
}
