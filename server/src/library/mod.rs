//! The reading of members: what they want, read and have read, how they liked it, and what they
//! note for themselves.
//!
//! Whether somebody *owns* a book is never said here: that is a copy on their shelf. What is here
//! stays when the copy leaves.
//!
//! Locks: the row of the reader and the book in `reader_books`, then that of the book in
//! `work_ratings`; of several books in the order of their ids.

mod rate;
mod record;
mod repo;
#[cfg(test)]
mod tests;

pub(crate) use rate::rate_in;
pub(crate) use record::{NewReading, Record, Recorded, Written, record, take_back};
