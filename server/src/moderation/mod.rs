//! Reports by members, and what moderators do about them. Whatever changes
//! something, and each look at what is private, leaves an entry in the [`audit`] log.

pub mod audit;

pub use audit::{Entry, audit};

#[cfg(test)]
mod tests;
