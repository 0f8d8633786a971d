//! The way back in without a password.

use axum::extract::Path;
use axum::response::Response;
use dogear_server::accounts;
use leptos::prelude::*;

use super::actions::{AskForReset, ResetPassword};
use super::token_page::{secret, spent};
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui::field::{ErrorSummary, PostForm, TextField};
use dogear_urls as urls;

const SPENT: &str = "A link sets a password once, within 60 minutes, and only the last one that was sent works. If you have just set one with it, log in with that. Otherwise have another one sent.";

pub(super) async fn forgot_form(req: Req) -> Response {
    let state = req.form.clone();
    req.page("Forgotten password").render(move || {
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state.clone() />
                <header class="stack stack-s">
                    <h1>"Forgotten password"</h1>
                    <p class="lead">
                        "Enter your e-mail address, and we send you a link with which you choose a new password."
                    </p>
                </header>
                <PostForm class="stack" action=AskForReset::PATH novalidate=true>
                    <TextField
                        state=state.clone()
                        name="email"
                        label="E-mail address"
                        kind="email"
                        autocomplete="email"
                    />
                    <p class="row mt5">
                        <button class="btn btn-do">"Send the link"</button>
                        <a href=urls::LOGIN>"Back to log in"</a>
                    </p>
                </PostForm>
            </div>
        }
    })
}

/// The same for everybody, whether or not the address has an account.
pub(super) async fn sent(req: Req) -> Response {
    req.page("Look into your mail").render(|| {
        view! {
            <div class="wrap wrap-narrow page stack">
                <h1>"Look into your mail"</h1>
                <p class="lead">
                    "If that address has an account here, the link is on its way. It works once, for 60 minutes."
                </p>
                <p>
                    "If nothing has come after a few minutes, look among the spam, check the address, and "
                    <a href=urls::FORGOT>"ask again"</a>"."
                </p>
            </div>
        }
    })
}

pub(super) async fn reset_form(req: Req, Path(token): Path<String>) -> PageResult {
    if !accounts::can_reset(&req.cx, &token).await? {
        return Ok(spent(&req, SPENT, (urls::FORGOT, "Send another link")));
    }
    Ok(reset_page(&req, token))
}

fn reset_page(req: &Req, token: String) -> Response {
    let state = req.form.clone();
    secret(req.page("Choose a new password").render(move || {
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state.clone() />
                <header class="stack stack-s">
                    <h1>"Choose a new password"</h1>
                    <p class="lead">
                        "It ends every session of your account. Then log in with the new password."
                    </p>
                </header>
                <PostForm
                    class="stack"
                    action=ResetPassword::PATH
                    with=[("token", token)]
                    novalidate=true
                >
                    <TextField
                        state=state.clone()
                        name="password"
                        label="New password"
                        kind="password"
                        autocomplete="new-password"
                        hint="8 characters or more. Three or four unrelated words are good; pasting is fine."
                    />
                    <p class="mt5">
                        <button class="btn btn-do">"Change the password"</button>
                    </p>
                </PostForm>
            </div>
        }
    }))
}
