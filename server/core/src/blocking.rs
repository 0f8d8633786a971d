//! Work that fills a core for tens of milliseconds: passwords, pictures. It runs
//! behind everything else, so that pages stay quick for the other readers.

use crate::{Error, Result};

/// How far behind: with this niceness (POSIX `nice`) a core that is wanted by pages
/// spends about a quarter of its time on it.
const NICENESS: i32 = 5;

/// Runs `work` on a thread of its own, at low priority. The caller bounds how many
/// run at once. It runs to its end also when nobody waits for it any more.
///
/// # Errors
/// When the system has no more threads, or `work` panics.
pub async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let (done, outcome) = tokio::sync::oneshot::channel();
    std::thread::Builder::new()
        .name("blocking".into())
        .spawn(move || {
            // On Linux this is the thread's own priority; where it cannot be had, nothing is lost.
            #[cfg(target_os = "linux")]
            let _ = rustix::process::setpriority_process(None, NICENESS);
            // Nobody may be waiting any more.
            let _ = done.send(work());
        })
        .map_err(Error::internal)?;
    outcome.await.map_err(Error::internal)
}
