//! The table of states, verbs and actors, and each rule's edges.

mod delivery;
mod loan;
mod proposal;
mod returns;
mod sale;
mod sequences;
mod world;

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::ids::{CopyId, LegId, UserId};

const ANA: UserId = UserId(1);
const BO: UserId = UserId(2);
const CAI: UserId = UserId(3);
const STRANGER: UserId = UserId(8);
const MODERATOR: UserId = UserId(9);

/// The leg from Ana to Bo in the fixtures.
const OUT: LegId = LegId(1);
/// The leg from Bo to Ana in the fixtures.
const BACK: LegId = LegId(2);

/// The moment at which every fixture's trade was proposed, agreed or received.
fn start() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

fn day(number: i64) -> Timestamp {
    start() + SignedDuration::from_hours(24 * number)
}

fn item(copy: i64, from: UserId, to: UserId) -> Item {
    Item {
        copy: CopyId(copy),
        from,
        to,
        terms: 1,
    }
}

/// Ana offers copies 1 and 2 for Bo's copy 3.
fn swap(state: TradeState) -> Trade {
    let items = vec![item(1, ANA, BO), item(3, BO, ANA), item(2, ANA, BO)];
    let mut trade = Trade::draft(ANA, &[ANA, BO], items, Method::Post);
    trade.state = state;
    if state == TradeState::Draft {
        return trade;
    }
    trade.revision = 1;
    trade.parties[0].accepted_revision = Some(1);
    if state == TradeState::Proposed {
        trade.reply_due = Some(day(7));
    }
    trade
}

fn leg(id: LegId, from: UserId, to: UserId, state: LegState) -> Leg {
    let arrived = state == LegState::Received;
    Leg {
        id,
        from,
        to,
        purpose: LegPurpose::Give,
        state,
        send_due: day(7),
        receive_due: match state {
            LegState::Sent | LegState::Lost => Some(day(26)),
            LegState::HandedOver => Some(day(14)),
            LegState::Pending | LegState::Received => None,
        },
        received_at: arrived.then(start),
    }
}

/// The swap, agreed, with its two legs in the given states.
fn with_legs(state: TradeState, out: LegState, back: LegState) -> Trade {
    let mut trade = swap(state);
    trade.parties[1].accepted_revision = Some(1);
    trade
        .parties
        .iter_mut()
        .for_each(|party| party.has_address = true);
    trade.legs = vec![leg(OUT, ANA, BO, out), leg(BACK, BO, ANA, back)];
    trade
}

fn agreed(out: LegState, back: LegState) -> Trade {
    with_legs(TradeState::Agreed, out, back)
}

fn disputed(out: LegState, back: LegState) -> Trade {
    Trade {
        disputed_leg: Some(OUT),
        ..with_legs(TradeState::Disputed, out, back)
    }
}

fn by(user: UserId) -> Actor {
    Actor::Member(user)
}

fn apply(
    trade: &Trade,
    actor: Actor,
    action: &Action,
    now: Timestamp,
) -> Result<Transition, TradeError> {
    trade.apply(actor, action, &Policy::default(), now)
}

/// The state after a step, or why it was refused.
fn leads_to(
    trade: &Trade,
    actor: Actor,
    action: &Action,
    now: Timestamp,
) -> Result<TradeState, TradeError> {
    apply(trade, actor, action, now).map(|transition| transition.to)
}

/// One typical trade in each state: when agreed, Ana's books wait and Bo's are in the post.
fn typical(state: TradeState) -> Trade {
    use TradeState::*;
    match state {
        Agreed => agreed(LegState::Pending, LegState::Sent),
        Completed => with_legs(Completed, LegState::Received, LegState::Received),
        Disputed => disputed(LegState::Pending, LegState::Sent),
        Cancelled | Resolved => with_legs(state, LegState::Pending, LegState::Pending),
        _ => swap(state),
    }
}

/// One typical action for each verb, with a time at which no deadline stands in its way.
fn action(trade: &Trade, verb: Verb) -> (Action, Timestamp) {
    let seen = trade.seen();
    match verb {
        Verb::Propose => (Action::Propose { granted: false }, day(1)),
        Verb::Counter => (
            Action::Counter {
                seen,
                items: vec![item(3, BO, ANA)],
                method: Method::Meet,
            },
            day(1),
        ),
        Verb::Accept => (Action::Accept { seen }, day(1)),
        Verb::Decline => (Action::Decline, day(1)),
        Verb::Withdraw => (Action::Withdraw, day(1)),
        Verb::Expire => (Action::Expire, day(7)),
        Verb::TermsChanged => (Action::TermsChanged { copy: CopyId(3) }, day(1)),
        Verb::Supersede => (Action::Supersede, day(1)),
        Verb::Unoffer => (Action::Unoffer { copy: CopyId(3) }, day(1)),
        Verb::Send => (
            Action::Send {
                leg: OUT,
                abroad: false,
            },
            day(1),
        ),
        Verb::HandOver => (Action::HandOver { leg: OUT }, day(1)),
        Verb::Receive => (Action::Receive { leg: BACK }, day(1)),
        Verb::MarkLost => (Action::MarkLost { leg: BACK }, day(26)),
        Verb::Cancel => (Action::Cancel, day(1)),
        Verb::ConsentToCancel => (Action::ConsentToCancel, day(1)),
        Verb::ReportProblem => {
            let (reason, late) = if trade.state == TradeState::Agreed {
                (ProblemReason::NeverArrived, day(7))
            } else {
                (ProblemReason::WrongBook, day(1))
            };
            (Action::ReportProblem { leg: OUT, reason }, late)
        }
        Verb::Resolve => (
            Action::Resolve {
                outcome: Outcome::Cancel,
            },
            day(1),
        ),
        Verb::MarkPaid => (Action::MarkPaid, day(1)),
        Verb::Unpaid => (Action::Unpaid, day(60)),
        Verb::AskRenewal => (Action::AskRenewal { until: day(30) }, day(1)),
        Verb::GrantRenewal => (Action::GrantRenewal, day(1)),
        Verb::RefuseRenewal => (Action::RefuseRenewal, day(60)),
        Verb::ExtendLoan => (Action::ExtendLoan { until: day(30) }, day(1)),
        Verb::LetKeep => (Action::LetKeep, day(1)),
        Verb::AgreeToKeep => (Action::AgreeToKeep, day(1)),
        Verb::Leave => (Action::Leave, day(1)),
        Verb::AskReturn => (Action::AskReturn, day(1)),
        Verb::DropReturn => (Action::DropReturn, day(1)),
        Verb::StartPayment => (Action::StartPayment, day(1)),
        Verb::Confirm => {
            let paid = crate::money::Money {
                minor: 650,
                currency: crate::money::Currency::Eur,
            };
            (Action::Confirm { paid }, day(1))
        }
        Verb::Lapse => (Action::Lapse, day(1)),
    }
}

/// Everything that is granted in the typical trades. What is not here is refused.
const TABLE: &[(TradeState, Verb, Actor, TradeState)] = {
    use TradeState::*;
    const A: Actor = Actor::Member(ANA);
    const B: Actor = Actor::Member(BO);
    const M: Actor = Actor::Moderator(MODERATOR);
    const S: Actor = Actor::System;
    &[
        (Draft, Verb::Propose, A, Proposed),
        (Proposed, Verb::Counter, B, Proposed),
        (Proposed, Verb::Accept, B, Agreed),
        (Proposed, Verb::Decline, B, Declined),
        (Proposed, Verb::Withdraw, A, Withdrawn),
        (Proposed, Verb::Withdraw, S, Withdrawn),
        (Proposed, Verb::Expire, S, Expired),
        (Proposed, Verb::TermsChanged, S, Proposed),
        (Proposed, Verb::Supersede, S, Superseded),
        (Proposed, Verb::Unoffer, S, Superseded),
        (Proposed, Verb::Unoffer, B, Superseded),
        (Agreed, Verb::Send, A, Agreed),
        (Agreed, Verb::Receive, A, Agreed),
        (Agreed, Verb::MarkLost, S, Agreed),
        (Agreed, Verb::Cancel, A, Agreed),
        (Agreed, Verb::Cancel, B, Agreed),
        (Agreed, Verb::ReportProblem, B, Disputed),
        (Completed, Verb::ReportProblem, B, Disputed),
        (Disputed, Verb::Resolve, A, Disputed),
        (Disputed, Verb::Resolve, B, Disputed),
        (Disputed, Verb::Resolve, M, Resolved),
    ]
};

/// The verbs that some state other than the typical one grants, so that no row can show them.
const NEEDS_MORE: &[(TradeState, Verb)] = &[
    (TradeState::Agreed, Verb::HandOver),
    (TradeState::Agreed, Verb::ConsentToCancel),
    (TradeState::Agreed, Verb::MarkPaid),
    (TradeState::Agreed, Verb::Unpaid),
    (TradeState::Agreed, Verb::AskRenewal),
    (TradeState::Agreed, Verb::GrantRenewal),
    (TradeState::Agreed, Verb::RefuseRenewal),
    (TradeState::Agreed, Verb::ExtendLoan),
    (TradeState::Agreed, Verb::LetKeep),
    (TradeState::Agreed, Verb::AgreeToKeep),
    (TradeState::Agreed, Verb::Leave),
    (TradeState::Agreed, Verb::DropReturn),
    (TradeState::Completed, Verb::AskReturn),
    (TradeState::Agreed, Verb::StartPayment),
    (TradeState::Agreed, Verb::Confirm),
    (TradeState::Agreed, Verb::Lapse),
    (TradeState::Disputed, Verb::Confirm),
    (TradeState::Disputed, Verb::Lapse),
];

#[test]
fn every_state_verb_and_actor_follows_the_table() {
    let actors = [
        by(ANA),
        by(BO),
        by(STRANGER),
        Actor::Moderator(MODERATOR),
        Actor::System,
        Actor::Provider,
    ];
    let mut granted = 0;
    for &state in TradeState::ALL {
        let trade = typical(state);
        for &verb in Verb::ALL {
            let (action, now) = action(&trade, verb);
            let in_state = TABLE.iter().any(|row| (row.0, row.1) == (state, verb));
            for actor in actors {
                let case = format!("{state} {verb} {actor:?}");
                let row = TABLE
                    .iter()
                    .find(|row| (row.0, row.1, row.2) == (state, verb, actor));
                let result = apply(&trade, actor, &action, now);
                let listed = trade
                    .allowed(actor, &Policy::default(), now)
                    .contains(&verb);
                let Some(row) = row else {
                    let error = result.expect_err(&case);
                    // The step may be granted for another leg, or for a book of one's own.
                    let one_of_several = action.leg().is_some() || verb == Verb::Unoffer;
                    assert!(!listed || one_of_several, "{case}");
                    let hidden = actor == by(STRANGER)
                        || (state == TradeState::Draft
                            && actor != by(ANA)
                            && actor.user().is_some());
                    if hidden {
                        assert_eq!(error, TradeError::NotAParty, "{case}");
                    } else if !in_state && !NEEDS_MORE.contains(&(state, verb)) {
                        assert_eq!(error, TradeError::WrongState { state, verb }, "{case}");
                    }
                    continue;
                };
                granted += 1;
                let transition = result.expect(&case);
                assert_eq!((transition.from, transition.to), (state, row.3), "{case}");
                assert_eq!((transition.verb, transition.actor), (verb, actor), "{case}");
                assert_eq!(
                    transition.reply_due.is_some(),
                    row.3 == TradeState::Proposed,
                    "{case}"
                );
                assert!(listed, "{case}: the button is missing");
            }
        }
    }
    assert_eq!(granted, TABLE.len());
}

#[test]
fn legs_follow_their_table() {
    use LegState::*;
    // For the leg from Ana to Bo, long after every deadline, while the other leg was received.
    let table: &[(Method, LegState, Verb, UserId)] = &[
        (Method::Post, Pending, Verb::Send, ANA),
        (Method::Meet, Pending, Verb::HandOver, ANA),
        (Method::Meet, Pending, Verb::Receive, BO),
        (Method::Post, Sent, Verb::Receive, BO),
        (Method::Post, Lost, Verb::Receive, BO),
        (Method::Meet, HandedOver, Verb::Receive, BO),
        (Method::Post, Pending, Verb::ReportProblem, BO),
        (Method::Meet, Pending, Verb::ReportProblem, BO),
        (Method::Post, Sent, Verb::ReportProblem, BO),
        (Method::Post, Lost, Verb::ReportProblem, BO),
        (Method::Meet, HandedOver, Verb::ReportProblem, BO),
        (Method::Post, Lost, Verb::ReportProblem, ANA),
        (Method::Meet, HandedOver, Verb::ReportProblem, ANA),
    ];
    let cases = [
        (Method::Post, Pending),
        (Method::Post, Sent),
        (Method::Post, Lost),
        (Method::Post, Received),
        (Method::Meet, Pending),
        (Method::Meet, HandedOver),
        (Method::Meet, Received),
    ];
    for (method, state) in cases {
        let trade = Trade {
            method,
            ..agreed(state, Received)
        };
        for verb in [
            Verb::Send,
            Verb::HandOver,
            Verb::Receive,
            Verb::ReportProblem,
        ] {
            for user in [ANA, BO] {
                let wanted = table.contains(&(method, state, verb, user));
                let legs = trade.allowed_legs(by(user), verb, &Policy::default(), day(60));
                assert_eq!(
                    legs.contains(&OUT),
                    wanted,
                    "{method} {state} {verb} {user}"
                );
            }
        }
    }
}
