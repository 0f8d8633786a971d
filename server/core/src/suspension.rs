//! A suspension, as the reader whom it concerns is told of it.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::clock::day_in_words;

/// Why and until when a reader may start nothing new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspension {
    /// None: until a moderator lifts it.
    pub until: Option<Timestamp>,
    /// As the moderator wrote it to them; may be empty.
    pub reason: String,
}

impl Suspension {
    /// What is open to them meanwhile.
    pub const MEANWHILE: &str =
        "You can read, write in running trades and finish them, and nothing else for now.";

    /// Until when, in the reader's own time zone.
    #[must_use]
    pub fn sentence(&self, zone: &TimeZone, now: Timestamp) -> String {
        let Some(until) = self.until else {
            return "Your account is suspended until a moderator lifts it.".into();
        };
        let day = day_in_words(until, zone, now);
        format!("Your account is suspended until {day}.")
    }

    /// The whole of it, as whoever tries what is closed to them is refused.
    pub(crate) fn refusal(&self, zone: &str, now: Timestamp) -> String {
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        let until = self.sentence(&zone, now);
        let why = match self.reason.trim() {
            "" => String::new(),
            reason => format!(" The moderators wrote: “{reason}”"),
        };
        let meanwhile = Self::MEANWHILE;
        format!(
            "{until}{why} {meanwhile} How to write to us stands under “Contact” at the foot of each page."
        )
    }
}
