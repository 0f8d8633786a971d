//! Promo codes: what they take off, and who may use them.

use jiff::Timestamp;

use crate::fields::FieldProblem;
use crate::money::{Currency, Money};

/// Uses that a code has at most.
pub const MOST_USES: i32 = 10_000;
/// Members whom one code names at most.
pub const MOST_MEMBERS: usize = 100;
/// Codes that an event has at most, with those of its series.
pub const MOST_CODES: i64 = 50;

/// A code as it is kept: 3 to 24 letters of the Latin alphabet, digits and hyphens, in capitals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeText(String);

impl CodeText {
    /// Reads what was typed, in whatever case.
    ///
    /// # Errors
    /// What a code looks like.
    pub fn parse(typed: &str) -> Result<Self, FieldProblem> {
        let code = typed.trim().to_ascii_uppercase();
        let fits = code
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-');
        if (3..=24).contains(&code.len()) && fits {
            Ok(Self(code))
        } else {
            Err("Enter 3 to 24 letters, digits or hyphens.".into())
        }
    }

    /// In capitals.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a code takes off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Off {
    /// This many of a hundred, of all that is due.
    Percent(i32),
    /// This much, of all that is due.
    Amount(Money),
}

impl Off {
    /// What is taken off, in the smallest unit: never more than is due. Half a unit is taken off
    /// whole.
    #[must_use]
    pub fn of(self, total: Money) -> i32 {
        match self {
            Self::Percent(percent) => {
                let part = (i64::from(total.minor) * i64::from(percent) + 50) / 100;
                i32::try_from(part).unwrap_or(total.minor).min(total.minor)
            }
            Self::Amount(amount) if amount.currency == total.currency => {
                amount.minor.min(total.minor)
            }
            Self::Amount(_) => 0,
        }
    }
}

/// “20 % off”, “£5.00 off”.
impl std::fmt::Display for Off {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Percent(percent) => write!(f, "{percent} % off"),
            Self::Amount(amount) => write!(f, "{amount} off"),
        }
    }
}

/// A code as somebody would use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// What it takes off.
    pub off: Off,
    /// It is for everybody, or this reader is named.
    pub is_for_reader: bool,
    /// From then on.
    pub valid_from: Option<Timestamp>,
    /// Until before then.
    pub valid_until: Option<Timestamp>,
    /// Live bookings at most; none for as many as come.
    pub max_uses: Option<i32>,
    /// Live bookings with it.
    pub uses: i32,
    /// The host has ended it.
    pub is_ended: bool,
    /// This reader has seats with it.
    pub is_used_by_reader: bool,
}

/// Why a code takes nothing off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeRefusal {
    /// There is none, or it is for others.
    #[error(
        "There is no such code for you at this event. Check the spelling, or take the seats without one."
    )]
    Unknown,
    /// Later.
    #[error("This code does not hold yet.")]
    NotYet,
    /// Not any more.
    #[error("This code does not hold any more.")]
    Over,
    /// By others.
    #[error("This code has been used as often as it could be.")]
    UsedUp,
    /// By this reader.
    #[error("You have seats with this code already: it holds once for each person.")]
    UsedByReader,
    /// It is in another currency.
    #[error("This code is for prices in {0}.")]
    Currency(Currency),
}

impl Code {
    /// What is taken off `total` for whoever uses it now.
    ///
    /// # Errors
    /// Why nothing is.
    pub fn take_off(&self, now: Timestamp, total: Money) -> Result<i32, CodeRefusal> {
        // First of all: whoever it is not for learns nothing else of it.
        if !self.is_for_reader {
            return Err(CodeRefusal::Unknown);
        }
        if self.is_ended || self.valid_until.is_some_and(|until| until <= now) {
            return Err(CodeRefusal::Over);
        }
        if self.valid_from.is_some_and(|from| now < from) {
            return Err(CodeRefusal::NotYet);
        }
        if let Off::Amount(amount) = self.off
            && amount.currency != total.currency
        {
            return Err(CodeRefusal::Currency(amount.currency));
        }
        if self.is_used_by_reader {
            return Err(CodeRefusal::UsedByReader);
        }
        if self.max_uses.is_some_and(|most| self.uses >= most) {
            return Err(CodeRefusal::UsedUp);
        }
        Ok(self.off.of(total))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pounds(minor: i32) -> Money {
        Money {
            minor,
            currency: Currency::Gbp,
        }
    }

    #[test]
    fn codes_are_read_in_any_case() {
        assert_eq!(
            CodeText::parse(" early-26 ").map(|code| code.0),
            Ok("EARLY-26".into())
        );
        for typed in ["", "ab", "a b c", "ÄBC", "a_bc", &"a".repeat(25)] {
            assert!(CodeText::parse(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn nothing_is_taken_off_twice_or_below_nought() {
        for (off, total, expected) in [
            (Off::Percent(100), 1250, 1250),
            (Off::Percent(50), 1251, 626),
            (Off::Percent(1), 1, 0),
            (Off::Percent(33), 200_000_000, 66_000_000),
            (Off::Amount(pounds(500)), 300, 300),
            (Off::Amount(pounds(500)), 1300, 500),
        ] {
            assert_eq!(off.of(pounds(total)), expected, "{off}");
        }
        let euros = Money {
            currency: Currency::Eur,
            ..pounds(500)
        };
        assert_eq!(Off::Amount(euros).of(pounds(900)), 0);
    }

    #[test]
    fn whoever_a_code_is_not_for_learns_nothing_of_it() {
        let at = |second| Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_secs(second);
        let code = Code {
            off: Off::Percent(20),
            is_for_reader: true,
            valid_from: Some(at(10)),
            valid_until: Some(at(20)),
            max_uses: Some(2),
            uses: 1,
            is_ended: false,
            is_used_by_reader: false,
        };
        let says = |code: Code, second| code.take_off(at(second), pounds(1000));
        assert_eq!(says(code, 10), Ok(200));
        assert_eq!(says(code, 19), Ok(200));
        assert_eq!(says(code, 9), Err(CodeRefusal::NotYet));
        assert_eq!(says(code, 20), Err(CodeRefusal::Over));
        let full = Code { uses: 2, ..code };
        assert_eq!(says(full, 15), Err(CodeRefusal::UsedUp));
        let used = Code {
            is_used_by_reader: true,
            ..full
        };
        assert_eq!(says(used, 15), Err(CodeRefusal::UsedByReader));
        let ended = Code {
            is_ended: true,
            ..used
        };
        assert_eq!(says(ended, 15), Err(CodeRefusal::Over));
        let foreign = Code {
            is_for_reader: false,
            ..ended
        };
        for second in [0, 15, 30] {
            assert_eq!(says(foreign, second), Err(CodeRefusal::Unknown));
        }
    }
}
