//! The rules of Dogear: what a valid ISBN, a grade, a handle or a trade is.
//!
//! Everything here is pure. No function reads a clock, a file, a database or a source of
//! randomness; the present time and every number that comes from elsewhere are arguments.

#![warn(missing_docs)]
// Tests count what they made.
#![cfg_attr(test, allow(clippy::cast_possible_truncation, clippy::cast_sign_loss))]

mod text_enum;

pub mod access_tokens;
pub mod accounts;
pub mod broadcasts;
pub mod copies;
pub mod corrections;
pub mod countries;
pub mod covers;
pub mod edition;
pub mod events;
pub mod fields;
pub mod grade;
pub mod identity;
pub mod ids;
pub mod imports;
pub mod isbn;
pub mod lending;
pub mod library;
pub mod lists;
pub mod moderation;
pub mod money;
pub mod offers;
pub mod pasted;
pub mod reviews;
pub mod rounds;
pub mod spreadsheet;
pub mod trades;
pub mod variety;
pub mod whereabouts;
