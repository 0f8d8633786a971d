//! The one binary of Dogear: the site, its worker, and the operator's commands.

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
