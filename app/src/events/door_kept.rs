//! The door without a connection: what the page says of the list that the device keeps, and the
//! places that `public/js/door.js` fills. Without scripts it shows nothing.

use dogear_domain::ids::EventId;
use leptos::prelude::*;

use super::door_actions::{FindAtDoor, KeepDoorList, LetIn, SendDoorNotes};
use crate::action::ServerFn;
use crate::http::Req;
use dogear_urls as urls;

/// What answers for the door when nothing else does: it has to stand above its pages.
const WORKER: &str = "/door-worker.js";

/// Addresses of what the page loads later.
pub(super) struct Scripts {
    /// What reads the codes of tickets, where the browser does not.
    pub reader: String,
    /// What keeps the list.
    keeper: String,
    /// The number of whoever is logged in: what they note, they alone send.
    who: String,
}

impl Scripts {
    pub(super) fn of(req: &Req) -> Self {
        Self {
            reader: req.assets.path("square.wasm").to_owned(),
            keeper: req.assets.path("door.js").to_owned(),
            who: (req.cx.actor.as_ref()).map_or_else(String::new, |actor| actor.id.to_string()),
        }
    }
}

/// What was noted on this device, who was found there, and what became of it; above the list.
pub(super) fn noted(event: EventId, scripts: &Scripts) -> AnyView {
    let log_in = urls::login_from(&urls::host_door(event));
    view! {
        <section
            class="sheet stack stack-s"
            aria-labelledby="noted-h"
            id="noted"
            hidden
            data-script=scripts.keeper.clone()
            data-worker=WORKER
            data-reader=scripts.reader.clone()
            data-event=event.to_string()
            data-keeper=scripts.who.clone()
            data-list=KeepDoorList::PATH
            data-send=SendDoorNotes::PATH
            data-let-in=LetIn::PATH
            data-find=FindAtDoor::PATH
        >
            <h2 class="t-h3" id="noted-h">
                "Without a connection"
            </h2>
            <p id="noted-how" hidden></p>
            <p id="noted-out" hidden>
                "You are logged out, or do not keep this door any more. What is noted stays on this device for two days at most. "
                <a href=log_in>"Log in"</a>
                ", and it is sent."
            </p>
            <ul class="rows" id="noted-found"></ul>
            <p class="strong" id="noted-waiting"></p>
            <ul class="rows" id="noted-rows"></ul>
            <p class="strong" id="noted-refused" hidden>
                "Not let in, and why"
            </p>
            <ul class="rows" id="noted-problems"></ul>
        </section>
        <p class="strong" role="status" id="noted-said" tabindex="-1"></p>
    }
    .into_any()
}

/// That the device keeps the list, for how long, and how it is forgotten; below everything else.
pub(super) fn kept() -> AnyView {
    view! {
        <section class="stack stack-s" aria-labelledby="kept-h" id="kept" hidden>
            <h2 class="t-h3" id="kept-h">
                "The list on this device"
            </h2>
            <p class="small quiet">
                "This device keeps the list, so that the door stays open when the connection goes: names, handles, seats, who is in, and what tells a right code from a wrong one; no codes. It does so from a day before the event on. The list goes when you log out, when this site is opened here a day after the event or later, or at once:"
            </p>
            <p>
                <button type="button" class="btn btn-small" id="kept-forget">
                    "Forget the list on this device"
                </button>
            </p>
            <p class="small quiet">
                "It is kept again when you open this page again. What you note without a connection stays until you send it or take it back, also when you log out, but not longer than two days; nobody else sends it."
            </p>
        </section>
    }
    .into_any()
}
