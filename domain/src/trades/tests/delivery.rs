use super::*;
use LegState::{HandedOver, Lost, Pending, Received, Sent};

fn cancelled_on(trade: &Trade, user: UserId, now: Timestamp) -> Option<CancelGround> {
    let action = if trade.parties.iter().any(|party| party.cancel_requested) {
        Action::ConsentToCancel
    } else {
        Action::Cancel
    };
    let effects = apply(trade, by(user), &action, now).unwrap().effects;
    effects.into_iter().find_map(|effect| match effect {
        Effect::Cancelled(ground) => Some(ground),
        _ => None,
    })
}

#[test]
fn a_receipt_moves_the_legs_copies_and_the_last_one_completes() {
    let world = world::World::new(agreed(Sent, Pending));
    let world = world.done(by(BO), &Action::Receive { leg: OUT }, day(2));
    assert_eq!(world.trade.state, TradeState::Agreed);
    assert_eq!(world.owners[&CopyId(1)], BO);
    assert_eq!(world.owners[&CopyId(3)], BO);
    assert_eq!(world.holds.iter().copied().collect::<Vec<_>>(), [CopyId(3)]);
    let again = leads_to(&world.trade, by(BO), &Action::Receive { leg: OUT }, day(2));
    assert_eq!(
        again,
        Err(TradeError::LegNotReady {
            state: Received,
            verb: Verb::Receive
        })
    );
    let world = world
        .done(
            by(BO),
            &Action::Send {
                leg: BACK,
                abroad: true,
            },
            day(3),
        )
        .done(by(ANA), &Action::Receive { leg: BACK }, day(9));
    assert_eq!(world.trade.state, TradeState::Completed);
    assert_eq!(world.owners[&CopyId(3)], ANA);
    assert!(world.holds.is_empty());
}

#[test]
fn a_parcel_is_lost_in_its_time_and_may_still_arrive() {
    let sent = |abroad| {
        let send = Action::Send { leg: OUT, abroad };
        world::World::new(agreed(Pending, Received))
            .done(by(ANA), &send, day(1))
            .trade
    };
    let lose =
        |trade: &Trade, now| leads_to(trade, Actor::System, &Action::MarkLost { leg: OUT }, now);
    assert_eq!(lose(&sent(false), day(26)), Err(TradeError::TooEarly));
    assert_eq!(lose(&sent(false), day(27)), Ok(TradeState::Agreed));
    assert_eq!(lose(&sent(true), day(35)), Err(TradeError::TooEarly));
    assert_eq!(lose(&sent(true), day(36)), Ok(TradeState::Agreed));
    let arrived = leads_to(
        &agreed(Lost, Received),
        by(BO),
        &Action::Receive { leg: OUT },
        day(60),
    );
    assert_eq!(arrived, Ok(TradeState::Completed));
}

#[test]
fn the_way_to_exchange_decides_the_verb() {
    let post = agreed(Pending, Pending);
    let hand_over = leads_to(&post, by(ANA), &Action::HandOver { leg: OUT }, day(1));
    assert_eq!(hand_over, Err(TradeError::WrongMethod));
    let meet = Trade {
        method: Method::Meet,
        ..post
    };
    let send = leads_to(
        &meet,
        by(ANA),
        &Action::Send {
            leg: OUT,
            abroad: false,
        },
        day(1),
    );
    assert_eq!(send, Err(TradeError::WrongMethod));
    let nowhere = leads_to(&meet, by(ANA), &Action::HandOver { leg: LegId(9) }, day(1));
    assert_eq!(nowhere, Err(TradeError::NoSuchLeg));
}

#[test]
fn cancelling_is_free_until_something_is_sent() {
    assert_eq!(
        cancelled_on(&agreed(Pending, Pending), BO, day(1)),
        Some(CancelGround::BeforeSending)
    );
    assert_eq!(cancelled_on(&agreed(Sent, Pending), BO, day(1)), None);
    assert_eq!(cancelled_on(&agreed(HandedOver, Pending), BO, day(1)), None);
    // Bo is three days overdue on day 10: Ana, who has sent, may leave; Bo may not.
    let overdue = agreed(Sent, Pending);
    assert_eq!(
        cancelled_on(&overdue, ANA, day(10)),
        Some(CancelGround::Overdue)
    );
    assert_eq!(
        cancelled_on(&overdue, ANA, day(10) - SignedDuration::from_secs(1)),
        None
    );
    assert_eq!(cancelled_on(&overdue, BO, day(10)), None);
    assert_eq!(cancelled_on(&agreed(Received, Pending), ANA, day(30)), None);
}

#[test]
fn the_ground_is_known_before_the_step() {
    let policy = Policy::default();
    let ground = |trade: &Trade, user, now| trade.cancel_ground(user, &policy, now);
    let waits = agreed(Pending, Pending);
    assert_eq!(
        ground(&waits, BO, day(1)),
        Some(CancelGround::BeforeSending)
    );
    let overdue = agreed(Sent, Pending);
    assert_eq!(ground(&overdue, ANA, day(1)), None);
    assert_eq!(ground(&overdue, ANA, day(10)), Some(CancelGround::Overdue));
    assert_eq!(ground(&overdue, BO, day(10)), None);
    assert_eq!(ground(&swap(TradeState::Proposed), ANA, day(1)), None);
}

#[test]
fn after_sending_everybody_has_to_agree() {
    let world = world::World::new(agreed(Sent, Pending));
    let consent = |trade: &Trade, user| leads_to(trade, by(user), &Action::ConsentToCancel, day(1));
    assert_eq!(consent(&world.trade, BO), Err(TradeError::NothingToCancel));
    let world = world.done(by(ANA), &Action::Cancel, day(1));
    assert_eq!(world.trade.state, TradeState::Agreed);
    assert_eq!(
        leads_to(&world.trade, by(ANA), &Action::Cancel, day(1)),
        Err(TradeError::AlreadyAsked)
    );
    assert_eq!(
        leads_to(&world.trade, by(BO), &Action::Cancel, day(1)),
        Err(TradeError::CancelAsked)
    );
    assert_eq!(consent(&world.trade, ANA), Err(TradeError::AlreadyAsked));
    assert_eq!(
        cancelled_on(&world.trade, BO, day(1)),
        Some(CancelGround::Mutual)
    );
    let world = world.done(by(BO), &Action::ConsentToCancel, day(1));
    assert_eq!(world.trade.state, TradeState::Cancelled);
    assert!(world.holds.is_empty());
}

#[test]
fn problems_are_reported_in_their_window() {
    let report = |trade: &Trade, user, now| {
        let arrived = trade.leg(OUT).unwrap().state == Received;
        let reason = if arrived {
            ProblemReason::WrongBook
        } else {
            ProblemReason::NeverArrived
        };
        let action = Action::ReportProblem { leg: OUT, reason };
        leads_to(trade, by(user), &action, now)
    };
    let closed = Err(TradeError::OutsideProblemWindow);
    let open = Ok(TradeState::Disputed);
    let second = SignedDuration::from_secs(1);
    for (state, opens) in [(Pending, day(7)), (HandedOver, day(7)), (Sent, day(26))] {
        assert_eq!(
            report(&agreed(state, Sent), BO, opens - second),
            closed,
            "{state}"
        );
        assert_eq!(report(&agreed(state, Sent), BO, opens), open, "{state}");
    }
    assert_eq!(report(&agreed(Lost, Sent), BO, day(1)), open);
    for trade in [agreed(Received, Sent), typical(TradeState::Completed)] {
        assert_eq!(report(&trade, BO, day(7) - second), open);
        assert_eq!(report(&trade, BO, day(7)), closed);
    }
    let giver = report(&agreed(Lost, Sent), ANA, day(1));
    assert_eq!(
        giver,
        Err(TradeError::NotYourTurn {
            verb: Verb::ReportProblem
        })
    );
}

#[test]
fn u17_a_problem_fits_how_the_books_travel_and_how_far_they_are() {
    use ProblemReason::{DamagedInPost, NeverArrived, NoAnswer, NotAsDescribed, WrongBook};
    let cases: &[(Method, LegState, &[ProblemReason])] = &[
        (Method::Post, Pending, &[NeverArrived]),
        (
            Method::Post,
            Sent,
            &[NeverArrived, WrongBook, NotAsDescribed, DamagedInPost],
        ),
        (
            Method::Post,
            Lost,
            &[NeverArrived, WrongBook, NotAsDescribed, DamagedInPost],
        ),
        (
            Method::Post,
            Received,
            &[WrongBook, NotAsDescribed, DamagedInPost],
        ),
        (
            Method::Meet,
            Pending,
            &[NeverArrived, WrongBook, NotAsDescribed],
        ),
        (
            Method::Meet,
            HandedOver,
            &[NeverArrived, WrongBook, NotAsDescribed],
        ),
        (Method::Meet, Received, &[WrongBook, NotAsDescribed]),
    ];
    for &(method, state, fitting) in cases {
        let trade = Trade {
            method,
            ..agreed(state, Sent)
        };
        // Late enough for every one that has not come, and early enough for what has.
        let now = if state == Received { day(1) } else { day(60) };
        for &reason in ProblemReason::ALL
            .iter()
            .filter(|&&reason| reason != NoAnswer)
        {
            let wanted = if fitting.contains(&reason) {
                Ok(TradeState::Disputed)
            } else {
                Err(TradeError::UnfitProblem { reason })
            };
            let action = Action::ReportProblem { leg: OUT, reason };
            let got = leads_to(&trade, by(BO), &action, now);
            assert_eq!(got, wanted, "{method} {state} {reason}");
        }
    }
}

#[test]
fn a_giver_reports_a_receiver_who_stays_silent() {
    let report = |trade: &Trade, user, now| {
        let action = Action::ReportProblem {
            leg: OUT,
            reason: ProblemReason::NoAnswer,
        };
        leads_to(trade, by(user), &action, now)
    };
    let closed = Err(TradeError::OutsideProblemWindow);
    let second = SignedDuration::from_secs(1);
    assert_eq!(
        report(&agreed(Lost, Received), ANA, day(26)),
        Ok(TradeState::Disputed)
    );
    assert_eq!(report(&agreed(Sent, Received), ANA, day(60)), closed);
    assert_eq!(report(&agreed(Pending, Received), ANA, day(60)), closed);
    assert_eq!(report(&agreed(Received, Sent), ANA, day(1)), closed);
    // A week after the meeting, which was on the first day.
    let meeting = Trade {
        method: Method::Meet,
        ..agreed(Pending, Received)
    };
    let given = world::World::new(meeting)
        .done(by(ANA), &Action::HandOver { leg: OUT }, day(1))
        .trade;
    assert_eq!(report(&given, ANA, day(8) - second), closed);
    assert_eq!(report(&given, ANA, day(8)), Ok(TradeState::Disputed));
    assert_eq!(
        report(&given, BO, day(8)),
        Err(TradeError::NotYourTurn {
            verb: Verb::ReportProblem
        })
    );
}

#[test]
fn a_parcel_asks_for_nothing_until_it_is_there_or_lost() {
    for (state, needs) in [
        (Sent, false),
        (Lost, true),
        (HandedOver, true),
        (Received, false),
    ] {
        let trade = agreed(Received, state);
        assert_eq!(trade.needs(ANA), needs, "{state}");
        assert!(!trade.needs(BO), "{state}");
    }
    assert!(agreed(Pending, Sent).needs(ANA));
    assert!(!agreed(Pending, Sent).needs(BO));
    let asked = world::World::new(agreed(Sent, Sent)).done(by(ANA), &Action::Cancel, day(1));
    assert!(asked.trade.needs(BO) && !asked.trade.needs(ANA));
    assert!(!disputed(Lost, Sent).needs(BO));
}

#[test]
fn without_an_address_nothing_counts_against_the_giver() {
    let mut trade = agreed(Pending, Sent);
    trade.parties[1].has_address = false;
    // Bo has posted his books and waits for Ana's, which cannot leave.
    assert_eq!(cancelled_on(&trade, BO, day(30)), None);
    let report = |trade: &Trade, user, reason, now| {
        leads_to(
            trade,
            by(user),
            &Action::ReportProblem { leg: OUT, reason },
            now,
        )
    };
    let closed = Err(TradeError::OutsideProblemWindow);
    let (never, silent) = (ProblemReason::NeverArrived, ProblemReason::NoAnswer);
    assert_eq!(report(&trade, BO, never, day(30)), closed);
    let second = SignedDuration::from_secs(1);
    assert_eq!(report(&trade, ANA, silent, day(10) - second), closed);
    assert_eq!(
        report(&trade, ANA, silent, day(10)),
        Ok(TradeState::Disputed)
    );
    let meeting = Trade {
        method: Method::Meet,
        ..trade
    };
    assert_eq!(
        cancelled_on(&meeting, BO, day(10)),
        Some(CancelGround::Overdue)
    );
}

#[test]
fn each_outcome_leaves_the_copies_with_somebody() {
    let end = |trade: Trade, outcome| {
        let moderator = Actor::Moderator(MODERATOR);
        world::World::new(trade).done(moderator, &Action::Resolve { outcome }, day(9))
    };
    // Bo has Ana's copies 1 and 2; Bo's copy 3 is on its way to Ana.
    for (outcome, one, three) in [
        (Outcome::Complete, BO, ANA),
        (Outcome::Cancel, BO, BO),
        (Outcome::Replace, BO, BO),
        (Outcome::Return, ANA, BO),
    ] {
        let world = end(disputed(Received, Sent), outcome);
        assert_eq!(world.trade.state, TradeState::Resolved);
        let owners = (world.owners[&CopyId(1)], world.owners[&CopyId(3)]);
        assert_eq!(owners, (one, three), "{outcome}");
        assert!(world.holds.is_empty(), "{outcome}");
    }
}

#[test]
fn parties_settle_together_and_moderators_not_in_their_own_case() {
    let trade = disputed(Sent, Sent);
    let settle = |outcome| Action::Resolve { outcome };
    let refused = leads_to(&trade, by(ANA), &settle(Outcome::Complete), day(1));
    assert_eq!(
        refused,
        Err(TradeError::NotYourTurn {
            verb: Verb::Resolve
        })
    );
    let own = leads_to(
        &trade,
        Actor::Moderator(ANA),
        &settle(Outcome::Complete),
        day(1),
    );
    assert_eq!(own, Err(TradeError::OwnTrade));
    let world = world::World::new(trade).done(by(ANA), &settle(Outcome::Cancel), day(1));
    assert_eq!(world.trade.state, TradeState::Disputed);
    let world = world.done(by(BO), &settle(Outcome::Cancel), day(1));
    assert_eq!(world.trade.state, TradeState::Resolved);
}

#[test]
fn a_dispute_forgets_who_wanted_to_cancel() {
    let report = Action::ReportProblem {
        leg: OUT,
        reason: ProblemReason::NeverArrived,
    };
    let world = world::World::new(agreed(Lost, Sent)).done(by(ANA), &Action::Cancel, day(1));
    let world = world.done(by(BO), &report, day(1));
    // Otherwise Bo alone could settle what Ana has not agreed to.
    let settle = Action::Resolve {
        outcome: Outcome::Cancel,
    };
    let alone = leads_to(&world.trade, by(BO), &settle, day(1));
    assert_eq!(alone, Ok(TradeState::Disputed));
}
