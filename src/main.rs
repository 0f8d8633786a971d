//! The one binary of Dogear: the site, its worker, and the operator's commands.

fn main() -> std::process::ExitCode {
    dogear::commands::main()
}
