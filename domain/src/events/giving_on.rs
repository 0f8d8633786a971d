//! Seats of guests who have not come: after how long they are given to readers who wait at the
//! place, and whose they are.

use jiff::{SignedDuration, Timestamp};

/// After how many minutes they may be given on, as a host chooses.
pub const GIVE_ON_AFTER: [i32; 5] = [5, 10, 15, 20, 30];
/// What hosts are told is usual, in minutes.
pub const USUALLY_AFTER: i32 = 15;
/// Until so long before the start a host may have seats given on, or sooner than before: guests read
/// it in the mails that remind them.
const SAID_BEFORE: SignedDuration = SignedDuration::from_hours(24);

/// From when on seats are given on.
#[must_use]
pub fn given_on_from(starts_at: Timestamp, minutes: i32) -> Timestamp {
    starts_at
        .checked_add(SignedDuration::from_mins(i64::from(minutes)))
        .unwrap_or(starts_at)
}

/// Whether guests may lose seats by it that they would have kept: seats are given on that were not, or
/// after fewer minutes.
#[must_use]
pub fn is_sooner(was: Option<i32>, wanted: Option<i32>) -> bool {
    wanted.is_some_and(|wanted| was.is_none_or(|was| wanted < was))
}

/// Whether a host may change after how many minutes seats are given on, from `was` to `wanted`, of
/// an event at which guests have seats: not to their harm in the last day before it begins.
#[must_use]
pub fn may_change(
    was: Option<i32>,
    wanted: Option<i32>,
    starts_at: Timestamp,
    now: Timestamp,
) -> bool {
    !is_sooner(was, wanted) || starts_at.duration_since(now) >= SAID_BEFORE
}

/// Which of the parties that have not come lose their seats, for at least `needed` to come free:
/// their places in `absent`, in rising order. `absent` are the sizes of these parties, who booked last first.
/// Who booked last loses first; but nobody does whose seats are not needed beside those of the
/// others. None when all of them have too few.
#[must_use]
pub fn losing(absent: &[i32], needed: i32) -> Option<Vec<usize>> {
    let mut lost = Vec::new();
    let mut seats = 0;
    for (place, party) in absent.iter().enumerate() {
        if seats >= needed {
            break;
        }
        lost.push(place);
        seats += party;
    }
    if seats < needed {
        return None;
    }
    // Who booked first is spared first.
    for place in lost.clone().into_iter().rev() {
        if seats - absent[place] >= needed {
            seats -= absent[place];
            lost.retain(|&other| other != place);
        }
    }
    Some(lost)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who is absent, what is needed, who loses.
    type Case = (&'static [i32], i32, Option<&'static [usize]>);

    #[test]
    fn who_booked_last_loses_first_and_nobody_in_vain() {
        let cases: [Case; 9] = [
            (&[1, 1, 1], 2, Some(&[0, 1])),
            (&[4, 2], 2, Some(&[0])),
            (&[1, 4], 2, Some(&[1])),
            (&[1, 1, 4], 4, Some(&[2])),
            (&[2, 1, 2], 4, Some(&[0, 2])),
            (&[3], 0, Some(&[])),
            (&[3], -5, Some(&[])),
            (&[1, 2], 4, None),
            (&[], 1, None),
        ];
        for (absent, needed, expected) in cases {
            let lost = losing(absent, needed);
            assert_eq!(lost.as_deref(), expected, "{absent:?} {needed}");
        }
    }

    #[test]
    fn guests_know_a_day_before_that_seats_are_given_on() {
        let starts = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(48);
        let hour = |hours| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours);
        let after = given_on_from(starts, 15).duration_since(starts);
        assert_eq!(after, SignedDuration::from_mins(15));
        for (was, wanted, now, expected) in [
            (None, Some(15), 24, true),
            (None, Some(15), 25, false),
            (Some(15), Some(10), 25, false),
            (Some(15), Some(30), 25, true),
            (Some(15), Some(15), 25, true),
            (Some(15), None, 25, true),
            (None, None, 25, true),
        ] {
            let may = may_change(was, wanted, starts, hour(now));
            assert_eq!(may, expected, "{was:?} {wanted:?} {now}");
        }
    }
}
