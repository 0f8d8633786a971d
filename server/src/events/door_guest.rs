//! A party as the door sees it, and what is said when they are not let in.

use dogear_domain::events::door::{DoorRefusal, Party};
use dogear_domain::ids::{CheckinId, SeatBookingId};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::prices::Due;
use super::repo::door::SeatsRow;
use super::tickets;
use crate::Cx;

/// Who was let in last of a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastIn {
    /// By which it is taken back.
    pub checkin: CheckinId,
    /// When, by the clock of the place.
    pub at: String,
    /// By whom; empty when they have left.
    pub by: String,
    /// When that was sent, if a device had noted it before.
    pub sent_at: Option<Timestamp>,
}

/// A party at the door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoorGuest {
    /// Their seats.
    pub booking: SeatBookingId,
    /// What they are called.
    pub name: String,
    /// Without the @; none for a guest whom the host has added.
    pub handle: Option<String>,
    /// How many they are, and how many of them are in.
    pub party: Party,
    /// The last of them who was let in.
    pub last: Option<LastIn>,
    /// The end of their code.
    pub ending: String,
    /// What their seats cost; none of free ones.
    pub due: Option<Due>,
    /// Where they have their table; none when they have none.
    pub stall: Option<String>,
    /// When their seats were given on, since nobody of them had come.
    pub given_on_at: Option<Timestamp>,
    /// The same, by the clock of the place; empty when they were not.
    pub given_on: String,
}

impl DoorGuest {
    pub(super) fn of(cx: &Cx, row: SeatsRow, zone: &TimeZone) -> Self {
        let due = row.due();
        let given_on_at = row.given_on_at.map(jiff_sqlx::Timestamp::to_jiff);
        let clock = |at: Timestamp| {
            let there = at.to_zoned(zone.clone());
            there.strftime("%H:%M").to_string()
        };
        let last = row.checkin.zip(row.at).map(|(checkin, at)| LastIn {
            checkin,
            at: clock(at.to_jiff()),
            by: row.by,
            sent_at: row.sent_at.map(jiff_sqlx::Timestamp::to_jiff),
        });
        let ending = tickets::code(&cx.services.settings, row.booking).ending();
        Self {
            booking: row.booking,
            due,
            name: if row.name.is_empty() {
                "A guest".into()
            } else {
                row.name
            },
            handle: Some(row.handle).filter(|handle| !handle.is_empty()),
            party: Party {
                state: row.state,
                size: row.party,
                inside: row.inside,
                given_on: given_on_at.is_some(),
            },
            last,
            ending,
            stall: row.stall,
            given_on: given_on_at.map_or_else(String::new, clock),
            given_on_at,
        }
    }

    /// Why nobody of them can be let in, in one sentence that begins with their name.
    pub(super) fn refusal(&self, reason: DoorRefusal) -> String {
        match (&self.last, reason) {
            (Some(last), DoorRefusal::AlreadyIn) => {
                let who = match self.party.size {
                    1 => format!("{} is in already", self.name),
                    size => format!("{}: all {size} are in already", self.name),
                };
                let by = match last.by.as_str() {
                    "" => String::new(),
                    by => format!(" by {by}"),
                };
                format!("{who}, let in at {}{by}.", last.at)
            }
            (_, DoorRefusal::GivenOn) => format!(
                "{}: {} given on at {}, since nobody of them had come. If there is room, add them as a guest.",
                self.name,
                match self.party.size {
                    1 => "the seat was".to_owned(),
                    size => format!("the {size} seats were"),
                },
                self.given_on
            ),
            _ => format!("{}: {reason}", self.name),
        }
    }
}
