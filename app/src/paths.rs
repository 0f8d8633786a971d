//! Addresses, as links on the pages take them.

pub use dogear_urls::*;
