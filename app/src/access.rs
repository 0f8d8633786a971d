//! The one table of who may call what. The guard in `http::guard` enforces it;
//! the services decide again for themselves. A test fails when a route or a
//! server function has no row here.

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// Everybody.
    Anyone,
    /// Whoever is signed in, also suspended or with an unconfirmed address.
    Reader,
    /// Confirmed address, in good standing.
    Member,
    Moderator,
    Admin,
}

use Who::{Anyone, Reader};

/// Method, path pattern, who.
pub const ACCESS: &[(&str, &str, Who)] = &[
    // home
    ("GET", "/", Anyone),
    ("POST", "/settings/theme", Anyone),
    // accounts
    ("GET", "/login", Anyone),
    ("POST", "/login", Anyone),
    ("POST", "/logout", Reader),
    // shelf
    ("GET", "/covers/{file}", Anyone),
];

/// The row of a route.
pub fn who(method: &str, path: &str) -> Option<Who> {
    ACCESS
        .iter()
        .find(|(m, p, _)| *m == method && *p == path)
        .map(|(_, _, who)| *who)
}
