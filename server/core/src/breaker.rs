//! Spares everybody the wait for something that has just not answered.

use std::fmt::Display;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// After it has not answered, it is left alone for so long; then one call tries.
const REST: Duration = Duration::from_secs(1);

/// See the module.
#[derive(Debug)]
pub struct Breaker {
    made: Instant,
    /// In milliseconds since `made`; 0 while all is well.
    rests_until: AtomicU64,
}

impl Default for Breaker {
    fn default() -> Self {
        Self {
            made: Instant::now(),
            rests_until: AtomicU64::new(0),
        }
    }
}

impl Breaker {
    /// Does `work`, for `limit` at most; not at all right after it has failed.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn call<T, E: Display>(
        &self,
        limit: Duration,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, String> {
        if !self.may_try() {
            return Err("it did not answer a moment ago".into());
        }
        let problem = match tokio::time::timeout(limit, work).await {
            Ok(Ok(answer)) => {
                self.rests_until.store(0, Ordering::Relaxed);
                return Ok(answer);
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no answer in {limit:?}"),
        };
        self.rests_until.store(self.rest(), Ordering::Relaxed);
        Err(problem)
    }

    /// Of those that come after the rest, one tries, and the others go on without.
    fn may_try(&self) -> bool {
        let until = self.rests_until.load(Ordering::Relaxed);
        let swap = |to| {
            let (of, fail) = (Ordering::Relaxed, Ordering::Relaxed);
            self.rests_until.compare_exchange(until, to, of, fail)
        };
        until == 0 || (self.now() >= until && swap(self.rest()).is_ok())
    }

    fn rest(&self) -> u64 {
        self.now() + u64::try_from(REST.as_millis()).unwrap_or(u64::MAX)
    }

    fn now(&self) -> u64 {
        // Never 0, which means that all is well.
        u64::try_from(self.made.elapsed().as_millis()).map_or(u64::MAX / 2, |now| now + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn k10_what_does_not_answer_is_waited_for_once() {
        let breaker = Breaker::default();
        let limit = Duration::from_millis(50);
        let silent = || std::future::pending::<Result<(), String>>();
        let start = Instant::now();
        for _ in 0..20 {
            assert!(breaker.call(limit, silent()).await.is_err());
        }
        assert!(start.elapsed() < Duration::from_millis(500));
        let well = || async { Ok::<_, String>(7) };
        assert!(breaker.call(limit, well()).await.is_err(), "it rests");
        tokio::time::sleep(REST).await;
        // One asks, and the others do not wait with it.
        let (one, other) = tokio::join!(
            breaker.call(limit, async {
                tokio::task::yield_now().await;
                well().await
            }),
            breaker.call(limit, well()),
        );
        assert!(one == Ok(7) && other.is_err());
        assert_eq!(breaker.call(limit, well()).await, Ok(7));
    }
}
