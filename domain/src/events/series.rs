//! Series of events: on which days the dates of one fall. A rule is of calendar days; the time of
//! day is that of the clock on the wall, see [`super::times::moment`], so that what is at seven in
//! the evening stays at seven when the clocks change.
//!
//! The two rules that hosts ask for are a few lines of calendar arithmetic. The crate `rrule` reads
//! the whole of RFC 5545 and would bring a second library for dates and zones beside `jiff`.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::events::times;
use crate::fields::FieldErrors;
use crate::text_enum::text_enum;

/// The most dates of one series.
pub const MOST_DATES: i16 = 52;
/// The most weeks or months from one date to the next.
pub const MOST_BETWEEN: i16 = 12;
/// So many weeks ahead dates are made.
const WEEKS_AHEAD: i32 = 26;
/// So many steps of a rule are looked at: a fifth weekday of the month is in four months of twelve,
/// and one of a February in seven years of two hundred.
const MOST_STEPS: i32 = 1_200;

text_enum! {
    /// How an event comes again.
    pub enum Repeats {
        /// On the same weekday.
        Weekly => "weekly",
        /// On the first, second … such weekday of the month; months without a fifth are left out.
        Monthly => "monthly",
        /// On the last such weekday of the month.
        MonthlyLast => "monthly_last",
    }
}

text_enum! {
    /// Which dates of a series are meant.
    pub enum WhichDates {
        /// The one that is looked at.
        This => "this",
        /// It, and those after it.
        Following => "following",
        /// All that are to come.
        All => "all",
    }
}

/// On which days a series is.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Rule {
    /// In which way it comes again.
    pub repeats: Repeats,
    /// Every so many weeks or months.
    pub every: i16,
    /// The first day, by whose weekday and place in the month it goes on.
    pub first: Date,
    /// How many dates there are, with those that are left out.
    pub times: Option<i16>,
    /// The day after which there is none.
    pub until: Option<Date>,
    /// Days that are left out.
    pub skipped: Vec<Date>,
}

/// The last day for which dates are made on `today`.
#[must_use]
pub fn made_until(today: Date) -> Date {
    today.saturating_add(WEEKS_AHEAD.weeks())
}

/// Which of its weekday a day is in its month, from 1.
fn place_in_month(day: Date) -> i8 {
    (day.day() - 1) / 7 + 1
}

fn weekday(day: Date) -> &'static str {
    match day.weekday() {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

const fn ordinal(place: i8) -> &'static str {
    match place {
        1 => "first",
        2 => "second",
        3 => "third",
        4 => "fourth",
        _ => "fifth",
    }
}

impl Rule {
    /// Reads what a host typed about an event whose first day is `first`; none when it is once.
    /// `without` are days that are left out.
    ///
    /// # Errors
    /// A sentence for each of the fields `repeats`, `every`, `times`, `until` and `without`.
    pub fn read(
        repeats: &str,
        every: &str,
        (times, until): (&str, &str),
        without: &[String],
        first: Option<Date>,
    ) -> Result<Option<Self>, FieldErrors> {
        if repeats.is_empty() || repeats == "once" {
            return Ok(None);
        }
        let mut errors = FieldErrors::new();
        let repeats = errors.take(
            "repeats",
            repeats
                .parse::<Repeats>()
                .map_err(|_| "Choose how it comes again."),
        );
        let number = |typed: &str, least: i16, most: i16| {
            let number = typed.trim().parse().ok();
            number.filter(|number| (least..=most).contains(number))
        };
        let every = match every.trim() {
            "" => Some(1),
            typed => errors.take(
                "every",
                number(typed, 1, MOST_BETWEEN)
                    .ok_or_else(|| format!("Enter a number between 1 and {MOST_BETWEEN}.")),
            ),
        };
        let times = match times.trim() {
            "" => Some(None),
            typed => errors
                .take(
                    "times",
                    number(typed, 2, MOST_DATES).ok_or_else(|| {
                        format!("Enter how many dates there are, between 2 and {MOST_DATES}.")
                    }),
                )
                .map(Some),
        };
        let until = match until.trim() {
            "" => Some(None),
            typed => errors.take("until", times::day(typed)).map(Some),
        };
        if (times, until) == (Some(None), Some(None)) {
            errors.add("times", "Say how often it is, or until which day.");
        }
        let (Some(repeats), Some(every), Some(times), Some(until), Some(first)) =
            (repeats, every, times, until, first)
        else {
            // The day has its own sentence.
            return if errors.is_empty() {
                Ok(None)
            } else {
                Err(errors)
            };
        };
        let mut rule = Self {
            repeats,
            every,
            first,
            times,
            until,
            skipped: Vec::new(),
        };
        if errors.is_empty()
            && let Err((field, sentence)) = rule.makes_sense()
        {
            errors.add(field, sentence);
        }
        if errors.is_empty() {
            match rule.left_out(without) {
                Ok(skipped) => rule.skipped = skipped,
                Err(sentence) => errors.add("without", sentence),
            }
        }
        errors.finish(Some(Some(rule)))
    }

    /// The days among those of the rule that are named: each once, in their order.
    ///
    /// # Errors
    /// A sentence for what is no day, or none of the rule's.
    pub fn days_named(&self, typed: &[String]) -> Result<Vec<Date>, String> {
        let mut days = Vec::new();
        for typed in typed {
            let day = times::day(typed).map_err(|problem| problem.to_string())?;
            if !self.all_days().any(|one| one == day) {
                return Err(format!(
                    "{} is none of its dates, so it cannot be left out. Look at the dates again.",
                    day.strftime("%-d %B %Y")
                ));
            }
            days.push(day);
        }
        days.sort_unstable();
        days.dedup();
        Ok(days)
    }

    /// The days that a new series leaves out. The first is there with the event itself, and with
    /// one day alone it is no series.
    fn left_out(&self, typed: &[String]) -> Result<Vec<Date>, String> {
        let days = self.days_named(typed)?;
        if days.contains(&self.first) {
            return Err(format!(
                "{} is the day of the event itself. To begin later, enter another day for it.",
                self.first.strftime("%-d %B %Y")
            ));
        }
        if self.all_days().count() < days.len() + 2 {
            return Err(
                "Then only the first date is left. Leave fewer out, or choose that it is once."
                    .into(),
            );
        }
        Ok(days)
    }

    fn makes_sense(&self) -> Result<(), (&'static str, String)> {
        let day = weekday(self.first);
        if self.repeats == Repeats::MonthlyLast && self.day_of_step(0) != Some(self.first) {
            let place = ordinal(place_in_month(self.first));
            return Err((
                "repeats",
                format!("The day is the {place} {day} of its month, and not the last one."),
            ));
        }
        let most = usize::from(MOST_DATES.unsigned_abs());
        let dates = self.all_days().take(most + 1).count();
        if dates < 2 {
            return Err((
                "until",
                "There is no second date until then. Enter a later day.".into(),
            ));
        }
        if dates > most {
            return Err((
                "until",
                format!("These are more than {MOST_DATES} dates. Enter an earlier day."),
            ));
        }
        Ok(())
    }

    /// The day that so many steps lead to, where there is one.
    fn day_of_step(&self, step: i32) -> Option<Date> {
        let by = step.checked_mul(i32::from(self.every))?;
        if self.repeats == Repeats::Weekly {
            return self.first.checked_add(by.weeks()).ok();
        }
        let month = self.first.first_of_month().checked_add(by.months()).ok()?;
        let place = match self.repeats {
            Repeats::MonthlyLast => -1,
            _ => place_in_month(self.first),
        };
        let day = month.nth_weekday_of_month(place, self.first.weekday());
        day.ok().filter(|day| day.month() == month.month())
    }

    /// The days of the rule, with those that are left out.
    pub fn all_days(&self) -> impl Iterator<Item = Date> {
        let most = self
            .times
            .map_or(usize::MAX, |times| usize::from(times.unsigned_abs()));
        (0..MOST_STEPS)
            .filter_map(|step| self.day_of_step(step))
            .take(most)
            .take_while(|day| self.until.is_none_or(|until| *day <= until))
    }

    /// The days on which it is, in their order.
    pub fn days(&self) -> impl Iterator<Item = Date> {
        self.all_days().filter(|day| !self.skipped.contains(day))
    }
}

impl std::fmt::Display for Rule {
    /// “Every Tuesday, 8 times”, “Every month on the last Friday, until 30 June 2027”, and with both
    /// “Every Tuesday, 8 times, until 30 June 2027 at the latest”: it ends with what comes first.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let day = weekday(self.first);
        let place = match self.repeats {
            Repeats::MonthlyLast => "last",
            _ => ordinal(place_in_month(self.first)),
        };
        match (self.repeats, self.every) {
            (Repeats::Weekly, 1) => write!(f, "Every {day}"),
            (Repeats::Weekly, every) => write!(f, "Every {every} weeks on {day}"),
            (_, 1) => write!(f, "Every month on the {place} {day}"),
            (_, every) => write!(f, "Every {every} months on the {place} {day}"),
        }?;
        if let Some(times) = self.times {
            write!(f, ", {times} times")?;
        }
        if let Some(until) = self.until {
            write!(f, ", until {}", until.strftime("%-d %B %Y"))?;
            if self.times.is_some() {
                f.write_str(" at the latest")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "series_tests.rs"]
mod tests;
