//! Connections to PostgreSQL that were lost, as far as this process has seen.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

static START: LazyLock<Instant> = LazyLock::new(Instant::now);
/// How many times a connection was lost, and when last, in milliseconds since [`START`].
static LOST: AtomicU64 = AtomicU64::new(0);
static LAST_LOST: AtomicU64 = AtomicU64::new(0);

/// Whether the connection is gone, or could not be had, and another one may answer.
pub(crate) fn is_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => true,
        // Ended by the administrator, by a crash, by a limit of idleness; not yet or no more
        // to be had.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            matches!(
                &*code,
                "57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "53300"
            ) || code.starts_with("08")
        }),
        _ => false,
    }
}

/// Notes that a connection was lost: those that were last used before are not trusted.
pub(crate) fn note() {
    LAST_LOST.fetch_max(milliseconds(), Ordering::AcqRel);
    LOST.fetch_add(1, Ordering::AcqRel);
}

/// How many times this process has lost a connection to PostgreSQL.
pub fn count() -> u64 {
    LOST.load(Ordering::Acquire)
}

/// Never zero, which says that none was lost: the first loss may be what starts the clock.
fn milliseconds() -> u64 {
    u64::try_from(START.elapsed().as_millis())
        .unwrap_or(u64::MAX)
        .saturating_add(1)
}

/// Whether one was lost since a connection was last used that has been idle for so long.
pub(crate) fn since(idle: Duration) -> bool {
    let idle = u64::try_from(idle.as_millis()).unwrap_or(u64::MAX);
    let last = LAST_LOST.load(Ordering::Acquire);
    last > 0 && milliseconds().saturating_sub(idle) <= last
}
