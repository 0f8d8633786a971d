//! Logging in.

use axum::extract::Query;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

use super::actions::LogIn;
use crate::action::ServerFn;
use crate::http::{Req, own_path};
use crate::ui::field::{ErrorSummary, PostForm, TextField};
use dogear_urls as urls;

#[derive(Deserialize)]
pub(super) struct Wish {
    #[serde(default)]
    next: String,
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
    let came_for = (next != "/").then_some("Log in, and you go on where you were.");
    req.page("Log in").render(move || {
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state.clone() />
                <header class="stack stack-s">
                    <h1>"Log in"</h1>
                    {came_for.map(|text| view! { <p class="lead">{text}</p> })}
                </header>
                <PostForm class="stack" action=LogIn::PATH with=[("next", next)] novalidate=true>
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
                    "New here? "<a href=urls::REGISTER>"Join Dogear"</a>". Just registered? "
                    <a href=urls::VERIFY>"Send the confirmation mail again"</a>"."
                </p>
            </div>
        }
    })
}
