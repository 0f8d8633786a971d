//! What machines read: search engines, and browsers that search here from their own bar.
//! Only public facts, and no reader is named.

mod opensearch;
mod robots;
mod sitemap;
mod structured;

pub use structured::{book, event};

use crate::http::Routes;
use dogear_urls as urls;
use dogear_urls::pages;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(&pages::ROBOTS, robots::text)
        .get(&urls::pages::OPEN_SEARCH, opensearch::description)
        .get(&urls::pages::SITEMAP, sitemap::index)
        .get(&pages::SITEMAP_FILE, sitemap::file)
}

/// Headers of a file that may be kept for an hour.
fn kept(kind: &'static str) -> [(axum::http::HeaderName, &'static str); 2] {
    use axum::http::header;
    [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "max-age=3600"),
    ]
}
