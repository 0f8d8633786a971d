//! E-mail address and password.

use axum::response::Response;
use dogear_server::accounts::{self, NewPassword};
use leptos::prelude::*;

use super::topic;
use crate::accounts::login::rotate;
use crate::http::{Form, FormState, PageResult, Req};
use crate::paths;
use crate::ui::field::{FormKey, TextField};

pub async fn forms(req: Req) -> Response {
    page(&req, FormState::new(), FormState::new())
}

pub async fn email(req: Req, form: Form) -> PageResult {
    let (email, password) = (form.text("email"), form.text("email_password"));
    match accounts::request_email_change(&req.cx, form.key(), email, password).await {
        Ok(()) => Ok(req.redirect_saying(
            paths::SETTINGS_ACCOUNT,
            "Look into the mail at your new address: open the link there, and it becomes yours here.",
        )),
        Err(error) => Ok(page(&req, form.again(error)?, FormState::new())),
    }
}

pub async fn password(req: Req, form: Form) -> PageResult {
    let change = NewPassword {
        current: form.text("current").into(),
        password: form.text("password").into(),
    };
    match accounts::change_password(&req.cx, form.key(), &change).await {
        Ok(()) => Ok(match rotate(&req).await {
            Ok(()) => req.redirect_saying(
                paths::SETTINGS_ACCOUNT,
                "Your password is changed. All other sessions have ended.",
            ),
            // It is changed all the same.
            Err(_) => req.redirect_saying(
                paths::LOGIN,
                "Your password is changed, and every session has ended. Log in with the new one.",
            ),
        }),
        Err(error) => Ok(page(&req, FormState::new(), form.again(error)?)),
    }
}

fn page(req: &Req, email: FormState, password: FormState) -> Response {
    let address = req
        .cx
        .actor
        .as_ref()
        .map(|actor| actor.email.clone())
        .unwrap_or_default();
    let shown = if password.failed() { &password } else { &email }.clone();
    topic(req, "E-mail and password", "", &shown, move || {
        view! {
            <section class="stack" aria-labelledby="email-heading">
                <h2 id="email-heading">"E-mail address"</h2>
                <p>"We write to "<strong>{address}</strong>". Other readers never see it."</p>
                <form class="stack" method="post" action=paths::SETTINGS_EMAIL novalidate>
                    <FormKey state=email.clone()/>
                    <TextField state=email.clone() name="email" label="New address" kind="email" autocomplete="email"
                        hint="It takes effect when you open the link that we send there. The old address is told."/>
                    <TextField state=email.clone() name="email_password" label="Your password" kind="password" autocomplete="current-password" maxlength=1024/>
                    <p class="mt5"><button class="btn">"Change the address"</button></p>
                </form>
            </section>
            <section class="stack rule-top" aria-labelledby="password-heading">
                <h2 id="password-heading">"Password"</h2>
                <form class="stack" method="post" action=paths::SETTINGS_PASSWORD novalidate>
                    <FormKey state=password.clone()/>
                    <TextField state=password.clone() name="current" label="Password you have now" kind="password" autocomplete="current-password" maxlength=1024/>
                    <TextField state=password.clone() name="password" label="New password" kind="password" autocomplete="new-password" maxlength=256
                        hint="8 characters or more. Three or four unrelated words are good; pasting is fine."/>
                    <p class="row mt5"><button class="btn">"Change the password"</button><span class="small quiet">"This ends all your other sessions."</span></p>
                </form>
            </section>
        }
    })
}
