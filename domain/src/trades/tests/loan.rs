//! Loans: what a day changes in the life of a trade.

mod table;

use jiff::tz::TimeZone;

use super::*;
use crate::money::{Currency, Money};
use table::TABLE;

/// Bo lends copy 3 to Ana.
const GIVEN: LegId = LegId(1);
const RETURN: LegId = LegId(2);

/// Ana has asked to borrow copy 3 until day 7.
fn loan(state: TradeState, method: Method) -> Trade {
    let items = vec![item(3, BO, ANA)];
    let mut trade = Trade::draft(ANA, &[ANA, BO], items, method);
    trade.loan = Some(Loan::until(day(7)));
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

/// It is agreed: the book is so far, there and back.
fn lent(state: TradeState, method: Method, there: LegState, back: Option<LegState>) -> Trade {
    let mut trade = loan(state, method);
    trade.parties[1].accepted_revision = Some(1);
    for party in &mut trade.parties {
        party.has_address = true;
    }
    trade.legs = vec![leg(GIVEN, BO, ANA, there)];
    trade.legs.extend(back.map(|back| Leg {
        purpose: LegPurpose::Return,
        ..leg(RETURN, ANA, BO, back)
    }));
    let last = trade.legs.last().map(|leg| leg.id);
    trade.disputed_leg = last.filter(|_| state == TradeState::Disputed);
    trade
}

/// Ana has it.
fn out() -> Trade {
    lent(
        TradeState::Agreed,
        Method::Post,
        LegState::Received,
        Some(LegState::Pending),
    )
}

fn with(mut trade: Trade, change: impl Fn(&mut Loan)) -> Trade {
    change(trade.loan.as_mut().unwrap());
    trade
}

/// The typical loans.
fn cases() -> Vec<Trade> {
    use LegState::{HandedOver, Lost, Pending, Received, Sent};
    use Method::{Meet, Post};
    use TradeState::{Agreed, Cancelled, Completed, Declined, Disputed, Draft, Expired, Proposed};
    use TradeState::{Resolved, Superseded, Withdrawn};
    vec![
        loan(Draft, Post),
        loan(Proposed, Post),
        lent(Agreed, Post, Pending, None),
        lent(Agreed, Post, Sent, None),
        lent(Agreed, Meet, Pending, None),
        out(),
        with(out(), |loan| loan.asked = Some(day(20))),
        with(out(), |loan| loan.keep_offered = true),
        lent(Agreed, Meet, Received, Some(Pending)),
        lent(Agreed, Post, Received, Some(Sent)),
        lent(Agreed, Meet, Received, Some(HandedOver)),
        lent(Agreed, Post, Received, Some(Lost)),
        lent(Completed, Post, Received, Some(Received)),
        lent(Disputed, Post, Received, Some(Pending)),
        lent(Disputed, Post, Sent, None),
        lent(Cancelled, Post, Pending, None),
        lent(Resolved, Post, Received, Some(Pending)),
        loan(Declined, Post),
        loan(Withdrawn, Post),
        loan(Expired, Post),
        loan(Superseded, Post),
        with(lent(Completed, Post, Received, Some(Pending)), |loan| {
            loan.kept = true;
        }),
    ]
}

/// One action for each verb, and when; long after every deadline for the clock's.
fn action(trade: &Trade, verb: Verb) -> (Action, Timestamp) {
    let seen = trade.seen();
    let leg = trade.return_leg().map_or(GIVEN, |leg| leg.id);
    let at = |action| (action, day(1));
    match verb {
        Verb::Propose => at(Action::Propose { granted: false }),
        Verb::Counter => at(Action::Redate {
            seen,
            due: day(9),
            method: Method::Meet,
        }),
        Verb::Accept => at(Action::Accept { seen }),
        Verb::Decline => at(Action::Decline),
        Verb::Withdraw => at(Action::Withdraw),
        Verb::Expire => (Action::Expire, day(60)),
        Verb::TermsChanged => at(Action::TermsChanged { copy: CopyId(3) }),
        Verb::Supersede => at(Action::Supersede),
        Verb::Unoffer => at(Action::Unoffer { copy: CopyId(3) }),
        Verb::Send => at(Action::Send { leg, abroad: false }),
        Verb::HandOver => at(Action::HandOver { leg }),
        Verb::Receive => at(Action::Receive { leg }),
        Verb::MarkLost => (Action::MarkLost { leg }, day(60)),
        Verb::Cancel => at(Action::Cancel),
        Verb::ConsentToCancel => at(Action::ConsentToCancel),
        Verb::ReportProblem => match trade.return_leg().map(|leg| leg.state) {
            None => {
                let reason = ProblemReason::NeverArrived;
                (Action::ReportProblem { leg, reason }, day(60))
            }
            Some(LegState::Pending) => {
                let reason = ProblemReason::BookLost;
                at(Action::ReportProblem { leg, reason })
            }
            Some(state) => {
                let reason = ProblemReason::NotAsDescribed;
                let late = if state == LegState::Received { 1 } else { 60 };
                (Action::ReportProblem { leg, reason }, day(late))
            }
        },
        Verb::Resolve => at(Action::Resolve {
            outcome: Outcome::Cancel,
        }),
        Verb::MarkPaid => at(Action::MarkPaid),
        Verb::Unpaid => (Action::Unpaid, day(60)),
        Verb::AskRenewal => at(Action::AskRenewal { until: day(20) }),
        Verb::GrantRenewal => at(Action::GrantRenewal),
        Verb::RefuseRenewal => (Action::RefuseRenewal, day(60)),
        Verb::ExtendLoan => at(Action::ExtendLoan { until: day(20) }),
        Verb::LetKeep => at(Action::LetKeep),
        Verb::AgreeToKeep => at(Action::AgreeToKeep),
        Verb::Leave => at(Action::Leave),
        Verb::AskReturn => at(Action::AskReturn),
        Verb::DropReturn => at(Action::DropReturn),
        Verb::StartPayment => at(Action::StartPayment),
        Verb::Confirm => at(Action::Confirm {
            paid: Money {
                minor: 650,
                currency: Currency::Eur,
            },
        }),
        Verb::Lapse => at(Action::Lapse),
    }
}

#[test]
fn every_state_verb_and_actor_of_a_loan_follows_the_table() {
    let actors = [
        by(ANA),
        by(BO),
        by(STRANGER),
        Actor::Moderator(MODERATOR),
        Actor::System,
    ];
    let mut granted = 0;
    for (number, trade) in cases().iter().enumerate() {
        for &verb in Verb::ALL {
            let (action, now) = action(trade, verb);
            for actor in actors {
                let name = format!("case {number} {verb} {actor:?}");
                let row = TABLE
                    .iter()
                    .find(|row| (row.0, row.1, row.2) == (number, verb, actor));
                let result = leads_to(trade, actor, &action, now);
                match row {
                    Some(row) => {
                        granted += 1;
                        assert_eq!(result.as_ref(), Ok(&row.3), "{name}");
                        let listed = trade.allowed(actor, &Policy::default(), now);
                        assert!(listed.contains(&verb), "{name}: the button is missing");
                    }
                    None => assert!(result.is_err(), "{name}: {result:?}"),
                }
            }
        }
    }
    assert_eq!(granted, TABLE.len());
}

fn effects(trade: &Trade, actor: Actor, action: &Action, now: Timestamp) -> Vec<Effect> {
    apply(trade, actor, action, now).unwrap().effects
}

#[test]
fn a_borrowed_book_changes_hands_and_no_owner() {
    let sent = lent(TradeState::Agreed, Method::Post, LegState::Sent, None);
    let there = effects(&sent, by(ANA), &Action::Receive { leg: GIVEN }, day(2));
    assert!(there.contains(&Effect::CreateLeg {
        from: ANA,
        to: BO,
        send_due: day(7),
        purpose: LegPurpose::Return,
    }));
    assert!(there.contains(&Effect::ForgetAddress { party: ANA }));
    let back = effects(&out(), by(BO), &Action::Receive { leg: RETURN }, day(2));
    assert!(back.contains(&Effect::ReleaseHolds(vec![CopyId(3)])));
    let moves = |effects: &[Effect]| {
        let moving = |effect: &Effect| matches!(effect, Effect::MoveCopies(_));
        effects.iter().any(moving)
    };
    assert!(!moves(&there) && !moves(&back));
    // Unless its owner lets it be kept.
    let offered = with(out(), |loan| loan.keep_offered = true);
    let kept = effects(&offered, by(ANA), &Action::AgreeToKeep, day(2));
    assert!(kept.contains(&Effect::MoveCopies(vec![item(3, BO, ANA)])));
    assert!(kept.contains(&Effect::ReleaseHolds(vec![CopyId(3)])));
}

#[test]
fn more_time_is_asked_for_twice_in_the_last_week_while_nobody_waits() {
    let ask =
        |trade: &Trade, now, until| leads_to(trade, by(ANA), &Action::AskRenewal { until }, now);
    let far = |mut trade: Trade| {
        trade.legs[1].send_due = day(20);
        trade
    };
    assert_eq!(
        ask(&far(out()), day(12), day(30)),
        Err(TradeError::RenewalTooEarly { days: 7 })
    );
    assert_eq!(ask(&far(out()), day(13), day(30)), Ok(TradeState::Agreed));
    assert_eq!(ask(&out(), day(7), day(30)), Err(TradeError::LoanOverdue));
    assert_eq!(ask(&out(), day(1), day(7)), Err(TradeError::NotLater));
    assert_eq!(ask(&out(), day(1), day(190)), Err(TradeError::DueTooFar));
    for (change, error) in [
        (
            Loan {
                renewals: 2,
                ..Loan::until(day(7))
            },
            TradeError::TooManyRenewals { most: 2 },
        ),
        (
            Loan {
                waited_for: true,
                ..Loan::until(day(7))
            },
            TradeError::WaitedFor,
        ),
        (
            Loan {
                blocked: true,
                ..Loan::until(day(7))
            },
            TradeError::NoRenewal,
        ),
        (
            Loan {
                asked: Some(day(9)),
                ..Loan::until(day(7))
            },
            TradeError::RenewalAsked,
        ),
    ] {
        let trade = with(out(), |loan| *loan = change);
        assert_eq!(ask(&trade, day(1), day(20)), Err(error));
    }
}

#[test]
fn the_limits_of_loans_are_those_of_the_policy() {
    let policy = Policy {
        most_renewals: 0,
        renewal_days: 2,
        not_returned_days: 5,
        ..Policy::default()
    };
    let may = |verb, actor, now| out().allowed(actor, &policy, now).contains(&verb);
    let ask = Action::AskRenewal { until: day(20) };
    let asked = |policy: &Policy, now| out().apply(by(ANA), &ask, policy, now).map(|_| ());
    assert_eq!(
        asked(&policy, day(6)),
        Err(TradeError::TooManyRenewals { most: 0 })
    );
    let once = Policy {
        most_renewals: 1,
        ..policy.clone()
    };
    assert_eq!(
        asked(&once, day(4)),
        Err(TradeError::RenewalTooEarly { days: 2 })
    );
    assert_eq!(asked(&once, day(6)), Ok(()));
    // Due on the seventh day.
    assert!(!may(Verb::ReportProblem, by(BO), day(11)));
    assert!(may(Verb::ReportProblem, by(BO), day(12)));
}

#[test]
fn the_new_day_is_the_one_that_was_asked_for_and_silence_is_a_no() {
    let asked = with(out(), |loan| loan.asked = Some(day(20)));
    let granted = effects(&asked, by(BO), &Action::GrantRenewal, day(6));
    assert_eq!(
        granted,
        [
            Effect::SetSendDue(RETURN, day(20)),
            Effect::SetRenewal(None),
            Effect::CountRenewal
        ]
    );
    let late = leads_to(&asked, by(BO), &Action::GrantRenewal, day(7));
    assert_eq!(late, Err(TradeError::LoanOverdue));
    let silent = Action::RefuseRenewal;
    let early = leads_to(&asked, Actor::System, &silent, day(6));
    assert_eq!(early, Err(TradeError::TooEarly));
    let over = effects(&asked, Actor::System, &silent, day(7));
    assert_eq!(over, [Effect::SetRenewal(None)]);
    // The lender gives time when they like, also to one who is late.
    let extend = Action::ExtendLoan { until: day(20) };
    let extended = effects(&asked, by(BO), &extend, day(12));
    assert_eq!(
        extended,
        [
            Effect::SetSendDue(RETURN, day(20)),
            Effect::SetRenewal(None)
        ]
    );
}

#[test]
fn moderators_say_what_has_become_of_the_book() {
    let end = |trade: &Trade, outcome| {
        let moderator = Actor::Moderator(MODERATOR);
        apply(trade, moderator, &Action::Resolve { outcome }, day(60)).map(|end| end.effects)
    };
    let disputed = |there, back| lent(TradeState::Disputed, Method::Post, there, back);
    let lost = disputed(LegState::Received, Some(LegState::Pending));
    let free = Effect::ReleaseHolds(vec![CopyId(3)]);
    let moved = Effect::MoveCopies(vec![item(3, BO, ANA)]);
    for &outcome in Outcome::ALL {
        let effects = end(&lost, outcome);
        assert_eq!(
            effects.is_ok(),
            lost.outcomes().contains(&outcome),
            "{outcome}"
        );
        let Ok(effects) = effects else {
            continue;
        };
        assert!(effects.contains(&free), "{outcome}");
        assert_eq!(effects.contains(&moved), outcome == Outcome::Kept);
        assert_eq!(
            effects.contains(&Effect::Unlist(vec![CopyId(3)])),
            outcome == Outcome::WrittenOff
        );
    }
    // What never came and was kept all the same did come.
    let silent = disputed(LegState::Sent, None);
    let kept = end(&silent, Outcome::Kept).unwrap();
    assert!(kept.contains(&moved) && kept.contains(&free));
    assert_eq!(
        end(&silent, Outcome::Returned),
        Err(TradeError::UnfitOutcome {
            outcome: Outcome::Returned
        })
    );
    let back = disputed(LegState::Received, Some(LegState::Received));
    assert_eq!(
        end(&back, Outcome::Returned).unwrap().last(),
        Some(&Effect::ReleaseHolds(Vec::new()))
    );
}

#[test]
fn the_lender_reports_a_book_that_is_a_month_late_and_had_somewhere_to_go() {
    let report = |trade: &Trade, late| {
        let action = Action::ReportProblem {
            leg: RETURN,
            reason: ProblemReason::NotReturned,
        };
        leads_to(trade, by(BO), &action, day(late))
    };
    assert_eq!(report(&out(), 36), Err(TradeError::OutsideProblemWindow));
    assert_eq!(report(&out(), 37), Ok(TradeState::Disputed));
    let mut nowhere = out();
    nowhere.parties[1].has_address = false;
    assert_eq!(report(&nowhere, 60), Err(TradeError::OutsideProblemWindow));
}

#[test]
fn whose_turn_it_is_in_a_loan() {
    let quiet = out();
    assert!(!quiet.needs(ANA) && !quiet.needs(BO));
    assert_eq!(quiet.next_action(ANA).verb, Some(Verb::Send));
    assert_eq!(quiet.next_action(ANA).until, Some(day(7)));
    let soon = with(out(), |loan| loan.reminded = true);
    assert!(soon.needs(ANA) && !soon.needs(BO));
    let asked = with(out(), |loan| loan.asked = Some(day(20)));
    assert!(asked.needs(BO) && !asked.needs(ANA));
    assert_eq!(asked.next_action(BO).verb, Some(Verb::GrantRenewal));
    let offered = with(out(), |loan| loan.keep_offered = true);
    assert!(offered.needs(ANA) && !offered.needs(BO));
}

#[test]
fn other_books_are_no_answer_to_a_day_nor_a_day_to_books() {
    let trade = loan(TradeState::Proposed, Method::Post);
    let books = Action::Counter {
        seen: trade.seen(),
        items: vec![item(1, ANA, BO), item(3, BO, ANA)],
        method: Method::Post,
    };
    assert_eq!(
        leads_to(&trade, by(BO), &books, day(1)),
        Err(TradeError::ForLoan)
    );
    let swap = swap(TradeState::Proposed);
    let redate = |trade: &Trade, due| {
        let seen = trade.seen();
        let method = Method::Post;
        leads_to(trade, by(BO), &Action::Redate { seen, due, method }, day(2))
    };
    assert_eq!(redate(&swap, day(9)), Err(TradeError::NotALoan));
    assert_eq!(redate(&trade, day(2)), Err(TradeError::DuePast));
    assert_eq!(redate(&trade, day(185)), Err(TradeError::DueTooFar));
    // What was a day to come when it was proposed may be over when it is accepted.
    let short = with(trade.clone(), |loan| loan.due = day(1));
    let accept = Action::Accept { seen: trade.seen() };
    assert_eq!(
        leads_to(&short, by(BO), &accept, day(2)),
        Err(TradeError::DuePast)
    );
}

#[test]
fn a_day_is_read_to_its_end_where_its_reader_lives() {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let berlin = TimeZone::get("Europe/Berlin").unwrap();
    let now = at("2027-03-01T12:00:00Z");
    let read = |typed: &str| read_due(typed, &berlin, now);
    // The clocks go forward on 28 March, and back on 31 October.
    assert_eq!(read("2027-03-27"), Ok(at("2027-03-27T22:59:59Z")));
    assert_eq!(read("2027-03-28"), Ok(at("2027-03-28T21:59:59Z")));
    assert_eq!(read("2027-03-01"), Ok(at("2027-03-01T22:59:59Z")));
    assert_eq!(read("2027-08-28"), Ok(at("2027-08-28T21:59:59Z")));
    for wrong in ["", "2027-02-28", "2027-08-29", "soon", "2027-02-30"] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
    // Where midnight itself is left out, the day before ends there all the same.
    let santiago = TimeZone::get("America/Santiago").unwrap();
    let spring = at("2026-09-01T12:00:00Z");
    assert_eq!(
        read_due("2026-09-05", &santiago, spring),
        Ok(at("2026-09-06T03:59:59Z"))
    );
    // East of Greenwich it is tomorrow already.
    let auckland = TimeZone::get("Pacific/Auckland").unwrap();
    assert!(read_due("2027-03-01", &auckland, now).is_err());
    assert_eq!(
        proposed_due(28, &auckland, now),
        jiff::civil::date(2027, 3, 30)
    );
}

#[test]
fn who_leaves_does_what_can_be_done() {
    assert_eq!(out().on_leaving(ANA), Some(Action::Leave));
    assert_eq!(out().on_leaving(BO), Some(Action::Leave));
    let back = Some(LegState::Sent);
    let coming = lent(TradeState::Agreed, Method::Post, LegState::Received, back);
    assert_eq!(coming.on_leaving(ANA), None);
    let sent = lent(TradeState::Agreed, Method::Post, LegState::Sent, None);
    assert_eq!(sent.on_leaving(BO), Some(Action::Leave));
    assert_eq!(sent.on_leaving(ANA), Some(Action::Cancel));
    for trade in cases() {
        for party in [ANA, BO] {
            let leaves = matches!(trade.state, TradeState::Agreed | TradeState::Disputed);
            if let Some(action) = trade.on_leaving(party).filter(|_| leaves) {
                assert!(leads_to(&trade, by(party), &action, day(1)).is_ok());
            }
        }
    }
}

#[test]
fn every_problem_is_a_reason_that_the_desk_can_read() {
    for problem in ProblemReason::ALL {
        let reason: Result<crate::moderation::ReportReason, _> = problem.as_str().parse();
        assert!(reason.is_ok(), "{problem}");
    }
}
