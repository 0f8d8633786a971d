//! The folders and small files of the private services.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::{OpenOptionsExt, PermissionsExt, chown},
    path::{Path, PathBuf},
};

use super::{EmbeddedError, account::Account};

/// Turns a system error about `path` into ours.
pub(crate) fn at(path: &Path) -> impl Fn(io::Error) -> EmbeddedError + use<> {
    let path = path.to_owned();
    move |source| EmbeddedError::File {
        path: path.clone(),
        source,
    }
}

/// Creates a folder and its parents when missing.
pub(crate) fn create(path: &Path) -> Result<(), EmbeddedError> {
    fs::create_dir_all(path).map_err(at(path))
}

/// The absolute folder that holds the services' data, and a notice when it is not `data_dir`.
///
/// Root's data folder may lie where the services' user cannot go, such as below `/root`. Then a
/// folder in `/var/lib` is used, whose name is kept in `data_dir`.
pub(crate) fn home(
    data_dir: &Path,
    account: Option<&Account>,
) -> Result<(PathBuf, Option<String>), EmbeddedError> {
    let data_dir = data_dir.canonicalize().map_err(at(data_dir))?;
    let Some(account) = account else {
        return Ok((data_dir, None));
    };
    set_mode(&data_dir, 0o711)?;
    let reachable = data_dir
        .ancestors()
        .all(|folder| fs::metadata(folder).is_ok_and(|found| account.may_enter(&found)));
    if reachable {
        return Ok((data_dir, None));
    }
    let name = format!("dogear-{}", secret(&data_dir.join("services.id"), 6)?);
    let home = [PathBuf::from("/var/lib"), std::env::temp_dir()]
        .into_iter()
        .map(|parent| parent.join(&name))
        .find(|home| fs::create_dir_all(home).is_ok())
        .unwrap_or_else(|| PathBuf::from("/var/lib").join(&name));
    create(&home)?;
    set_mode(&home, 0o711)?;
    let notice = format!(
        "The database's system user cannot reach {}, so the data of PostgreSQL and Redis is kept in {}.",
        data_dir.display(),
        home.display()
    );
    Ok((home, Some(notice)))
}

/// Creates a folder that belongs to the services' user alone.
pub(crate) fn private(path: &Path, account: Option<&Account>) -> Result<(), EmbeddedError> {
    create(path)?;
    set_mode(path, 0o700)?;
    hand_over(path, account)
}

/// Makes the services' user the owner of `path`.
pub(crate) fn hand_over(path: &Path, account: Option<&Account>) -> Result<(), EmbeddedError> {
    match account {
        Some(account) => chown(path, Some(account.uid), Some(account.gid)).map_err(at(path)),
        None => Ok(()),
    }
}

fn set_mode(path: &Path, mode: u32) -> Result<(), EmbeddedError> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(at(path))
}

/// Writes a file only its owner may read.
pub(crate) fn write_private(path: &Path, content: &str) -> Result<(), EmbeddedError> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| file.write_all(content.as_bytes()))
        .map_err(at(path))
}

/// The secret kept in `path`; a new one of `bytes` random bytes, in hexadecimal, when there is none.
pub(crate) fn secret(path: &Path, bytes: usize) -> Result<String, EmbeddedError> {
    if let Ok(kept) = fs::read_to_string(path)
        && !kept.trim().is_empty()
    {
        return Ok(kept.trim().to_owned());
    }
    let mut random = vec![0; bytes];
    let source = Path::new("/dev/urandom");
    File::open(source)
        .and_then(|mut file| file.read_exact(&mut random))
        .map_err(at(source))?;
    let secret: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    write_private(path, &secret)?;
    Ok(secret)
}

/// Keeps `port` in `path`, for [`port`] to find. A file that says so already is left as it is: on
/// a full disk nothing could be written over it.
pub(crate) fn keep_port(path: &Path, port: u16) -> Result<(), EmbeddedError> {
    if kept_port(path) == Some(port) {
        return Ok(());
    }
    write_private(path, &port.to_string())
}

fn kept_port(path: &Path) -> Option<u16> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

/// The port kept in `path` when it is still free, otherwise a free one, kept from now on.
pub(crate) fn port(path: &Path) -> Result<u16, EmbeddedError> {
    let listen = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    if let Some(kept) = kept_port(path)
        && listen(kept).is_ok()
    {
        return Ok(kept);
    }
    let port = listen(0)
        .and_then(|listener| listener.local_addr())
        .map_err(EmbeddedError::Thread)?
        .port();
    keep_port(path, port)?;
    Ok(port)
}
