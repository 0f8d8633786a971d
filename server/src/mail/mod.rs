//! Mail.
pub mod catcher;
