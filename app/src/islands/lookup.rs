//! The box "ISBN or title", with suggestions while typing. Without scripts it is
//! the same box, and the answer is a page.

use std::time::Duration;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::CallError;

/// Wait this long for the next key.
const PAUSE: Duration = Duration::from_millis(150);

/// A known edition, as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    pub title: String,
    /// Author, then what tells the edition apart.
    pub line: String,
    /// ISO 639-1, or empty.
    pub language: String,
    /// Where it is added.
    pub path: String,
}

/// Known editions for what was typed so far, likeliest first; none for an ISBN that is wrong.
#[server(endpoint = "lookup", prefix = "/api")]
pub async fn look_up_books(text: String) -> Result<Vec<Suggestion>, CallError> {
    let req = use_context::<crate::http::Req>().ok_or(CallError::Broken)?;
    let found = dogear_server::catalogue::lookup(&req.cx, &text).await?;
    Ok(found
        .editions
        .into_iter()
        .take(8)
        .map(|book| Suggestion {
            line: [book.author_line.clone(), crate::shelf::edition_line(&book)]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(". "),
            title: book.title,
            language: book.language,
            path: crate::paths::shelf_add_edition(book.edition),
        })
        .collect())
}

/// A search form that sends `q` to `/shelf/add`.
#[island]
pub fn BookLookup(
    /// What was searched for.
    text: String,
    /// What is wrong with it.
    problem: Option<String>,
) -> impl IntoView {
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
    let typed = move |text: String| {
        if let Some(handle) = waiting.get_value() {
            handle.clear();
        }
        asked.update_value(|number| *number += 1);
        let number = asked.get_value();
        active.set(None);
        if text.trim().chars().count() < 2 {
            close();
            return;
        }
        let ask = move || {
            leptos::task::spawn_local(async move {
                let Ok(found) = look_up_books(text).await else {
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
        waiting.set_value(set_timeout_with_handle(ask, PAUSE).ok());
    };
    let go = move |path: String| {
        let _ = window().location().set_href(&path);
    };
    let pressed = move |event: leptos::ev::KeyboardEvent| {
        let number = suggestions.with(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if number > 0 => {
                event.prevent_default();
                active.update(|at| *at = Some(at.map_or(0, |at| (at + 1) % number)));
            }
            "ArrowUp" if number > 0 => {
                event.prevent_default();
                active.update(|at| {
                    *at = Some(at.map_or(number - 1, |at| (at + number - 1) % number))
                });
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
    let wrong = problem.is_some();
    let described = if wrong {
        "book-lookup-hint book-lookup-error"
    } else {
        "book-lookup-hint"
    };
    view! {
        <form class="stack" role="search" action="/shelf/add" aria-label="Find the book">
            <div class="field" class:is-wrong=wrong>
                <label for="book-lookup">"ISBN or title"</label>
                <p class="hint" id="book-lookup-hint">"With or without hyphens, 10 digits or 13."</p>
                {problem.map(|text| view! {
                    <p class="error" id="book-lookup-error"><span><span class="vh">"Error: "</span>{text}</span></p>
                })}
                <div class="combo">
                    <input class="input" type="search" id="book-lookup" name="q" value=text maxlength="200"
                        autocomplete="off" autocapitalize="off" spellcheck="false" autofocus=true
                        role="combobox" aria-autocomplete="list" aria-controls="book-lookup-list"
                        aria-describedby=described aria-invalid=wrong.then_some("true")
                        aria-expanded=move || if suggestions.with(Vec::is_empty) { "false" } else { "true" }
                        aria-activedescendant=move || active.get().map(|at| format!("book-lookup-{at}"))
                        on:input=move |event| typed(event_target_value(&event))
                        on:keydown=pressed
                        on:blur=move |_| close()/>
                    <ul class="options" id="book-lookup-list" role="listbox" aria-label="Known editions">
                        {move || suggestions.get().into_iter().enumerate().map(|(at, book)| {
                            let path = book.path.clone();
                            view! {
                                <li role="option" id=format!("book-lookup-{at}")
                                    aria-selected=move || if active.get() == Some(at) { "true" } else { "false" }
                                    // Pressed, not clicked: by then the box has lost the focus and the list is gone.
                                    on:mousedown=move |event| { event.prevent_default(); go(path.clone()); }>
                                    <span class="serif" lang=book.language dir="auto">{book.title}</span>
                                    <span class="fine quiet">{book.line}</span>
                                </li>
                            }
                        }).collect_view()}
                    </ul>
                </div>
                <p class="vh" role="status">{move || status.get()}</p>
            </div>
            <p><button class="btn btn-do">"Look it up"</button></p>
        </form>
    }
}
