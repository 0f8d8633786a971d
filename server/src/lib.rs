//! The services of Dogear. Each feature module owns its transactions, its
//! authorization and its outbox rows; its `repo` holds the SQL. Nothing here
//! knows HTTP or Leptos.

#![warn(missing_docs)]
// Tests count what they made.
#![cfg_attr(test, allow(clippy::cast_possible_truncation, clippy::cast_sign_loss))]
// What is said here is logged, or told to the caller.
#![warn(clippy::print_stdout, clippy::print_stderr)]

pub mod access_tokens;
pub mod accounts;
pub mod broadcasts;
pub mod calendars;
pub mod cart;
pub mod catalogue;
pub mod copies;
pub mod corrections;
pub mod events;
mod ical;
pub mod imports;
pub mod library;
pub mod lists;
pub mod moderation;
pub mod notifications;
mod outside;
pub mod pages;
mod payments;
pub mod places;
pub mod recommendations;
pub mod reviews;
pub mod rounds;
pub mod runtime;
pub mod search;
pub mod seed;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
pub mod trades;

pub use dogear_core::blocking;
pub use dogear_core::{
    Actor, Clock, Cx, Error, Result, Services, Settings, Suspension, audit, breaker, clock, db,
    error, hooks, jobs, limits, lost, secrets, settings, version,
};
pub use dogear_mail as mail;
