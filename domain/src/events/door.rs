//! The door: when it is open, who is let in, and the codes by which guests are known there.

use jiff::{SignedDuration, Timestamp};

use super::seats::{MOST_SEATS, Seating};
use super::{BookingState, OccurrenceState};

/// So long before the start guests are let in.
const OPENS_BEFORE: SignedDuration = SignedDuration::from_hours(2);
/// So long after the end what happened at the door can be put right.
const CLOSES_AFTER: SignedDuration = SignedDuration::from_hours(2);
/// So long after the end it is settled who has not come.
pub const SETTLED_AFTER: SignedDuration = SignedDuration::from_hours(3);

/// A device keeps the list of guests from so long before the start on, and not earlier.
const LISTED_BEFORE: SignedDuration = SignedDuration::from_hours(24);
/// So long after the end it may keep that.
const LISTED_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// What was noted longer ago is not counted: the site remembers for two days what was sent to it,
/// and has to know whether this came before.
const NOTED_FOR: SignedDuration = SignedDuration::from_hours(47);

/// The door of one date of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Door {
    /// Only published ones have one.
    pub state: OccurrenceState,
    /// It opens two hours before.
    pub starts_at: Timestamp,
    /// It closes two hours after.
    pub ends_at: Timestamp,
}

/// Somebody's seats, as the door looks at them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Party {
    /// Whether they are theirs.
    pub state: BookingState,
    /// How many.
    pub size: i32,
    /// So many of them are in.
    pub inside: i32,
    /// They have ended because nobody of the party had come.
    pub given_on: bool,
}

/// Why somebody is not let in, or not added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DoorRefusal {
    /// Nobody sees it yet.
    #[error("This event is not published, so it has no door yet.")]
    NotPublished,
    /// Nobody comes.
    #[error("This event is cancelled, so nobody is let in.")]
    Cancelled,
    /// Guests come later.
    #[error("It is too early. Guests are let in from two hours before the start.")]
    TooEarly,
    /// They have gone home.
    #[error("It is over. Guests are let in until two hours after the end.")]
    TooLate,
    /// On a device without a connection, which has had none since.
    #[error("It was noted more than two days ago, which is too long to be counted.")]
    NotedTooLongAgo,
    /// All of them are in.
    #[error("They are in already.")]
    AlreadyIn,
    /// Not so many of them are missing.
    #[error("{}", missing_sentence(*missing))]
    TooMany {
        /// So many are.
        missing: i32,
    },
    /// Offered, and not answered yet.
    #[error(
        "These seats are only offered: they have to be accepted first, on the page of the event."
    )]
    NotConfirmed,
    /// Given back, cancelled, or let go.
    #[error("These seats were given back, or are no longer kept.")]
    GivenBack,
    /// Nobody of them had come by then.
    #[error(
        "Nobody of them had come, so their seats were given on to readers who waited at the door."
    )]
    GivenOn,
    /// None, fewer than none, or more than a booking has.
    #[error("Enter between 1 and {MOST_SEATS} seats.")]
    Number,
    /// There is no room for them.
    #[error("{}", room_sentence(*left))]
    Full {
        /// So many seats are free.
        left: i32,
    },
}

fn missing_sentence(missing: i32) -> String {
    match missing {
        1 => "Only one of them is still missing.".into(),
        missing => format!("Only {missing} of them are still missing."),
    }
}

fn room_sentence(left: i32) -> String {
    match left {
        ..=0 => "All seats are taken. Count more seats first, where you change the event.".into(),
        1 => "Only one seat is free.".into(),
        left => format!("Only {left} seats are free."),
    }
}

impl Door {
    /// When guests are let in at the earliest.
    #[must_use]
    pub fn opens_at(&self) -> Timestamp {
        self.starts_at - OPENS_BEFORE
    }

    /// Whether guests are let in now.
    ///
    /// # Errors
    /// Why not.
    pub fn is_open(&self, now: Timestamp) -> Result<(), DoorRefusal> {
        match self.state {
            OccurrenceState::Draft => Err(DoorRefusal::NotPublished),
            OccurrenceState::Cancelled => Err(DoorRefusal::Cancelled),
            OccurrenceState::Published if now < self.opens_at() => Err(DoorRefusal::TooEarly),
            OccurrenceState::Published if now > self.ends_at + CLOSES_AFTER => {
                Err(DoorRefusal::TooLate)
            }
            OccurrenceState::Published => Ok(()),
        }
    }

    /// Whether it can be taken back now that somebody was let in: as long as the door is open, and of
    /// what a device had noted, for two hours after it was `sent`.
    ///
    /// # Errors
    /// Why not.
    pub fn may_undo(&self, now: Timestamp, sent: Option<Timestamp>) -> Result<(), DoorRefusal> {
        match sent {
            Some(sent) if now.duration_since(sent) <= CLOSES_AFTER => Ok(()),
            _ => self.is_open(now),
        }
    }

    /// Until when a device may keep the list of guests; none when it may not keep it now.
    #[must_use]
    pub fn list_until(&self, now: Timestamp) -> Option<Timestamp> {
        let until = self.ends_at + LISTED_AFTER;
        let is_time = self.starts_at - LISTED_BEFORE <= now && now < until;
        (is_time && self.state == OccurrenceState::Published).then_some(until)
    }

    /// When somebody came who was `noted` on a device without a connection. The device is believed
    /// from when the door opened until it closed, and not beyond `now`; a clock that says
    /// something else is wrong, and then they come now.
    ///
    /// # Errors
    /// Why they are not let in.
    pub fn time_of(&self, noted: Timestamp, now: Timestamp) -> Result<Timestamp, DoorRefusal> {
        if now.duration_since(noted) > NOTED_FOR {
            return Err(DoorRefusal::NotedTooLongAgo);
        }
        let believed = noted <= now && self.is_open(noted).is_ok();
        let came = if believed { noted } else { now };
        self.is_open(came).map(|()| came)
    }

    /// Whether the host may add a guest with so many seats: as long as there are some, also to
    /// those who have already begun, and more than guests may take by themselves.
    ///
    /// # Errors
    /// Why not.
    pub fn may_add(
        &self,
        seating: &Seating,
        now: Timestamp,
        party: i32,
    ) -> Result<(), DoorRefusal> {
        match self.is_open(now) {
            Ok(()) | Err(DoorRefusal::TooEarly) => {}
            Err(refused) => return Err(refused),
        }
        if !(1..=MOST_SEATS).contains(&party) {
            return Err(DoorRefusal::Number);
        }
        match seating.left() {
            Some(left) if party > left => Err(DoorRefusal::Full { left }),
            _ => Ok(()),
        }
    }
}

impl Party {
    /// So many of the party are not in yet.
    #[must_use]
    pub fn missing(&self) -> i32 {
        (self.size - self.inside).max(0)
    }

    /// How many go in now: so many, or all who are missing.
    ///
    /// # Errors
    /// Why nobody does.
    pub fn admit(&self, wanted: Option<i32>) -> Result<i32, DoorRefusal> {
        match self.state {
            BookingState::Held => return Err(DoorRefusal::NotConfirmed),
            BookingState::Cancelled if self.given_on => return Err(DoorRefusal::GivenOn),
            BookingState::Cancelled | BookingState::Expired => return Err(DoorRefusal::GivenBack),
            BookingState::Confirmed => {}
        }
        let missing = self.missing();
        if missing == 0 {
            return Err(DoorRefusal::AlreadyIn);
        }
        match wanted.unwrap_or(missing) {
            ..=0 => Err(DoorRefusal::Number),
            wanted if wanted > missing => Err(DoorRefusal::TooMany { missing }),
            wanted => Ok(wanted),
        }
    }
}

/// Digits and letters of which none is taken for another (Crockford's base 32).
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters of a code: 5 bits each.
const LENGTH: usize = 16;

/// By which a guest's seats are known at the door: 80 bits, read out as four groups of letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TicketCode([u8; 10]);

impl TicketCode {
    /// The code of these bits.
    #[must_use]
    pub const fn new(bits: [u8; 10]) -> Self {
        Self(bits)
    }

    /// Reads a code as it was typed, with or without its groups, in any case, and with letters
    /// that look like digits for these; or at the end of an address, as scanners type it. `None`
    /// for what is no code.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        let code = typed
            .split_once("code=")
            .map_or(typed, |(_, rest)| rest.split('&').next().unwrap_or(rest));
        let mut bits: u128 = 0;
        let mut length = 0;
        for letter in code.chars() {
            if matches!(letter, '-' | '–' | ' ') {
                continue;
            }
            let letter = match letter.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                letter => letter,
            };
            let value = LETTERS
                .iter()
                .position(|&known| char::from(known) == letter)?;
            length += 1;
            if length > LENGTH {
                return None;
            }
            bits = bits << 5 | u128::try_from(value).ok()?;
        }
        if length < LENGTH {
            return None;
        }
        let mut read = [0; 10];
        read.copy_from_slice(&bits.to_be_bytes()[6..]);
        Some(Self(read))
    }

    /// Its last group: enough to compare on a printed list, too little to come in with.
    #[must_use]
    pub fn ending(&self) -> String {
        let code = self.to_string();
        code.rsplit('-').next().unwrap_or_default().to_owned()
    }
}

impl std::fmt::Display for TicketCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut wide = [0; 16];
        wide[6..].copy_from_slice(&self.0);
        let bits = u128::from_be_bytes(wide);
        for place in 0..LENGTH {
            if place > 0 && place % 4 == 0 {
                f.write_str("-")?;
            }
            let value = (bits >> (5 * (LENGTH - 1 - place))) & 31;
            let letter = usize::try_from(value).map_or(b'0', |value| LETTERS[value]);
            write!(f, "{}", char::from(letter))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    }

    /// Begins at minute 600 and ends at minute 720.
    fn door() -> Door {
        Door {
            state: OccurrenceState::Published,
            starts_at: at(600),
            ends_at: at(720),
        }
    }

    #[test]
    fn r12_the_door_is_open_from_two_hours_before_until_two_hours_after() {
        for (minute, expected) in [
            (479, Err(DoorRefusal::TooEarly)),
            (480, Ok(())),
            (650, Ok(())),
            (840, Ok(())),
            (841, Err(DoorRefusal::TooLate)),
        ] {
            assert_eq!(door().is_open(at(minute)), expected, "{minute}");
        }
        for (state, refusal) in [
            (OccurrenceState::Draft, DoorRefusal::NotPublished),
            (OccurrenceState::Cancelled, DoorRefusal::Cancelled),
        ] {
            let door = Door { state, ..door() };
            assert_eq!(door.is_open(at(600)), Err(refusal));
        }
    }

    #[test]
    fn r12_what_a_device_has_noted_counts_from_then_if_that_can_be() {
        let hours = 60;
        for (noted, now, expected) in [
            (650, 660, Ok(650)),
            (480, 480, Ok(480)),
            // It was noted in time, and is sent the next day.
            (840, 840 + 24 * hours, Ok(840)),
            // The clock is ahead, or behind.
            (700, 660, Ok(660)),
            (400, 660, Ok(660)),
            // Neither the note nor now is at an open door.
            (841, 842, Err(DoorRefusal::TooLate)),
            (400, 470, Err(DoorRefusal::TooEarly)),
            (900, 850, Err(DoorRefusal::TooLate)),
            (650, 650 + 47 * hours, Ok(650)),
            (650, 651 + 47 * hours, Err(DoorRefusal::NotedTooLongAgo)),
        ] {
            let time = door().time_of(at(noted), at(now));
            assert_eq!(time, expected.map(at), "{noted} {now}");
        }
        let cancelled = Door {
            state: OccurrenceState::Cancelled,
            ..door()
        };
        let refused = Err(DoorRefusal::Cancelled);
        assert_eq!(cancelled.time_of(at(650), at(660)), refused);
    }

    #[test]
    fn r12_what_was_sent_late_can_be_taken_back_late() {
        let sent = 720 + 12 * 60;
        for (now, sent, expected) in [
            (840, None, Ok(())),
            (841, None, Err(DoorRefusal::TooLate)),
            (sent + 120, Some(sent), Ok(())),
            (sent + 121, Some(sent), Err(DoorRefusal::TooLate)),
            // The door is open all the same.
            (800, Some(600), Ok(())),
        ] {
            let answer = door().may_undo(at(now), sent.map(at));
            assert_eq!(answer, expected, "{now} {sent:?}");
        }
    }

    #[test]
    fn r12_a_device_keeps_the_list_from_a_day_before_until_a_day_after() {
        let day = 24 * 60;
        for (now, expected) in [
            (599 - day, None),
            (600 - day, Some(720 + day)),
            (719 + day, Some(720 + day)),
            (720 + day, None),
        ] {
            assert_eq!(door().list_until(at(now)), expected.map(at), "{now}");
        }
        for state in [OccurrenceState::Draft, OccurrenceState::Cancelled] {
            let door = Door { state, ..door() };
            assert_eq!(door.list_until(at(600)), None);
        }
    }

    #[test]
    fn r12_a_party_comes_whole_or_in_parts_and_never_more_than_it_is() {
        let party = |inside| Party {
            state: BookingState::Confirmed,
            size: 4,
            inside,
            given_on: false,
        };
        for (inside, wanted, expected) in [
            (0, None, Ok(4)),
            (0, Some(1), Ok(1)),
            (1, None, Ok(3)),
            (1, Some(4), Err(DoorRefusal::TooMany { missing: 3 })),
            (3, Some(2), Err(DoorRefusal::TooMany { missing: 1 })),
            (0, Some(0), Err(DoorRefusal::Number)),
            (0, Some(-3), Err(DoorRefusal::Number)),
            (4, None, Err(DoorRefusal::AlreadyIn)),
            (4, Some(1), Err(DoorRefusal::AlreadyIn)),
        ] {
            assert_eq!(party(inside).admit(wanted), expected, "{inside} {wanted:?}");
        }
    }

    #[test]
    fn r12_seats_that_are_not_theirs_let_nobody_in() {
        for (state, given_on, refusal) in [
            (BookingState::Held, false, DoorRefusal::NotConfirmed),
            (BookingState::Cancelled, false, DoorRefusal::GivenBack),
            (BookingState::Cancelled, true, DoorRefusal::GivenOn),
            (BookingState::Expired, false, DoorRefusal::GivenBack),
        ] {
            let party = Party {
                state,
                size: 1,
                inside: 0,
                given_on,
            };
            assert_eq!(party.admit(None), Err(refusal));
        }
    }

    #[test]
    fn a_host_adds_guests_as_long_as_there_is_room() {
        let seating = Seating {
            state: OccurrenceState::Published,
            starts_at: at(600),
            capacity: Some(20),
            taken: 18,
            max_party: 1,
            smaller_pass: true,
            window: crate::events::window::BookingWindow::default(),
        };
        for (minute, party, expected) in [
            (0, 2, Ok(())),
            (700, 2, Ok(())),
            (700, 3, Err(DoorRefusal::Full { left: 2 })),
            (700, 0, Err(DoorRefusal::Number)),
            (700, 21, Err(DoorRefusal::Number)),
            (900, 1, Err(DoorRefusal::TooLate)),
        ] {
            let answer = door().may_add(&seating, at(minute), party);
            assert_eq!(answer, expected, "{minute} {party}");
        }
    }

    #[test]
    fn r13_a_code_is_read_as_it_is_written_and_as_people_type_it() {
        let code = TicketCode::new([0, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0x35, 0xcf]);
        assert_eq!(code.to_string(), "0123-4567-89AB-CDEF");
        assert_eq!(code.ending(), "CDEF");
        for typed in [
            "0123-4567-89AB-CDEF",
            "0123456789abcdef",
            " o i23 4567–89ab cdef ",
            "https://books.example/host/7/door?code=0123-4567-89AB-CDEF",
        ] {
            assert_eq!(TicketCode::parse(typed), Some(code), "{typed}");
        }
        for typed in [
            "",
            "0123",
            "0123-4567-89AB-CDEFG",
            "0123-4567-89AB-CDEU",
            "Ana",
        ] {
            assert_eq!(TicketCode::parse(typed), None, "{typed}");
        }
        let high = TicketCode::new([255; 10]);
        assert_eq!(high.to_string(), "ZZZZ-ZZZZ-ZZZZ-ZZZZ");
        assert_eq!(TicketCode::parse(&high.to_string()), Some(high));
    }
}
