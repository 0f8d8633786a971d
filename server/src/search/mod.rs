//! Search and browse: the rows they read, the queries, the facets, the forgiving
//! of typing errors.

mod refresh;
#[cfg(test)]
mod tests;

pub use refresh::{refresh, refresh_all, refresh_owner, refresh_returned};
