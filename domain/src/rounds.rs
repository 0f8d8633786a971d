//! Give-away rounds: one copy for one of those who ask for it, by a draw that everybody can check,
//! or to whoever comes first.

mod asking;
mod draw;
#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};

pub use asking::{
    AskError, Asker, GIFT_DAYS, MOST_GIFTS_AT_FIRST, MOST_SILENT, SILENT_DAYS, SILENT_REST_DAYS,
};
pub use draw::{draw_code, hex, order, seed_hash};

use crate::text_enum::text_enum;

/// The shortest and the longest time in which readers can ask, in hours.
pub const ROUND_HOURS: std::ops::RangeInclusive<u16> = 12..=168;
/// The lengths that are offered in forms, in hours.
pub const ROUND_CHOICES: [u16; 5] = [12, 24, 48, 96, 168];
/// The one that is chosen beforehand.
pub const ROUND_DEFAULT: u16 = 48;
/// Readers who wait in one queue, the one included to whom it is offered.
pub const QUEUE_PLACES: i64 = 20;

text_enum! {
    /// How it is found out who gets the copy.
    pub enum RoundMode {
        /// By lot among all who have asked by a moment.
        Draw => "draw",
        /// Whoever asks first.
        Queue => "queue",
    }
}

impl RoundMode {
    /// The name that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Draw => "By draw",
            Self::Queue => "First come, first served",
        }
    }
}

text_enum! {
    /// How far a round is.
    pub enum RoundState {
        /// Readers can ask; nobody is offered it.
        Open => "open",
        /// Somebody is asked whether they take it.
        Offered => "offered",
        /// Somebody has taken it: a trade has it.
        Taken => "taken",
        /// Nobody has, and nobody is left.
        Unclaimed => "unclaimed",
        /// Its owner, or the site, has ended it before.
        Closed => "closed",
    }
}

impl RoundState {
    /// Whether it can still come to something.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Open | Self::Offered)
    }
}

text_enum! {
    /// What has become of a reader's wish in a round.
    pub enum AskState {
        /// Nothing yet.
        Waiting => "waiting",
        /// They are asked whether they take it.
        Offered => "offered",
        /// They have taken it.
        Taken => "taken",
        /// They do not want it any more.
        Passed => "passed",
        /// They were asked and did not answer in time.
        Silent => "silent",
        /// They could not have it when it was their turn.
        Skipped => "skipped",
    }
}

impl AskState {
    /// Whether they may still get it.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Waiting | Self::Offered)
    }
}

text_enum! {
    /// What can be done in a round.
    pub enum RoundVerb {
        /// Ask for the copy.
        Ask => "ask",
        /// Take that back.
        TakeBack => "take_back",
        /// Take the copy that is offered.
        Take => "take",
        /// Leave it to the next one.
        Pass => "pass",
        /// End the round.
        Close => "close",
        /// Draw, when the time to ask is over.
        Draw => "draw",
        /// Move on from somebody who has not answered.
        Lapse => "lapse",
        /// End a queue for which nobody has asked in time.
        End => "end",
    }
}

/// Who would do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// Whose copy it is.
    Owner,
    /// A reader, by what became of their wish; none for one who has not asked.
    Reader(Option<AskState>),
    /// The clock, or a moderator.
    Site,
}

/// Why something cannot be done in a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RoundError {
    /// It is one's own copy.
    #[error("This is your own book, so you cannot ask for it.")]
    OwnCopy,
    /// They have asked before.
    #[error("You have asked for it already.")]
    AskedAlready,
    /// They have not asked, or it is over for them.
    #[error("You have not asked for this book, or no longer wait for it.")]
    NotAsking,
    /// The time to ask is over.
    #[error("Nobody can ask for this book any more. Look at what else is given away.")]
    TooLateToAsk,
    /// The round is over.
    #[error("This give-away is over.")]
    Over,
    /// It is not offered to them.
    #[error(
        "The book is not offered to you now. It may have been offered to the next reader because the time to answer was over."
    )]
    NotOffered,
    /// Somebody has been asked.
    #[error(
        "Somebody is already offered this book. What is drawn stands: it is theirs to take until they answer or their time is over."
    )]
    Stands,
    /// Only its owner may, or only the site.
    #[error("Only whoever gives the book away can do that.")]
    NotYours,
    /// It is not time yet.
    #[error("It is not time for that yet.")]
    TooEarly,
}

/// A round, as far as its rules go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Round {
    /// How it is found out who gets it.
    pub mode: RoundMode,
    /// How far it is.
    pub state: RoundState,
    /// Until when readers can ask.
    pub closes_at: Timestamp,
    /// Until when the one who is asked can answer; none while nobody is.
    pub offer_until: Option<Timestamp>,
}

impl Round {
    /// Whether readers can ask now.
    #[must_use]
    pub fn takes_asks(&self, now: Timestamp) -> bool {
        let open = match self.mode {
            RoundMode::Draw => self.state == RoundState::Open,
            RoundMode::Queue => self.state.is_live(),
        };
        open && now < self.closes_at
    }

    /// Whether `who` may do it now.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, verb: RoundVerb, who: Party, now: Timestamp) -> Result<(), RoundError> {
        if !self.state.is_live() {
            return Err(RoundError::Over);
        }
        match verb {
            RoundVerb::Ask => self.may_ask(who, now),
            RoundVerb::TakeBack => match who {
                Party::Reader(Some(AskState::Waiting)) => Ok(()),
                _ => Err(RoundError::NotAsking),
            },
            RoundVerb::Take | RoundVerb::Pass => match (who, self.offer_until) {
                (Party::Reader(Some(AskState::Offered)), Some(until))
                    if self.state == RoundState::Offered && now < until =>
                {
                    Ok(())
                }
                _ => Err(RoundError::NotOffered),
            },
            RoundVerb::Close => match (who, self.state) {
                (Party::Site, _) | (Party::Owner, RoundState::Open) => Ok(()),
                (Party::Owner, _) => Err(RoundError::Stands),
                (Party::Reader(_), _) => Err(RoundError::NotYours),
            },
            RoundVerb::Draw | RoundVerb::Lapse | RoundVerb::End if who != Party::Site => {
                Err(RoundError::NotYours)
            }
            RoundVerb::Draw | RoundVerb::Lapse | RoundVerb::End => {
                if self.due(now) == Some(verb) {
                    Ok(())
                } else {
                    Err(RoundError::TooEarly)
                }
            }
        }
    }

    fn may_ask(&self, who: Party, now: Timestamp) -> Result<(), RoundError> {
        match who {
            Party::Owner | Party::Site => Err(RoundError::OwnCopy),
            Party::Reader(Some(_)) => Err(RoundError::AskedAlready),
            Party::Reader(None) if self.takes_asks(now) => Ok(()),
            Party::Reader(None) => Err(RoundError::TooLateToAsk),
        }
    }

    /// What the clock has to do now.
    #[must_use]
    pub fn due(&self, now: Timestamp) -> Option<RoundVerb> {
        match (self.state, self.mode) {
            (RoundState::Open, RoundMode::Draw) if self.closes_at <= now => Some(RoundVerb::Draw),
            (RoundState::Open, RoundMode::Queue) if self.closes_at <= now => Some(RoundVerb::End),
            (RoundState::Offered, _) if self.offer_until.is_some_and(|until| until <= now) => {
                Some(RoundVerb::Lapse)
            }
            _ => None,
        }
    }

    /// Where a round goes when nobody is left who waits: a queue that still takes readers is open
    /// again.
    #[must_use]
    pub fn without_askers(&self, now: Timestamp) -> RoundState {
        if self.mode == RoundMode::Queue && now < self.closes_at {
            RoundState::Open
        } else {
            RoundState::Unclaimed
        }
    }
}

/// When a round that begins now ends, by the hours as the form says them.
///
/// # Errors
/// Which numbers are possible.
pub fn closes_at(typed: &str, now: Timestamp) -> Result<Timestamp, String> {
    let hours = typed
        .trim()
        .parse()
        .ok()
        .filter(|hours| ROUND_HOURS.contains(hours))
        .ok_or("Choose a time from 12 hours to 7 days.")?;
    Ok(now + SignedDuration::from_hours(i64::from(hours)))
}

/// “48 hours”, “7 days”.
#[must_use]
pub fn hours_in_words(hours: u16) -> String {
    if hours > 48 && hours.is_multiple_of(24) {
        format!("{} days", hours / 24)
    } else {
        format!("{hours} hours")
    }
}
