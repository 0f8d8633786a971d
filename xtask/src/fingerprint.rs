//! Skipping steps whose inputs have not changed.

use std::{
    fs,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use anyhow::Context;
use sha2::{Digest, Sha256};

/// Collects everything a step depends on.
pub(crate) struct Inputs {
    hash: Sha256,
}

impl Inputs {
    /// Inputs of the step `name`. Change the name when the step itself changes.
    pub(crate) fn of(name: &str) -> Self {
        let mut inputs = Self {
            hash: Sha256::new(),
        };
        inputs.text(name);
        inputs
    }

    /// Adds a setting.
    pub(crate) fn text(&mut self, text: &str) {
        self.hash.update((text.len() as u64).to_le_bytes());
        self.hash.update(text);
    }

    /// Adds a file's path and content.
    pub(crate) fn file(&mut self, path: &Path) -> anyhow::Result<()> {
        self.text(&path.to_string_lossy());
        let content = fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        self.hash.update((content.len() as u64).to_le_bytes());
        self.hash.update(content);
        Ok(())
    }

    /// Adds a large file that cargo wrote, by size and time: cargo leaves it alone when it is fresh.
    pub(crate) fn built_file(&mut self, path: &Path) -> anyhow::Result<()> {
        self.text(&path.to_string_lossy());
        let found = fs::metadata(path).with_context(|| format!("reading {}", path.display()))?;
        let time = found
            .modified()?
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        self.text(&format!("{} {}", found.len(), time.as_nanos()));
        Ok(())
    }

    /// Does `work` unless it was done with the same inputs before, as the file `stamp` tells.
    /// Says whether it was done.
    pub(crate) fn run_if_changed(
        self,
        stamp: &Path,
        work: impl FnOnce() -> anyhow::Result<()>,
    ) -> anyhow::Result<bool> {
        let current = hex(&self.hash.finalize());
        if fs::read_to_string(stamp).is_ok_and(|last| last == current) {
            return Ok(false);
        }
        work()?;
        write(stamp, current.as_bytes())?;
        Ok(true)
    }
}

/// The first sixteen hexadecimal digits of the content's SHA-256.
pub(crate) fn content_hash(content: &[u8]) -> String {
    hex(&Sha256::digest(content))[..16].to_owned()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes a file, creating its folder; readers see the old or the new content, never a part.
pub(crate) fn write(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let context = || format!("writing {}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(context)?;
    }
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    let part = PathBuf::from(name);
    fs::write(&part, content).with_context(context)?;
    fs::rename(&part, path).with_context(context)
}

/// Every file below `folder`, sorted; none when the folder does not exist.
pub(crate) fn files_below(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_repeated_only_for_new_inputs() {
        let folder = std::env::temp_dir().join(format!("dogear-stamp-{}", std::process::id()));
        let stamp = folder.join("stamp");
        let attempt = |input: &str| {
            let mut inputs = Inputs::of("test");
            inputs.text(input);
            inputs
                .run_if_changed(&stamp, || Ok(()))
                .expect("no failure")
        };
        assert!(attempt("a"));
        assert!(!attempt("a"));
        assert!(attempt("b"));
        let mut inputs = Inputs::of("test");
        inputs.text("c");
        assert!(
            inputs
                .run_if_changed(&stamp, || anyhow::bail!("broken"))
                .is_err()
        );
        assert!(attempt("c"), "a failed step must be repeated");
        fs::remove_dir_all(folder).expect("clean up");
    }

    #[test]
    fn the_hash_is_that_of_the_content() {
        assert_eq!(content_hash(b"abc"), "ba7816bf8f01cfea");
    }
}
