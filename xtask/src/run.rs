//! `cargo xtask run`.

use std::process::{Command, ExitCode};

use crate::{
    prereq, proc,
    project::{self, Profile},
    site,
};

/// Builds and then becomes the server, which starts its own services, loads the demo community
/// and prints its address.
///
/// # Errors
/// When something is missing, the build fails, or the server cannot be started.
pub(crate) fn run(
    profile: Profile,
    port: Option<u16>,
    arguments: &[String],
) -> anyhow::Result<ExitCode> {
    let mut needed = prereq::for_build(profile);
    needed.extend(prereq::SERVICES);
    prereq::ensure(&needed)?;
    site::build(profile)?;
    eprintln!("\n=> Starting Dogear (Ctrl-C stops it and everything it started)");
    let mut server = Command::new(project::server(profile));
    server
        .current_dir(project::root())
        .args(["serve", "--demo", "--site-root"])
        .arg(project::site());
    if let Some(port) = port {
        server.args(["--listen", &format!("127.0.0.1:{port}")]);
    }
    server.args(arguments);
    Err(proc::exec(&mut server))
}
