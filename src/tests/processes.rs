//! Processes that a test starts and kills. Each ends with its value, also when a test fails.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use dogear_server::testing::TestSite;
use tokio::net::TcpStream;

/// See the module.
pub(super) struct Process(Child);

impl Process {
    /// kill -9.
    pub(super) fn kill(&mut self) {
        self.0.kill().expect("it was running");
        self.0.wait().expect("it can be waited for");
    }

    /// SIGTERM.
    pub(super) fn ask_to_stop(&self) {
        let kill = Command::new("kill").arg(self.0.id().to_string()).status();
        assert!(kill.expect("there is kill").success());
    }

    /// Whether it has ended by itself.
    pub(super) fn has_ended(&mut self) -> bool {
        self.0.try_wait().expect("it can be asked").is_some()
    }

    /// What `dogear migrate` says of these two, and whether it was well.
    pub(super) fn migrate(database_url: &str, redis_url: &str) -> (bool, String) {
        let output = Command::new(path())
            .arg("migrate")
            .env("DATABASE_URL", database_url)
            .env("REDIS_URL", redis_url)
            .output()
            .expect("the program starts");
        let says = [output.stdout, output.stderr].concat();
        let says = String::from_utf8_lossy(&says).into_owned();
        (output.status.success(), says)
    }

    /// `dogear worker` of this site, with another Redis.
    pub(super) fn worker(site: &TestSite, redis: &Redis) -> Self {
        let worker = redis
            .program("worker", site)
            .stdout(Stdio::null())
            .spawn()
            .expect("the program starts");
        Self(worker)
    }

    /// `dogear serve` of this site, with another Redis, and where it listens.
    pub(super) fn serve(site: &TestSite, redis: &Redis) -> (Self, SocketAddr) {
        std::fs::write(redis.folder.path().join("assets.json"), "{}").expect("written");
        Self::serving(redis.program("serve", site), redis.folder.path())
    }

    /// As [`Process::serve`], with another address of the same database.
    pub(super) fn serve_with(site: &TestSite, redis: &Redis, url: &str) -> (Self, SocketAddr) {
        std::fs::write(redis.folder.path().join("assets.json"), "{}").expect("written");
        let mut server = redis.program("serve", site);
        server.env("DATABASE_URL", url);
        Self::serving(server, redis.folder.path())
    }

    /// `dogear serve` of this site, with its own Redis: one of several that share it. Its files are
    /// in `folder`.
    pub(super) fn serve_shared(site: &TestSite, folder: &Path) -> (Self, SocketAddr) {
        std::fs::write(folder.join("assets.json"), "{}").expect("written");
        Self::serving(program("serve", site, &site.redis_url, folder), folder)
    }

    fn serving(mut server: Command, folder: &Path) -> (Self, SocketAddr) {
        let mut server = server
            .args(["--listen", "127.0.0.1:0", "--rate-limit-factor", "1000000"])
            .arg("--site-root")
            .arg(folder)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let says = BufReader::new(server.stdout.take().expect("piped"));
        let mut lines = says.lines().map_while(std::io::Result::ok);
        let address = lines
            .find_map(|line| {
                line.strip_prefix("Dogear is open at http://")
                    .map(str::to_owned)
            })
            .expect("it says where it is open");
        let address = address.trim_end_matches('/').parse().expect("an address");
        // What it says later has to go somewhere.
        std::thread::spawn(move || lines.for_each(drop));
        (Self(server), address)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // One that was killed before is gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The binary itself, beside the test's: `cargo xtask test http` builds it first.
fn path() -> PathBuf {
    let test = std::env::current_exe().expect("the test has a path");
    let program: PathBuf = test
        .parent()
        .and_then(|deps| deps.parent())
        .expect("target/<profile>/deps")
        .join("dogear");
    assert!(program.exists(), "build it first: cargo build --bin dogear");
    program
}

fn program(command: &str, site: &TestSite, redis_url: &str, folder: &Path) -> Command {
    let mut command_line = Command::new(path());
    command_line
        .arg(command)
        .env("DATABASE_URL", &site.database_url)
        .args(["--redis-url", redis_url])
        .args(["--smtp-url", &site.dev_mailbox.smtp_url()])
        .arg("--data-dir")
        .arg(folder)
        .stderr(Stdio::null());
    command_line
}

/// A Redis of the test's own, which keeps nothing on disk.
pub(super) struct Redis {
    running: Option<Process>,
    pub port: u16,
    folder: tempfile::TempDir,
}

impl Redis {
    /// A port and a folder for one that is not there yet.
    pub(super) fn away() -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a free port")
            .port();
        let folder = tempfile::tempdir().expect("a folder");
        Self {
            running: None,
            port,
            folder,
        }
    }

    pub(super) async fn start() -> Self {
        let mut redis = Self::away();
        redis.come_back().await;
        redis
    }

    /// The program, of this site but with this Redis.
    fn program(&self, command: &str, site: &TestSite) -> Command {
        let url = format!("redis://127.0.0.1:{}", self.port);
        program(command, site, &url, self.folder.path())
    }

    /// Starts, empty, and waits until it answers.
    pub(super) async fn come_back(&mut self) {
        let child = Command::new("redis-server")
            .args(["--port", &self.port.to_string()])
            .args(["--bind", "127.0.0.1", "--save", ""])
            .arg("--dir")
            .arg(self.folder.path())
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server is installed");
        self.running = Some(Process(child));
        while TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// kill -9.
    pub(super) fn crash(&mut self) {
        if let Some(mut running) = self.running.take() {
            running.kill();
        }
    }
}
