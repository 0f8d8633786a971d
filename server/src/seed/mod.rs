//! Data to start with: a large random catalogue for benchmarks.

mod scale;
mod words;

pub use scale::{Scale, scale};
