//! Who may send which form that is no server function yet. The guard in `http::guard` enforces it; the services decide
//! again for themselves. A test fails when a route has no row here. Who may call a server
//! function stands where the function is routed.

pub use dogear_urls::Access as Who;

use Who::{Anyone, Member};

/// Method, path pattern, who.
pub const ACCESS: &[(&str, &str, Who)] = &[
    // about
    // books
    // for machines
    // shelf
    ("POST", "/shelf/add/many", Member),
    // inbox
    ("POST", "/unsubscribe/{token}", Anyone),
    // trades
    // development only
];

/// The row of a route.
pub fn who(method: &str, path: &str) -> Option<Who> {
    ACCESS
        .iter()
        .find(|(m, p, _)| *m == method && *p == path)
        .map(|(_, _, who)| *who)
}
