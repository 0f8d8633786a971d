//! The interface over a real PostgreSQL and Redis, through its router.

mod body;
mod books;
mod broadcasts;
mod document;
mod event_books;
mod events;
mod guard;
mod kit;
mod me;
mod notifications;
