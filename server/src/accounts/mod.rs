//! Accounts: registration, log-in, sessions, profile, closing.

pub mod sessions;
