//! The built files as they were when the site was started, and those of the releases before it.
//! The folder of the site may be replaced while the site runs: its pages name files by their
//! hashes, and so do pages that were opened long ago.

use std::fs::{self, File, FileTimes};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Files that no start has named for so long are forgotten.
const KEPT: Duration = Duration::from_hours(30 * 24);

/// Copies `built` into a folder below `data`, beside what earlier starts have copied there, and
/// returns it. What a file is called says what is in it: one that is there is not written again.
///
/// # Errors
/// When a file cannot be read or written.
pub(crate) fn keep(built: &Path, data: &Path) -> io::Result<PathBuf> {
    let kept = data.join("pkg");
    fs::create_dir_all(&kept)?;
    let now = SystemTime::now();
    for entry in fs::read_dir(built)? {
        let entry = entry?;
        if !entry.file_type()?.is_file() {
            continue;
        }
        let copy = kept.join(entry.file_name());
        if !copy.try_exists()? {
            // Another process may do the same: each moves a whole file into its place.
            let part = kept.join(format!(".{}.part", std::process::id()));
            fs::copy(entry.path(), &part)?;
            fs::rename(&part, &copy)?;
        }
        let touched = FileTimes::new().set_modified(now);
        File::options()
            .append(true)
            .open(&copy)?
            .set_times(touched)?;
    }
    for entry in fs::read_dir(&kept)? {
        let entry = entry?;
        let used = entry.metadata()?.modified()?;
        if now.duration_since(used).is_ok_and(|age| age > KEPT) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File, FileTimes};
    use std::time::SystemTime;

    use super::{KEPT, keep};

    #[test]
    fn u15_files_of_the_release_before_are_still_there() {
        let folder = tempfile::tempdir().unwrap();
        let (built, data) = (folder.path().join("site"), folder.path().join("data"));
        fs::create_dir(&built).unwrap();
        fs::write(built.join("app.1.css"), "old").unwrap();
        let kept = keep(&built, &data).unwrap();
        // The folder is replaced while the site runs, which then starts anew.
        fs::remove_file(built.join("app.1.css")).unwrap();
        assert_eq!(fs::read_to_string(kept.join("app.1.css")).unwrap(), "old");
        fs::write(built.join("app.2.css"), "new").unwrap();
        keep(&built, &data).unwrap();
        for (name, text) in [("app.1.css", "old"), ("app.2.css", "new")] {
            assert_eq!(fs::read_to_string(kept.join(name)).unwrap(), text);
        }
        let long_ago = SystemTime::now() - KEPT * 2;
        let old = File::options()
            .append(true)
            .open(kept.join("app.1.css"))
            .unwrap();
        old.set_times(FileTimes::new().set_modified(long_ago))
            .unwrap();
        keep(&built, &data).unwrap();
        assert!(!kept.join("app.1.css").exists(), "not for ever");
        assert!(kept.join("app.2.css").exists());
    }
}
