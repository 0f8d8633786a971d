//! Child processes: shown, timed, and never left behind.

#![allow(unsafe_code)] // calls of the C library

use std::{
    io,
    os::unix::process::CommandExt,
    path::Path,
    process::{Command, ExitStatus, Stdio},
    sync::atomic::{AtomicI32, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};

/// The process group of the running child, or 0.
static CHILD_GROUP: AtomicI32 = AtomicI32::new(0);
/// The signal that asked us to stop, or 0.
static STOPPED_BY: AtomicI32 = AtomicI32::new(0);
/// How long a child's helpers may take to stop cleanly: a little longer than the services need.
const PATIENCE: Duration = Duration::from_secs(15);

/// Prints `what` is being done and `why`, does it, and prints how long it took.
pub(crate) fn step<T>(
    what: &str,
    why: &str,
    work: impl FnOnce() -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    eprintln!("\n=> {what} ({why})");
    let start = Instant::now();
    let value = work()?;
    eprintln!("   done in {}", duration(start.elapsed()));
    Ok(value)
}

/// A length of time for people, such as `2 min 3.1 s`.
pub(crate) fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 60.0 {
        return format!("{seconds:.1} s");
    }
    let minutes = (seconds / 60.0).floor();
    format!("{minutes:.0} min {:.0} s", seconds - minutes * 60.0)
}

/// Runs a program to its end with its output shown.
///
/// # Errors
/// When it cannot be started, fails, or we are told to stop.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    let name = name_of(command);
    let status = supervise(command).with_context(|| format!("{name} could not be started"))?;
    if stopped() {
        bail!("Stopped on request.");
    }
    if !status.success() {
        bail!("{name} failed ({status}); its own words are above.");
    }
    Ok(())
}

fn name_of(command: &Command) -> String {
    let program = Path::new(command.get_program());
    program
        .file_name()
        .unwrap_or(program.as_os_str())
        .to_string_lossy()
        .into_owned()
}

/// Whether a signal has asked us to stop.
pub(crate) fn stopped() -> bool {
    STOPPED_BY.load(Ordering::SeqCst) != 0
}

/// Runs a program in its own process group and stops whatever remains of the group afterwards.
fn supervise(command: &mut Command) -> io::Result<ExitStatus> {
    command.stdin(Stdio::null()).process_group(0);
    #[cfg(target_os = "linux")]
    // SAFETY: prctl is a plain system call; nothing is allocated between fork and exec.
    unsafe {
        command.pre_exec(
            || match libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGTERM) {
                0 => Ok(()),
                _ => Err(io::Error::last_os_error()),
            },
        );
    }
    let mut child = command.spawn()?;
    let group = child.id() as i32;
    CHILD_GROUP.store(group, Ordering::SeqCst);
    if stopped() {
        signal_group(group, libc::SIGTERM);
    }
    let status = child.wait();
    CHILD_GROUP.store(0, Ordering::SeqCst);
    stop_group(group);
    status
}

fn stop_group(group: i32) {
    let start = Instant::now();
    let mut there = signal_group(group, libc::SIGTERM);
    while there && start.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(50));
        there = signal_group(group, 0);
    }
    if there {
        signal_group(group, libc::SIGKILL);
    }
}

/// Sends a signal to a group; says whether the group still has a process.
fn signal_group(group: i32, signal: i32) -> bool {
    // SAFETY: kill touches no memory of ours.
    unsafe { libc::kill(-group, signal) == 0 }
}

/// From now on Ctrl-C, SIGTERM and SIGHUP are passed on to the running child; without one, or
/// when they are repeated, they end this process.
pub(crate) fn forward_signals() {
    let handler: extern "C" fn(i32) = on_signal;
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
        // SAFETY: the handler uses atomics, kill and _exit only, which are safe in handlers.
        unsafe {
            libc::signal(signal, handler as libc::sighandler_t);
        }
    }
}

extern "C" fn on_signal(signal: i32) {
    let group = CHILD_GROUP.load(Ordering::SeqCst);
    let repeated = STOPPED_BY.swap(signal, Ordering::SeqCst) != 0;
    // SAFETY: kill and _exit are async-signal-safe.
    unsafe {
        if group == 0 || repeated {
            libc::_exit(128 + signal);
        }
        libc::kill(-group, signal);
    }
}

/// Becomes `command`. Signals then reach it directly, with their usual meaning.
///
/// # Errors
/// Returns only when the program cannot be started.
pub(crate) fn exec(command: &mut Command) -> anyhow::Error {
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
        // SAFETY: restores the default meaning of a signal.
        unsafe {
            libc::signal(signal, libc::SIG_DFL);
        }
    }
    let error = command.exec();
    let name = name_of(command);
    anyhow::Error::new(error).context(format!("{name} could not be started"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_for_people() {
        assert_eq!(duration(Duration::from_millis(3_140)), "3.1 s");
        assert_eq!(duration(Duration::from_secs(125)), "2 min 5 s");
    }

    #[test]
    fn a_failing_program_is_an_error_and_its_helpers_are_stopped() {
        let marker = std::env::temp_dir().join(format!("dogear-proc-{}", std::process::id()));
        let script = format!("(sleep 1; touch {}) & exit 3", marker.display());
        let result = run(Command::new("sh").args(["-c", &script]));
        assert!(result.is_err());
        thread::sleep(Duration::from_millis(1_500));
        assert!(!marker.exists(), "the helper went on");
    }
}
