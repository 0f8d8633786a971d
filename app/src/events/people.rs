//! `/organisations/{id}/people`: who is a member of an organisation, for its members.

use dogear_domain::events::organisations::OrganisationRole;
use dogear_domain::ids::OrganisationId;
use dogear_server::events::{self, Organisation, Person};
use leptos::prelude::*;

use super::organisation_actions::{
    ChangeMemberRole, CloseOrganisation, InviteMember, LeaveOrganisation, RemoveMember,
};
use super::parts::{Part, changing};
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::field::{ErrorSummary, PostForm, Radios, TextField};
use crate::ui::form_state::FormState;
use dogear_urls as urls;

pub(super) async fn show(req: Req, Segment(id): Segment<OrganisationId>) -> PageResult {
    let page = events::organisation_people(&req.cx, id).await?;
    let state = (req.form.clone()).or([("role", OrganisationRole::Member.to_string())]);
    let title = format!("The people of {}", page.organisation.form.name);
    Ok(req.page(title.clone()).nav(Nav::Events).render(move || {
        let organisation = &page.organisation;
        let is_admin = organisation.is_admin();
        let rows = page.people.iter().map(|person| row(person, is_admin));
        let back = urls::organisation(id, &organisation.slug);
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state.clone() />
                <header class="stack stack-s">
                    <p class="small">
                        <a href=back>{organisation.form.name.clone()}</a>
                    </p>
                    <h1 dir="auto">{title}</h1>
                    <p class="quiet">
                        "Members host all events of the organisation. Admins change what it says of itself, too, and choose who is a member."
                    </p>
                </header>
                <ul class="rows">{rows.collect_view()}</ul>
                {is_admin.then(|| invite(id, &state))}
                {ways_out(organisation)}
            </div>
        }
    }))
}

fn row(person: &Person, is_admin: bool) -> AnyView {
    let handle = format!(" @{}", person.handle);
    let asked = person
        .is_asked
        .then(|| view! { <span class="tag tag-wait">"Has not answered"</span> });
    let forms = is_admin.then(|| change(person));
    view! {
        <li class="stack stack-s">
            <div class="row row-between">
                <span>
                    <a href=urls::reader(&person.handle)>{person.name.clone()}</a>
                    <span class="quiet">{handle}</span>
                </span>
                <span class="row">{asked} <span class="tag">{person.role.label()}</span></span>
            </div>
            {forms}
        </li>
    }
    .into_any()
}

/// What an admin can do about a member; removing them is asked once more.
fn change(person: &Person) -> AnyView {
    let (other, words) = match person.role {
        OrganisationRole::Admin => (OrganisationRole::Member, "Make them a member"),
        OrganisationRole::Member => (OrganisationRole::Admin, "Make them an admin"),
    };
    changing(Part {
        name: person.name.clone(),
        is_asked: person.is_asked,
        by: ("membership", person.id.to_string()),
        other: (other.to_string(), words),
        loses: "They host its events no more, and their own events are theirs alone. They are told so.",
        paths: (ChangeMemberRole::PATH, RemoveMember::PATH),
    })
}

fn invite(id: OrganisationId, state: &FormState) -> AnyView {
    let (first, second) = (state.clone(), state.clone());
    let roles = OrganisationRole::ALL
        .iter()
        .rev()
        .map(|role| {
            let hint = match role {
                OrganisationRole::Member => "Hosts the events of the organisation.",
                OrganisationRole::Admin => "Chooses who is a member, too.",
            };
            (role.to_string(), role.label().to_owned(), hint.to_owned())
        })
        .collect::<Vec<_>>();
    view! {
        <section class="sheet stack" aria-labelledby="ask-h">
            <h2 class="t-h3" id="ask-h">
                "Ask somebody to join"
            </h2>
            <PostForm
                class="stack stack-l"
                action=InviteMember::PATH
                with=[("organisation", id.to_string())]
                novalidate=true
            >
                <TextField
                    state=first
                    name="handle"
                    label="Their handle"
                    hint="As on their shelf. They are told, and nothing changes until they say yes."
                />
                <Radios state=second name="role" label="What they may do" options=roles />
                <p>
                    <button class="btn btn-do">"Ask them"</button>
                </p>
            </PostForm>
        </section>
    }
    .into_any()
}

/// Leaving, and for admins closing it; both asked once more.
fn ways_out(organisation: &Organisation) -> AnyView {
    let id = organisation.id.to_string();
    let with = || [("organisation", id.clone())];
    let close = organisation.is_admin().then(|| {
        view! {
            <details>
                <summary>"Close the organisation"</summary>
                <div class="stack stack-s mt4">
                    <p class="small">
                        "Its page is gone for everybody, and it cannot be brought back. Its events stay with those who entered them."
                    </p>
                    <PostForm action=CloseOrganisation::PATH with=with()>
                        <button class="btn btn-small btn-heavy">"Close it for good"</button>
                    </PostForm>
                </div>
            </details>
        }
    });
    view! {
        <div class="stack stack-s">
            <details>
                <summary>"Leave the organisation"</summary>
                <div class="stack stack-s mt4">
                    <p class="small">
                        "You host its events no more, and your own events are yours alone. To come back you have to be asked."
                    </p>
                    <PostForm action=LeaveOrganisation::PATH with=with()>
                        <button class="btn btn-small btn-heavy">"Leave it"</button>
                    </PostForm>
                </div>
            </details>
            {close}
        </div>
    }
    .into_any()
}
