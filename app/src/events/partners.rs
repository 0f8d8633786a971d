//! With whom a host makes an event: on its page, and the host's form.

use dogear_domain::events::partners::{self, Partner};
use dogear_server::Result;
use dogear_server::events::EventPage;
use dogear_server::version::Version;
use leptos::prelude::*;

use super::reach_actions::SavePartners;
use crate::action::ServerFn;
use crate::ui::field::{PostForm, TextArea};
use crate::ui::form_state::FormState;
use crate::ui::versions::{Edited, both_versions};

/// “With Riverside Books and Café Nord”.
pub(super) fn line(named: &[Partner]) -> Option<AnyView> {
    let last = named.len().checked_sub(1)?;
    let names: Vec<AnyView> = named
        .iter()
        .enumerate()
        .map(|(place, partner)| {
            let before = match place {
                0 => "",
                place if place == last => " and ",
                _ => ", ",
            };
            let name = partner.name.clone();
            let name = if partner.link.is_empty() {
                view! { <bdi>{name}</bdi> }.into_any()
            } else {
                view! {
                    <a href=partner.link.clone() rel="noreferrer nofollow">
                        <bdi>{name}</bdi>
                    </a>
                }
                .into_any()
            };
            view! {
                {before}
                {name}
            }
            .into_any()
        })
        .collect();
    Some(view! { <p>"With " {names}</p> }.into_any())
}

/// The version of what the form shows.
///
/// # Errors
/// None that happens.
pub(super) fn version(event: &EventPage) -> Result<Version> {
    Version::of(&partners::text(&event.partners))
}

/// The host's form.
pub(super) fn form(event: &EventPage, seen: &Version, state: &FormState) -> AnyView {
    let text = partners::text(&event.partners);
    let open = state.error("partners").is_some();
    let edited = Edited::text(state, "partners", "Partners", text.clone());
    let both = both_versions(state, "version", seen.as_str(), [edited]);
    let open = open || both.is_some();
    let state = state.clone();
    let with = [
        ("event", event.id.to_string()),
        ("version", seen.as_str().to_owned()),
    ];
    view! {
        <details open=open>
            <summary>"Partners"</summary>
            {both}
            <PostForm class="stack stack-s mt4" action=SavePartners::PATH with=with>
                <TextArea
                    state=state
                    name="partners"
                    label="With whom you make it"
                    hint="One on a line, up to 8, with a link behind the name if there is one. Of a series, for all dates."
                    maxlength=4000
                    value=text
                />
                <button class="btn">"Save the partners"</button>
            </PostForm>
        </details>
    }
    .into_any()
}
