//! What is interactive. Each island is small, gets what it needs as props, and
//! the page works without it.

mod client;
mod lookup;
#[cfg(feature = "hydrate")]
mod submit;

pub use client::*;
pub use lookup::*;
