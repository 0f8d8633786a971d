//! What hosts read in numbers of their evenings.

use jiff::SignedDuration;

use crate::text_enum::text_enum;

text_enum! {
    /// From where somebody has their seats.
    pub enum Origin {
        /// They took them.
        Direct => "direct",
        /// They had waited.
        WaitingList => "waiting_list",
        /// The host has added them.
        Host => "host",
        /// Another guest has handed them on.
        Transfer => "transfer",
    }
}

impl Origin {
    /// As hosts read it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Direct => "Taken directly",
            Self::WaitingList => "From the waiting list",
            Self::Host => "Added by a host",
            Self::Transfer => "Handed on by another guest",
        }
    }
}

text_enum! {
    /// How long before the start seats were given back.
    pub enum Notice {
        /// More than a week.
        Long => "more_than_a_week",
        /// Between a week and a day.
        Week => "in_the_week_before",
        /// Less than a day.
        Day => "on_the_last_day",
        /// Not before it.
        After => "after_the_start",
    }
}

impl Notice {
    /// As hosts read it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Long => "More than a week before",
            Self::Week => "One to seven days before",
            Self::Day => "On the last day",
            Self::After => "After the start",
        }
    }
}

/// How many of a hundred a part is of a whole, rounded; none of nothing.
#[must_use]
pub fn share(part: i64, whole: i64) -> Option<i64> {
    if whole <= 0 {
        return None;
    }
    Some((part * 200 + whole) / (whole * 2))
}

/// A time in the words of its largest unit, rounded: “3 days”, “5 hours”, “less than a minute”.
#[must_use]
pub fn lasting(time: SignedDuration) -> String {
    let minutes = (time.as_secs() + 30) / 60;
    let hours = (minutes + 30) / 60;
    let (number, unit) = match (minutes, hours) {
        (..=0, _) => return "less than a minute".to_owned(),
        (1..60, _) => (minutes, "minute"),
        (_, ..48) => (hours, "hour"),
        _ => ((hours + 12) / 24, "day"),
    };
    let many = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{many}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_and_nothing_has_none() {
        assert_eq!(share(1, 3), Some(33));
        assert_eq!(share(2, 3), Some(67));
        assert_eq!(share(20, 20), Some(100));
        assert_eq!(share(0, 5), Some(0));
        assert_eq!(share(0, 0), None);
    }

    #[test]
    fn times_are_said_in_their_largest_unit() {
        for (seconds, said) in [
            (0, "less than a minute"),
            (29, "less than a minute"),
            (60, "1 minute"),
            (59 * 60, "59 minutes"),
            (3600, "1 hour"),
            (47 * 3600, "47 hours"),
            (48 * 3600, "2 days"),
            (85 * 3600, "4 days"),
        ] {
            assert_eq!(lasting(SignedDuration::from_secs(seconds)), said);
        }
    }
}
