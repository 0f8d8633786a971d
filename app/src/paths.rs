//! Every address of the site is written here, and nowhere else.

use dogear_domain::ids::{AuthorId, CopyId, TradeId, WorkId};

pub const HOME: &str = "/";
pub const BROWSE: &str = "/browse";
pub const SHELF: &str = "/shelf";
pub const TRADES: &str = "/trades";
pub const INBOX: &str = "/inbox";
pub const LOGIN: &str = "/login";
pub const LOGOUT: &str = "/logout";
pub const REGISTER: &str = "/register";
pub const SETTINGS: &str = "/settings";
pub const DESK: &str = "/admin";

/// A work, e.g. `/books/12-middlemarch`.
pub fn book(id: WorkId, slug: &str) -> String {
    format!("/books/{id}-{slug}")
}

pub fn author(id: AuthorId) -> String {
    format!("/authors/{id}")
}

/// A reader's public shelf.
pub fn reader(handle: &str) -> String {
    format!("/u/{handle}")
}

pub fn copy_edit(id: CopyId) -> String {
    format!("/copies/{id}/edit")
}

pub fn trade(id: TradeId) -> String {
    format!("/trades/{id}")
}

/// The cover drawn for a work; `version` changes when title or author do.
pub fn cover(id: WorkId) -> String {
    format!("/covers/{id}.svg")
}

/// The log-in page that leads back to `path`.
pub fn login_then(path: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("next", path);
    format!("{LOGIN}?{}", query.finish())
}
