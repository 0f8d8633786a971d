//! The form of an event: new, or one that is changed.

use axum::extract::Query;
use axum::response::Response;
use dogear_domain::events::{EventKind, OccurrenceState, Visibility};
use dogear_domain::fields::EventDescription;
use dogear_domain::ids::EventId;
use dogear_domain::money::Currency;
use dogear_server::events::{self, EventDraft, EventForm, InSeries, Organisation, Venue};
use leptos::prelude::*;
use serde::Deserialize;

use super::actions::{CreateEvent, SaveEvent};
use super::giving_on;
use super::left_out;
use super::series::{repeat_fields, which_dates};
use super::window;
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::empty::{Empty, Plate};
use crate::ui::field::{ErrorSummary, PostForm, Radios, Select, TextArea, TextField, Tick};
use crate::ui::form_state::FormState;
use crate::ui::versions::{Edited, both_versions, version_field};
use dogear_urls as urls;

/// The query of the form for a new event.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Like {
    like: Option<i64>,
}

/// The fields of a new event: as typed, or like one of the reader's own, on another day.
async fn filled(
    req: &Req,
    like: Option<EventId>,
    venues: &[Venue],
) -> Result<(FormState, bool), dogear_server::Error> {
    if let Some(like) = like {
        let form = events::draft(&req.cx, like).await?.form;
        let smaller = form.smaller_pass;
        let form = EventForm {
            day: String::new(),
            last_day: String::new(),
            ..form
        };
        return Ok((req.form.or(values(&form)), smaller));
    }
    let state = req.form.or([
        ("venue", venues[0].id.to_string()),
        ("kind", EventKind::SwapMeet.to_string()),
        ("visibility", Visibility::Public.to_string()),
        ("max_party", "4".to_owned()),
    ]);
    Ok((state, true))
}

pub(super) async fn new(req: Req, Query(params): Query<Like>) -> PageResult {
    let venues = events::venues(&req.cx).await?;
    let page = req.page("Host an event").nav(Nav::Events);
    if venues.is_empty() {
        return Ok(page.render(no_place));
    }
    let organisations = events::organisations(&req.cx).await?;
    let (state, smaller) = filled(&req, params.like.map(EventId), &venues).await?;
    // What was unticked stays so when the host only looks at the dates.
    let state = match req.form.values() {
        [] => state,
        _ => state.as_filled(),
    };
    let like = params.like.map(|like| ("like", like.to_string()));
    Ok(page.render(move || {
        let with: Vec<_> = like.into_iter().collect();
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state.clone() />
                <header class="stack stack-s">
                    <h1>"Host an event"</h1>
                    <p class="lead">"Nobody sees it until you publish it."</p>
                </header>
                {left_out::previewed(&state)}
                <PostForm class="stack stack-l" action=CreateEvent::PATH with=with novalidate=true>
                    {fields(
                        &state,
                        (&venues, &organisations),
                        smaller,
                        Some(urls::EVENT_NEW.to_owned()),
                    )}
                    {repeat_fields(&state)}
                    <p class="row">
                        <button class="btn btn-do">"Enter the event"</button>
                        {left_out::preview_button()}
                        <a href=urls::EVENTS>"Back without saving"</a>
                    </p>
                </PostForm>
            </div>
        }
    }))
}

/// Before an event comes a place.
fn no_place() -> impl IntoView {
    view! {
        <div class="wrap wrap-narrow page stack stack-l">
            <h1>"Host an event"</h1>
            <Empty plate=Plate::FirstUse heading="First: where?">
                <p>
                    "A library, a café, a living room: enter it once, and choose it for each evening."
                </p>
                <p>
                    <a class="btn btn-do" href=urls::VENUE_NEW>
                        "Enter a place"
                    </a>
                </p>
            </Empty>
        </div>
    }
}

pub(super) async fn edit(req: Req, Segment(event): Segment<EventId>) -> PageResult {
    let draft = events::draft(&req.cx, event).await?;
    let venues = events::venues_of(&req.cx, event).await?;
    let organisations = events::organisations_of(&req.cx, event).await?;
    // Whoever co-hosts it has places of their own, at which it cannot be.
    let is_owner = events::page(&req.cx, event).await?.host.is_viewer;
    let was = values(&draft.form);
    let state = req.form.or(was);
    let series = events::in_series(&req.cx, event).await?;
    let choices = (venues, organisations);
    Ok(form(
        &req,
        (event, is_owner),
        &draft,
        choices,
        series,
        state,
    ))
}

/// The fields with what is saved.
fn values(form: &EventForm) -> [(&'static str, String); 19] {
    let form = form.clone();
    [
        ("title", form.title),
        ("description", form.description),
        ("kind", form.kind),
        ("visibility", form.visibility),
        ("venue", form.venue),
        ("day", form.day),
        ("starts", form.starts),
        ("ends", form.ends),
        ("last_day", form.last_day),
        ("online", form.online),
        ("capacity", form.capacity),
        ("max_party", form.max_party),
        ("price", form.price),
        ("currency", form.currency),
        ("opens_days", form.opens_days),
        ("closes_hours", form.closes_hours),
        ("cancel_hours", form.cancel_hours),
        ("give_on", form.give_on),
        ("organisation", form.organisation),
    ]
}

/// What the form edits, as it is saved and as it was typed.
fn edited(
    draft: &EventDraft,
    (venues, organisations): (&[Venue], &[Organisation]),
    state: &FormState,
) -> Vec<Edited> {
    let saved = &draft.form;
    let text = |name, label, saved: &str| Edited::text(state, name, label, saved);
    let kind = |word: &str| word.parse::<EventKind>().map_or("", EventKind::label);
    let venue = |id: &str| {
        venues
            .iter()
            .find(|venue| venue.id.to_string() == id)
            .map_or_else(String::new, |venue| venue.name.clone())
    };
    let organisation = |id: &str| {
        organisations
            .iter()
            .find(|one| one.id.to_string() == id)
            .map_or_else(String::new, |one| one.form.name.clone())
    };
    let given_on = |minutes: &str| {
        let minutes = minutes.parse();
        minutes.map_or_else(|_| String::new(), giving_on::words_of)
    };
    let passes = |pass: bool| if pass { "Smaller parties pass" } else { "" };
    vec![
        text("title", "Title", &saved.title),
        text("description", "What happens", &saved.description),
        Edited::new("Kind", kind(&saved.kind), kind(state.value("kind"))),
        text("visibility", "Who sees it", &saved.visibility),
        Edited::new("Place", venue(&saved.venue), venue(state.value("venue"))),
        Edited::new(
            "Whose event it is",
            organisation(&saved.organisation),
            organisation(state.value("organisation")),
        ),
        text("day", "Day", &saved.day),
        text("starts", "Begins", &saved.starts),
        text("ends", "Ends", &saved.ends),
        text("last_day", "Ends on", &saved.last_day),
        text("online", "Link online", &saved.online),
        text("capacity", "Seats", &saved.capacity),
        text("max_party", "Seats for one guest", &saved.max_party),
        text("price", "Price of a seat", &saved.price),
        text("currency", "Currency", &saved.currency),
        text(
            "opens_days",
            "Seats from, in days before",
            &saved.opens_days,
        ),
        text(
            "closes_hours",
            "Seats until, in hours before",
            &saved.closes_hours,
        ),
        text(
            "cancel_hours",
            "Given back in time, in hours before",
            &saved.cancel_hours,
        ),
        Edited::new(
            "Seats of those who have not come",
            given_on(&saved.give_on),
            given_on(state.value("give_on")),
        ),
        Edited::new(
            "Waiting list",
            passes(saved.smaller_pass),
            passes(state.chosen("smaller_pass", "on")),
        ),
    ]
}

fn form(
    req: &Req,
    (event, is_owner): (EventId, bool),
    draft: &EventDraft,
    (venues, organisations): (Vec<Venue>, Vec<Organisation>),
    series: Option<InSeries>,
    state: FormState,
) -> Response {
    let version = version_field(draft.version());
    let draft = draft.clone();
    let title = format!("Change {}", draft.form.title);
    req.page(title).nav(Nav::Events).render(move || {
        let both = both_versions(
            &state,
            version.0,
            &version.1,
            edited(&draft, (&venues, &organisations), &state),
        );
        let told = (draft.state == OccurrenceState::Published && draft.taken > 0).then(|| {
            view! {
                <p class="notice">
                    "If the day, the time or the place changes, everybody who has a seat or waits for one is told. Seats that you add go to those who wait."
                </p>
            }
        });
        let with = [("event", event.to_string()), version];
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state.clone() />
                {both}
                <header class="stack stack-s">
                    <p class="small">
                        <a href=urls::host_event(event)>"Guests and settings"</a>
                    </p>
                    <h1 dir="auto">{format!("Change “{}”", draft.form.title)}</h1>
                </header>
                {told}
                <PostForm class="stack stack-l" action=SaveEvent::PATH novalidate=true with=with>
                    {fields(
                        &state,
                        (&venues, &organisations),
                        draft.form.smaller_pass,
                        is_owner.then(|| urls::host_edit(event)),
                    )}
                    {series.map(|series| which_dates(&state, &series, "What is changed", None))}
                    <p class="row">
                        <button class="btn btn-do">"Save"</button>
                        <a href=urls::host_event(event)>"Back without saving"</a>
                    </p>
                </PostForm>
            </div>
        }
    })
}

/// The fields. `here` is the address of the form, where whoever enters a place goes on; none for
/// whoever cannot.
fn fields(
    state: &FormState,
    (venues, organisations): (&[Venue], &[Organisation]),
    smaller: bool,
    here: Option<String>,
) -> AnyView {
    let kinds: Vec<(String, String)> = EventKind::ALL
        .iter()
        .map(|kind| (kind.to_string(), kind.label().to_owned()))
        .collect();
    let places: Vec<(String, String)> = venues
        .iter()
        .map(|venue| {
            (
                venue.id.to_string(),
                format!("{}, {}", venue.name, venue.city),
            )
        })
        .collect();
    let currencies: Vec<(String, String)> = Currency::ALL
        .iter()
        .map(|currency| (currency.to_string(), currency.to_string()))
        .collect();
    let see = vec![
        (
            Visibility::Public.to_string(),
            "Everybody".to_owned(),
            "It stands among the events, and search engines find it.".to_owned(),
        ),
        (
            Visibility::Members.to_string(),
            "Whoever is logged in".to_owned(),
            String::new(),
        ),
        (
            Visibility::Unlisted.to_string(),
            "Whoever has its address".to_owned(),
            "It stands in no list and in no search engine. Whoever has its address sees it, and whoever tries numbers can come upon it: for a secret, invite people instead."
                .to_owned(),
        ),
        (
            Visibility::Invited.to_string(),
            "Those you invite".to_owned(),
            "You are given a secret link to send to them. For everybody else there is no such event."
                .to_owned(),
        ),
    ];
    let state = state.clone();
    let whose = (!organisations.is_empty()).then(|| {
        let own = (String::new(), "Mine alone".to_owned());
        let theirs = organisations
            .iter()
            .map(|one| (one.id.to_string(), one.form.name.clone()));
        let options: Vec<(String, String)> = std::iter::once(own).chain(theirs).collect();
        view! {
            <Select
                state=state.clone()
                name="organisation"
                label="Whose event it is"
                hint="Every member of an organisation hosts its events."
                options=options
            />
        }
    });
    let place = here.map(|here| {
        view! {
            <p class="small quiet">
                "Somewhere you have not been yet? "
                <a href=urls::venue_new_then(&here)>"Enter the place"</a>
                " before you fill this in."
            </p>
        }
    });
    view! {
        {place}
        <TextField state=state.clone() name="title" label="Title" />
        <Select state=state.clone() name="kind" label="Kind" options=kinds />
        <TextArea
            state=state.clone()
            name="description"
            label="What happens"
            hint="What guests bring, what waits for them, how the evening goes. An empty line begins a paragraph."
            maxlength=EventDescription::MAX
        />
        <Select state=state.clone() name="venue" label="Place" options=places />
        {whose}
        <TextField state=state.clone() name="day" label="Day" kind="date" />
        <TextField
            state=state.clone()
            name="starts"
            label="Begins"
            kind="time"
            hint="By the clock of the place."
        />
        <TextField state=state.clone() name="ends" label="Ends" kind="time" />
        <TextField
            state=state.clone()
            name="last_day"
            label="Last day"
            kind="date"
            hint="Only if it ends on another day."
        />
        <TextField
            state=state.clone()
            name="online"
            label="Link, if it is online too"
            kind="url"
            hint="Begins with https://. Only those who have seats see it; they are told when it changes."
        />
        <TextField
            state=state.clone()
            name="capacity"
            label="Seats"
            inputmode=Some("numeric")
            hint="Leave it empty if there is room for everybody."
        />
        <TextField
            state=state.clone()
            name="max_party"
            label="Seats for one guest, at most"
            inputmode=Some("numeric")
        />
        <TextField
            state=state.clone()
            name="price"
            label="Price of a seat"
            inputmode=Some("decimal")
            hint="Leave it empty if seats are free. Guests pay in person, at the door. Whoever has seats keeps the price at which they took them; whoever waits is asked first when it rises."
        />
        <Select state=state.clone() name="currency" label="Currency" options=currencies />
        {window::fields(&state)}
        {giving_on::field(&state)}
        <Radios state=state.clone() name="visibility" label="Who sees it" options=see />
        <Tick
            state=state.clone()
            name="smaller_pass"
            label="On the waiting list, smaller parties may pass larger ones"
            hint="If two seats come free and the first one waits for four, the next one who needs two has them. Without this, everybody waits for the first."
            on=smaller
        />
    }
    .into_any()
}
