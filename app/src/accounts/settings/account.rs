//! E-mail address and password.

use axum::response::Response;
use leptos::prelude::*;

use super::topic;
use crate::accounts::actions::{ChangeAddress, ChangePassword};
use crate::action::ServerFn;
use crate::http::Req;
use crate::ui::field::{PostForm, TextField};

pub(super) async fn forms(req: Req) -> Response {
    let email = req.form.clone();
    let password = req.form.clone();
    let address = req
        .cx
        .actor
        .as_ref()
        .map(|actor| actor.email.clone())
        .unwrap_or_default();
    topic(&req, "E-mail and password", "", move || {
        view! {
            <section class="stack" aria-labelledby="email-heading">
                <h2 id="email-heading">"E-mail address"</h2>
                <p>"We write to "<strong>{address}</strong>". Other readers never see it."</p>
                <PostForm class="stack" action=ChangeAddress::PATH novalidate=true>
                    <TextField
                        state=email.clone()
                        name="email"
                        label="New address"
                        kind="email"
                        autocomplete="email"
                        hint="It takes effect when you open the link that we send there. The old address is told."
                    />
                    <TextField
                        state=email.clone()
                        name="email_password"
                        label="Your password"
                        kind="password"
                        autocomplete="current-password"
                    />
                    <p class="mt5">
                        <button class="btn">"Change the address"</button>
                    </p>
                </PostForm>
            </section>
            <section class="stack rule-top" aria-labelledby="password-heading">
                <h2 id="password-heading">"Password"</h2>
                <PostForm class="stack" action=ChangePassword::PATH novalidate=true>
                    <TextField
                        state=password.clone()
                        name="current"
                        label="Password you have now"
                        kind="password"
                        autocomplete="current-password"
                    />
                    <TextField
                        state=password.clone()
                        name="password"
                        label="New password"
                        kind="password"
                        autocomplete="new-password"
                        hint="8 characters or more. Three or four unrelated words are good; pasting is fine."
                    />
                    <p class="row mt5">
                        <button class="btn">"Change the password"</button>
                        <span class="small quiet">"This ends all your other sessions."</span>
                    </p>
                </PostForm>
            </section>
        }
    })
}
