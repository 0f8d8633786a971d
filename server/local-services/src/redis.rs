//! The private Redis.

use std::{
    io::{BufRead, BufReader, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    process::Stdio,
    time::Duration,
};

use super::{
    EmbeddedError,
    folder::{self, at},
    process::{self, Host, Running},
};

/// In the folder of all services.
pub(crate) const PORT_FILE: &str = "redis.port";
const PROGRAM: &str = "redis-server";
/// Loading a large append-only file takes a while.
const START_LIMIT: Duration = Duration::from_mins(1);

/// A running Redis, stopped when dropped.
pub(crate) struct Redis {
    url: String,
    port: u16,
    process: Running,
}

impl Redis {
    /// Starts Redis and returns once it answers.
    pub(crate) fn start(host: &Host<'_>) -> Result<Self, EmbeddedError> {
        let program = process::program_folders()
            .into_iter()
            .map(|folder| folder.join(PROGRAM))
            .find(|program| program.is_file())
            .ok_or(EmbeddedError::Missing {
                what: "Redis (7 or newer)",
                cure: "Install it, on Debian with “apt-get install redis-server”, or set REDIS_URL.",
            })?;
        let data = host.home.join("redis");
        folder::private(&data, host.account)?;
        process::stop_leftovers(PROGRAM, &data, libc::SIGTERM)?;
        let password = folder::secret(&host.home.join("redis.password"), 24)?;
        let port = folder::port(&host.home.join(PORT_FILE))?;
        let (log_path, log) = host.log("redis")?;

        let mut command = host.command(&program, libc::SIGTERM);
        // The settings go in by standard input: arguments are visible to every user of the machine.
        command
            .arg("-")
            .stdin(Stdio::piped())
            .stdout(log.try_clone().map_err(at(&log_path))?)
            .stderr(log);
        let mut child = host.keeper.spawn(command).map_err(at(&program))?;
        let settings = format!(
            "bind 127.0.0.1\nport {port}\ndir \"{}\"\nrequirepass {password}\n\
             appendonly yes\nappendfsync everysec\nsave \"\"\nloglevel notice\n",
            data.display()
        );
        let written = child
            .stdin
            .take()
            .map(|mut input| input.write_all(settings.as_bytes()));
        let mut process = Running::new(child, libc::SIGTERM);
        if let Some(Err(source)) = written {
            return Err(at(&program)(source));
        }
        let ready = process::wait_until(START_LIMIT, || {
            host.stopping.is_set() || process.ended().is_some() || answers(port, &password)
        });
        if host.stopping.is_set() {
            return Err(EmbeddedError::Stopping);
        }
        if !ready || process.ended().is_some() {
            let output = std::fs::read_to_string(&log_path).unwrap_or_default();
            return Err(host.failed(PROGRAM, "starting", &output));
        }
        Ok(Self {
            url: format!("redis://default:{password}@127.0.0.1:{port}/0"),
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

/// Whether Redis has finished loading and takes commands.
fn answers(port: u16, password: &str) -> bool {
    let limit = Duration::from_secs(1);
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect_timeout(&address, limit)?;
        stream.set_read_timeout(Some(limit))?;
        stream.write_all(format!("AUTH {password}\r\nPING\r\n").as_bytes())?;
        let mut lines = BufReader::new(stream).lines();
        let (logged_in, pong) = (lines.next().transpose()?, lines.next().transpose()?);
        Ok(logged_in.as_deref() == Some("+OK") && pong.as_deref() == Some("+PONG"))
    };
    ask().unwrap_or(false)
}
