//! Events that their host deletes, and for how long they can be restored.

use jiff::{SignedDuration, Timestamp};

use super::OccurrenceState;

/// For so many days what is deleted can be restored.
pub const DAYS: i64 = 30;

/// Whether a date can be deleted: a draft, which nobody else has seen, or one that was cancelled
/// and would be over.
#[must_use]
pub fn may_delete(state: OccurrenceState, ends_at: Timestamp, now: Timestamp) -> bool {
    match state {
        OccurrenceState::Draft => true,
        OccurrenceState::Cancelled => ends_at <= now,
        OccurrenceState::Published => false,
    }
}

/// Until when it can be restored.
#[must_use]
pub fn until(deleted_at: Timestamp) -> Timestamp {
    deleted_at
        .checked_add(SignedDuration::from_hours(24 * DAYS))
        .unwrap_or(Timestamp::MAX)
}

/// What was deleted by then cannot be restored any more.
#[must_use]
pub fn forgotten_by(now: Timestamp) -> Timestamp {
    now.checked_sub(SignedDuration::from_hours(24 * DAYS))
        .unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_guests_may_come_to_is_not_deleted() {
        let now = Timestamp::UNIX_EPOCH;
        let later = now + SignedDuration::from_secs(1);
        assert!(may_delete(OccurrenceState::Draft, later, now));
        assert!(may_delete(OccurrenceState::Draft, now, now));
        assert!(may_delete(OccurrenceState::Cancelled, now, now));
        assert!(!may_delete(OccurrenceState::Cancelled, later, now));
        assert!(!may_delete(OccurrenceState::Published, now, now));
    }

    #[test]
    fn a_month_is_counted_from_both_sides() {
        let at = Timestamp::UNIX_EPOCH;
        assert_eq!(forgotten_by(until(at)), at);
    }
}
