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

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/dev/mail", mail::list)
        .get("/dev/mail.json", mail::json)
        .get("/dev/mail/{id}", mail::show)
        .get("/dev/mail/{id}/html", mail::html)
        .get("/dev/styleguide", styleguide::show)
        .get("/dev/cover/{file}", covers::show)
        .get("/dev/errors/{status}", errors::show)
        .get("/dev/routes.json", routes::json)
}
