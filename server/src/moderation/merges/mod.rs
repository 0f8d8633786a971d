//! Two [`works`], or two [`editions`], that are one: compared, merged, and taken apart again
//! within 30 days.
//!
//! The kept one takes what belongs to the dropped one, whose row is deleted: no list can show
//! it, and its address leads to the kept one. What it was is kept in the record of the merge.
//! Both kinds go the same way (`flow.rs`); what differs stands in their `Mergeable`.

pub mod editions;
mod flow;
mod mergeable;
pub mod works;

pub use flow::is_undoable;
pub(super) use mergeable::Row;
