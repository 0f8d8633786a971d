//! On the page of a book: which of the reader's lists it is in, and the way into the others.

use dogear_domain::ids::WorkId;
use dogear_server::Result;
use dogear_server::lists::{self, BesideBook};
use leptos::prelude::*;

use super::actions::{AddToList, CreateListWith};
use crate::action::ServerFn;
use crate::http::Req;
use crate::ui::count;
use crate::ui::field::{PostForm, TextField};
use crate::ui::form_state::FormState;
use dogear_urls as urls;

/// What the page of a book shows of lists to a reader who is signed in, to be called where the page
/// is rendered; nothing for visitors.
///
/// # Errors
/// Those of the database.
pub async fn on_book(req: &Req, work: WorkId) -> Result<impl FnOnce() -> Option<AnyView> + use<>> {
    let lists = lists::beside(&req.cx, work).await?;
    let may_add = req.cx.member().is_ok();
    let state = req.form.clone();
    Ok(move || lists.and_then(|lists| part(work, &lists, may_add, &state)))
}

fn part(work: WorkId, lists: &[BesideBook], may_add: bool, state: &FormState) -> Option<AnyView> {
    let (within, others): (Vec<_>, Vec<_>) = lists.iter().partition(|list| list.has);
    if within.is_empty() && !may_add {
        return None;
    }
    let summary = match within.len() {
        0 => "Add to a list".to_owned(),
        number => format!("In {}", count(number, "list of yours", "lists of yours")),
    };
    let names: Vec<_> = within
        .iter()
        .map(|list| {
            view! {
                <li>
                    <a href=urls::list(list.id, &list.slug) dir="auto">
                        {list.name.clone()}
                    </a>
                </li>
            }
        })
        .collect();
    let names = (!names.is_empty()).then(|| view! { <ul class="linkline">{names}</ul> });
    let add = (may_add && !others.is_empty()).then(|| {
        let buttons: Vec<_> = others
            .iter()
            .map(|list| {
                let label = format!("Add to {}", list.name);
                view! {
                    <button
                        class="btn btn-small"
                        name="list"
                        value=list.id.to_string()
                        aria-label=label
                        dir="auto"
                    >
                        {list.name.clone()}
                    </button>
                }
            })
            .collect();
        view! {
            <PostForm class="row" action=AddToList::PATH with=[("work", work.to_string())]>
                <span class="small">"Add to"</span>
                {buttons}
            </PostForm>
        }
    });
    let typed = state.clone();
    let new = may_add.then(|| {
        view! {
            <PostForm
                class="row row-end"
                action=CreateListWith::PATH
                with=[("work", work.to_string())]
                novalidate=true
            >
                <TextField state=typed name="name" label="Name of a new list" />
                <button class="btn">"Make it with this book"</button>
            </PostForm>
        }
    });
    let open = state.failed() && !state.value("work").is_empty();
    let details = view! {
        <details class="sheet plain" open=open>
            <summary>{summary}</summary>
            <div class="stack">
                {names} {add} {new} <p class="small">
                    <a href=urls::LISTS>"All your lists"</a>
                </p>
            </div>
        </details>
    };
    Some(details.into_any())
}
