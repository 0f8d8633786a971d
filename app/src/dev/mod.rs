//! Pages of development: the mail that was caught, and the style guide. Their routes
//! do not exist in production.

mod covers;
mod linked;
mod mail;
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
}
