//! Confirming addresses: of a new account, and of one that changes.

use axum::extract::Path;
use axum::response::Response;
use dogear_server::accounts;
use leptos::prelude::*;

use super::actions::{AskToConfirm, ConfirmAddress, ConfirmNewAddress};
use super::token_page::{button, spent};
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui::field::{ErrorSummary, PostForm, TextField};
use dogear_urls as urls;

const SPENT_ADDRESS: &str = "A link confirms an address once, within two days. If you have used it already, log in. Otherwise have another one sent.";
const SPENT_CHANGE: &str = "A link changes an address once, within two days. If you have used it already, there is nothing to do. Otherwise start again in your settings.";

pub(super) async fn ask_form(req: Req) -> Response {
    let state = req.form.clone();
    req.page("Confirm your address").render(move || {
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state.clone() />
                <header class="stack stack-s">
                    <h1>"Confirm your address"</h1>
                    <p class="lead">
                        "Enter the address you registered with, and we send you another link."
                    </p>
                </header>
                <PostForm class="stack" action=AskToConfirm::PATH novalidate=true>
                    <TextField
                        state=state.clone()
                        name="email"
                        label="E-mail address"
                        kind="email"
                        autocomplete="email"
                    />
                    <p class="mt5">
                        <button class="btn btn-do">"Send the link"</button>
                    </p>
                </PostForm>
            </div>
        }
    })
}

pub(super) async fn address_form(req: Req, Path(token): Path<String>) -> PageResult {
    if !accounts::can_confirm(&req.cx, &token).await? {
        return Ok(spent(
            &req,
            SPENT_ADDRESS,
            (urls::VERIFY, "Send another link"),
        ));
    }
    Ok(button(
        &req,
        "Confirm your address",
        "One step left: press the button, and your account is ready.".into(),
        "Confirm my address",
        ConfirmAddress::PATH,
        token,
    ))
}

pub(super) async fn new_address_form(req: Req, Path(token): Path<String>) -> PageResult {
    match accounts::new_address(&req.cx, &token).await? {
        Some(address) => Ok(button(
            &req,
            "Use this address",
            format!("Mail from Dogear goes to {address} from now on, and you log in with it."),
            "Use this address",
            ConfirmNewAddress::PATH,
            token,
        )),
        None => Ok(spent(
            &req,
            SPENT_CHANGE,
            (urls::SETTINGS_ACCOUNT, "Open my settings"),
        )),
    }
}
