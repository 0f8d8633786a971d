//! Give-away rounds: a copy goes to one of those who ask for it, by a draw that everybody can
//! check, or to whoever comes first. The rules are in [`dogear_domain::rounds`].
//!
//! # One order of locks
//! The idempotency key, the wishes of a member (an advisory lock), the copy, the round, then what
//! trades lock. A round that is live holds its copy; a gift takes that hold over in the transaction
//! in which it is agreed. Whatever can end a round locks its copy first.

mod advance;
mod answer;
mod ask;
pub mod desk;
pub mod invariants;
mod leaving;
mod list;
mod open;
mod page;
mod repo;
mod sweeps;
mod tell;
#[cfg(test)]
mod tests;

pub use answer::{pass, take};
pub use ask::{ask, take_back};
pub(crate) use leaving::{leave, part, unoffered};
pub use list::{Listed, Order, Own, OwnAsk, Rounds, latest, list, own};
pub use open::{Opened, close, open, to_give};
pub use page::{Drawn, Mine, RoundPage, page};
pub(crate) use repo::erase;
pub use sweeps::schedules;
pub(crate) use sweeps::sweep;
pub use tell::TellAskers;

use dogear_domain::ids::RoundId;
use dogear_domain::rounds::{AskError, RoundError};
use sqlx::PgConnection;

use crate::{Error, Result};
use repo::rounds::Locked;

/// What a rule refuses, in the terms of pages.
fn refusal(error: RoundError) -> Error {
    match error {
        RoundError::NotYours => Error::NotFound,
        RoundError::OwnCopy => Error::Forbidden(error.to_string()),
        _ => Error::Conflict(error.to_string()),
    }
}

/// What a limit refuses.
fn limited(error: AskError) -> Error {
    Error::Forbidden(error.to_string())
}

/// A round, locked with its copy.
async fn lock(conn: &mut PgConnection, round: RoundId) -> Result<Locked> {
    repo::rounds::lock(conn, round)
        .await?
        .ok_or(Error::NotFound)
}
