//! Confirming addresses: of a new account, and of one that changes.

use axum::extract::Path;
use axum::response::Response;
use dogear_server::{Error, accounts};
use leptos::prelude::*;

use super::token_page::{button, secret, spent};
use crate::http::{Form, FormState, PageResult, Req};
use crate::paths;
use crate::ui::field::{ErrorSummary, FormKey, TextField};

const SPENT_ADDRESS: &str = "A link confirms an address once, within two days. If you have used it already, log in. Otherwise have another one sent.";
const SPENT_CHANGE: &str = "A link changes an address once, within two days. If you have used it already, there is nothing to do. Otherwise start again in your settings.";

pub async fn ask_form(req: Req) -> Response {
    ask_page(&req, FormState::new())
}

pub async fn ask(req: Req, form: Form) -> PageResult {
    match accounts::ask_for_confirmation(&req.cx, form.key(), form.text("email")).await {
        Ok(()) => Ok(req.redirect_saying(
            paths::LOGIN,
            "If that address waits for its confirmation, the link is on its way.",
        )),
        Err(error) => Ok(ask_page(&req, form.again(error)?)),
    }
}

fn ask_page(req: &Req, state: FormState) -> Response {
    req.page("Confirm your address").form(&state).render(move || {
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state.clone()/>
                <header class="stack stack-s">
                    <h1>"Confirm your address"</h1>
                    <p class="lead">"Enter the address you registered with, and we send you another link."</p>
                </header>
                <form class="stack" method="post" action=paths::VERIFY novalidate>
                    <FormKey state=state.clone()/>
                    <TextField state=state.clone() name="email" label="E-mail address" kind="email" autocomplete="email"/>
                    <p class="mt5"><button class="btn btn-do">"Send the link"</button></p>
                </form>
            </div>
        }
    })
}

pub async fn address_form(req: Req, Path(token): Path<String>) -> PageResult {
    if !accounts::can_confirm(&req.cx, &token).await? {
        return Ok(spent(
            &req,
            SPENT_ADDRESS,
            (paths::VERIFY, "Send another link"),
        ));
    }
    Ok(button(
        &req,
        "Confirm your address",
        "One step left: press the button, and your account is ready.".into(),
        "Confirm my address",
        format!("/verify/{token}"),
    ))
}

pub async fn address(req: Req, Path(token): Path<String>) -> PageResult {
    match accounts::confirm_address(&req.cx, &token).await {
        Ok(()) => Ok(secret(req.redirect_saying(
            if req.cx.actor.is_some() {
                paths::SETTINGS
            } else {
                paths::LOGIN
            },
            "Your address is confirmed. Welcome.",
        ))),
        Err(Error::NotFound) => Ok(spent(
            &req,
            SPENT_ADDRESS,
            (paths::VERIFY, "Send another link"),
        )),
        Err(error) => Err(error.into()),
    }
}

pub async fn new_address_form(req: Req, Path(token): Path<String>) -> PageResult {
    match accounts::new_address(&req.cx, &token).await? {
        Some(address) => Ok(button(
            &req,
            "Use this address",
            format!("Mail from Dogear goes to {address} from now on, and you log in with it."),
            "Use this address",
            format!("/email/{token}"),
        )),
        None => Ok(spent(
            &req,
            SPENT_CHANGE,
            (paths::SETTINGS_ACCOUNT, "Open my settings"),
        )),
    }
}

pub async fn new_address(req: Req, Path(token): Path<String>) -> PageResult {
    match accounts::confirm_email_change(&req.cx, &token).await {
        Ok(()) => Ok(secret(req.redirect_saying(
            if req.cx.actor.is_some() {
                paths::SETTINGS_ACCOUNT
            } else {
                paths::LOGIN
            },
            "Your new address is confirmed.",
        ))),
        Err(Error::NotFound) => Ok(spent(
            &req,
            SPENT_CHANGE,
            (paths::SETTINGS_ACCOUNT, "Open my settings"),
        )),
        Err(error) => Err(error.into()),
    }
}
