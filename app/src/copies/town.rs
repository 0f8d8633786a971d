//! “Where are your books?”, above the shelf, once there is one.

use dogear_domain::countries::COUNTRIES;
use dogear_server::accounts::{self, TownForm};
use leptos::prelude::*;

use super::actions::SayTown;
use crate::action::ServerFn;
use crate::http::{AppError, Req};
use crate::ui::field::{PostForm, Select, TextField, Tick};
use crate::ui::form_state::FormState;

/// The question for whoever is to be asked it. `from`: `add` comes back to the page on which the
/// next book is added.
pub(super) async fn question(
    req: &Req,
    from: &'static str,
) -> Result<Option<impl FnOnce() -> AnyView + Send + use<>>, AppError> {
    let Some(known) = accounts::asks_for_town(&req.cx).await? else {
        return Ok(None);
    };
    let state = req.form.clone();
    Ok(Some(move || view(known, &state, from)))
}

fn view(known: TownForm, state: &FormState, from: &'static str) -> AnyView {
    let state = state.clone().or([
        ("country", known.country),
        (
            "posts_abroad",
            if known.posts_abroad { "on" } else { "" }.to_owned(),
        ),
    ]);
    let countries: Vec<(String, String)> = std::iter::once(("", "Not said"))
        .chain(COUNTRIES.iter().copied())
        .map(|(code, name)| (code.to_owned(), name.to_owned()))
        .collect();
    view! {
        <section class="notice stack mt5" aria-labelledby="town">
            <h2 id="town" class="t-h3">
                "Where are your books?"
            </h2>
            <p>
                "Say your town, so readers near you find them. Others see the town and how far away it is, never an address."
            </p>
            <PostForm
                class="stack"
                action=SayTown::PATH
                novalidate=true
                with=[("from", from.to_owned())]
            >
                <div class="cols">
                    <TextField
                        state=state.clone()
                        name="city"
                        label="Town"
                        autocomplete="address-level2"
                    />
                    <Select state=state.clone() name="country" label="Country" options=countries />
                </div>
                <Tick state=state name="posts_abroad" label="I post abroad" />
                <p class="row">
                    <button class="btn btn-do">"Save"</button>
                    <button class="btn" name="later" value="1">
                        "Not now"
                    </button>
                </p>
            </PostForm>
        </section>
    }
    .into_any()
}
