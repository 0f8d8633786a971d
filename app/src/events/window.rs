//! When seats can be taken, and given back in time: the fields of the host, and the sentences that
//! readers see.

use dogear_server::events::{EventPage, LateGuest, words};
use jiff::tz::TimeZone;
use leptos::prelude::*;

use crate::ui::field::TextField;
use crate::ui::form_state::FormState;
use crate::ui::time::{Say, in_words};
use dogear_urls as urls;

/// The fields of an event.
pub(super) fn fields(state: &FormState) -> AnyView {
    let names = ["opens_days", "closes_hours", "cancel_hours"];
    let open = names
        .iter()
        .any(|name| !state.value(name).is_empty() || state.error(name).is_some());
    let state = state.clone();
    view! {
        <details open=open>
            <summary>"When seats can be taken"</summary>
            <div class="stack mt4">
                <TextField
                    state=state.clone()
                    name="opens_days"
                    label="From so many days before"
                    inputmode=Some("numeric")
                    hint="Leave it empty, and seats can be taken as soon as it is published."
                />
                <TextField
                    state=state.clone()
                    name="closes_hours"
                    label="Until so many hours before"
                    inputmode=Some("numeric")
                    hint="Leave it empty, and seats can be taken until it begins."
                />
                <TextField
                    state=state
                    name="cancel_hours"
                    label="Give seats back until so many hours before"
                    inputmode=Some("numeric")
                    hint="Guests can always give them back, so that others come. Later than this, you see who gave seats back late, and how many."
                />
            </div>
        </details>
    }
    .into_any()
}

/// From when on seats can be taken.
pub(super) fn opens(event: &EventPage, zone: &TimeZone, now: jiff::Timestamp) -> String {
    match event.seating.window.opens_at(event.starts_at) {
        Some(at) => format!(
            "Seats can be taken from {} on.",
            in_words(at, zone, now, Say::Moment)
        ),
        None => "Seats cannot be taken yet.".to_owned(),
    }
}

/// Until when guests give seats back in time, before they do.
pub(super) fn give_back_by(
    event: &EventPage,
    zone: &TimeZone,
    now: jiff::Timestamp,
) -> Option<String> {
    let by = event.seating.window.cancel_by(event.starts_at)?;
    let at = in_words(by, zone, now, Say::Moment);
    Some(if now > by {
        format!(
            "The host had asked for them by {at}: they see that you give them back late. Do it all the same, so that somebody else can come."
        )
    } else {
        format!("Give them back by {at}, so that somebody else can come.")
    })
}

/// On a host's page of an event: who has given seats back late; nothing where nobody has.
pub(super) fn late(guests: &[LateGuest]) -> Option<AnyView> {
    if guests.is_empty() {
        return None;
    }
    let rows = guests
        .iter()
        .map(|guest| {
            view! {
                <li>
                    <bdi class="strong">{guest.name.clone()}</bdi>
                    " "
                    <a class="quiet" href=urls::reader(&guest.handle)>
                        {format!("@{}", guest.handle)}
                    </a>
                    <br />
                    <span class="small">{words::seats(guest.seats)}</span>
                </li>
            }
        })
        .collect_view();
    Some(
        view! {
            <section class="stack stack-s" aria-labelledby="late-h">
                <h2 class="t-h3" id="late-h">
                    "Given back late"
                </h2>
                <ul class="rows">{rows}</ul>
            </section>
        }
        .into_any(),
    )
}
