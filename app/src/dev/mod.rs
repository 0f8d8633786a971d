//! Pages of development: the mail that was caught, the style guide, the pages of errors
//! and the list of routes. Their routes do not exist in production.

mod covers;
mod errors;
mod linked;
mod mail;
mod routes;
mod samples;
mod styleguide;

use crate::http::Routes;
use dogear_urls::pages;

pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get(&pages::DEV_MAIL, mail::list)
        .get(&pages::DEV_MAIL_JSON, mail::json)
        .get(&pages::DEV_MAIL_ONE, mail::show)
        .get(&pages::DEV_MAIL_HTML, mail::html)
        .get(&pages::DEV_STYLEGUIDE, styleguide::show)
        .get(&pages::DEV_COVER, covers::show)
        .get(&pages::DEV_ERRORS, errors::show);
    let rows = routes::rows(&routes.access());
    routes.get(&pages::DEV_ROUTES, move || {
        std::future::ready(routes::json(&rows))
    })
}
