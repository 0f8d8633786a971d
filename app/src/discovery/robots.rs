//! `/robots.txt`: what is not for search engines, and where the list of pages is.

use axum::response::{IntoResponse, Response};

use super::kept;
use crate::http::Req;
use crate::paths;

/// Pages of one reader, and forms.
const PRIVATE: [&str; 7] = [
    paths::DESK,
    paths::INBOX,
    paths::LOGIN,
    paths::REPORT,
    paths::SETTINGS,
    paths::SHELF,
    paths::TRADES,
];

pub async fn text(req: Req) -> Response {
    let private: String = PRIVATE
        .iter()
        .map(|path| format!("Disallow: {path}\n"))
        .collect();
    let sitemap = req.cx.services.settings.link(paths::SITEMAP);
    let text = format!("User-agent: *\n{private}\nSitemap: {sitemap}\n");
    (kept("text/plain; charset=utf-8"), text).into_response()
}
