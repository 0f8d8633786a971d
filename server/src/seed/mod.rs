//! Data to start with: a demo community to look at, and a large random catalogue to measure
//! with, which the program that is installed does not carry.

// Numbers are drawn or counted here, and small.
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]

mod demo;
#[cfg(any(test, feature = "generators"))]
mod generated;

pub use demo::{DemoSummary, LOG_INS, PASSWORD, demo, demo_is_here, mail_address};
#[cfg(any(test, feature = "generators"))]
pub use generated::{Dumps, Scale, evenings, generate, scale, shelves};
