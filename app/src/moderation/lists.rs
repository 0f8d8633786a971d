//! Lists of books on the desk.

use dogear_server::lists::DeskList;
use leptos::prelude::*;

use super::actions::ShowListAgain;
use super::evidence::quoted;
use crate::action::ServerFn;
use crate::ui::count;
use crate::ui::field::{PostForm, TextField};
use crate::ui::form_state::PageForm;
use dogear_urls as urls;

/// A list as it stands, and the way to show it again when it is hidden.
pub(super) fn content(list: &DeskList, may_restore: bool) -> AnyView {
    let notes: Vec<_> = list.notes.iter().cloned().map(quoted).collect();
    let books = count(list.books, "book", "books");
    let (link, hidden) = if list.is_hidden {
        (
            None,
            Some(view! { <p class="notice">"It is hidden from others."</p> }),
        )
    } else {
        (
            Some(view! { <a href=urls::list_by_id(list.id)>"The list"</a> }),
            None,
        )
    };
    let again = (list.is_hidden && may_restore).then(|| {
        let state = use_context::<PageForm>().map(|page| page.state);
        let field = state.map(|state| {
            view! { <TextField state=state name="reason" label="What its owner will read (optional)" /> }
        });
        view! {
            <PostForm class="stack" action=ShowListAgain::PATH with=[("list", list.id.to_string())]>
                {field}
                <button class="btn">"Show it again"</button>
            </PostForm>
        }
    });
    view! {
        <div class="stack stack-s">
            <p class="row">
                <strong dir="auto">{list.name.clone()}</strong>
                <span class="small quiet">{books}</span>
                {link}
            </p>
            {quoted(list.description.clone())}
            {notes}
            {hidden}
            {again}
        </div>
    }
    .into_any()
}
