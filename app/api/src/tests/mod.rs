//! The interface over a real PostgreSQL and Redis, through its router.

mod body;
mod books;
mod catalogue;
mod copies;
mod copies_bulk;
mod document;
mod enter;
mod exchange;
mod guard;
mod kit;
mod search;
mod users;
mod libraries;
mod lists;
mod own_reviews;
mod broadcasts;
mod document;
mod event_books;
mod events;
mod guard;
mod kit;
mod me;
mod notifications;
