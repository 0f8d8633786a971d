//! The tables of the desk (reports, decisions, merges), and what moderators read of the others:
//! statements, checked against the schema when they are compiled. Nothing here decides, begins
//! a transaction or tells anybody.

pub(super) mod books;
pub(super) mod cases;
pub(super) mod decisions;
pub(super) mod edition_merges;
pub(super) mod evidence;
pub(super) mod listings;
pub(super) mod loans;
pub(super) mod mails;
pub(super) mod members;
pub(super) mod merges;
pub(super) mod numbers;
pub(super) mod orders;
pub(super) mod queue;
pub(super) mod records;
pub(super) mod reports;
pub(super) mod staff;
pub(super) mod subjects;
pub(super) mod trades;
pub(super) mod work_merges;
