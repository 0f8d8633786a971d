//! The pieces of a list: filter, empty state, the link to what is older.

use leptos::prelude::*;

/// A list's heading with its filter: a search field and choices, sent by GET.
pub fn filter(
    title: &'static str,
    path: &'static str,
    (label, words): (&'static str, String),
    choices: Option<Choices>,
) -> impl IntoView {
    view! {
        <div class="row row-between deskhead">
            <h1>{title}</h1>
            <form class="row" action=path role="search">
                <label class="fine quiet" for="q">{label}</label>
                <input class="input input-inline" id="q" name="q" type="search" value=words autocomplete="off"/>
                {choices.map(|(name, label, chosen, options)| view! {
                    <label class="visually-hidden" for=name>{label}</label>
                    <select class="select select-inline" id=name name=name>
                        {options.into_iter().map(|(value, label)| {
                            let selected = value == chosen;
                            view! { <option value=value selected=selected>{label}</option> }
                        }).collect_view()}
                    </select>
                })}
                <button class="btn btn-small">"Show"</button>
            </form>
        </div>
    }
}

/// Name, label, chosen value, and value with label of each choice.
pub type Choices = (
    &'static str,
    &'static str,
    String,
    Vec<(&'static str, &'static str)>,
);

/// The link to what is older, when a full page was shown.
pub fn next_page(shown: usize, page: i64, link: String) -> Option<impl IntoView> {
    (shown as i64 >= page)
        .then(|| view! { <p class="mt4"><a href=link rel="next" data-key="n">"Older"</a></p> })
}

/// What stands in place of an empty list.
pub fn empty_state(sentence: &'static str) -> impl IntoView {
    view! { <p class="quiet mt5">{sentence}</p> }
}
