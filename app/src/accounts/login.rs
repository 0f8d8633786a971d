//! Logging in.

use axum::extract::Query;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

use super::actions::LogIn;
use crate::action::ServerFn;
use crate::http::{Form, KeptForm, Req, own_path};
use crate::ui::field::{ErrorSummary, PostForm, TextField};
use crate::ui::kept::{HiddenFields, KeptTexts};
use dogear_urls as urls;

#[derive(Deserialize)]
pub(super) struct Wish {
    #[serde(default)]
    pub(super) next: String,
}

pub(super) async fn form(req: Req, Query(wish): Query<Wish>) -> Response {
    if req.cx.actor.is_some() && !req.form.failed() {
        return req.redirect(&wish.next);
    }
    page(&req, &wish.next)
}

fn page(req: &Req, next: &str) -> Response {
    let state = req.form.clone();
    let next = own_path(next).to_owned();
    let kept = Form::typed(&state).and_then(|form| KeptForm::in_form(&form));
    let (heading, came_for) = match &kept {
        Some(_) => (
            "Log in first",
            Some("Your session has ended or never began, so nothing was done yet."),
        ),
        None => (
            "Log in",
            (next != "/").then_some("Log in, and you go on where you were."),
        ),
    };
    req.page(heading).render(move || {
        let carried = kept.iter().flat_map(KeptForm::carried).collect();
        let waits = kept.clone().filter(KeptForm::is_filled);
        let texts = waits.as_ref().map(KeptForm::texts).unwrap_or_default();
        let without = urls::login_then(&next);
        let join = urls::join_then(&next);
        // For a script that sent the form in place, and shows this page to nobody.
        let log_in = kept.as_ref().map(|_| without.clone());
        let waits = kept.is_some().then(|| match waits {
            None => view! { <p>"Log in, and you go on where you were."</p> }.into_any(),
            Some(kept) => {
            let files = kept.files.then_some(" Files cannot be kept: choose them again then.");
            view! {
                <p>
                    "What you entered is kept on this page. Log in, and you see it in its form again, ready to be sent."
                    {files} " Or "<a href=without>"log in without it"</a>"."
                </p>
            }.into_any()
            }
        });
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state.clone() />
                <header class="stack stack-s" data-log-in=log_in>
                    <h1>{heading}</h1>
                    {came_for.map(|text| view! { <p class="lead">{text}</p> })}
                    {waits}
                </header>
                <PostForm class="stack" action=LogIn::PATH with=[("next", next)] novalidate=true>
                    <HiddenFields fields=carried />
                    <TextField
                        state=state.clone()
                        name="login"
                        label="E-mail address or handle"
                        autocomplete="username"
                    />
                    <TextField
                        state=state.clone()
                        name="password"
                        label="Password"
                        kind="password"
                        autocomplete="current-password"
                    />
                    <p class="row mt5">
                        <button class="btn btn-do">"Log in"</button>
                        <a href=urls::FORGOT>"I have forgotten my password"</a>
                    </p>
                </PostForm>
                <p class="rule-top">
                    "New here? "<a href=join>"Join Dogear"</a>". Just registered? "
                    <a href=urls::VERIFY>"Send the confirmation mail again"</a>"."
                </p>
                <KeptTexts texts=texts />
            </div>
        }
    })
}
