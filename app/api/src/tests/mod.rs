//! The interface over a real PostgreSQL and Redis, through its router.

mod body;
mod books;
mod catalogue;
mod document;
mod enter;
mod guard;
mod kit;
mod search;
mod users;
