//! Lists of books that readers make: private, for whoever has the address, or for everybody.
//!
//! Whoever changes a list or the books in it holds its row first; a merge of two works holds the
//! works, and touches the places of these alone.

pub(crate) mod desk;
mod export;
mod input;
mod items;
mod manage;
mod page;
mod record;
mod repo;
mod sweep;

#[cfg(test)]
mod tests;

pub use desk::DeskList;
pub use export::export;
pub use input::ListForm;
pub use items::{Added, EntryForm, add, edit, put_back, remove, step};
pub use manage::{Deleted, OwnList, OwnLists, create, delete, mine, renew, restore, save};
pub use page::{
    BesideBook, Entry, FoundBook, ListItem, ListPage, OwnCopy, PAGE, Part, beside, entry, find,
    items, open, own, shown,
};
pub(crate) use record::{PutOn, put, take_out};
pub(crate) use repo::manage::erase;
pub(crate) use sweep::schedules;
