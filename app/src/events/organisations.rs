//! Organisations: `/organisations/{id}-{slug}`, their forms, and the part of `/host` that leads to
//! them.

use dogear_domain::events::organisations::OrganisationRole;
use dogear_domain::fields::OrganisationDescription;
use dogear_domain::ids::OrganisationId;
use dogear_server::events::{self, AskedToJoin, Organisation, OrganisationPage};
use leptos::prelude::*;

use super::organisation_actions::{
    AcceptMembership, CreateOrganisation, DeclineMembership, SaveOrganisation,
};
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment, Slugged, moved};
use crate::ui::event::event_line;
use crate::ui::field::{ErrorSummary, PostForm, TextArea, TextField};
use crate::ui::form_state::FormState;
use crate::ui::versions::{Edited, both_versions, version_field};
use dogear_urls as urls;

pub(super) async fn show(req: Req, Segment(name): Segment<Slugged<OrganisationId>>) -> PageResult {
    let page = events::organisation_page(&req.cx, name.id).await?;
    let path = urls::organisation(name.id, &page.organisation.slug);
    if name.slug != page.organisation.slug {
        return Ok(moved(&path));
    }
    let now = req.cx.now();
    let form = page.organisation.form.clone();
    let said = format!("{}, {}.", form.name, form.town);
    Ok(req
        .page(form.name)
        .nav(Nav::Events)
        .public(said, path)
        .render(move || {
            let form = &page.organisation.form;
            let paragraphs: Vec<_> = form
                .description
                .split("\n\n")
                .filter(|text| !text.trim().is_empty())
                .map(|text| view! { <p class="prelines">{text.trim().to_owned()}</p> })
                .collect();
            let events: Vec<AnyView> = page
                .coming
                .iter()
                .map(|event| event_line(event, now))
                .collect();
            let coming = if events.is_empty() {
                view! { <p class="quiet">"Nothing is to come that you could find here."</p> }
                    .into_any()
            } else {
                view! { <ul class="eventlist">{events}</ul> }.into_any()
            };
            let link = (!form.link.is_empty()).then(|| {
                let (address, text) = (form.link.clone(), form.link.clone());
                view! {
                    <p>
                        <a href=address rel="noreferrer nofollow">
                            {text}
                        </a>
                    </p>
                }
            });
            view! {
                <div class="wrap wrap-narrow page stack stack-l">
                    <header class="stack stack-s">
                        <h1 dir="auto">{form.name.clone()}</h1>
                        <p class="lead">{form.town.clone()}</p>
                    </header>
                    {buttons(&page.organisation)}
                    <div class="prose" dir="auto">
                        {paragraphs}
                    </div>
                    {link}
                    <section class="stack stack-s" aria-labelledby="coming-h">
                        <h2 class="t-h3" id="coming-h">
                            "To come"
                        </h2>
                        {coming}
                    </section>
                    {people(&page)}
                </div>
            }
        }))
}

/// What its members can do.
fn buttons(organisation: &Organisation) -> Option<AnyView> {
    organisation.role?;
    let id = organisation.id;
    let change = organisation.is_admin().then(|| {
        view! {
            <a class="btn" href=urls::organisation_edit(id)>
                "Change"
            </a>
        }
    });
    let buttons = view! {
        <div class="row">
            <a class="btn" href=urls::organisation_people(id)>
                "Its people"
            </a>
            {change}
        </div>
    };
    Some(buttons.into_any())
}

fn people(page: &OrganisationPage) -> Option<AnyView> {
    let rows: Vec<_> = page
        .people
        .iter()
        .filter(|person| !person.is_asked)
        .map(|person| {
            let handle = format!(" @{}", person.handle);
            view! {
                <li class="row row-between">
                    <span>
                        <a href=urls::reader(&person.handle)>{person.name.clone()}</a>
                        <span class="quiet">{handle}</span>
                    </span>
                    <span class="quiet">{person.role.label()}</span>
                </li>
            }
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let section = view! {
        <section class="stack stack-s" aria-labelledby="people-h">
            <h2 class="t-h3" id="people-h">
                "Its people"
            </h2>
            <ul class="rows">{rows}</ul>
        </section>
    };
    Some(section.into_any())
}

pub(super) async fn new(req: Req) -> PageResult {
    let state = req.form.clone();
    let page = req.page("Enter an organisation").nav(Nav::Events);
    Ok(page.render(move || {
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state.clone() />
                <header class="stack stack-s">
                    <h1>"Enter an organisation"</h1>
                    <p class="lead">
                        "A library, a club, a shop. Everybody sees its page, and whoever joins hosts its events with you."
                    </p>
                </header>
                <PostForm class="stack stack-l" action=CreateOrganisation::PATH novalidate=true>
                    {fields(&state)}
                    <p class="row">
                        <button class="btn btn-do">"Enter the organisation"</button>
                        <a href=urls::HOST>"Back without saving"</a>
                    </p>
                </PostForm>
            </div>
        }
    }))
}

pub(super) async fn edit(req: Req, Segment(id): Segment<OrganisationId>) -> PageResult {
    let organisation = events::organisation(&req.cx, id).await?;
    let was = organisation.form.clone();
    let state = req.form.or([
        ("name", was.name),
        ("town", was.town),
        ("description", was.description),
        ("link", was.link),
    ]);
    let title = format!("Change {}", organisation.form.name);
    Ok(req.page(title.clone()).nav(Nav::Events).render(move || {
        let version = version_field(organisation.version());
        let both = both_versions(&state, version.0, &version.1, edited(&organisation, &state));
        let with = [("organisation", id.to_string()), version];
        let back = urls::organisation(id, &organisation.slug);
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state.clone() />
                {both}
                <h1 dir="auto">{title}</h1>
                <PostForm
                    class="stack stack-l"
                    action=SaveOrganisation::PATH
                    novalidate=true
                    with=with
                >
                    {fields(&state)}
                    <p class="row">
                        <button class="btn btn-do">"Save"</button>
                        <a href=back>"Back without saving"</a>
                    </p>
                </PostForm>
            </div>
        }
    }))
}

/// What the form edits, as it is saved and as it was typed.
fn edited(organisation: &Organisation, state: &FormState) -> Vec<Edited> {
    let saved = &organisation.form;
    let text = |name, label, saved: &str| Edited::text(state, name, label, saved);
    vec![
        text("name", "Name", &saved.name),
        text("town", "Town", &saved.town),
        text("description", "What it is", &saved.description),
        text("link", "Its own page", &saved.link),
    ]
}

fn fields(state: &FormState) -> AnyView {
    let state = state.clone();
    view! {
        <TextField
            state=state.clone()
            name="name"
            label="Name"
            hint="As people call it: “Riverside Library”."
        />
        <TextField state=state.clone() name="town" label="Town" autocomplete="address-level2" />
        <TextArea
            state=state.clone()
            name="description"
            label="What it is"
            hint="An empty line begins a paragraph."
            maxlength=OrganisationDescription::MAX
        />
        <TextField
            state=state.clone()
            name="link"
            label="Its own page elsewhere"
            kind="url"
            hint="Begins with https://. May stay empty."
        />
    }
    .into_any()
}

/// Which organisations ask the reader to join, at the head of what they host.
pub(super) fn questions(asked: &[AskedToJoin]) -> Option<AnyView> {
    if asked.is_empty() {
        return None;
    }
    let rows = asked.iter().map(question).collect_view();
    let section = view! {
        <section class="stack stack-s mt5" aria-labelledby="join-h">
            <h2 class="t-h3" id="join-h">
                "You are asked to join"
            </h2>
            <ul class="rows">{rows}</ul>
        </section>
    };
    Some(section.into_any())
}

fn question(asked: &AskedToJoin) -> AnyView {
    let with = || [("membership", asked.id.to_string())];
    let path = urls::organisation(asked.organisation, &asked.slug);
    let place = format!(", {}", asked.town);
    let (yes, no) = (
        format!("Join {}", asked.name),
        format!("No, thank you: {}", asked.name),
    );
    view! {
        <li class="stack stack-s">
            <p>
                <a href=path>{asked.name.clone()}</a>
                {place}
            </p>
            <p class="small">
                "You would host its events with its other members, and stand with your name on its page."
            </p>
            <div class="row">
                <PostForm action=AcceptMembership::PATH with=with()>
                    <button class="btn btn-small btn-do" aria-label=yes>
                        "Join"
                    </button>
                </PostForm>
                <PostForm action=DeclineMembership::PATH with=with()>
                    <button class="btn btn-small" aria-label=no>
                        "No, thank you"
                    </button>
                </PostForm>
            </div>
        </li>
    }
    .into_any()
}

/// The organisations of the reader, at the foot of what they host.
pub(super) fn own(organisations: &[Organisation], may_enter: bool) -> AnyView {
    let rows: Vec<_> = organisations
        .iter()
        .map(|one| {
            let path = urls::organisation(one.id, &one.slug);
            let role = one.role.map(OrganisationRole::label);
            view! {
                <li class="row row-between">
                    <a href=path>{one.form.name.clone()}</a>
                    <span class="quiet">{role}</span>
                </li>
            }
        })
        .collect();
    let list = if rows.is_empty() {
        view! { <p class="quiet">"A library, a club, a shop: its members host its events together."</p> }
            .into_any()
    } else {
        view! { <ul class="rows">{rows}</ul> }.into_any()
    };
    let new = may_enter.then(|| {
        view! {
            <p>
                <a class="btn btn-small" href=urls::ORGANISATION_NEW>
                    "Enter an organisation"
                </a>
            </p>
        }
    });
    view! {
        <section class="mt6 stack stack-s" aria-labelledby="organisations-h">
            <h2 class="t-h3" id="organisations-h">
                "Your organisations"
            </h2>
            {list}
            {new}
        </section>
    }
    .into_any()
}
