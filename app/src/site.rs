//! All routes of the site, gathered from the features.

use crate::http::Routes;

/// Every route and server function, with who may call it.
pub fn routes(development: bool) -> Routes {
    let routes = Routes::new();
    let routes = crate::layouts::routes(routes);
    let routes = crate::home::routes(routes);
    let routes = crate::accounts::routes(routes);
    let routes = crate::access_tokens::routes(routes);
    let routes = crate::catalogue::routes(routes);
    let routes = crate::copies::routes(routes);
    let routes = crate::library::routes(routes);
    let routes = crate::reviews::routes(routes);
    let routes = crate::trades::routes(routes);
    let routes = crate::rounds::routes(routes);
    let routes = crate::cart::routes(routes);
    let routes = crate::events::routes(routes);
    let routes = crate::lists::routes(routes);
    let routes = crate::notifications::routes(routes);
    let routes = crate::moderation::routes(routes);
    let routes = crate::discovery::routes(routes);
    let routes = crate::developers::routes(routes);
    if development {
        crate::dev::routes(routes)
    } else {
        routes
    }
}
