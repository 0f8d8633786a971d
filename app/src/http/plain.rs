//! Pages without the layout, for when it cannot be had: nobody knows who asks, or
//! rendering is what failed. They hold a sentence, a way on, and the reference
//! under which the logs tell more.

use html_escape::encode_double_quoted_attribute_to_string;
use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::request::request_id;
use super::{AppError, error_words};

/// A page that stands by itself. `reference` is left out when it is empty.
pub fn plain_page(status: StatusCode, heading: &str, text: &str, reference: &str) -> Response {
    let mut html = String::from(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>",
    );
    encode_double_quoted_attribute_to_string(heading, &mut html);
    html.push_str(": Dogear</title></head><body><main id=\"main\"><h1>");
    encode_double_quoted_attribute_to_string(heading, &mut html);
    html.push_str("</h1><p class=\"lead\">");
    encode_double_quoted_attribute_to_string(text, &mut html);
    html.push_str("</p><p><a href=\"/\">Home</a></p>");
    if !reference.is_empty() {
        html.push_str("<p>Reference: <code>");
        encode_double_quoted_attribute_to_string(reference, &mut html);
        html.push_str("</code></p>");
    }
    html.push_str("</main></body></html>");
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, html).into_response()
}

/// Gives `limit` to the answer, then a page that says so. The work itself is not
/// broken off: see the middleware that detaches writes from their client.
pub async fn timeout(limit: Duration, request: Request, next: Next) -> Response {
    let reference = request_id(request.headers());
    if let Ok(response) = tokio::time::timeout(limit, next.run(request)).await {
        return response;
    }
    tracing::warn!(seconds = limit.as_secs(), "no answer in time");
    let mut page = plain_page(
        StatusCode::SERVICE_UNAVAILABLE,
        "This takes too long",
        "The connection or this site is slow just now. What you sent may still arrive: look whether it is there before you send it again.",
        &reference,
    );
    let wait = HeaderValue::from_static("30");
    page.headers_mut().insert(header::RETRY_AFTER, wait);
    page
}

/// Gives a page to errors that come without a word, from in front of [`super::error_pages`].
pub async fn fallback_error(request: Request, next: Next) -> Response {
    let reference = request_id(request.headers());
    let response = next.run(request).await;
    let status = response.status();
    let silent = (status.is_client_error() || status.is_server_error())
        && !response.headers().contains_key(header::CONTENT_TYPE);
    if !silent {
        return response;
    }
    let error = match response.extensions().get::<AppError>() {
        Some(error) => error.clone(),
        None => AppError::status(status),
    };
    let (heading, text) = error_words(&error);
    let mut page = plain_page(status, heading, &text, &reference);
    error.set_retry_after(page.headers_mut());
    for cookie in response.headers().get_all(header::SET_COOKIE) {
        page.headers_mut()
            .append(header::SET_COOKIE, cookie.clone());
    }
    page
}
