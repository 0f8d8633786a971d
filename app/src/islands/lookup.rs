//! The box "ISBN or title", with suggestions while typing. Without scripts it is
//! the same box, and the answer is a page.

use leptos::prelude::*;

use super::combobox::{Combobox, Suggestion, Texts};
use crate::action::ActionError;

/// Known editions for what was typed so far, likeliest first; none for an ISBN that is wrong.
#[server(endpoint = "lookup", prefix = "/api")]
pub async fn look_up_books(text: String) -> Result<Vec<Suggestion>, ActionError> {
    let req = crate::http::context()?;
    let found = dogear_server::catalogue::lookup(&req.cx, &text).await?;
    Ok(found
        .editions
        .into_iter()
        .take(8)
        .map(|book| Suggestion {
            group: String::new(),
            line: [
                book.author_line.clone(),
                crate::ui::edition::edition_line(&book),
            ]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(". "),
            title: book.title,
            language: book.language,
            path: dogear_urls::shelf_add_edition(book.edition),
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
    let wrong = problem.is_some();
    let texts = Texts {
        id: "book-lookup",
        list: "Known editions",
        class: "input",
        described: Some(if wrong {
            "book-lookup-hint book-lookup-error"
        } else {
            "book-lookup-hint"
        }),
        wrong,
        first: true,
        ..Texts::default()
    };
    view! {
        <form class="stack" role="search" action=dogear_urls::SHELF_ADD aria-label="Find the book">
            <div class="field" class:is-wrong=wrong>
                <label for="book-lookup">"ISBN or title"</label>
                <p class="hint" id="book-lookup-hint">
                    "With or without hyphens, 10 digits or 13."
                </p>
                {problem
                    .map(|text| {
                        view! {
                            <p class="error" id="book-lookup-error">
                                <span>
                                    <span class="visually-hidden">"Error: "</span>
                                    {text}
                                </span>
                            </p>
                        }
                    })}
                <Combobox value=text texts=texts ask=look_up_books />
            </div>
            <p>
                <button class="btn btn-do">"Look it up"</button>
            </p>
        </form>
    }
}
