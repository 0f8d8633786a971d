//! The one binary of Dogear: the site, its worker, and the operator's commands.

// The router wraps futures of pages in many layers.
#![recursion_limit = "512"]

mod commands;
mod config;
mod embedded;
mod telemetry;
mod web;

#[cfg(test)]
mod tests;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    commands::main()
}
