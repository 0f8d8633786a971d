//! When to leave a mail server alone: one that takes messages and does not answer would make the
//! outcome of each mail unknown, one after the other.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// After so many attempts in a row without an answer.
const MOST: u32 = 3;
/// So long nobody asks; then one mail tries.
const PAUSE: Duration = Duration::from_mins(1);

/// See the module.
#[derive(Default)]
pub(crate) struct Pause(Mutex<State>);

#[derive(Default)]
struct State {
    unanswered: u32,
    until: Option<Instant>,
}

impl Pause {
    /// Whether a mail may be tried now. The first one after a pause is tried alone: the others
    /// wait for what comes of it.
    pub(crate) fn allows(&self, now: Instant) -> bool {
        let mut state = self.state();
        if state.unanswered < MOST {
            return true;
        }
        if state.until.is_some_and(|until| now < until) {
            return false;
        }
        state.until = Some(now + PAUSE);
        true
    }

    /// There was an answer, whatever it said.
    pub(crate) fn answered(&self) {
        *self.state() = State::default();
    }

    /// There was none.
    pub(crate) fn unanswered(&self, now: Instant) {
        let mut state = self.state();
        state.unanswered += 1;
        if state.unanswered >= MOST {
            state.until = Some(now + PAUSE);
        }
    }

    /// Whole at every moment, so a panic elsewhere spoils nothing.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn k02_mail_pauses_after_a_few_hangs_and_goes_on_with_one() {
        let pause = Pause::default();
        let start = Instant::now();
        pause.unanswered(start);
        pause.unanswered(start);
        pause.answered();
        for _ in 0..MOST {
            assert!(pause.allows(start), "not in a row");
            pause.unanswered(start);
        }
        assert!(!pause.allows(start + PAUSE / 2));
        let later = start + PAUSE;
        assert!(pause.allows(later), "one tries");
        assert!(!pause.allows(later), "the others wait for it");
        pause.unanswered(later + PAUSE / 2);
        assert!(!pause.allows(later + PAUSE), "it hung: another pause");
        assert!(pause.allows(later + 2 * PAUSE));
        pause.answered();
        assert!(pause.allows(later + 2 * PAUSE) && pause.allows(later + 2 * PAUSE));
    }
}
