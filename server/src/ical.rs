//! What calendar programs read: iCalendar (RFC 5545), and invitations by mail (RFC 5546, 6047).
//!
//! Written here because the ready-made `icalendar` gives each reminder a new name and the present
//! moment whenever it writes it, so that no file would be the same twice, and takes the square of
//! a text's length to fold it.

use std::fmt::{Display, Write};

use jiff::Timestamp;
use jiff::civil::Date;

use crate::Settings;

/// Octets of a line at most, without its end (RFC 5545, section 3.1).
const LONGEST_LINE: usize = 75;
/// After how long a program may look again. Many have their own mind about it.
const REFRESH: &str = "PT4H";
/// Before the beginning.
const REMINDERS: [&str; 2] = ["-P1D", "-PT2H"];

/// The name of an entry, which stays the same for good: of what kind, and which.
pub(crate) fn uid(settings: &Settings, kind: &str, number: impl Display) -> String {
    let host = settings.base_url.host_str().unwrap_or("localhost");
    format!("{kind}-{number}@{host}")
}

/// What the program is to do with it (RFC 5546).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// Show it.
    Publish,
    /// Enter it, or change what was entered.
    Request,
    /// Take it out.
    Cancel,
}

impl Method {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
        }
    }
}

/// Whether it takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// Perhaps.
    Tentative,
    /// Yes.
    Confirmed,
    /// No. An entry that is only left out stays where it was.
    Cancelled,
}

/// When it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// From one moment to another.
    Between(Timestamp, Timestamp),
    /// The whole day, by whatever clock.
    Day(Date),
}

/// Who is asked by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Invitation {
    /// What the host wants to be called.
    pub host: String,
    /// Where answers go: the site, since nobody's address is shown.
    pub organizer: String,
    /// What the guest wants to be called.
    pub guest: String,
    /// The guest's own address.
    pub attendee: String,
}

/// One date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// See [`uid`].
    pub uid: String,
    /// Of two with the same `uid` the larger one holds.
    pub sequence: i32,
    /// When something of it last changed.
    pub modified: Timestamp,
    pub when: When,
    pub title: String,
    pub description: String,
    /// May be empty.
    pub place: String,
    /// Absolute.
    pub link: String,
    pub status: Status,
    /// The program is to remind of it.
    pub reminds: bool,
    pub invitation: Option<Invitation>,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Calendar<'a> {
    pub method: Method,
    /// What a calendar is called that programs look into again and again; none for entries that
    /// are taken over once.
    pub name: Option<&'a str>,
    /// An IANA name: in which zone it is shown. Empty when it does not matter.
    pub zone: &'a str,
    pub entries: &'a [Entry],
}

impl Calendar<'_> {
    /// The file's text.
    pub(crate) fn write(&self) -> String {
        let mut file = File(String::with_capacity(512 * (self.entries.len() + 1)));
        file.line("BEGIN", "VCALENDAR");
        file.line("VERSION", "2.0");
        file.line("PRODID", "-//Dogear//Events//EN");
        file.line("CALSCALE", "GREGORIAN");
        file.line("METHOD", self.method.as_str());
        if let Some(name) = self.name {
            file.text("X-WR-CALNAME", name);
            file.line("REFRESH-INTERVAL;VALUE=DURATION", REFRESH);
            file.line("X-PUBLISHED-TTL", REFRESH);
        }
        if !self.zone.is_empty() {
            file.text("X-WR-TIMEZONE", self.zone);
        }
        for entry in self.entries {
            file.entry(entry);
        }
        file.line("END", "VCALENDAR");
        file.0
    }
}

/// The lines so far.
struct File(String);

impl File {
    fn entry(&mut self, entry: &Entry) {
        self.line("BEGIN", "VEVENT");
        self.line("UID", &plain(&entry.uid));
        self.line("SEQUENCE", &entry.sequence.to_string());
        self.line("DTSTAMP", &moment(entry.modified));
        self.line("LAST-MODIFIED", &moment(entry.modified));
        match entry.when {
            When::Between(starts, ends) => {
                self.line("DTSTART", &moment(starts));
                self.line("DTEND", &moment(ends));
            }
            When::Day(day) => {
                self.line("DTSTART;VALUE=DATE", &day.strftime("%Y%m%d").to_string());
                self.line("TRANSP", "TRANSPARENT");
            }
        }
        self.text("SUMMARY", &entry.title);
        self.text("DESCRIPTION", &entry.description);
        if !entry.place.is_empty() {
            self.text("LOCATION", &entry.place);
        }
        self.line("URL", &plain(&entry.link));
        self.line(
            "STATUS",
            match entry.status {
                Status::Tentative => "TENTATIVE",
                Status::Confirmed => "CONFIRMED",
                Status::Cancelled => "CANCELLED",
            },
        );
        if let Some(invitation) = &entry.invitation {
            self.line(
                &format!("ORGANIZER;CN={}", quoted(&invitation.host)),
                &format!("mailto:{}", plain(&invitation.organizer)),
            );
            self.line(
                &format!(
                    "ATTENDEE;CN={};ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE",
                    quoted(&invitation.guest)
                ),
                &format!("mailto:{}", plain(&invitation.attendee)),
            );
        }
        if entry.reminds {
            for before in REMINDERS {
                self.line("BEGIN", "VALARM");
                self.line("ACTION", "DISPLAY");
                self.line("TRIGGER", before);
                self.text("DESCRIPTION", &entry.title);
                self.line("END", "VALARM");
            }
        }
        self.line("END", "VEVENT");
    }

    /// A line whose value is written as it is.
    fn line(&mut self, name: &str, value: &str) {
        let mut octets = 0;
        for symbol in name.chars().chain([':']).chain(value.chars()) {
            if octets + symbol.len_utf8() > LONGEST_LINE {
                // The space is part of the line that it begins.
                self.0.push_str("\r\n ");
                octets = 1;
            }
            self.0.push(symbol);
            octets += symbol.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    /// A line of text, in which some letters have a meaning (RFC 5545, section 3.3.11).
    fn text(&mut self, name: &str, value: &str) {
        let mut escaped = String::with_capacity(value.len());
        for symbol in value.replace("\r\n", "\n").chars() {
            match symbol {
                '\n' | '\r' => escaped.push_str("\\n"),
                '\\' | ';' | ',' => {
                    escaped.push('\\');
                    escaped.push(symbol);
                }
                symbol if symbol.is_control() && symbol != '\t' => {}
                symbol => escaped.push(symbol),
            }
        }
        self.line(name, &escaped);
    }
}

/// The value of a parameter: in quotation marks, with those inside it and what would end the line
/// written as RFC 6868 has it.
fn quoted(value: &str) -> String {
    let mut quoted = String::from('"');
    for symbol in value.chars() {
        match symbol {
            '"' => quoted.push_str("^'"),
            '^' => quoted.push_str("^^"),
            symbol if symbol.is_control() => quoted.push(' '),
            symbol => quoted.push(symbol),
        }
    }
    quoted.push('"');
    quoted
}

/// Without anything that would end the line.
fn plain(value: &str) -> String {
    value
        .chars()
        .filter(|symbol| !symbol.is_control())
        .collect()
}

/// A moment, in UTC.
fn moment(at: Timestamp) -> String {
    let mut text = String::with_capacity(16);
    // Writing into a string does not fail.
    let _ = write!(text, "{}", at.strftime("%Y%m%dT%H%M%SZ"));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn entry() -> Entry {
        Entry {
            uid: "occ-7@dogear.test".into(),
            sequence: 3,
            modified: at("2026-11-29T10:00:00.75Z"),
            when: When::Between(at("2026-12-05T19:00:00Z"), at("2026-12-05T21:00:00Z")),
            title: "Swap by lamplight".into(),
            description: "Bring three; soup, too.\n\nC:\\books".into(),
            place: "Café Lamp, 2 Low Street, Leeds".into(),
            link: "http://dogear.test/events/7-swap".into(),
            status: Status::Confirmed,
            reminds: true,
            invitation: None,
        }
    }

    fn written(method: Method, name: Option<&str>, entry: Entry) -> String {
        Calendar {
            method,
            name,
            zone: "Europe/London",
            entries: &[entry],
        }
        .write()
    }

    #[test]
    fn a_feed_is_written_as_programs_read_it() {
        let text = written(Method::Publish, Some("Your seats"), entry());
        let expected = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Dogear//Events//EN",
            "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH",
            "X-WR-CALNAME:Your seats",
            "REFRESH-INTERVAL;VALUE=DURATION:PT4H",
            "X-PUBLISHED-TTL:PT4H",
            "X-WR-TIMEZONE:Europe/London",
            "BEGIN:VEVENT",
            "UID:occ-7@dogear.test",
            "SEQUENCE:3",
            "DTSTAMP:20261129T100000Z",
            "LAST-MODIFIED:20261129T100000Z",
            "DTSTART:20261205T190000Z",
            "DTEND:20261205T210000Z",
            "SUMMARY:Swap by lamplight",
            "DESCRIPTION:Bring three\\; soup\\, too.\\n\\nC:\\\\books",
            "LOCATION:Café Lamp\\, 2 Low Street\\, Leeds",
            "URL:http://dogear.test/events/7-swap",
            "STATUS:CONFIRMED",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            "TRIGGER:-P1D",
            "DESCRIPTION:Swap by lamplight",
            "END:VALARM",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            "TRIGGER:-PT2H",
            "DESCRIPTION:Swap by lamplight",
            "END:VALARM",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ];
        assert_eq!(text, expected.join("\r\n"));
    }

    #[test]
    fn lines_are_folded_at_75_octets_between_letters() {
        for letter in ["a", "é", "本", "🕯"] {
            for shift in 0..4 {
                let title = "x".repeat(shift) + &letter.repeat(300);
                let text = written(
                    Method::Publish,
                    None,
                    Entry {
                        title: title.clone(),
                        ..entry()
                    },
                );
                assert!(text.ends_with("\r\n"));
                for line in text.split_terminator("\r\n") {
                    assert!(line.len() <= 75, "{} octets: {line}", line.len());
                    assert!(!line.contains(['\r', '\n']), "{line}");
                }
                // One that is filled as far as its letters allow.
                assert!(text.split("\r\n").any(|line| line.len() > 71));
                let unfolded = text.replace("\r\n ", "");
                assert!(unfolded.contains(&format!("SUMMARY:{title}\r\n")));
            }
        }
    }

    #[test]
    fn nothing_typed_begins_a_line_of_its_own() {
        let mail = written(
            Method::Request,
            None,
            Entry {
                title: "Evening\r\nATTENDEE:mailto:eve@x.test\rX\u{0}\u{7}\ty".into(),
                link: "http://dogear.test/\r\nX:1".into(),
                invitation: Some(Invitation {
                    host: "Ana \"A\"; B: ^C\r\nX:2".into(),
                    organizer: "no-reply@dogear.test".into(),
                    guest: "Bo, the guest".into(),
                    attendee: "bo@readers.test\r\nX:3".into(),
                }),
                reminds: false,
                ..entry()
            },
        );
        let mail = mail.replace("\r\n ", "");
        for line in [
            "METHOD:REQUEST",
            "SUMMARY:Evening\\nATTENDEE:mailto:eve@x.test\\nX\ty",
            "URL:http://dogear.test/X:1",
            "ORGANIZER;CN=\"Ana ^'A^'; B: ^^C  X:2\":mailto:no-reply@dogear.test",
            "ATTENDEE;CN=\"Bo, the guest\";ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:bo@readers.testX:3",
        ] {
            assert!(
                mail.split("\r\n").any(|found| found == line),
                "{line}: {mail}"
            );
        }
        assert!(!mail.contains("VALARM"));
    }

    #[test]
    fn a_day_has_no_clock() {
        let text = written(
            Method::Publish,
            None,
            Entry {
                when: When::Day(jiff::civil::date(2026, 12, 5)),
                status: Status::Cancelled,
                place: String::new(),
                ..entry()
            },
        );
        assert!(text.contains("\r\nDTSTART;VALUE=DATE:20261205\r\nTRANSP:TRANSPARENT\r\n"));
        assert!(text.contains("\r\nSTATUS:CANCELLED\r\n"));
        assert!(!text.contains("DTEND") && !text.contains("LOCATION"));
    }
}
