//! The program around the pages: configuration, the operator's commands, sockets and middleware.
//! A library, so that what measures the program can run it too.

// The router wraps futures of pages in many layers.
#![recursion_limit = "512"]
// Tests count what they made.
#![cfg_attr(test, allow(clippy::cast_possible_truncation, clippy::cast_sign_loss))]

pub mod commands;
pub mod config;
pub mod embedded;
pub mod telemetry;
pub mod web;

/// Of every binary with this program in it: what measures it measures it as it runs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[cfg(test)]
mod tests;
