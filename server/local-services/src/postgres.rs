//! The private PostgreSQL.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::Duration,
};

use super::{
    EmbeddedError,
    folder::{self, at},
    process::{self, Host, Running},
};

/// In the folder of all services.
pub(crate) const PORT_FILE: &str = "postgres.port";
const PROGRAM: &str = "postgres";
/// The oldest PostgreSQL that Dogear's schema is tested with.
const OLDEST: u32 = 15;
/// The database and its owner have one name.
const NAME: &str = "dogear";
/// Recovery after a power cut may have to replay a good deal.
const START_LIMIT: Duration = Duration::from_mins(3);
/// Somebody else may take the chosen port before PostgreSQL does.
const PORT_TRIES: usize = 3;

/// A running PostgreSQL, stopped when dropped.
pub(crate) struct Postgres {
    url: String,
    port: u16,
    process: Running,
}

impl Postgres {
    /// Starts PostgreSQL, on the first run after creating its files, and returns once the
    /// database `dogear` can be used. Without `durable`, a power cut may destroy it.
    pub(crate) fn start(host: &Host<'_>, durable: bool) -> Result<Self, EmbeddedError> {
        let folder = host.home.join("postgres");
        folder::private(&folder, host.account)?;
        let data = folder.join("data");
        let programs = choose(installed(), &data)?;
        let password = folder::secret(&host.home.join("postgres.password"), 24)?;
        // The postmaster's file alone does not tell: its number may belong to someone else by now.
        process::stop_leftovers(PROGRAM, &data, libc::SIGINT)?;
        if !data.exists() {
            create(host, &programs, &folder, &data, &password)?;
        }
        forget_reused_number(&data)?;

        let port_file = host.home.join(PORT_FILE);
        let mut tries = 0;
        let (port, process) = loop {
            tries += 1;
            let port = folder::port(&port_file)?;
            match launch(host, &programs, &data, port, durable) {
                Ok(process) => break (port, process),
                Err(EmbeddedError::Failed { output, .. })
                    if tries < PORT_TRIES && output.contains("could not bind") =>
                {
                    // Nothing to remove means that a new port is chosen anyway.
                    let _ = fs::remove_file(&port_file);
                }
                Err(error) => return Err(error),
            }
        };
        let server = Server {
            host,
            programs: &programs,
            port,
            password: &password,
        };
        server.ensure_database()?;
        Ok(Self {
            url: format!("postgres://{NAME}:{password}@127.0.0.1:{port}/{NAME}"),
            port,
            process,
        })
    }

    /// The address with the password.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Where it listens on loopback.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Whether it runs no more.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.process.ended().is_some()
    }
}

/// The newest folder of programs per major version.
fn installed() -> BTreeMap<u32, PathBuf> {
    let mut folders = process::program_folders();
    if let Ok(versions) = fs::read_dir("/usr/lib/postgresql") {
        folders.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    let mut found = BTreeMap::new();
    for folder in folders {
        // A link in PATH leads to the folder that holds the other programs too.
        let Ok(real) = folder.join(PROGRAM).canonicalize() else {
            continue;
        };
        let Some(folder) = real
            .parent()
            .filter(|folder| folder.join("initdb").is_file())
        else {
            continue;
        };
        if let Some(major) = major_version(&real) {
            found.entry(major).or_insert_with(|| folder.to_owned());
        }
    }
    found
}

fn major_version(postgres: &Path) -> Option<u32> {
    let output = Command::new(postgres).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    parse_major(&text)
}

/// The major version in a line like `postgres (PostgreSQL) 15.6 (Debian 15.6-0)`.
fn parse_major(version: &str) -> Option<u32> {
    let number = version.split_whitespace().nth(2)?;
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// The programs that fit the existing data, or the newest ones when there is none yet.
fn choose(installed: BTreeMap<u32, PathBuf>, data: &Path) -> Result<PathBuf, EmbeddedError> {
    let wanted = fs::read_to_string(data.join("PG_VERSION"))
        .ok()
        .and_then(|text| text.trim().parse::<u32>().ok());
    let usable: BTreeMap<_, _> = installed
        .into_iter()
        .filter(|(major, _)| *major >= OLDEST)
        .collect();
    let found = usable
        .keys()
        .map(u32::to_string)
        .collect::<Vec<_>>()
        .join(", ");
    let Some(newest) = usable.values().next_back().cloned() else {
        return Err(EmbeddedError::Missing {
            what: "PostgreSQL (15 or newer, the server programs)",
            cure: "Install it, on Debian with “apt-get install postgresql”, or set DATABASE_URL.",
        });
    };
    match wanted {
        None => Ok(newest),
        Some(major) => usable.get(&major).cloned().ok_or(EmbeddedError::Version {
            path: data.to_owned(),
            wanted: major,
            found,
        }),
    }
}

/// Creates the database files. They appear under their final name only when they are complete.
fn create(
    host: &Host<'_>,
    programs: &Path,
    folder: &Path,
    data: &Path,
    password: &str,
) -> Result<(), EmbeddedError> {
    let unfinished = folder.join("unfinished");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).map_err(at(&unfinished))?;
    }
    let password_file = folder.join("password");
    folder::write_private(&password_file, password)?;
    folder::hand_over(&password_file, host.account)?;
    let mut command = host.command(&programs.join("initdb"), libc::SIGTERM);
    command
        .args([
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--auth=scram-sha-256",
            "--username",
            NAME,
        ])
        .arg("--pgdata")
        .arg(&unfinished)
        .arg("--pwfile")
        .arg(&password_file);
    let output = command.output();
    fs::remove_file(&password_file).map_err(at(&password_file))?;
    let output = output.map_err(at(&programs.join("initdb")))?;
    if !output.status.success() {
        return Err(host.failed("initdb", "creating the database", &said(&output)));
    }
    fs::rename(&unfinished, data).map_err(at(data))
}

/// Removes the postmaster's file when its number now belongs to an unrelated process, which
/// PostgreSQL would take for itself and refuse to start. A dead number it recognises on its own.
fn forget_reused_number(data: &Path) -> Result<(), EmbeddedError> {
    let path = data.join("postmaster.pid");
    let Some(pid) = status_line(&path, 0) else {
        return Ok(());
    };
    // Our own leftovers have ended before this is called.
    if Path::new("/proc").join(pid).exists() {
        fs::remove_file(&path).map_err(at(&path))?;
    }
    Ok(())
}

/// One line of the postmaster's file, counted from zero.
fn status_line(path: &Path, line: usize) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    text.lines().nth(line).map(|line| line.trim().to_owned())
}

/// Starts the server and waits until it accepts connections.
fn launch(
    host: &Host<'_>,
    programs: &Path,
    data: &Path,
    port: u16,
    durable: bool,
) -> Result<Running, EmbeddedError> {
    let program = programs.join(PROGRAM);
    let (log_path, log) = host.log(PROGRAM)?;
    // SIGINT is PostgreSQL's fast shutdown: clients are cut off, data is written.
    let mut command = host.command(&program, libc::SIGINT);
    command
        .arg("-D")
        .arg(data)
        .stdout(log.try_clone().map_err(at(&log_path))?)
        .stderr(log);
    let port_setting = format!("port={port}");
    let mut settings = vec![
        port_setting.as_str(),
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "max_connections=200",
        "shared_buffers=256MB",
        "max_wal_size=2GB",
        "random_page_cost=1.1",
        "jit=off",
        "timezone=UTC",
        "log_timezone=UTC",
    ];
    if !durable {
        settings.extend([
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
        ]);
    }
    for setting in settings {
        command.args(["-c", setting]);
    }
    let child = host.keeper.spawn(command).map_err(at(&program))?;
    let mut process = Running::new(child, libc::SIGINT);
    let status = data.join("postmaster.pid");
    let pid = process.id().to_string();
    let ready = process::wait_until(START_LIMIT, || {
        host.stopping.is_set()
            || process.ended().is_some()
            || (status_line(&status, 0).as_deref() == Some(&pid)
                && status_line(&status, 7).as_deref() == Some("ready"))
    });
    if host.stopping.is_set() {
        return Err(EmbeddedError::Stopping);
    }
    if !ready || process.ended().is_some() {
        let output = fs::read_to_string(&log_path).unwrap_or_default();
        return Err(host.failed(PROGRAM, "starting", &output));
    }
    Ok(process)
}

/// A server that accepts connections.
struct Server<'a> {
    host: &'a Host<'a>,
    programs: &'a Path,
    port: u16,
    password: &'a str,
}

impl Server<'_> {
    fn ensure_database(&self) -> Result<(), EmbeddedError> {
        let exists = format!("select 1 from pg_database where datname = '{NAME}'");
        if self.psql(&exists)?.trim() == "1" {
            return Ok(());
        }
        self.psql(&format!("create database {NAME}")).map(drop)
    }

    fn psql(&self, sql: &str) -> Result<String, EmbeddedError> {
        let program = self.programs.join("psql");
        let output = self
            .host
            .command(&program, libc::SIGTERM)
            .env("PGPASSWORD", self.password)
            .args([
                "-X",
                "-q",
                "-A",
                "-t",
                "-h",
                "127.0.0.1",
                "-U",
                NAME,
                "-d",
                "postgres",
            ])
            .args(["-p", &self.port.to_string(), "-c", sql])
            .output()
            .map_err(at(&program))?;
        if !output.status.success() {
            return Err(self
                .host
                .failed("psql", "preparing the database", &said(&output)));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// What a finished program said, errors last.
fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_releases_and_betas() {
        assert_eq!(
            parse_major("postgres (PostgreSQL) 15.6 (Debian 15.6-0)"),
            Some(15)
        );
        assert_eq!(parse_major("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(parse_major("something else"), None);
    }

    #[test]
    fn programs_older_than_the_floor_are_not_used() {
        let only_old = BTreeMap::from([(13, PathBuf::from("/old"))]);
        let nowhere = Path::new("/nonexistent");
        assert!(matches!(
            choose(only_old, nowhere),
            Err(EmbeddedError::Missing { .. })
        ));
        let both = BTreeMap::from([(15, PathBuf::from("/a")), (17, PathBuf::from("/b"))]);
        assert!(matches!(choose(both, nowhere), Ok(path) if path == Path::new("/b")));
    }
}
