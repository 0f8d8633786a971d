//! What developers of other programs read: how the interface works, and every operation of it, made
//! of the same document that programs read.

mod guide;
mod operations;

use dogear_urls::pages;

use crate::http::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(&pages::DEVELOPERS, guide::page)
        .get(&pages::DEVELOPERS_ABOUT, operations::page)
}
