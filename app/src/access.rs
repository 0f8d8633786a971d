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

use Who::{Admin, Anyone, Member, Moderator, Reader};

/// Method, path pattern, who.
pub const ACCESS: &[(&str, &str, Who)] = &[
    // home
    ("GET", "/", Anyone),
    ("POST", "/settings/theme", Anyone),
    // accounts
    ("GET", "/login", Anyone),
    ("POST", "/login", Anyone),
    ("POST", "/logout", Reader),
    ("GET", "/register", Anyone),
    ("POST", "/register", Anyone),
    ("GET", "/register/sent", Anyone),
    ("GET", "/verify", Anyone),
    ("POST", "/verify", Anyone),
    ("GET", "/verify/{token}", Anyone),
    ("POST", "/verify/{token}", Anyone),
    ("GET", "/email/{token}", Anyone),
    ("POST", "/email/{token}", Anyone),
    ("GET", "/forgot", Anyone),
    ("POST", "/forgot", Anyone),
    ("GET", "/forgot/sent", Anyone),
    ("GET", "/reset/{token}", Anyone),
    ("POST", "/reset/{token}", Anyone),
    ("GET", "/settings", Reader),
    ("GET", "/settings/profile", Reader),
    ("POST", "/settings/profile", Reader),
    ("GET", "/settings/away", Reader),
    ("POST", "/settings/away", Reader),
    ("GET", "/settings/account", Reader),
    ("POST", "/settings/email", Reader),
    ("POST", "/settings/password", Reader),
    ("GET", "/settings/sessions", Reader),
    ("POST", "/settings/sessions/end", Reader),
    ("POST", "/settings/sessions/end-others", Reader),
    ("GET", "/settings/blocked", Reader),
    ("POST", "/settings/blocked", Reader),
    ("POST", "/settings/blocked/remove", Reader),
    ("GET", "/settings/delete", Reader),
    ("POST", "/settings/delete", Reader),
    ("POST", "/settings/delete/cancel", Reader),
    // about
    ("GET", "/about/trading", Anyone),
    ("GET", "/about/conditions", Anyone),
    ("GET", "/about/privacy", Anyone),
    ("GET", "/about/accessibility", Anyone),
    // books
    ("GET", "/browse", Anyone),
    ("GET", "/books/{book}", Anyone),
    ("GET", "/isbn/{isbn}", Anyone),
    ("GET", "/authors/{author}", Anyone),
    ("GET", "/series/{series}", Anyone),
    ("GET", "/u/{handle}", Anyone),
    // shelf
    ("GET", "/shelf", Reader),
    ("POST", "/shelf/bulk", Reader),
    ("POST", "/shelf/undo", Reader),
    ("GET", "/shelf/add", Member),
    ("GET", "/shelf/add/new", Member),
    ("POST", "/shelf/add/new", Member),
    ("GET", "/shelf/add/{edition}", Member),
    ("POST", "/shelf/add/{edition}", Member),
    ("GET", "/copies/{id}", Anyone),
    ("GET", "/copies/{id}/edit", Member),
    ("POST", "/copies/{id}/edit", Member),
    ("POST", "/copies/{id}/state", Reader),
    ("GET", "/copies/{id}/photos", Member),
    ("POST", "/copies/{id}/photos", Member),
    ("POST", "/copies/{id}/photos/change", Reader),
    ("POST", "/photos/undo", Reader),
    ("GET", "/photos/{file}", Anyone),
    ("GET", "/covers/{file}", Anyone),
    ("POST", "/api/lookup", Member),
    // inbox
    ("GET", "/inbox", Reader),
    ("POST", "/inbox/read", Reader),
    ("POST", "/inbox/unread", Reader),
    ("POST", "/inbox/{id}/open", Reader),
    ("POST", "/inbox/{id}/read", Reader),
    ("POST", "/inbox/{id}/unread", Reader),
    ("GET", "/settings/notifications", Reader),
    ("POST", "/settings/notifications", Reader),
    ("GET", "/unsubscribe/{token}", Anyone),
    ("POST", "/unsubscribe/{token}", Anyone),
    ("POST", "/api/unread", Reader),
    // development only
    ("GET", "/dev/mail", Anyone),
    ("GET", "/dev/mail.json", Anyone),
    ("GET", "/dev/mail/{id}", Anyone),
    ("GET", "/dev/mail/{id}/html", Anyone),
    ("GET", "/dev/styleguide", Anyone),
    ("GET", "/dev/cover/{file}", Anyone),
    // reports and the moderators' desk
    ("GET", "/report", Member),
    ("POST", "/report", Member),
    ("GET", "/reports/{id}", Reader),
    ("GET", "/admin", Moderator),
    ("GET", "/admin/find", Moderator),
    ("GET", "/admin/overview", Moderator),
    ("GET", "/admin/queue", Moderator),
    ("GET", "/admin/queue/{kind}/{id}", Moderator),
    ("POST", "/admin/queue/{kind}/{id}", Moderator),
    ("POST", "/admin/queue/{kind}/{id}/release", Moderator),
    ("GET", "/admin/decisions", Moderator),
    ("POST", "/admin/undo", Moderator),
    ("GET", "/admin/listings", Moderator),
    ("GET", "/admin/listings/{id}", Moderator),
    ("POST", "/admin/listings/{id}/hide", Moderator),
    ("POST", "/admin/listings/{id}/restore", Moderator),
    ("GET", "/admin/members", Moderator),
    ("GET", "/admin/members/{handle}", Moderator),
    ("GET", "/admin/members/{handle}/suspend", Moderator),
    ("POST", "/admin/members/{handle}/suspend", Moderator),
    ("GET", "/admin/members/{handle}/restore", Moderator),
    ("POST", "/admin/members/{handle}/restore", Moderator),
    ("GET", "/admin/members/{handle}/role", Admin),
    ("POST", "/admin/members/{handle}/role", Admin),
    ("GET", "/admin/trades", Moderator),
    ("GET", "/admin/trades/{id}", Moderator),
    ("GET", "/admin/jobs", Moderator),
    ("POST", "/admin/jobs/{id}/retry", Moderator),
    ("POST", "/admin/jobs/{id}/discard", Moderator),
    ("GET", "/admin/mail", Moderator),
    ("GET", "/admin/mail/{id}", Moderator),
    ("GET", "/admin/audit", Moderator),
];

/// The row of a route.
pub fn who(method: &str, path: &str) -> Option<Who> {
    ACCESS
        .iter()
        .find(|(m, p, _)| *m == method && *p == path)
        .map(|(_, _, who)| *who)
}
