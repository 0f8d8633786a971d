//! The catalogue's tables: their statements, checked against the schema when they are compiled.
//! Those of imports in bulk are in `bulk/repo`.

pub(super) mod answers;
pub(crate) mod edits;
mod identity;
pub(super) mod known;
pub(super) mod many;
pub(crate) mod merging;
pub(super) mod works;

pub(super) use identity::{
    WorkAlike, edition_by_isbn, edition_by_isbn_of, edition_like, insert_edition, insert_work,
    sort_name, works_alike,
};
pub(crate) use identity::{authors_by_name, lock, series_by_title};
