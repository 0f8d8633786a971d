//! Whose first event a moderator looks at before others see it.

/// What is known of somebody who publishes an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostRecord {
    /// They are a moderator or an admin.
    pub is_staff: bool,
    /// An event of theirs was approved, or has been published before.
    pub has_hosted: bool,
    /// Trades of theirs that are completed.
    pub trades_completed: i32,
}

impl HostRecord {
    /// Whether what they publish waits for a moderator, on a site that asks for that.
    #[must_use]
    pub const fn waits(self) -> bool {
        !self.is_staff && !self.has_hosted && self.trades_completed == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_somebody_of_whom_nothing_is_known_waits() {
        let new = HostRecord {
            is_staff: false,
            has_hosted: false,
            trades_completed: 0,
        };
        assert!(new.waits());
        for known in [
            HostRecord {
                is_staff: true,
                ..new
            },
            HostRecord {
                has_hosted: true,
                ..new
            },
            HostRecord {
                trades_completed: 1,
                ..new
            },
        ] {
            assert!(!known.waits(), "{known:?}");
        }
    }
}
