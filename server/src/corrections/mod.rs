//! What members suggest to correct about books, and what moderators do with it.
//!
//! A correction keeps for each field what the book said and what it should say. When it is
//! accepted, only what the book still says is replaced: what somebody else has changed in
//! the meantime stays.

mod apply;
mod decide;
mod facts;
mod input;
mod list;
mod repo;
mod suggest;

#[cfg(test)]
mod tests;

pub use decide::{Accepted, accept, refuse};
pub use facts::{Facts, name};
pub use list::{Filter, PAGE, Row, Shown, count, list};
pub(crate) use repo::erase;
pub use suggest::{Own, Typed, form, suggest, version, withdraw};

use dogear_domain::corrections::BookField;
use dogear_domain::ids::EditionId;
use serde::{Deserialize, Serialize};

/// One field that should say something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// `None` for what is said about the work.
    pub edition: Option<EditionId>,
    /// Of the work, or of the edition.
    pub field: BookField,
    /// As forms write it.
    pub before: String,
    /// As forms write it.
    pub after: String,
}
