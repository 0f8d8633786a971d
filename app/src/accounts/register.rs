//! Joining.

use axum::response::{IntoResponse, Response};
use dogear_server::accounts::{self, Registration};
use leptos::prelude::*;

use crate::http::{Form, FormState, PageResult, Req};
use crate::paths;
use crate::ui::field::{ErrorSummary, FormKey, TextField};

pub async fn form(req: Req) -> Response {
    if req.cx.actor.is_some() {
        return req.redirect(paths::SETTINGS);
    }
    page(&req, FormState::new()).into_response()
}

pub async fn submit(req: Req, form: Form) -> PageResult {
    let registration = Registration {
        email: form.text("email").into(),
        handle: form.text("handle").into(),
        display_name: form.text("display_name").into(),
        password: form.text("password").into(),
    };
    match accounts::register(&req.cx, form.key(), &registration).await {
        Ok(()) => Ok(req.redirect(paths::REGISTERED)),
        Err(error) => Ok(page(&req, form.again(error)?)),
    }
}

fn page(req: &Req, state: FormState) -> Response {
    req.page("Join Dogear").form(&state).render(move || {
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state.clone()/>
                <header class="stack stack-s">
                    <h1>"Join Dogear"</h1>
                    <p class="lead">"It is free. We ask for four things; your postal address comes later, when a trade needs it."</p>
                </header>
                <form class="stack stack-l" method="post" action=paths::REGISTER novalidate>
                    <FormKey state=state.clone()/>
                    <TextField state=state.clone() name="email" label="E-mail address" kind="email" autocomplete="email"
                        hint="We send one message to check it. Other readers never see it."/>
                    <TextField state=state.clone() name="display_name" label="Name" autocomplete="name" maxlength=60
                        hint="What other readers see; a first name is enough."/>
                    <TextField state=state.clone() name="handle" label="Handle" autocomplete="username" maxlength=31
                        hint="The short name in the address of your shelf: letters a to z, digits, “_” and “-”."/>
                    <TextField state=state.clone() name="password" label="Password" kind="password" autocomplete="new-password" maxlength=256
                        hint="8 characters or more. Three or four unrelated words are good; pasting is fine."/>
                    <p class="row"><button class="btn btn-do">"Join"</button></p>
                </form>
                <p class="rule-top">"Already a reader here? "<a href=paths::LOGIN>"Log in"</a></p>
            </div>
        }
    })
}

/// The same for everybody, whether or not an account was made.
pub async fn sent(req: Req) -> Response {
    req.page("Look into your mail").render(|| {
        view! {
            <div class="wrap wrap-narrow page stack">
                <h1>"Look into your mail"</h1>
                <p class="lead">"We have sent you a message. Open the link in it, and you can log in and put your first book on the shelf."</p>
                <p>"The link works for two days. If nothing has come after a few minutes, look among the spam, or "
                    <a href=paths::VERIFY>"have it sent again"</a>"."</p>
                <p class="mt5"><a class="btn" href=paths::BROWSE>"Browse books meanwhile"</a></p>
            </div>
        }
    })
}
