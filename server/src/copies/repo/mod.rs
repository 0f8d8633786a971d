//! The SQL of copies.

mod change;
pub(crate) mod desk;
mod export;
mod facts;
mod holds;
pub(super) mod lent;
mod ownership;
mod pages;
mod photos;
mod scans;
mod shelf;
pub(super) mod waits;

pub(super) use change::{
    Inserted, Locked, insert, last_currency, lock_owned, raise_terms, set_condition, set_grade,
    set_offers, set_place, set_state, touched, trash, unlist_all,
};
pub(super) use export::{ExportedCopy, exported};
pub(super) use facts::{FactsRow, facts, own_ids};
pub(crate) use holds::{free_of_round, hold, hold_for_round, release};
pub(super) use holds::{hold_lent, release_lent};
pub(crate) use ownership::{Handed, hand_on, take_off_listings, works_of};
pub(super) use ownership::{erase, owned_of, owned_of_edition, owns_edition};
pub(super) use pages::{CopyRow, History, copy, history, is_visible};
pub(crate) use photos::PhotoRow;
pub(super) use photos::{
    DeletedPhoto, add_photo, copy_of_photo, count_photos, delete_photo, erase_photos, kept,
    keys_in_use, lock_photos, of_copy, photo_order, put_back, set_photo_order, stands_in_trade,
};
pub(super) use scans::{
    Scan, answer, clear_answered, copies_of_list, count_scans, delete_finished, delete_waiting,
    lines, lock_scans, own_scan, wait,
};
pub(super) use shelf::{ShelfFilter, counts, places, rows};
