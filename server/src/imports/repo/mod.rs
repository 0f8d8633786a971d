//! The SQL of imports.

mod imports;
pub(crate) mod merging;
mod recording;
mod rows;
mod views;

pub(crate) use imports::erase;
pub(super) use imports::{
    Locked, NewImport, checking_round, delete_oldest, insert, lock, lock_own, prune_drafts,
    set_columns, set_plan, set_ready, set_state, state,
};
pub use recording::ReadingNumbers;
pub(super) use recording::{
    Unrecorded, count_recorded, forget_recorded, reading_numbers, recorded, set_edition,
    set_recorded, to_record,
};
pub(super) use rows::{
    Verdict, Waiting, added_copies, cells, count_added, delete_cells, open_row, owned, put_rows,
    record, record_taken_back, retry_failed, set_choice, to_add, unchecked,
};
pub(super) use views::{Head, counts, first_cells, get, kept, list, rows};
