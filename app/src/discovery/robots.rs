//! `/robots.txt`: what is not for search engines, and where the list of pages is.

use axum::response::{IntoResponse, Response};

use super::kept;
use crate::http::Req;
use dogear_urls as urls;

/// Pages of one reader, and forms.
const PRIVATE: [&str; 8] = [
    urls::ADMIN,
    urls::INBOX,
    urls::LOGIN,
    urls::REGISTER,
    urls::REPORT,
    urls::SETTINGS,
    urls::SHELF,
    urls::TRADES,
];

pub(super) async fn text(req: Req) -> Response {
    let private: String = PRIVATE
        .iter()
        .map(|path| format!("Disallow: {path}\n"))
        .collect();
    let sitemap = req.cx.services.settings.link(urls::SITEMAP);
    let text = format!("User-agent: *\n{private}\nSitemap: {sitemap}\n");
    (kept("text/plain; charset=utf-8"), text).into_response()
}
