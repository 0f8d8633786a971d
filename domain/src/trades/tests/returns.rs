//! Books of a sale that go back, and money of which a part does.

use super::world::World;
use super::*;
use crate::money::{Currency, Money};

/// Bo has sold copy 3 to Ana, for 6.50 with 2.00 for the post.
fn sold(method: Method, by_trader: bool) -> World {
    let mut trade = Trade::draft(ANA, &[ANA, BO], vec![item(3, BO, ANA)], method);
    let terms = SaleTerms {
        prices: vec![(CopyId(3), 650)],
        currency: Currency::Eur,
        postage: Some(200),
    };
    trade.state = TradeState::Completed;
    trade.revision = 1;
    let given = leg(LegId(1), BO, ANA, LegState::Received);
    trade.legs = vec![Leg {
        received_at: Some(day(1)),
        ..given
    }];
    trade.payment = Some(Payment {
        state: PaymentState::Paid,
        takes_returns: true,
        by_trader,
        ..Payment::of(terms.amount(method), None)
    });
    trade.sale = Some(terms);
    World::new(trade)
}

fn asked(method: Method) -> World {
    sold(method, false).done(by(ANA), &Action::AskReturn, day(2))
}

/// The way back.
const BACK: LegId = LegId(2);

fn named(world: &mut World) {
    world.trade.parties[1].has_address = true;
}

/// As it is under way, by what has become of the book.
fn on_its_way(method: Method, book: LegState) -> World {
    let mut world = asked(method);
    named(&mut world);
    let leg = &mut world.trade.legs[1];
    leg.state = book;
    leg.receive_due = (book != LegState::Pending).then(|| day(20));
    world
}

#[test]
fn a_book_goes_back_within_fourteen_days_to_whoever_takes_it() {
    let sale = sold(Method::Post, false).trade;
    let ask = |trade: &Trade, user, now| leads_to(trade, by(user), &Action::AskReturn, now);
    assert_eq!(ask(&sale, ANA, day(14)), Ok(TradeState::Agreed));
    assert_eq!(ask(&sale, ANA, day(15)), Err(TradeError::ReturnTooLate));
    assert!(ask(&sale, BO, day(2)).is_err());
    assert_eq!(ask(&sale, STRANGER, day(2)), Err(TradeError::NotAParty));
    let mut other = sale.clone();
    other.payment.as_mut().unwrap().takes_returns = false;
    assert_eq!(ask(&other, ANA, day(2)), Err(TradeError::NotReturned));
    let twice = asked(Method::Post).trade;
    assert!(ask(&twice, ANA, day(2)).is_err());
    assert_eq!(
        ask(&swap(TradeState::Completed), ANA, day(2)),
        Err(TradeError::NotReturned)
    );
}

/// What each can do while a book goes back, by the way and how far it is; everything else is refused.
#[test]
fn every_verb_and_actor_of_a_return_follows_the_table() {
    use LegState::{HandedOver, Lost, Pending, Sent};
    use Method::{Meet, Post};
    use TradeState::{Agreed, Disputed, Resolved};
    const BUYER: Actor = Actor::Member(ANA);
    const SELLER: Actor = Actor::Member(BO);
    const S: Actor = Actor::System;
    let problem = |reason| Action::ReportProblem { leg: BACK, reason };
    let send = Action::Send {
        leg: BACK,
        abroad: false,
    };
    let hand_over = Action::HandOver { leg: BACK };
    let receive = Action::Receive { leg: BACK };
    let lost = Action::MarkLost { leg: BACK };
    let damaged = problem(ProblemReason::NotAsDescribed);
    let silent = problem(ProblemReason::NoAnswer);
    let never = problem(ProblemReason::NeverArrived);
    let about_sale = Action::ReportProblem {
        leg: LegId(1),
        reason: ProblemReason::NotAsDescribed,
    };
    let gone = problem(ProblemReason::BookLost);
    let drop = Action::DropReturn;
    let table: &[(Method, LegState, &Action, Actor, i64, TradeState)] = &[
        (Post, Pending, &send, BUYER, 3, Agreed),
        (Post, Pending, &drop, BUYER, 3, Resolved),
        // By the clock, when the days to post and some more are over.
        (Post, Pending, &drop, S, 60, Resolved),
        (Post, Pending, &receive, SELLER, 3, Resolved),
        (Post, Sent, &receive, SELLER, 3, Resolved),
        (Post, Sent, &damaged, SELLER, 3, Disputed),
        (Post, Sent, &never, SELLER, 60, Disputed),
        (Post, Sent, &lost, S, 60, Agreed),
        (Post, Lost, &receive, SELLER, 3, Resolved),
        (Post, Lost, &damaged, SELLER, 3, Disputed),
        (Post, Lost, &silent, BUYER, 3, Disputed),
        (Post, Lost, &never, SELLER, 60, Disputed),
        (Meet, Pending, &hand_over, BUYER, 3, Agreed),
        (Meet, Pending, &drop, BUYER, 3, Resolved),
        (Meet, Pending, &drop, S, 60, Resolved),
        (Meet, Pending, &receive, SELLER, 3, Resolved),
        (Meet, HandedOver, &receive, SELLER, 3, Resolved),
        (Meet, HandedOver, &damaged, SELLER, 3, Disputed),
        (Meet, HandedOver, &silent, BUYER, 60, Disputed),
        (Meet, HandedOver, &never, SELLER, 60, Disputed),
    ];
    let plain = [
        Action::Cancel,
        Action::ConsentToCancel,
        Action::AskReturn,
        Action::MarkPaid,
        Action::StartPayment,
        Action::Unpaid,
        Action::Lapse,
        Action::Resolve {
            outcome: Outcome::Complete,
        },
        Action::Resolve {
            outcome: Outcome::Cancel,
        },
        about_sale,
        gone,
    ];
    let steps: Vec<&Action> = [
        &send, &hand_over, &receive, &lost, &damaged, &silent, &never, &drop,
    ]
    .into_iter()
    .chain(&plain)
    .collect();
    let actors = [
        BUYER,
        SELLER,
        by(STRANGER),
        Actor::Moderator(MODERATOR),
        S,
        Actor::Provider,
    ];
    let ways = [
        (Post, Pending),
        (Post, Sent),
        (Post, Lost),
        (Meet, Pending),
        (Meet, HandedOver),
    ];
    for (method, book) in ways {
        let trade = on_its_way(method, book).trade;
        for step in &steps {
            for actor in actors {
                let name = format!("{method} {book} {step:?} {actor:?}");
                let row = table
                    .iter()
                    .find(|row| (row.0, row.1, row.3) == (method, book, actor) && row.2 == *step);
                let result = leads_to(&trade, actor, step, day(row.map_or(60, |row| row.4)));
                match row {
                    Some(row) => assert_eq!(result, Ok(row.5), "{name}"),
                    None => assert!(result.is_err(), "{name}: {result:?}"),
                }
            }
        }
    }
}

#[test]
fn nobody_is_late_for_want_of_an_address() {
    let world = asked(Method::Post);
    let dropped = leads_to(&world.trade, Actor::System, &Action::DropReturn, day(60));
    assert_eq!(dropped, Err(TradeError::TooEarly));
    let silent = Action::ReportProblem {
        leg: BACK,
        reason: ProblemReason::NoAnswer,
    };
    let reported = leads_to(&world.trade, by(ANA), &silent, day(60));
    assert_eq!(reported, Ok(TradeState::Disputed));
    assert!(world.trade.needs(ANA) && !world.trade.needs(BO));
}

fn given_back(world: &World) -> i32 {
    world.trade.payment.unwrap().refunded
}

#[test]
fn the_price_goes_back_with_the_book_and_a_traders_postage_too() {
    for (method, trader, back) in [
        (Method::Post, false, 650),
        (Method::Post, true, 850),
        (Method::Meet, false, 650),
        (Method::Meet, true, 650),
    ] {
        let world = sold(method, trader).done(by(ANA), &Action::AskReturn, day(2));
        assert_eq!(world.holds.len(), 1);
        let world = world.done(by(BO), &Action::Receive { leg: BACK }, day(5));
        assert_eq!(given_back(&world), back, "{method} {trader}");
        assert_eq!(world.owners[&CopyId(3)], BO);
        assert!(world.holds.is_empty());
    }
    let kept = asked(Method::Post).done(by(ANA), &Action::DropReturn, day(3));
    assert_eq!(given_back(&kept), 0);
    assert_eq!(kept.owners[&CopyId(3)], ANA);
    assert!(kept.holds.is_empty());
    assert_eq!(kept.trade.payment.unwrap().state, PaymentState::Paid);
}

#[test]
fn a_dispute_about_a_return_gives_the_book_to_one_and_as_much_money_as_is_named() {
    let damaged = Action::ReportProblem {
        leg: BACK,
        reason: ProblemReason::DamagedInPost,
    };
    let disputed = on_its_way(Method::Post, LegState::Sent).done(by(BO), &damaged, day(4));
    let moderator = Actor::Moderator(MODERATOR);
    let settle = |outcome, minor| match minor {
        Some(minor) => Action::ResolveGivingBack { outcome, minor },
        None => Action::Resolve { outcome },
    };
    for (outcome, named, back, owner) in [
        (Outcome::Complete, None, 650, BO),
        (Outcome::Complete, Some(300), 300, BO),
        (Outcome::Complete, Some(850), 850, BO),
        (Outcome::Cancel, None, 0, ANA),
        (Outcome::Cancel, Some(200), 200, ANA),
    ] {
        let end = disputed.done(moderator, &settle(outcome, named), day(9));
        assert_eq!(given_back(&end), back, "{outcome} {named:?}");
        assert_eq!(end.owners[&CopyId(3)], owner, "{outcome} {named:?}");
        assert!(end.holds.is_empty());
    }
    for outcome in [Outcome::Return, Outcome::Replace, Outcome::Kept] {
        assert!(leads_to(&disputed.trade, moderator, &settle(outcome, None), day(9)).is_err());
    }
    // The two can only leave it as it is.
    let one = disputed.done(by(ANA), &settle(Outcome::Cancel, None), day(5));
    let both = one.done(by(BO), &settle(Outcome::Cancel, None), day(6));
    assert_eq!((given_back(&both), both.owners[&CopyId(3)]), (0, ANA));
    let naming = settle(Outcome::Cancel, Some(100));
    assert!(leads_to(&disputed.trade, by(BO), &naming, day(5)).is_err());
}

#[test]
fn no_more_goes_back_than_was_paid_and_not_nothing() {
    let worse = Action::ReportProblem {
        leg: LegId(1),
        reason: ProblemReason::NotAsDescribed,
    };
    let disputed = sold(Method::Post, false).done(by(ANA), &worse, day(2));
    let settle = |minor| Action::ResolveGivingBack {
        outcome: Outcome::Complete,
        minor,
    };
    let moderator = Actor::Moderator(MODERATOR);
    let most = Money {
        minor: 850,
        currency: Currency::Eur,
    };
    for minor in [0, -1, 851, i32::MAX] {
        assert_eq!(
            leads_to(&disputed.trade, moderator, &settle(minor), day(3)),
            Err(TradeError::TooMuchBack { most })
        );
    }
    let part = disputed.done(moderator, &settle(200), day(3));
    let payment = part.trade.payment.unwrap();
    assert_eq!(payment.refund_said().unwrap(), "€2.00 of €8.50");
    assert_eq!(payment.left().minor, 650);
    let all = disputed.done(moderator, &settle(850), day(3));
    assert_eq!(all.trade.payment.unwrap().refund_said().unwrap(), "€8.50");
    let mut unpaid = disputed.trade;
    unpaid.payment.as_mut().unwrap().state = PaymentState::Due;
    assert_eq!(
        leads_to(&unpaid, moderator, &settle(200), day(3)),
        Err(TradeError::NothingPaid)
    );
}

#[test]
fn a_party_who_leaves_ends_only_what_has_not_left() {
    let pending = on_its_way(Method::Post, LegState::Pending).trade;
    assert_eq!(pending.on_leaving(ANA), Some(Action::DropReturn));
    assert_eq!(pending.on_leaving(BO), None);
    let sent = on_its_way(Method::Post, LegState::Sent).trade;
    assert_eq!((sent.on_leaving(ANA), sent.on_leaving(BO)), (None, None));
}
