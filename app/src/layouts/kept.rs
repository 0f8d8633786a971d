//! The page of a form that was sent by nobody, when no other shows it to whoever has logged in.

use axum::response::Response;
use leptos::prelude::*;

use crate::http::{KeptForm, Req};
use crate::ui::kept::{HiddenFields, KeptTexts};

/// What was entered, to be sent now or to be copied.
pub(super) fn kept_page(req: &Req, kept: &KeptForm) -> Response {
    let kept = kept.clone();
    req.page("Not sent yet").render(move || {
        let page = kept.page().to_owned();
        let texts = kept.texts();
        let text = if kept.files {
            "The form carries files, and these cannot be kept: open its page, and send it from there. What you wrote is below."
        } else {
            "The page that you sent this from does not show it to you now: it may have changed meanwhile, or it was another reader’s. You can still send what you entered."
        };
        let send = (!kept.files).then(|| {
            view! {
                <form method="post" action=kept.action>
                    <HiddenFields fields=kept.fields />
                    <button class="btn btn-do">"Send it"</button>
                </form>
            }
        });
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <header class="stack stack-s">
                    <h1>"Not sent yet"</h1>
                    <p class="lead">{text}</p>
                </header>
                <div class="row">
                    {send} <a class="btn" href=page>
                        "Open the page"
                    </a>
                </div>
                <KeptTexts texts=texts />
            </div>
        }
    })
}
