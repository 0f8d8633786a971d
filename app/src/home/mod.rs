//! The front page, and the pages about the site.

mod about;
mod front;
mod house;
mod offers;

use dogear_server::pages::FrontCache;

use crate::http::{Req, Routes};
use dogear_urls::pages;

pub fn routes(routes: Routes) -> Routes {
    let cache = FrontCache::default();
    routes
        .get(&pages::HOME, move |req: Req| {
            front::show(req, cache.clone())
        })
        .get(&pages::ABOUT_TRADING, about::trading)
        .get(&pages::ABOUT_CONDITIONS, about::conditions)
        .get(&pages::ABOUT_PRIVACY, about::privacy)
        .get(&pages::ABOUT_ACCESSIBILITY, about::accessibility)
        .get(&pages::ABOUT_RULES, house::rules)
        .get(&pages::ABOUT_CONTACT, house::contact)
}
