//! Where things are in the project.

use std::path::PathBuf;

/// How much the compiler optimises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick to build.
    Dev,
    /// Quick to run and small to send.
    Release,
}

impl Profile {
    /// The profile for a `--release` flag.
    pub(crate) fn of(release: bool) -> Self {
        if release { Self::Release } else { Self::Dev }
    }
}

/// The project's root folder.
pub(crate) fn root() -> PathBuf {
    // The path of this crate's manifest at build time; the project's folder is its parent.
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.pop();
    root
}

/// The folder for everything that is built.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// The built site: hashed assets, the public files and `assets.json`.
pub(crate) fn site() -> PathBuf {
    target().join("site")
}

/// The server's program.
pub(crate) fn server(profile: Profile) -> PathBuf {
    program(profile, "dogear")
}

/// A program of the workspace.
pub(crate) fn program(profile: Profile, name: &str) -> PathBuf {
    let folder = match profile {
        Profile::Dev => "debug",
        Profile::Release => "release",
    };
    target().join(folder).join(name)
}

/// The folder of the browser tests and of the tools from npm.
pub(crate) fn end2end() -> PathBuf {
    root().join("end2end")
}
