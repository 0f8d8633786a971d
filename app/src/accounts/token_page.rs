//! What pages behind a link from a mail have in common.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use leptos::prelude::*;

use crate::http::Req;
use crate::ui::field::PostForm;

/// Keeps the token in the address from being passed on to wherever the page leads.
pub(super) fn secret(mut response: Response) -> Response {
    response.headers_mut().insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A link that was used, has run out or never was: the three look the same.
pub(super) fn spent(
    req: &Req,
    text: &'static str,
    (path, label): (&'static str, &'static str),
) -> Response {
    let heading = "This link does not work any more";
    secret(req.page(heading).status(StatusCode::GONE).render(move || {
        view! {
            <div class="wrap wrap-narrow page stack">
                <h1>{heading}</h1>
                <p class="lead">{text}</p>
                <p class="mt5">
                    <a class="btn btn-do" href=path>
                        {label}
                    </a>
                </p>
            </div>
        }
    }))
}

/// A page with one button, which calls the function at `action` with the token: opening it
/// changes nothing, since mail scanners open links too.
pub(super) fn button(
    req: &Req,
    heading: &'static str,
    text: String,
    label: &'static str,
    action: &'static str,
    token: String,
) -> Response {
    secret(req.page(heading).render(move || {
        view! {
            <div class="wrap wrap-narrow page stack">
                <h1>{heading}</h1>
                <p class="lead">{text}</p>
                <PostForm class="mt5" action=action with=[("token", token)]>
                    <button class="btn btn-do">{label}</button>
                </PostForm>
            </div>
        }
    }))
}
