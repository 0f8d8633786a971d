//! Where the services of the tests keep their data.
//!
//! Each test has a database of its own, which is some thousand files that live for a second. A
//! file system on a disk spends more time on making and deleting them than the tests take: in
//! memory they need less than half of the processor's time in all.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::ErrorKind,
    path::{Path, PathBuf},
};

use crate::project;

/// Linux has a file system in memory here.
const MEMORY: &str = "/dev/shm";
/// So much of it has to be free, in bytes. The databases that exist at a time are small; what
/// PostgreSQL keeps to repeat after a crash is not.
const NEEDED: u64 = 3 << 30;

/// See the module. What is in memory is deleted with it.
pub(crate) struct TestData {
    folder: PathBuf,
    in_memory: bool,
}

impl TestData {
    /// In memory when there is room, otherwise among what is built.
    pub(crate) fn new() -> Self {
        let target = project::target();
        if free(MEMORY) < NEEDED {
            return Self {
                folder: target.join("test-services"),
                in_memory: false,
            };
        }
        // The same one each time: a run that was killed has left it behind for the next.
        let mut hasher = DefaultHasher::new();
        target.hash(&mut hasher);
        let name = format!("dogear-tests-{:016x}", hasher.finish());
        Self {
            folder: Path::new(MEMORY).join(name),
            in_memory: true,
        }
    }

    /// May not exist yet.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for TestData {
    fn drop(&mut self) {
        if !self.in_memory {
            return;
        }
        if let Err(error) = fs::remove_dir_all(&self.folder)
            && error.kind() != ErrorKind::NotFound
        {
            eprintln!("{} is left behind: {error}", self.folder.display());
        }
    }
}

/// How many bytes are free in the file system of a folder; none when there is no such folder.
fn free(folder: &str) -> u64 {
    rustix::fs::statvfs(folder).map_or(0, |system| system.f_bavail * system.f_frsize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_not_there_has_no_room() {
        assert_eq!(free("/no/such/folder"), 0);
        assert!(free("/") > 0);
    }

    #[test]
    fn what_is_in_memory_goes_with_the_tests() {
        let folder = std::env::temp_dir().join(format!("dogear-{}", std::process::id()));
        for in_memory in [false, true] {
            fs::create_dir_all(folder.join("postgres")).expect("a folder");
            drop(TestData {
                folder: folder.clone(),
                in_memory,
            });
            assert_eq!(folder.exists(), !in_memory);
        }
    }
}
