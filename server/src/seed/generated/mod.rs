//! Books that do not exist, many of them: in the database, or as dumps to import; and events with
//! their guests.

mod dump;
pub mod evenings;
mod scale;
mod scripts;
mod words;

pub use dump::{Dumps, generate};
pub use scale::{Scale, scale, shelves};
