//! Child processes that end with us, and those that an earlier run left behind.

#![allow(unsafe_code)] // calls of the C library

use std::{
    fs::{self, File},
    io,
    os::unix::process::{CommandExt, ExitStatusExt},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use super::{EmbeddedError, account::Account, folder};

/// How long a service may take to stop cleanly.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long one that has not, until it is told more harshly: a frozen one hears only the last.
const IMPATIENCE: Duration = Duration::from_secs(2);
const TICK: Duration = Duration::from_millis(20);

/// What a service needs to know to start.
pub(crate) struct Host<'a> {
    /// The absolute folder for data, passwords and logs.
    pub home: &'a Path,
    /// Whom to run as, when not as ourselves.
    pub account: Option<&'a Account>,
    /// The thread that starts processes.
    pub keeper: &'a Keeper,
    /// Whether all of this is to end: then nobody waits for a service to answer.
    pub stopping: &'a Stopping,
}

/// Says from another thread that the services are to end, also while one is being started.
#[derive(Debug, Clone, Default)]
pub struct Stopping(Arc<AtomicBool>);

impl Stopping {
    /// From now on no service is waited for.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether they are to end.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl Host<'_> {
    /// A command that runs as the services' user, in a process group of its own (so that Ctrl-C
    /// at the terminal reaches only us), and gets `death_signal` when the starting thread ends.
    pub(crate) fn command(&self, program: &Path, death_signal: i32) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.as_encoded_bytes().starts_with(b"PG") {
                command.env_remove(name);
            }
        }
        command
            .env("LC_ALL", "C.UTF-8")
            .current_dir("/")
            .stdin(Stdio::null())
            .process_group(0);
        let account = self.account.copied();
        let parent = std::process::id();
        // SAFETY: between fork and exec the closure makes system calls only, no allocation.
        unsafe {
            command.pre_exec(move || become_child(account, death_signal, parent));
        }
        command
    }

    /// The log of a service, emptied, with the previous one kept beside it.
    pub(crate) fn log(&self, service: &str) -> Result<(PathBuf, File), EmbeddedError> {
        let folder = self.home.join("logs");
        folder::create(&folder)?;
        let path = folder.join(format!("{service}.log"));
        // There is no log to keep on the first start.
        let _ = fs::rename(&path, folder.join(format!("{service}.old.log")));
        let file = File::create(&path).map_err(folder::at(&path))?;
        Ok((path, file))
    }

    /// The error for a program that ran and failed.
    pub(crate) fn failed(
        &self,
        program: &'static str,
        doing: &'static str,
        output: &str,
    ) -> EmbeddedError {
        let lines: Vec<&str> = output.trim().lines().collect();
        EmbeddedError::Failed {
            program,
            doing,
            output: lines[lines.len().saturating_sub(8)..].join("\n"),
            log: self.home.join("logs"),
        }
    }
}

/// Gives up root for good, then asks the kernel for a signal when the parent thread ends. In this
/// order, because a change of user clears the request.
fn become_child(account: Option<Account>, death_signal: i32, parent: u32) -> io::Result<()> {
    let check = |result: i32| match result {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    };
    // SAFETY: plain system calls on values owned by this frame.
    unsafe {
        if let Some(account) = account {
            check(libc::setgroups(1, &raw const account.gid))?;
            check(libc::setgid(account.gid))?;
            check(libc::setuid(account.uid))?;
        }
        #[cfg(target_os = "linux")]
        check(libc::prctl(libc::PR_SET_PDEATHSIG, death_signal))?;
        if libc::getppid().cast_unsigned() != parent {
            return Err(io::Error::other("the parent has already ended"));
        }
    }
    Ok(())
}

type Job = Box<dyn FnOnce() + Send>;

/// A thread that starts child processes and lives as long as this value.
///
/// The kernel's death signal belongs to the *thread* that started the child. A thread of the async
/// runtime may end at any time, so the children need one that does not.
pub(crate) struct Keeper {
    jobs: mpsc::Sender<Job>,
}

impl Keeper {
    /// Starts the thread.
    pub(crate) fn new() -> io::Result<Self> {
        let (jobs, inbox) = mpsc::channel::<Job>();
        thread::Builder::new()
            .name("services".into())
            .spawn(move || inbox.into_iter().for_each(|job| job()))?;
        Ok(Self { jobs })
    }

    /// Starts a process from the thread.
    pub(crate) fn spawn(&self, mut command: Command) -> io::Result<Child> {
        let gone = || io::Error::other("the thread that starts services has ended");
        let (answer, result) = mpsc::channel();
        let job = move || {
            // Nobody listens only when the caller is gone too.
            let _ = answer.send(command.spawn());
        };
        self.jobs.send(Box::new(job)).map_err(|_| gone())?;
        result.recv().map_err(|_| gone())?
    }
}

/// A running service that is stopped when dropped.
pub(crate) struct Running {
    child: Child,
    stop_signal: i32,
}

impl Running {
    /// Takes charge of a process that ends cleanly on `stop_signal`.
    pub(crate) fn new(child: Child, stop_signal: i32) -> Self {
        Self { child, stop_signal }
    }

    /// The process number.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How the process ended, if it has.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child
            .try_wait()
            .unwrap_or_else(|_| Some(ExitStatus::from_raw(1 << 8)))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let signals = [
            (self.stop_signal, PATIENCE),
            (libc::SIGQUIT, IMPATIENCE),
            (libc::SIGKILL, IMPATIENCE),
        ];
        for (signal, limit) in signals {
            if self.ended().is_none() {
                send(self.child.id() as i32, signal);
            }
            if wait_until(limit, || self.ended().is_some()) {
                return;
            }
        }
    }
}

/// Asks `condition` again and again until it holds or `limit` has passed; says whether it held.
pub(crate) fn wait_until(limit: Duration, mut condition: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    loop {
        if condition() {
            return true;
        }
        if start.elapsed() > limit {
            return false;
        }
        thread::sleep(TICK);
    }
}

/// Stops every process called `program` that works in `folder`: what a killed Dogear left behind.
pub(crate) fn stop_leftovers(
    program: &'static str,
    folder: &Path,
    stop_signal: i32,
) -> Result<(), EmbeddedError> {
    for signal in [stop_signal, libc::SIGQUIT, libc::SIGKILL] {
        let left = working_in(program, folder);
        if left.is_empty() {
            return Ok(());
        }
        for pid in left {
            send(pid, signal);
        }
        wait_until(PATIENCE, || working_in(program, folder).is_empty());
    }
    match working_in(program, folder).first() {
        Some(&pid) => Err(EmbeddedError::Leftover { program, pid }),
        None => Ok(()),
    }
}

/// Both services make their data folder their working directory, which tells ours from others.
fn working_in(program: &str, folder: &Path) -> Vec<i32> {
    let Ok(processes) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    processes
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let pid = entry.file_name().to_str()?.parse().ok()?;
            let name = fs::read_to_string(entry.path().join("comm")).ok()?;
            let cwd = fs::read_link(entry.path().join("cwd")).ok()?;
            (name.trim() == program && cwd == folder).then_some(pid)
        })
        .collect()
}

fn send(pid: i32, signal: i32) {
    // SAFETY: kill touches no memory of ours; a process that is already gone is no error.
    unsafe {
        libc::kill(pid, signal);
    }
}

/// Every folder in which programs may be, `PATH` first.
pub(crate) fn program_folders() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    // Not in everybody's PATH, yet the place of server programs.
    folders.extend(["/usr/bin", "/usr/sbin", "/usr/local/bin"].map(PathBuf::from));
    folders
}
