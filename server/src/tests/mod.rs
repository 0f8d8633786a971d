//! What the crates below do with the features in place.

mod jobs;
