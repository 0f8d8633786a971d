//! Error pages.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use leptos::prelude::*;

use crate::http::{AppError, Req, error_words};
use crate::ui::kept::{HiddenFields, KeptTexts};
use dogear_urls as urls;

/// An error as a page of the site: what happened, and where to go from here.
pub(super) fn error_page(req: &Req, error: &AppError) -> Response {
    let status = error.status;
    let (heading, text) = error_words(error);
    let reference = status
        .is_server_error()
        .then(|| req.cx.request_id.clone())
        .filter(|id| !id.is_empty());
    let next = urls::login_then(&req.from);
    let kept = error.kept.clone();
    let unknown = error.reader_unknown;
    let mut response = req.page(heading).status(status).render(move || {
        view! {
            <div class="wrap wrap-narrow page stack">
                <p class="quiet num">{status.as_u16()}</p>
                <h1>{heading}</h1>
                <p class="lead">{text}</p>
                {kept
                    .map(|kept| {
                        let (texts, files) = (kept.texts(), kept.files);
                        view! {
                            {(!files)
                                .then(|| {
                                    view! {
                                        <form method="post" action=kept.action class="row mt5">
                                            <HiddenFields fields=kept.fields />
                                            <button class="btn btn-do">"Send it again"</button>
                                            <span class="fine quiet">
                                                "What you typed is kept on this page."
                                            </span>
                                        </form>
                                    }
                                })}
                            <KeptTexts texts=texts />
                        }
                    })}
                <p class="row mt5">
                    {(status == StatusCode::UNAUTHORIZED)
                        .then(|| {
                            view! {
                                <a class="btn btn-do" href=next.clone() data-log-in=next>
                                    "Log in"
                                </a>
                            }
                        })} <a class="btn" href=urls::BROWSE>
                        "Browse books"
                    </a> <a href=urls::HOME>"Home"</a>
                </p>
                {reference
                    .map(|id| view! { <p class="fine quiet">"Reference: "<code>{id}</code></p> })}
            </div>
        }
    });
    if unknown {
        let private = HeaderValue::from_static("no-store");
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, private);
    }
    response
}
