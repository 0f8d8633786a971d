//! Who gets seats: the rules of taking, changing, waiting and being promoted. Whoever asks them
//! holds the lock of the occurrence, so that what they say still holds when it is written.

use jiff::{SignedDuration, Timestamp};

use super::OccurrenceState;
use super::window::BookingWindow;

/// Seats that one booking has at most, whatever the host allows.
pub const MOST_SEATS: i32 = 20;
/// The most seats an event counts.
pub const MOST_CAPACITY: i32 = 10_000;

/// So long an offer is kept at most.
const LONGEST_OFFER: SignedDuration = SignedDuration::from_hours(24);
/// So long at least.
const SHORTEST_OFFER: SignedDuration = SignedDuration::from_mins(30);
/// So near its start nobody is asked any more: seats go to whoever said that they want them.
const NO_MORE_OFFERS: SignedDuration = SignedDuration::from_hours(2);

/// An occurrence as far as its seats are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seating {
    /// Seats are given at published ones alone.
    pub state: OccurrenceState,
    /// Then booking ends.
    pub starts_at: Timestamp,
    /// Without one, everybody gets seats.
    pub capacity: Option<i32>,
    /// Seats of live bookings, offered ones too.
    pub taken: i32,
    /// Seats that one booking has at most.
    pub max_party: i32,
    /// Whether a party that fits goes before one that has waited longer and does not.
    pub smaller_pass: bool,
    /// When seats can be taken at all.
    pub window: BookingWindow,
}

/// Who waits while somebody asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Queue {
    /// Somebody does.
    pub anybody: bool,
    /// Somebody does for whom what is left would do.
    pub fits: bool,
}

/// Why somebody gets no seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SeatRefusal {
    /// Seats are given when the host has published it.
    #[error("This event is not open yet.")]
    NotOpen,
    /// Nobody goes.
    #[error("This event is cancelled, so there are no seats to take.")]
    Cancelled,
    /// Whoever comes now comes to the door.
    #[error("This event has begun, so seats can no longer be taken or changed here.")]
    Begun,
    /// It is too early.
    #[error("Seats cannot be taken yet. The page of the event says from when on they can.")]
    NotYet,
    /// It is too late, though it has not begun.
    #[error(
        "Booking has ended for this event, so seats can no longer be taken here. Ask the host."
    )]
    Closed,
    /// None, fewer than none, or more than the host allows.
    #[error("{}", party_sentence(*max))]
    Party {
        /// What the host allows.
        max: i32,
    },
    /// Nothing is left.
    #[error("All seats are taken. Join the waiting list, and we tell you when some come free.")]
    Full,
    /// Whoever has seats can have no more.
    #[error("All other seats are taken, or kept for those who wait.")]
    NoMore,
    /// Some are left, but not so many.
    #[error("{}", few_sentence(*left, *has))]
    Few {
        /// So many are.
        left: i32,
        /// So many whoever asks has already.
        has: i32,
    },
    /// What is left is for those who wait.
    #[error("Others were here before you and wait for these seats. Join the waiting list.")]
    QueueFirst,
    /// A host would take seats from people.
    #[error("{} Enter {taken} or more.", taken_sentence(*taken))]
    BelowTaken {
        /// So many have seats.
        taken: i32,
    },
}

fn party_sentence(max: i32) -> String {
    match max {
        1 => "At this event everybody takes one seat of their own.".into(),
        max => format!("Choose between 1 and {max} seats."),
    }
}

fn few_sentence(left: i32, has: i32) -> String {
    match left {
        left if has > 0 => format!(
            "Only {left} more can be had: choose at most {}.",
            left.saturating_add(has)
        ),
        1 => "Only one seat is left. Take that one, or join the waiting list.".into(),
        left => {
            format!("Only {left} seats are left. Choose at most {left}, or join the waiting list.")
        }
    }
}

fn taken_sentence(taken: i32) -> String {
    match taken {
        1 => "One seat is taken.".into(),
        taken => format!("{taken} seats are taken."),
    }
}

impl Seating {
    /// Seats that nobody has; `None` when they are not counted.
    #[must_use]
    pub fn left(&self) -> Option<i32> {
        self.capacity.map(|capacity| capacity - self.taken)
    }

    /// Whether seats are given and changed now at all.
    ///
    /// # Errors
    /// Why not.
    pub fn is_open(&self, now: Timestamp) -> Result<(), SeatRefusal> {
        match self.state {
            OccurrenceState::Draft => Err(SeatRefusal::NotOpen),
            OccurrenceState::Cancelled => Err(SeatRefusal::Cancelled),
            OccurrenceState::Published if now >= self.starts_at => Err(SeatRefusal::Begun),
            OccurrenceState::Published => Ok(()),
        }
    }

    /// When booking ends.
    #[must_use]
    pub fn closes_at(&self) -> Timestamp {
        self.window.closes_at(self.starts_at)
    }

    /// Whether seats are given now: as [`Self::is_open`], and within the time that the host has set.
    ///
    /// # Errors
    /// Why not.
    pub fn takes(&self, now: Timestamp) -> Result<(), SeatRefusal> {
        self.is_open(now)?;
        if self
            .window
            .opens_at(self.starts_at)
            .is_some_and(|at| now < at)
        {
            return Err(SeatRefusal::NotYet);
        }
        if now >= self.closes_at() {
            return Err(SeatRefusal::Closed);
        }
        Ok(())
    }

    /// Whether a booking may have so many seats, had it been alone.
    ///
    /// # Errors
    /// What can be chosen.
    pub fn allows_party(&self, party: i32) -> Result<(), SeatRefusal> {
        // More than there is room for would wait for ever.
        let max = self
            .max_party
            .min(self.capacity.unwrap_or(i32::MAX))
            .min(MOST_SEATS);
        if (1..=max).contains(&party) {
            Ok(())
        } else {
            Err(SeatRefusal::Party { max })
        }
    }

    /// Whether somebody may take `more` seats, who has `has` already. Those who wait were promoted
    /// before, as far as there was room, so that nobody is passed by.
    ///
    /// # Errors
    /// Why not.
    pub fn may_take(
        &self,
        now: Timestamp,
        has: i32,
        more: i32,
        queue: Queue,
    ) -> Result<(), SeatRefusal> {
        self.takes(now)?;
        self.allows_party(has.saturating_add(more))?;
        let Some(left) = self.left() else {
            return Ok(());
        };
        // Shortly before the start nobody is offered anything any more: then whoever asks first,
        // unless everybody waits for the first.
        let offers = self.offer_until(now).is_some();
        let queue_first = offers && queue.fits || queue.anybody && !self.smaller_pass;
        if has > 0 && (left == 0 || queue_first) {
            return Err(SeatRefusal::NoMore);
        }
        if left == 0 {
            return Err(SeatRefusal::Full);
        }
        if queue_first {
            return Err(SeatRefusal::QueueFirst);
        }
        if more > left {
            return Err(SeatRefusal::Few { left, has });
        }
        Ok(())
    }

    /// How many of `left` seats somebody gets who waits for `wanted`; none when those would not do.
    #[must_use]
    pub fn granted(left: i32, wanted: i32, accepts_fewer: bool) -> Option<i32> {
        match left {
            ..=0 => None,
            left if left >= wanted => Some(wanted),
            left => accepts_fewer.then_some(left),
        }
    }

    /// Until when seats that are offered now are kept: a quarter of the time that is left, but half
    /// an hour at least and a day at most. None in the last two hours, when there is no time to
    /// ask.
    #[must_use]
    pub fn offer_until(&self, now: Timestamp) -> Option<Timestamp> {
        let left = self.starts_at.duration_since(now);
        (left > NO_MORE_OFFERS).then(|| {
            let kept = (left / 4).clamp(SHORTEST_OFFER, LONGEST_OFFER);
            now + kept
        })
    }

    /// Whether the host may count so many seats; `None` counts none.
    ///
    /// # Errors
    /// `BelowTaken`.
    pub fn may_have(&self, capacity: Option<i32>) -> Result<(), SeatRefusal> {
        match capacity {
            Some(capacity) if capacity < self.taken => {
                Err(SeatRefusal::BelowTaken { taken: self.taken })
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Queue = Queue {
        anybody: false,
        fits: false,
    };

    fn at(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
    }

    /// 20 seats, 18 taken, at most 4 each; begins at hour 100.
    fn seating() -> Seating {
        Seating {
            state: OccurrenceState::Published,
            starts_at: at(100),
            capacity: Some(20),
            taken: 18,
            max_party: 4,
            smaller_pass: true,
            window: BookingWindow::default(),
        }
    }

    #[test]
    fn r3_seats_are_taken_as_long_as_there_are_some() {
        let cases = [
            (0, 1, Ok(())),
            (0, 2, Ok(())),
            (0, 3, Err(SeatRefusal::Few { left: 2, has: 0 })),
            (1, 3, Err(SeatRefusal::Few { left: 2, has: 1 })),
            (0, 0, Err(SeatRefusal::Party { max: 4 })),
            (0, -1, Err(SeatRefusal::Party { max: 4 })),
            (0, 5, Err(SeatRefusal::Party { max: 4 })),
            (0, 1_000_000_000, Err(SeatRefusal::Party { max: 4 })),
            // 1 + 1 + 1 … is judged by the sum.
            (3, 1, Ok(())),
            (4, 1, Err(SeatRefusal::Party { max: 4 })),
        ];
        for (has, more, expected) in cases {
            let answer = seating().may_take(at(0), has, more, NONE);
            assert_eq!(answer, expected, "{has} + {more}");
        }
        let full = Seating {
            taken: 20,
            ..seating()
        };
        assert_eq!(full.may_take(at(0), 0, 1, NONE), Err(SeatRefusal::Full));
        assert_eq!(full.may_take(at(0), 1, 1, NONE), Err(SeatRefusal::NoMore));
        let uncounted = Seating {
            capacity: None,
            taken: 9000,
            ..seating()
        };
        assert_eq!(uncounted.may_take(at(0), 0, 4, NONE), Ok(()));
    }

    #[test]
    fn r3_nothing_is_given_before_it_opens_after_it_begins_or_when_it_is_cancelled() {
        for (state, now, expected) in [
            (OccurrenceState::Draft, 0, Err(SeatRefusal::NotOpen)),
            (OccurrenceState::Cancelled, 0, Err(SeatRefusal::Cancelled)),
            (OccurrenceState::Published, 99, Ok(())),
            (OccurrenceState::Published, 100, Err(SeatRefusal::Begun)),
        ] {
            let seating = Seating { state, ..seating() };
            assert_eq!(seating.may_take(at(now), 0, 1, NONE), expected, "{state}");
        }
    }

    #[test]
    fn r3_nobody_passes_those_for_whom_the_rest_would_do() {
        let fits = Queue {
            anybody: true,
            fits: true,
        };
        let larger = Queue {
            anybody: true,
            fits: false,
        };
        let first = Err(SeatRefusal::QueueFirst);
        assert_eq!(seating().may_take(at(0), 0, 1, fits), first);
        assert_eq!(seating().may_take(at(0), 0, 1, larger), Ok(()));
        let strict = Seating {
            smaller_pass: false,
            ..seating()
        };
        assert_eq!(strict.may_take(at(0), 0, 1, larger), first);
        // In the last two hours nobody is asked any more.
        assert_eq!(seating().may_take(at(99), 0, 1, fits), Ok(()));
    }

    #[test]
    fn r7_a_party_gets_what_it_wants_or_less_if_it_said_so() {
        assert_eq!(Seating::granted(4, 4, false), Some(4));
        assert_eq!(Seating::granted(3, 4, false), None);
        assert_eq!(Seating::granted(3, 4, true), Some(3));
        assert_eq!(Seating::granted(0, 1, true), None);
        assert_eq!(Seating::granted(-1, 1, true), None);
    }

    #[test]
    fn r7_an_offer_is_kept_for_a_quarter_of_the_time_within_bounds() {
        let kept = |now| {
            let until = seating().offer_until(at(now))?;
            Some(until.duration_since(at(now)))
        };
        assert_eq!(kept(-200), Some(SignedDuration::from_hours(24)));
        assert_eq!(kept(60), Some(SignedDuration::from_hours(10)));
        assert_eq!(kept(97), Some(SignedDuration::from_mins(45)));
        assert_eq!(kept(98), None);
        assert_eq!(kept(120), None);
    }

    #[test]
    fn r10_a_host_does_not_take_seats_from_people() {
        assert_eq!(seating().may_have(Some(18)), Ok(()));
        assert_eq!(seating().may_have(None), Ok(()));
        let refused = seating().may_have(Some(17)).expect_err("18 are taken");
        assert_eq!(refused.to_string(), "18 seats are taken. Enter 18 or more.");
    }

    #[test]
    fn nobody_waits_for_more_seats_than_there_are() {
        let small = Seating {
            capacity: Some(2),
            taken: 2,
            ..seating()
        };
        assert_eq!(small.allows_party(3), Err(SeatRefusal::Party { max: 2 }));
        assert_eq!(
            SeatRefusal::Party { max: 1 }.to_string(),
            "At this event everybody takes one seat of their own."
        );
    }
}
