//! Data to start with: a demo community to look at, a large random catalogue for
//! benchmarks.

mod demo;
mod dump;
mod scale;
mod scripts;
mod words;

pub use demo::{DemoSummary, LOG_INS, PASSWORD, demo, demo_is_here, mail_address};
pub use dump::{Dumps, generate};
pub use scale::{Scale, scale, shelves};
