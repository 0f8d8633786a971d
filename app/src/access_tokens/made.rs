//! The page that shows a new token, once.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use dogear_server::access_tokens;
use dogear_server::db::IdempotencyKey;
use leptos::prelude::*;
use uuid::Uuid;

use crate::accounts::topic;
use crate::http::{PageResult, Req, Segment};
use dogear_urls as urls;

const LEAD: &str =
    "Copy it now: it is shown on this page alone, for ten minutes, and nowhere after that.";

pub(super) async fn page(req: Req, Segment(key): Segment<Uuid>) -> PageResult {
    let made = access_tokens::made(&req.cx, IdempotencyKey(key)).await;
    let (token, secret) = match made {
        Err(dogear_server::Error::NotFound) => {
            return Ok(spent(&req));
        }
        other => other?,
    };
    let name = token.name;
    let mut response = topic(&req, "Your new token", LEAD, move || {
        view! {
            <p dir="auto">
                <strong>{name}</strong>
            </p>
            <p>
                <label for="token" class="visually-hidden">
                    "The token"
                </label>
                <input class="input" id="token" type="text" readonly=true value=secret />
            </p>
            <p>
                "Whoever has it can do what it opens. Programs send it in the header "
                <code>"Authorization: Bearer …"</code>"."
            </p>
            <p>
                <a class="btn" href=urls::ACCESS_TOKENS>
                    "I have copied it"
                </a>
            </p>
        }
    });
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// It was shown, or never was: the two look the same.
fn spent(req: &Req) -> Response {
    let heading = "This token is not shown any more";
    req.page(heading).status(StatusCode::GONE).render(move || {
        view! {
            <div class="wrap wrap-narrow page stack">
                <h1>{heading}</h1>
                <p class="lead">
                    "Tokens are shown for ten minutes after they were made. If you have not copied yours, end it and make another."
                </p>
                <p class="mt5">
                    <a class="btn btn-do" href=urls::ACCESS_TOKENS>
                        "Go to your tokens"
                    </a>
                </p>
            </div>
        }
    })
}
