//! The pieces that the pages of the desk share.

use axum::extract::Query;
use jiff::Timestamp;
use leptos::prelude::*;
use serde::Deserialize;

use crate::http::{Layout, PageBuilder, PageResult, Req};
use crate::ui::time::machine_readable;
use dogear_urls as urls;

/// Starts a page of the desk.
pub(super) fn page(req: &Req, section: &'static str, title: impl Into<String>) -> PageBuilder {
    req.page(title).layout(Layout::Admin(section))
}

/// The words typed into the masthead.
#[derive(Deserialize)]
pub(super) struct Find {
    #[serde(default)]
    q: String,
}

/// `@handle` and a member's whole handle lead to the member, a number to the trade,
/// anything else to the listings.
pub(super) async fn find(req: Req, Query(find): Query<Find>) -> PageResult {
    let words = find.q.trim();
    if let Ok(member) = dogear_server::moderation::members::by_handle(&req.cx, words).await {
        return Ok(req.redirect(&urls::admin_member(&member.handle)));
    }
    let path = match words.trim_start_matches('#') {
        number if number.len() < 10 && number.parse::<i64>().is_ok() => {
            with_query(urls::ADMIN_TRADES, &[("q", number)])
        }
        _ if words.starts_with('@') => with_query(urls::ADMIN_MEMBERS, &[("q", words)]),
        _ => with_query(urls::ADMIN_LISTINGS, &[("q", words)]),
    };
    Ok(req.redirect(&path))
}

/// `path` with the parameters that are not empty.
pub(super) fn with_query(path: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters.iter().filter(|(_, value)| !value.is_empty()));
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

/// "38 min", "3 h", "2 d": for columns.
pub(super) fn relative_age(at: Timestamp, now: Timestamp) -> impl IntoView {
    let minutes = (now.as_second() - at.as_second()).max(0) / 60;
    view! { <time datetime=machine_readable(at)>{in_short(minutes)}</time> }
}

/// So many minutes as "38 min", "3 h", "2 d".
pub(super) fn in_short(minutes: i64) -> String {
    match minutes {
        0..60 => format!("{minutes} min"),
        60..2880 => format!("{} h", minutes / 60),
        _ => format!("{} d", minutes / 1440),
    }
}

/// A member's handle, leading to their page on the desk.
pub(super) fn member_link(handle: &str) -> impl IntoView + use<> {
    view! { <a href=urls::admin_member(handle)>{handle.to_owned()}</a> }
}
