//! The front page, the theme, the pages about the site.

mod about;
mod front;
mod offers;
mod theme;

use dogear_server::pages::FrontCache;

use crate::http::{Req, Routes};

pub fn routes(routes: Routes) -> Routes {
    let cache = FrontCache::default();
    routes
        .get("/", move |req: Req| front::show(req, cache.clone()))
        .get("/about/trading", about::trading)
        .get("/about/conditions", about::conditions)
        .get("/about/privacy", about::privacy)
        .get("/about/accessibility", about::accessibility)
        .post("/settings/theme", theme::choose)
}
