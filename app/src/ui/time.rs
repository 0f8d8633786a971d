//! Times as people say them, in their own zone, with the exact moment attached.

use dogear_server::clock::day_in_words;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;

/// How much of a moment to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Say {
    /// "Friday 27 November" (with the year when it is another).
    #[default]
    Day,
    /// "27 Nov 2026".
    ShortDay,
    /// "Fri 27 Nov, 16:20".
    Moment,
}

/// `at` in words.
pub fn in_words(at: Timestamp, zone: &TimeZone, now: Timestamp, say: Say) -> String {
    let local = at.to_zoned(zone.clone());
    let same_year = local.year() == now.to_zoned(zone.clone()).year();
    let format = match (say, same_year) {
        (Say::Day, _) => return day_in_words(at, zone, now),
        (Say::ShortDay, _) => "%-d %b %Y",
        (Say::Moment, true) => "%a %-d %b, %H:%M",
        (Say::Moment, false) => "%-d %b %Y, %H:%M",
    };
    local.strftime(format).to_string()
}

/// "3 minutes ago", "2 days ago", or in the future "in 5 hours".
pub fn ago(at: Timestamp, now: Timestamp) -> String {
    let seconds = now.as_second() - at.as_second();
    let (number, one, many) = match seconds.abs() {
        0..60 => return "just now".into(),
        s @ 60..3600 => (s / 60, "minute", "minutes"),
        s @ 3600..86400 => (s / 3600, "hour", "hours"),
        s @ 86400..2_592_000 => (s / 86400, "day", "days"),
        s @ 2_592_000..31_536_000 => (s / 2_592_000, "month", "months"),
        s => (s / 31_536_000, "year", "years"),
    };
    let text = super::count(number, one, many);
    if seconds > 0 {
        format!("{text} ago")
    } else {
        format!("in {text}")
    }
}

/// A moment as `datetime` of a `<time>` has it, to the second: HTML knows at most three digits of
/// one.
pub fn machine_readable(at: Timestamp) -> String {
    format!("{at:.0}")
}

/// `<time>` with the words of [`in_words`].
#[component]
pub fn When(
    at: Timestamp,
    zone: TimeZone,
    now: Timestamp,
    #[prop(optional)] say: Say,
) -> impl IntoView {
    view! { <time datetime=machine_readable(at)>{in_words(at, &zone, now, say)}</time> }
}

/// `<time>` with the words of [`ago`].
#[component]
pub fn Ago(at: Timestamp, now: Timestamp) -> impl IntoView {
    view! { <time datetime=machine_readable(at)>{ago(at, now)}</time> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn o10_a_moment_has_whole_seconds_for_machines() {
        let at: Timestamp = "2026-11-28T21:11:48.31301578Z".parse().unwrap();
        assert_eq!(machine_readable(at), "2026-11-28T21:11:48Z");
    }

    #[test]
    fn a_day_is_named_in_the_readers_zone() {
        let at: Timestamp = "2026-11-27T23:30:00Z".parse().unwrap();
        let now: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        assert_eq!(
            in_words(at, &TimeZone::UTC, now, Say::Day),
            "Friday 27 November"
        );
        assert_eq!(in_words(at, &berlin, now, Say::Day), "Saturday 28 November");
        assert_eq!(ago(at, now), "in 6 days");
        assert_eq!(ago(now, at), "6 days ago");
    }
}
