//! A text box with suggestions while typing: the combobox of the WAI-ARIA Authoring
//! Practices with a list that opens by itself. Shared by the islands that suggest things.

#![allow(unreachable_pub)] // `#[component]` makes what a component is made of public

use std::future::Future;
use std::time::Duration;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::recent;
use crate::action::ActionError;

/// Wait this long for the next key.
const PAUSE: Duration = Duration::from_millis(150);

/// Something to go to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// A heading over this one and those after it; empty when it belongs to the one before.
    pub group: String,
    pub title: String,
    /// What tells it apart; may be empty.
    pub line: String,
    /// ISO 639-1, or empty.
    pub language: String,
    /// Where it leads.
    pub path: String,
}

/// What the box is called and says.
#[derive(Clone, Default)]
pub(super) struct Texts {
    /// Of the input; the list's and the options' begin with it.
    pub id: &'static str,
    /// Of the list, for screen readers.
    pub list: &'static str,
    pub class: &'static str,
    pub placeholder: Option<&'static str>,
    /// Ids of what describes the box.
    pub described: Option<&'static str>,
    pub wrong: bool,
    /// Takes the focus when the page opens.
    pub first: bool,
    /// Offers the latest searches while nothing is typed.
    pub recent: bool,
}

/// The input named `q` and its list. `ask` gives the suggestions for a text; Enter without a
/// chosen one sends the form around it.
#[component]
pub fn Combobox<F, A>(value: String, texts: Texts, ask: F) -> impl IntoView
where
    F: Fn(String) -> A + Clone + 'static,
    A: Future<Output = Result<Vec<Suggestion>, ActionError>> + 'static,
{
    let suggestions = RwSignal::new(Vec::<Suggestion>::new());
    let active = RwSignal::new(None::<usize>);
    let status = RwSignal::new(String::new());
    // Counts what was typed; an answer to anything older than the last is dropped.
    let asked = StoredValue::new(0u64);
    let waiting = StoredValue::new(None::<TimeoutHandle>);

    let close = move || {
        suggestions.set(Vec::new());
        active.set(None);
        status.set(String::new());
    };
    let offer_recent = move || {
        if texts.recent {
            suggestions.set(recent::recent());
            active.set(None);
            status.set(String::new());
        } else {
            close();
        }
    };
    let typed = move |text: String| {
        if let Some(handle) = waiting.get_value() {
            handle.clear();
        }
        asked.update_value(|number| *number += 1);
        let number = asked.get_value();
        active.set(None);
        if text.is_empty() {
            offer_recent();
            return;
        }
        if text.trim().chars().count() < 2 && text.is_ascii() {
            close();
            return;
        }
        let ask = ask.clone();
        let look_up = move || {
            leptos::task::spawn_local(async move {
                let Ok(found) = ask(text).await else {
                    return;
                };
                // The island may be gone by now: its page was replaced.
                if asked.try_get_value() != Some(number) {
                    return;
                }
                status.set(match found.len() {
                    0 => "No suggestions".to_owned(),
                    1 => "1 suggestion".to_owned(),
                    many => format!("{many} suggestions"),
                });
                suggestions.set(found);
            });
        };
        waiting.set_value(set_timeout_with_handle(look_up, PAUSE).ok());
    };
    let go = move |path: String| {
        if path == recent::FORGET {
            recent::forget();
            close();
            return;
        }
        let _ = window().location().set_href(&path);
    };
    let pressed = move |event: leptos::ev::KeyboardEvent| {
        let number = suggestions.with(Vec::len);
        let step = |by: usize, from: usize| {
            event.prevent_default();
            active.update(|at| *at = Some(at.map_or(from, |at| (at + by) % number)));
        };
        match event.key().as_str() {
            "ArrowDown" if number > 0 => step(1, 0),
            "ArrowUp" if number > 0 => step(number - 1, number - 1),
            "Home" if active.get().is_some() => {
                event.prevent_default();
                active.set(Some(0));
            }
            "End" if active.get().is_some() => {
                event.prevent_default();
                active.set(Some(number - 1));
            }
            "Enter" => {
                let chosen = active
                    .get()
                    .and_then(|at| suggestions.with(|all| all.get(at).cloned()));
                if let Some(chosen) = chosen {
                    event.prevent_default();
                    go(chosen.path);
                }
            }
            "Escape" if number > 0 => {
                event.prevent_default();
                close();
            }
            _ => {}
        }
    };
    let id = texts.id;
    let list = format!("{id}-list");
    view! {
        <div class="combo">
            <input
                class=texts.class
                // Not "search": that is a role of its own, and no other is allowed on it.
                type="text"
                inputmode="search"
                enterkeyhint="search"
                id=id
                name="q"
                value=value
                maxlength="200"
                placeholder=texts.placeholder
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                autofocus=texts.first
                role="combobox"
                aria-autocomplete="list"
                aria-controls=list.clone()
                aria-describedby=texts.described
                aria-invalid=texts.wrong.then_some("true")
                aria-expanded=move || if suggestions.with(Vec::is_empty) { "false" } else { "true" }
                aria-activedescendant=move || active.get().map(|at| format!("{id}-{at}"))
                on:input=move |event| typed(event_target_value(&event))
                on:keydown=pressed
                on:focus=move |event| {
                    if event_target_value(&event).is_empty() {
                        offer_recent();
                    }
                }
                on:blur=move |_| close()
            />
            <ul
                class="options"
                id=list
                role="listbox"
                aria-label=texts.list
                // A list without anything to choose is none.
                hidden=move || suggestions.with(Vec::is_empty)
            >
                {move || {
                    suggestions
                        .get()
                        .into_iter()
                        .enumerate()
                        .map(|(at, found)| {
                            let path = found.path.clone();
                            let heading = (!found.group.is_empty())
                                .then(|| {
                                    view! { <span class="fine quiet optgroup">{found.group}</span> }
                                });
                            let line = (!found.line.is_empty())
                                .then(|| view! { <span class="fine quiet">{found.line}</span> });
                            view! {
                                <li
                                    role="option"
                                    id=format!("{id}-{at}")
                                    aria-selected=move || {
                                        if active.get() == Some(at) { "true" } else { "false" }
                                    }
                                    // Pressed, not clicked: by then the box has lost the focus and the list is gone.
                                    on:mousedown=move |event| {
                                        event.prevent_default();
                                        go(path.clone());
                                    }
                                >
                                    {heading}
                                    <span class="serif" lang=found.language dir="auto">
                                        {found.title}
                                    </span>
                                    {line}
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ul>
            <p class="visually-hidden" role="status">
                {move || status.get()}
            </p>
        </div>
    }
}
