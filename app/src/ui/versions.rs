//! What is saved now and what was typed, side by side, when a form came from an old page.

use dogear_server::Result;
use dogear_server::version::Version;
use leptos::prelude::*;

use super::form_state::{FormState, PageForm};

/// The field in which a form says which version it showed.
pub const VERSION: &str = "version";

/// One thing that a form edits: its label, what is saved, what was typed, both as people read
/// them.
pub struct Edited {
    label: &'static str,
    saved: String,
    typed: String,
}

impl Edited {
    /// For a field whose text stands in the form as it is.
    pub fn text(
        state: &FormState,
        name: &str,
        label: &'static str,
        saved: impl Into<String>,
    ) -> Self {
        Self::new(label, saved, state.value(name))
    }

    /// For anything else.
    pub fn new(label: &'static str, saved: impl Into<String>, typed: impl Into<String>) -> Self {
        let typed: String = typed.into();
        Self {
            label,
            saved: saved.into(),
            // As browsers send lines.
            typed: typed.replace("\r\n", "\n"),
        }
    }
}

/// Both versions, when the form that is shown again was opened at another than `now`, the version
/// that stands. Nothing otherwise.
pub fn both_versions(
    state: &FormState,
    field: &str,
    now: &str,
    edited: impl IntoIterator<Item = Edited>,
) -> Option<AnyView> {
    let seen = state.value(field);
    if !state.failed() || seen.is_empty() || seen == now {
        return None;
    }
    let rows: Vec<_> = edited
        .into_iter()
        .filter(|edited| edited.saved.trim() != edited.typed.trim())
        .map(|edited| {
            view! {
                <tr>
                    <th scope="row">{edited.label}</th>
                    <td class="saved">{shown(edited.saved)}</td>
                    <td class="typed">{shown(edited.typed)}</td>
                </tr>
            }
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let here = use_context::<PageForm>().map(|page| page.here);
    Some(
        view! {
            <section class="notice notice-do stack stack-s" aria-labelledby="both-versions">
                <h2 class="t-h3" id="both-versions">
                    "Both versions"
                </h2>
                <table class="table versions">
                    <thead>
                        <tr>
                            <th scope="col">
                                <span class="visually-hidden">"Field"</span>
                            </th>
                            <th scope="col">"Saved now"</th>
                            <th scope="col">"You entered"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
                <p class="small">
                    "The form holds what you entered: change it as you like, and save. "
                    {here
                        .map(|here| {
                            view! { <a href=here>"Or keep what is saved, and drop yours"</a> }
                        })}
                </p>
            </section>
        }
        .into_any(),
    )
}

/// The hidden field of a form that edits what stood at this version.
pub fn version_field(version: Result<Version>) -> (&'static str, String) {
    let version = version.unwrap_or_default();
    (VERSION, version.as_str().to_owned())
}

fn shown(text: String) -> AnyView {
    if text.trim().is_empty() {
        return view! { <span class="quiet">"Nothing"</span> }.into_any();
    }
    text.into_any()
}
