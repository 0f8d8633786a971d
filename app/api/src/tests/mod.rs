//! The interface over a real PostgreSQL and Redis, through its router.

mod body;
mod books;
mod copies;
mod copies_bulk;
mod document;
mod guard;
mod kit;
mod libraries;
mod lists;
mod own_reviews;
