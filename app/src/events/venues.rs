//! The form of a place: new, or one that is changed.

use axum::extract::Query;
use dogear_domain::events::AccessFact;
use dogear_domain::fields::Directions;
use dogear_domain::ids::VenueId;
use dogear_server::accounts;
use dogear_server::events::{self, Venue};
use leptos::prelude::*;
use serde::Deserialize;

use super::actions::{AddVenue, SaveVenue};
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment, own_path};
use crate::ui::choices::{countries, zones_with};
use crate::ui::field::{ErrorSummary, PostForm, Select, TextArea, TextField, Tick};
use crate::ui::form_state::FormState;
use crate::ui::versions::{Edited, both_versions, version_field};
use dogear_urls as urls;

/// Where a host goes on who enters a place.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Params {
    next: String,
}

pub(super) async fn new(req: Req, Query(params): Query<Params>) -> PageResult {
    let profile = accounts::profile(&req.cx).await?;
    let state = req.form.or([
        ("city", profile.city),
        ("country", profile.country),
        ("time_zone", profile.time_zone),
    ]);
    let next = own_path(&params.next).to_owned();
    Ok(req
        .page("Enter a place")
        .nav(Nav::Events)
        .render(move || {
            view! {
                <div class="wrap wrap-narrow page stack stack-l">
                    <ErrorSummary state=state.clone() />
                    <header class="stack stack-s">
                        <h1>"Enter a place"</h1>
                        <p class="lead">
                            "Only you can choose it for events. Its address is shown with each event there."
                        </p>
                    </header>
                    <PostForm
                        class="stack stack-l"
                        action=AddVenue::PATH
                        novalidate=true
                        with=[("next", next)]
                    >
                        {fields(&state, &[])}
                        <p class="row">
                            <button class="btn btn-do">"Enter the place"</button>
                            <a href=urls::EVENTS>"Back without saving"</a>
                        </p>
                    </PostForm>
                </div>
            }
        }))
}

pub(super) async fn edit(req: Req, Segment(id): Segment<VenueId>) -> PageResult {
    let venue = events::venue(&req.cx, id).await?;
    let was = venue.clone();
    let state = req.form.or([
        ("name", was.name),
        ("address", was.address),
        ("city", was.city),
        ("country", was.country),
        ("time_zone", was.time_zone),
        ("directions", was.directions),
    ]);
    Ok(req
        .page(format!("Change {}", venue.name))
        .nav(Nav::Events)
        .render(move || {
            let version = version_field(venue.version());
            let both = both_versions(&state, version.0, &version.1, edited(&venue, &state));
            let with = [("venue", id.to_string()), version];
            view! {
                <div class="wrap wrap-narrow page stack stack-l">
                    <ErrorSummary state=state.clone() />
                    {both}
                    <header class="stack stack-s">
                        <p class="small">
                            <a href=urls::HOST>"What you host"</a>
                        </p>
                        <h1 dir="auto">{format!("Change {}", venue.name)}</h1>
                        <p class="lead">
                            "Every event there shows what you change, and keeps its times. If name, address or town change, everybody who has a seat at one to come is told."
                        </p>
                    </header>
                    <PostForm
                        class="stack stack-l"
                        action=SaveVenue::PATH
                        novalidate=true
                        with=with
                    >
                        {fields(&state, &venue.access)}
                        <p class="row">
                            <button class="btn btn-do">"Save"</button>
                            <a href=urls::HOST>"Back without saving"</a>
                        </p>
                    </PostForm>
                </div>
            }
        }))
}

/// What the form edits, as it is saved and as it was typed.
fn edited(venue: &Venue, state: &FormState) -> Vec<Edited> {
    let text = |name, label, saved: &str| Edited::text(state, name, label, saved);
    let mut all = vec![
        text("name", "Name", &venue.name),
        text("address", "Address", &venue.address),
        text("city", "Town", &venue.city),
        text("country", "Country", &venue.country),
        text("time_zone", "Time zone", &venue.time_zone),
        text("directions", "Directions", &venue.directions),
    ];
    let yes = |is: bool| if is { "Yes" } else { "" };
    for &fact in AccessFact::ALL {
        let (saved, typed) = (
            venue.access.contains(&fact),
            state.chosen("access", fact.as_str()),
        );
        all.push(Edited::new(fact.label(), yes(saved), yes(typed)));
    }
    all
}

fn fields(state: &FormState, has: &[AccessFact]) -> AnyView {
    let zones = zones_with(state.value("time_zone"));
    let access = AccessFact::ALL.iter().map(|fact| {
        view! {
            <Tick
                state=state.clone()
                name="access"
                value=fact.as_str()
                label=fact.label()
                on=has.contains(fact)
            />
        }
    });
    let access = access.collect_view();
    let state = state.clone();
    view! {
        <TextField
            state=state.clone()
            name="name"
            label="Name"
            hint="What people there call it: “Café Lamp”, “Town library, reading room”."
        />
        <TextField
            state=state.clone()
            name="address"
            label="Street and number"
            autocomplete="address-line1"
        />
        <TextField state=state.clone() name="city" label="Town" autocomplete="address-level2" />
        <Select state=state.clone() name="country" label="Country" options=countries() />
        <Select
            state=state.clone()
            name="time_zone"
            label="Time zone"
            options=zones
            hint="Events there begin by this clock."
        />
        <fieldset class="field" id="f-access">
            <legend>"What guests can count on"</legend>
            {access}
        </fieldset>
        <TextArea
            state=state.clone()
            name="directions"
            label="How to get there and in"
            maxlength=Directions::MAX
        />
    }
    .into_any()
}

/// The places of the reader, at the foot of what they host.
pub(super) fn section(venues: &[Venue]) -> Option<AnyView> {
    if venues.is_empty() {
        return None;
    }
    let rows = venues.iter().map(|venue| {
        let label = format!("Change {}", venue.name);
        let words = format!("{}, {}", venue.address, venue.city);
        view! {
            <li class="row row-between">
                <div class="stack-s">
                    <p>
                        <strong>{venue.name.clone()}</strong>
                    </p>
                    <p class="small quiet">{words}</p>
                </div>
                <a class="btn btn-small" href=urls::venue(venue.id) aria-label=label>
                    "Change"
                </a>
            </li>
        }
    });
    let section = view! {
        <section class="stack stack-s mt6" aria-labelledby="places-h">
            <h2 class="t-h3" id="places-h">
                "Your places"
            </h2>
            <ul class="rows">{rows.collect_view()}</ul>
        </section>
    };
    Some(section.into_any())
}
