//! Joining.

use axum::extract::Query;
use axum::response::Response;
use leptos::prelude::*;

use super::actions::Register;
use super::login::Wish;
use crate::action::ServerFn;
use crate::http::{Req, own_path};
use crate::ui::field::{ErrorSummary, PostForm, TextField};
use dogear_urls as urls;

pub(super) async fn form(req: Req, Query(wish): Query<Wish>) -> Response {
    let next = own_path(&wish.next);
    if req.cx.actor.is_some() && !req.form.failed() {
        let nowhere = next == urls::HOME;
        return req.redirect(if nowhere { urls::SETTINGS } else { next });
    }
    page(&req, next.to_owned())
}

fn page(req: &Req, next: String) -> Response {
    let state = req.form.clone();
    let log_in = urls::login_then(&next);
    let came_for = (next != urls::HOME).then(|| {
        view! {
            <p>
                "You go on where you were as soon as you have an account. Have one already? "
                <a href=log_in.clone()>"Log in"</a>"."
            </p>
        }
    });
    req.page("Join Dogear").render(move || {
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state.clone() />
                <header class="stack stack-s">
                    <h1>"Join Dogear"</h1>
                    <p class="lead">
                        "It is free. We ask for four things; your postal address comes later, when a trade needs it."
                    </p>
                    {came_for}
                </header>
                <PostForm
                    class="stack stack-l"
                    action=Register::PATH
                    with=[("next", next)]
                    novalidate=true
                >
                    <TextField
                        state=state.clone()
                        name="email"
                        label="E-mail address"
                        kind="email"
                        autocomplete="email"
                        hint="We send one message to check it. Other readers never see it."
                    />
                    <TextField
                        state=state.clone()
                        name="display_name"
                        label="Name"
                        autocomplete="name"
                        hint="What other readers see; a first name is enough."
                    />
                    <TextField
                        state=state.clone()
                        name="handle"
                        label="Handle"
                        autocomplete="username"
                        hint="The short name in the address of your shelf: letters a to z, digits, “_” and “-”."
                    />
                    <TextField
                        state=state.clone()
                        name="password"
                        label="Password"
                        kind="password"
                        autocomplete="new-password"
                        hint="8 characters or more. Three or four unrelated words are good; pasting is fine."
                    />
                    <p class="row">
                        <button class="btn btn-do">"Join"</button>
                    </p>
                </PostForm>
                <p class="rule-top">"Already a reader here? "<a href=log_in>"Log in"</a></p>
            </div>
        }
    })
}

/// The same for everybody, whether or not an account was made.
pub(super) async fn sent(req: Req) -> Response {
    req.page("Look into your mail").render(|| {
        view! {
            <div class="wrap wrap-narrow page stack">
                <h1>"Look into your mail"</h1>
                <p class="lead">
                    "We have sent you a message. Open the link in it with this browser, and you are logged in and go on where you were; with another one, you log in there."
                </p>
                <p>
                    "The link works for two days. If nothing has come after a few minutes, look among the spam, or "
                    <a href=urls::VERIFY>"have it sent again"</a>"."
                </p>
                <p class="mt5">
                    <a class="btn" href=urls::BROWSE>
                        "Browse books meanwhile"
                    </a>
                </p>
            </div>
        }
    })
}
