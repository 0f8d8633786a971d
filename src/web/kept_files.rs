//! The built files as they were when the site was started, and those of the releases before it.
//! The folder of the site may be replaced while the site runs: its pages name files by their
//! hashes, and so do pages that were opened long ago.

use std::fs::{self, File, FileTimes};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Files are forgotten so long after the last start at which their release had run until then.
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
    // What the last start named was in use until now.
    let used = used(&kept)?;
    let last = used.iter().map(|(_, used)| *used).max();
    for (file, _) in used.iter().filter(|(_, used)| Some(*used) == last) {
        touch(file, now)?;
    }
    for entry in fs::read_dir(built)? {
        let entry = entry?;
        if !entry.file_type()?.is_file() {
            continue;
        }
        let copy = kept.join(entry.file_name());
        let length = entry.metadata()?.len();
        // A copy that a power cut has left is not whole.
        if !fs::metadata(&copy).is_ok_and(|copy| copy.len() == length) {
            // Another process may do the same: each moves a whole file into its place.
            let part = kept.join(format!(".{}.part", std::process::id()));
            fs::copy(entry.path(), &part)?;
            File::open(&part)?.sync_all()?;
            fs::rename(&part, &copy)?;
        }
        touch(&copy, now)?;
    }
    for (file, used) in self::used(&kept)? {
        if now.duration_since(used).is_ok_and(|age| age > KEPT) {
            fs::remove_file(file)?;
        }
    }
    Ok(kept)
}

/// The files of the folder, each with the last time at which it was in use.
fn used(kept: &Path) -> io::Result<Vec<(PathBuf, SystemTime)>> {
    fs::read_dir(kept)?
        .map(|entry| {
            let entry = entry?;
            Ok((entry.path(), entry.metadata()?.modified()?))
        })
        .collect()
}

/// Opened for reading alone: builds may come without the right to write.
fn touch(file: &Path, now: SystemTime) -> io::Result<()> {
    File::open(file)?.set_times(FileTimes::new().set_modified(now))
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

    #[test]
    fn u15_a_release_that_has_run_for_long_is_kept_from_its_end_on() {
        let folder = tempfile::tempdir().unwrap();
        let (built, data) = (folder.path().join("site"), folder.path().join("data"));
        fs::create_dir(&built).unwrap();
        fs::write(built.join("app.1.css"), "old").unwrap();
        let kept = keep(&built, &data).unwrap();
        let started = SystemTime::now() - KEPT * 2;
        super::touch(&kept.join("app.1.css"), started).unwrap();
        fs::remove_file(built.join("app.1.css")).unwrap();
        fs::write(built.join("app.2.css"), "new").unwrap();
        keep(&built, &data).unwrap();
        assert!(kept.join("app.1.css").exists());
        // Cut short, it is written again.
        fs::write(kept.join("app.2.css"), "").unwrap();
        keep(&built, &data).unwrap();
        assert_eq!(fs::read_to_string(kept.join("app.2.css")).unwrap(), "new");
    }
}
