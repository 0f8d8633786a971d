//! The one binary of Dogear: the site, its worker, and the operator's commands.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    dogear::commands::main()
}
