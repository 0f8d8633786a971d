//! Two editions of one work that are one: as with works, the dropped one's row is deleted and
//! remembered, and its copies move. Its ISBN leads to the kept one from then on.
//!
//! Locks: rows of imports, editions, copies, each in the order of their keys.

mod edition;
mod list;
mod service;
mod undo;

pub use edition::{Detail, Edition};
pub use list::{Line, Merged, by_number, of_work, one, recent};
pub(in crate::moderation) use service::Snapshot;
pub use service::{Preview, merge, preview};
pub use undo::undo;
