//! Seats as an entry in a Google Calendar.

use dogear_domain::ids::SeatBookingId;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::events::SeatEntry;
use crate::ical::When;
use crate::secrets::derive;

/// Characters of a title and of a description; Google takes 8192 of the latter.
const LONGEST: (usize, usize) = (300, 8000);
/// Minutes before the beginning at which Google reminds of it, as calendar programs do.
const REMINDERS: [u32; 2] = [24 * 60, 2 * 60];

/// What an entry is called at Google: the same for the same seats, so that none is written twice.
/// Google takes the digits and the letters to `v`.
pub(super) fn name(key: &[u8; 32], booking: SeatBookingId) -> String {
    let bytes = derive(key, "google entry", &booking.0.to_be_bytes());
    let hex: String = bytes[..16].iter().map(|b| format!("{b:02x}")).collect();
    format!("dogear{hex}")
}

/// Google shows descriptions as HTML.
fn escaped(text: &str) -> String {
    let short: String = text.chars().take(LONGEST.1 / 2).collect();
    let escaped = html_escape::encode_text(&short).into_owned();
    if escaped.len() <= LONGEST.1 {
        return escaped;
    }
    // Of many signs each becomes several: what is cut off is not a sign in two.
    let end = escaped.floor_char_boundary(LONGEST.1);
    let end = escaped[..end].rfind(char::is_whitespace).unwrap_or(0);
    escaped[..end].to_owned()
}

fn moment(at: Timestamp, zone: &str) -> Value {
    let clock = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let text = at.to_zoned(clock).strftime("%Y-%m-%dT%H:%M:%S%:z");
    if TimeZone::get(zone).is_ok() {
        json!({ "dateTime": text.to_string(), "timeZone": zone })
    } else {
        json!({ "dateTime": text.to_string() })
    }
}

/// What Google is told of some seats. None for what is of a whole day, as seats never are.
pub(super) fn described(seat: &SeatEntry) -> Option<Value> {
    let entry = &seat.entry;
    let When::Between(starts, ends) = entry.when else {
        return None;
    };
    let title: String = entry.title.chars().take(LONGEST.0).collect();
    Some(json!({
        "summary": title,
        "description": escaped(&entry.description),
        "location": entry.place,
        "start": moment(starts, &seat.time_zone),
        "end": moment(ends, &seat.time_zone),
        "status": "confirmed",
        "source": { "title": "Dogear", "url": entry.link },
    }))
}

/// The same for an entry that is new: when it reminds of itself, the reader changes as they like.
pub(super) fn new(described: &Value, name: &str) -> Value {
    let mut entry = described.clone();
    let reminders: Vec<Value> = REMINDERS
        .iter()
        .map(|minutes| json!({ "method": "popup", "minutes": minutes }))
        .collect();
    entry["id"] = name.into();
    entry["reminders"] = json!({ "useDefault": false, "overrides": reminders });
    entry
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_such_as_google_takes_and_nobody_guesses() {
        let one = name(&[7; 32], SeatBookingId(1));
        assert_eq!(one, name(&[7; 32], SeatBookingId(1)));
        assert_ne!(one, name(&[7; 32], SeatBookingId(2)));
        assert_ne!(one, name(&[8; 32], SeatBookingId(1)));
        let fits = |c: char| c.is_ascii_digit() || ('a'..='v').contains(&c);
        assert!((5..=1024).contains(&one.len()) && one.chars().all(fits));
    }

    #[test]
    fn what_hosts_write_is_no_markup_and_not_too_long() {
        assert_eq!(escaped("a <b> & c"), "a &lt;b&gt; &amp; c");
        let long = escaped(&"<& ".repeat(4000));
        assert!(long.len() <= LONGEST.1 && long.ends_with("&amp;"), "{long}");
        assert_eq!(escaped(&"é".repeat(9000)).chars().count(), LONGEST.1 / 2);
    }
}
