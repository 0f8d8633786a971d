//! Who may send which form that is no server function yet. The guard in `http::guard` enforces it; the services decide
//! again for themselves. A test fails when a route has no row here. Who may call a server
//! function stands where the function is routed.

pub use dogear_urls::Access as Who;

use Who::{Anyone, Member, Reader};

/// Method, path pattern, who.
pub const ACCESS: &[(&str, &str, Who)] = &[
    // about
    // books
    // for machines
    // shelf
    ("POST", "/shelf/bulk", Reader),
    ("POST", "/shelf/undo", Reader),
    ("POST", "/shelf/add/many", Member),
    ("POST", "/shelf/add/many/done", Member),
    ("POST", "/shelf/add/scan", Member),
    ("POST", "/shelf/add/scan/photo", Member),
    ("POST", "/shelf/add/scan/change", Member),
    ("POST", "/shelf/add/scan/finish", Member),
    ("POST", "/shelf/add/new", Member),
    ("POST", "/shelf/add/{edition}", Member),
    ("POST", "/shelf/import", Member),
    ("POST", "/shelf/import/{id}/columns", Member),
    ("POST", "/shelf/import/{id}/rows", Member),
    ("POST", "/shelf/import/{id}/start", Member),
    ("POST", "/shelf/import/{id}/stop", Reader),
    ("POST", "/shelf/import/{id}/retry", Member),
    ("POST", "/shelf/import/{id}/undo", Reader),
    ("POST", "/copies/{id}/edit", Member),
    ("POST", "/copies/{id}/state", Reader),
    ("POST", "/copies/{id}/photos", Member),
    ("POST", "/copies/{id}/photos/change", Member),
    ("POST", "/photos/undo", Member),
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
