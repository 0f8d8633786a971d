//! The front page, the theme, the pages about the site.

mod front;
mod theme;

use crate::http::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/", front::show)
        .post("/settings/theme", theme::choose)
}
