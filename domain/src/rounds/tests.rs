use std::fmt::Write;

use super::*;
use crate::ids::{RoundId, UserId};
use crate::trades::Policy;

fn at(hours: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
}

fn round(mode: RoundMode, state: RoundState) -> Round {
    Round {
        mode,
        state,
        closes_at: at(48),
        offer_until: (state == RoundState::Offered).then(|| at(96)),
    }
}

#[test]
fn the_order_of_a_draw_is_that_of_a_known_vector() {
    // `printf 7:42 | openssl dgst -sha256 -mac hmac -macopt hexkey:0b…0b` gives the same.
    let seed = [0x0b; 32];
    assert_eq!(
        hex(&draw_code(&seed, RoundId(7), UserId(42))),
        "e0119198d7abf1af5875a2324602e2fa88744728f34ba11f5cd50a4f6d93e97c"
    );
    assert_eq!(
        hex(&seed_hash(&seed)),
        "f0e38b830ebd8a506615ecd154330ec07ff6bf5030447b44e297db1d4b7514ac"
    );
    let all: Vec<_> = (1..=6).map(|n| (UserId(n), n % 2 == 0)).collect();
    let drawn = order(&seed, RoundId(7), &all);
    let numbers: Vec<i64> = drawn.iter().map(|user| user.0).collect();
    assert_eq!(numbers, [6, 4, 2, 5, 3, 1]);
    let mut turned = all.clone();
    turned.reverse();
    assert_eq!(order(&seed, RoundId(7), &turned), drawn);
    assert_ne!(order(&[1; 32], RoundId(7), &all), drawn);
}

/// What may be done, for every verb, state and mode and everybody who could: the letters are o for
/// the owner, n for a reader who has not asked, w for one who waits, f for one to whom it is
/// offered, d for one for whom it is over, s for the site.
#[test]
fn the_table_of_who_may_do_what_is_total() {
    let parties = [
        ('o', Party::Owner),
        ('n', Party::Reader(None)),
        ('w', Party::Reader(Some(AskState::Waiting))),
        ('f', Party::Reader(Some(AskState::Offered))),
        ('d', Party::Reader(Some(AskState::Passed))),
        ('d', Party::Reader(Some(AskState::Silent))),
        ('d', Party::Reader(Some(AskState::Skipped))),
        ('d', Party::Reader(Some(AskState::Taken))),
        ('s', Party::Site),
    ];
    let mut table = String::new();
    for &mode in RoundMode::ALL {
        for &state in RoundState::ALL {
            for (name, now) in [("before", at(1)), ("after", at(50)), ("late", at(100))] {
                for &verb in RoundVerb::ALL {
                    let may: String = parties
                        .iter()
                        .filter(|(_, who)| round(mode, state).check(verb, *who, now).is_ok())
                        .map(|(letter, _)| *letter)
                        .collect();
                    if !may.is_empty() {
                        writeln!(table, "{mode} {state} {name} {verb}: {may}").unwrap();
                    }
                }
            }
        }
    }
    assert_eq!(
        table,
        "draw open before ask: n\n\
         draw open before take_back: w\n\
         draw open before close: os\n\
         draw open after take_back: w\n\
         draw open after close: os\n\
         draw open after draw: s\n\
         draw open late take_back: w\n\
         draw open late close: os\n\
         draw open late draw: s\n\
         draw offered before take_back: w\n\
         draw offered before take: f\n\
         draw offered before pass: f\n\
         draw offered before close: s\n\
         draw offered after take_back: w\n\
         draw offered after take: f\n\
         draw offered after pass: f\n\
         draw offered after close: s\n\
         draw offered late take_back: w\n\
         draw offered late close: s\n\
         draw offered late lapse: s\n\
         queue open before ask: n\n\
         queue open before take_back: w\n\
         queue open before close: os\n\
         queue open after take_back: w\n\
         queue open after close: os\n\
         queue open after end: s\n\
         queue open late take_back: w\n\
         queue open late close: os\n\
         queue open late end: s\n\
         queue offered before ask: n\n\
         queue offered before take_back: w\n\
         queue offered before take: f\n\
         queue offered before pass: f\n\
         queue offered before close: s\n\
         queue offered after take_back: w\n\
         queue offered after take: f\n\
         queue offered after pass: f\n\
         queue offered after close: s\n\
         queue offered late take_back: w\n\
         queue offered late close: s\n\
         queue offered late lapse: s\n"
    );
}

#[test]
fn a_queue_that_runs_is_open_again_when_nobody_waits() {
    let queue = round(RoundMode::Queue, RoundState::Offered);
    assert_eq!(queue.without_askers(at(47)), RoundState::Open);
    assert_eq!(queue.without_askers(at(48)), RoundState::Unclaimed);
    let draw = round(RoundMode::Draw, RoundState::Open);
    assert_eq!(draw.without_askers(at(1)), RoundState::Unclaimed);
}

#[test]
fn limits_of_asking_say_what_is_wrong() {
    let policy = Policy::default();
    let now = at(24 * 1000);
    let fine = Asker {
        joined: now - SignedDuration::from_hours(24 * 7),
        completed: 1,
        gifts: 2,
        open: 4,
        silent: 1,
        last_silent: Some(now),
    };
    assert_eq!(fine.may_ask(&policy, now), Ok(()));
    let new = Asker {
        joined: fine.joined + SignedDuration::from_secs(1),
        ..fine
    };
    assert_eq!(new.may_ask(&policy, now), Err(AskError::TooNew(7)));
    let greedy = Asker { open: 5, ..fine };
    assert_eq!(greedy.may_ask(&policy, now), Err(AskError::TooManyOpen(5)));
    let given = Asker { gifts: 3, ..fine };
    assert_eq!(given.may_ask(&policy, now), Err(AskError::TooManyGifts(3)));
    let first = Asker {
        completed: 0,
        gifts: 1,
        ..fine
    };
    assert_eq!(first.may_ask(&policy, now), Err(AskError::FirstGift));
    let none = Asker { gifts: 0, ..first };
    assert_eq!(none.may_ask(&policy, now), Ok(()));
    let day = SignedDuration::from_hours(24);
    let silent = Asker {
        silent: 2,
        last_silent: Some(now - day * 29),
        ..fine
    };
    assert_eq!(silent.may_ask(&policy, now), Err(AskError::Silent(2)));
    let rested = Asker {
        last_silent: Some(now - day * 30),
        ..silent
    };
    assert_eq!(rested.may_ask(&policy, now), Ok(()));
}

#[test]
fn a_length_is_half_a_day_to_a_week() {
    for (typed, hours) in [("12", 12), (" 48 ", 48), ("168", 168)] {
        assert_eq!(closes_at(typed, at(0)), Ok(at(hours)));
    }
    for typed in ["", "11", "169", "-12", "two days", "48.5", "1e3"] {
        assert!(closes_at(typed, at(0)).is_err(), "{typed}");
    }
    assert_eq!(hours_in_words(48), "48 hours");
    assert_eq!(hours_in_words(168), "7 days");
}
