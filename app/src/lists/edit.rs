//! `/lists/{list}/edit` and `/lists/{list}/delete`: what a list says, who sees it, and its end.

use dogear_domain::ids::ListId;
use dogear_domain::lists::{KEPT_DAYS, ListVisibility};
use dogear_server::lists::{self, ListPage};
use leptos::prelude::*;

use super::actions::{DeleteList, RenewListAddress, SaveList};
use super::mine::fields;
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::count;
use crate::ui::field::{ErrorSummary, PostForm};
use crate::ui::form_state::FormState;
use crate::ui::versions::{Edited, both_versions, version_field};
use dogear_urls as urls;

pub(super) async fn form(req: Req, Segment(id): Segment<ListId>) -> PageResult {
    let list = lists::own(&req.cx, id).await?;
    let state = req.form.or([
        ("name", list.form.name.clone()),
        ("description", list.form.description.clone()),
    ]);
    let title = format!("Change {}", list.form.name);
    Ok(req.page(title.clone()).nav(Nav::Shelf).render(move || {
        let version = version_field(list.version());
        let both = both_versions(&state, version.0, &version.1, edited(&list, &state));
        let with = [("list", id.to_string()), version];
        let back = urls::list(id, &list.slug);
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state.clone() />
                {both}
                <h1 dir="auto">{title}</h1>
                <PostForm class="stack stack-l" action=SaveList::PATH novalidate=true with=with>
                    {fields(&state, list.form.visibility, list.form.ranked)}
                    <p class="row">
                        <button class="btn btn-do">"Save"</button>
                        <a href=back>"Back without saving"</a>
                    </p>
                </PostForm>
                {address(&list)}
                <p class="rule-top">
                    <a href=urls::list_delete(id)>"Delete this list"</a>
                </p>
            </div>
        }
    }))
}

/// What the form edits, as it is saved and as it was typed.
fn edited(list: &ListPage, state: &FormState) -> Vec<Edited> {
    let saved = &list.form;
    let ranked = |is_ranked: bool| if is_ranked { "Yes" } else { "No" };
    let chosen: Result<ListVisibility, _> = state.value("visibility").parse();
    vec![
        Edited::text(state, "name", "Name", &saved.name),
        Edited::text(state, "description", "What it is about", &saved.description),
        Edited::new(
            "Who sees it?",
            saved.visibility.label(),
            chosen.map_or("", ListVisibility::label),
        ),
        Edited::new(
            "The order matters",
            ranked(saved.ranked),
            ranked(!state.value("ranked").is_empty()),
        ),
    ]
}

/// The address of an unlisted list, to send on or to change.
fn address(list: &ListPage) -> Option<AnyView> {
    let link = list.link.clone()?;
    let with = [("list", list.id.to_string())];
    let section = view! {
        <section class="sheet stack" aria-labelledby="address-h">
            <h2 class="t-h3" id="address-h">
                "Its address"
            </h2>
            <div class="field">
                <label for="address">"Send this to whoever should see the list"</label>
                <p class="hint" id="address-hint">
                    "Whoever has it sees the list, also without an account."
                </p>
                <input
                    class="input"
                    id="address"
                    value=link
                    readonly
                    aria-describedby="address-hint"
                />
            </div>
            <PostForm action=RenewListAddress::PATH with=with>
                <button class="btn">"Make a new address"</button>
            </PostForm>
            <p class="small quiet">
                "With a new one, the one above leads nowhere any more. So it is when you make the list private or public."
            </p>
        </section>
    };
    Some(section.into_any())
}

pub(super) async fn ask(req: Req, Segment(id): Segment<ListId>) -> PageResult {
    let list = lists::own(&req.cx, id).await?;
    let state = req.form.clone();
    let title = format!("Delete {}", list.form.name);
    Ok(req.page(title.clone()).nav(Nav::Shelf).render(move || {
        let back = urls::list(id, &list.slug);
        let lead = format!(
            "With it go its {} and what you have noted for them. Your copies and the books themselves stay. For {KEPT_DAYS} days you can restore it.",
            count(list.books, "place for a book", "places for books")
        );
        view! {
            <div class="wrap wrap-narrow page stack">
                <ErrorSummary state=state />
                <h1 dir="auto">{title}</h1>
                <p class="lead">{lead}</p>
                <PostForm class="row" action=DeleteList::PATH with=[("list", id.to_string())]>
                    <button class="btn btn-heavy">"Delete the list"</button>
                    <a href=back>"Keep it"</a>
                </PostForm>
            </div>
        }
    }))
}
