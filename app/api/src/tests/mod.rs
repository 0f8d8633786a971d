//! The interface over a real PostgreSQL and Redis, through its router.

mod body;
mod books;
mod broadcasts;
mod catalogue;
mod copies;
mod copies_bulk;
mod document;
mod enter;
mod event_books;
mod events;
mod exchange;
mod guard;
mod kit;
mod libraries;
mod lists;
mod me;
mod notifications;
mod own_reviews;
mod search;
mod users;
