//! Two works, or two [`editions`], that are one: compared, merged, and taken apart again within 30 days.
//!
//! The kept work takes the editions, the copies and the provenance of the dropped one, whose
//! row is deleted: no list can show it, and its address leads to the kept one. What it was
//! is kept in `work_merges`. Locks: editions, copies, works, each in the order of their ids,
//! as whoever adds a copy or trades one takes them.

pub mod editions;
mod fact;
mod list;
mod moving;
mod preview;
mod service;
mod undo;
mod work;

pub use fact::Fact;
pub use list::{Found, Merge, Pair, find, likely, one, recent};
pub use preview::{Preview, book, preview};
pub use service::merge;
pub use undo::undo;
pub use work::Work;

use jiff::SignedDuration;

/// How long a merge can be taken back.
pub const UNDO_WITHIN: SignedDuration = SignedDuration::from_hours(30 * 24);
