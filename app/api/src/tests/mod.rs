//! The interface over a real PostgreSQL and Redis, through its router.

mod body;
mod books;
mod document;
mod exchange;
mod guard;
mod kit;
