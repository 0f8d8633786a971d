//! What somebody wrote into a form that nothing was done with.

use leptos::prelude::*;

/// Names and texts, to be read and copied. Nothing when nothing was written.
#[component]
pub fn KeptTexts(texts: Vec<(String, String)>) -> impl IntoView {
    let is_any = !texts.is_empty();
    let texts = texts.into_iter().map(|(name, text)| {
        view! {
            <div class="stack stack-s">
                <h3>{name}</h3>
                <p class="serif prelines" dir="auto">
                    {text}
                </p>
            </div>
        }
    });
    is_any.then(|| {
        view! {
            <section class="stack rule-top">
                <h2>"What you entered"</h2>
                {texts.collect_view()}
            </section>
        }
    })
}

/// Fields of a form that nobody sees.
#[component]
pub fn HiddenFields(fields: Vec<(String, String)>) -> impl IntoView {
    fields
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view()
}
