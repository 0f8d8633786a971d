//! What machines read: search engines, and browsers that search here from their own bar.
//! Only public facts, and no reader is named.

mod opensearch;
mod robots;
mod sitemap;
mod structured;

pub use structured::book;

use crate::http::Routes;
use crate::paths;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/robots.txt", robots::text)
        .get(paths::OPEN_SEARCH, opensearch::description)
        .get(paths::SITEMAP, sitemap::index)
        .get("/sitemaps/{file}", sitemap::file)
}

/// Headers of a file that may be kept for an hour.
fn kept(kind: &'static str) -> [(axum::http::HeaderName, &'static str); 2] {
    use axum::http::header;
    [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ]
}
