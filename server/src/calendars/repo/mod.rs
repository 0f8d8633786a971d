//! The cellar of calendars: SQL statements with typed rows.

pub(super) mod entries;
pub(super) mod feeds;
pub(super) mod google;
