//! Data to start with: a demo community to look at, and a large random catalogue to measure
//! with, which the program that is installed does not carry.

mod demo;
#[cfg(any(test, feature = "generators"))]
mod generated;

pub use demo::{DemoSummary, LOG_INS, PASSWORD, demo, demo_is_here, mail_address};
#[cfg(any(test, feature = "generators"))]
pub use generated::{Dumps, Scale, generate, scale, shelves};
