//! Who may ask for what is given away, and how often.

use jiff::{SignedDuration, Timestamp};

use crate::trades::Policy;

/// So long a gift counts, in days.
pub const GIFT_DAYS: i64 = 30;
/// Gifts within that time for whoever has not completed a trade.
pub const MOST_GIFTS_AT_FIRST: i64 = 1;
/// So often somebody may leave an offer unanswered within [`SILENT_DAYS`] without consequence.
pub const MOST_SILENT: i64 = 1;
/// So long an offer that was left unanswered counts, in days.
pub const SILENT_DAYS: i64 = 90;
/// So long whoever left too many unanswered cannot ask, in days from the last.
pub const SILENT_REST_DAYS: i64 = 30;

/// What is known of a reader who would ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asker {
    /// Since when they are a member.
    pub joined: Timestamp,
    /// Trades that they have completed.
    pub completed: i64,
    /// What they were promised for nothing within [`GIFT_DAYS`].
    pub gifts: i64,
    /// Rounds in which they wait or are offered something.
    pub open: i64,
    /// Offers that they left unanswered within [`SILENT_DAYS`].
    pub silent: i64,
    /// When they last did.
    pub last_silent: Option<Timestamp>,
}

/// Why a reader cannot ask now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// Not a member for long enough.
    #[error(
        "You can ask for books that are given away when you have been a member for {0} days. Until then you can propose trades."
    )]
    TooNew(u16),
    /// Too many at once.
    #[error(
        "You wait for {0} books already. Take one of these wishes back, or wait until one is decided."
    )]
    TooManyOpen(i64),
    /// Too many gifts lately.
    #[error(
        "You have been given {0} books within {GIFT_DAYS} days. Leave some for others, and ask again later."
    )]
    TooManyGifts(i64),
    /// A gift, and no trade completed yet.
    #[error(
        "You have been given a book already. When you have it and have said so, you can ask for more."
    )]
    FirstGift,
    /// Left offers unanswered.
    #[error(
        "You did not answer when books were offered to you, twice within {SILENT_DAYS} days, so others go first for a while. You can ask again in {0} days."
    )]
    Silent(i64),
}

impl Asker {
    /// Whether they may have a gift more.
    ///
    /// # Errors
    /// Why not.
    pub fn may_have(&self, policy: &Policy) -> Result<(), AskError> {
        if self.completed == 0 && self.gifts >= MOST_GIFTS_AT_FIRST {
            return Err(AskError::FirstGift);
        }
        if self.gifts >= i64::from(policy.gifts_a_month) {
            return Err(AskError::TooManyGifts(self.gifts));
        }
        Ok(())
    }

    /// Whether they may ask for one more.
    ///
    /// # Errors
    /// Why not.
    pub fn may_ask(&self, policy: &Policy, now: Timestamp) -> Result<(), AskError> {
        let member_for = now.duration_since(self.joined);
        if member_for < SignedDuration::from_hours(24 * i64::from(policy.ask_account_days)) {
            return Err(AskError::TooNew(policy.ask_account_days));
        }
        if let Some(last) = self.last_silent.filter(|_| self.silent > MOST_SILENT) {
            let rest = SignedDuration::from_hours(24 * SILENT_REST_DAYS) - now.duration_since(last);
            if rest.is_positive() {
                return Err(AskError::Silent(rest.as_hours() / 24 + 1));
            }
        }
        self.may_have(policy)?;
        if self.open >= i64::from(policy.open_asks) {
            return Err(AskError::TooManyOpen(self.open));
        }
        Ok(())
    }
}
