//! One Dogear per data folder.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, Write},
    path::Path,
};

use super::{EmbeddedError, folder::at};

/// Holds the data folder until dropped. The kernel lets go of it when the process dies.
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the folder, or says which process has it.
    pub(crate) fn take(data_dir: &Path) -> Result<Self, EmbeddedError> {
        let path = data_dir.join("services.lock");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(at(&path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                // The number is a courtesy: without it the message is still true.
                let _ = file.read_to_string(&mut pid);
                return Err(EmbeddedError::InUse {
                    data_dir: data_dir.to_owned(),
                    pid: pid.trim().parse().ok(),
                });
            }
            Err(TryLockError::Error(source)) => return Err(at(&path)(source)),
        }
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .map_err(at(&path))?;
        Ok(Self { _file: file })
    }
}
