//! Sales: what a price changes in the life of a trade.

use super::*;
use crate::money::{Currency, Money};

/// The one leg: Bo sells copy 3 to Ana.
const SOLD: LegId = LegId(1);

fn euros(price: i32) -> SaleTerms {
    SaleTerms {
        prices: vec![(CopyId(3), price)],
        currency: Currency::Eur,
        postage: Some(200),
    }
}

/// Ana has asked to buy copy 3 for 6.50.
fn sale(state: TradeState, method: Method) -> Trade {
    let items = vec![item(3, BO, ANA)];
    let mut trade = Trade::draft(ANA, &[ANA, BO], items, method);
    trade.sale = Some(euros(650));
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

/// It is agreed: the money and the book are so far.
fn sold(state: TradeState, method: Method, money: PaymentState, book: LegState) -> Trade {
    let mut trade = sale(state, method);
    trade.parties[1].accepted_revision = Some(1);
    for party in &mut trade.parties {
        party.has_address = true;
    }
    trade.legs = vec![leg(SOLD, BO, ANA, book)];
    trade.payment = Some(Payment {
        state: money,
        online: money == PaymentState::Processing,
        takes_returns: true,
        ..Payment::of(
            euros(650).amount(method),
            (method == Method::Post).then(|| day(7)),
        )
    });
    trade.disputed_leg = (state == TradeState::Disputed).then_some(SOLD);
    trade
}

/// The typical sales: state, way, money, book.
const CASES: &[(TradeState, Method, PaymentState, LegState)] = {
    use LegState::{HandedOver, Lost, Pending, Received, Sent};
    use Method::{Meet, Post};
    use PaymentState::{Due, Paid, Processing, Refunded, Void};
    use TradeState::{Agreed, Cancelled, Completed, Declined, Disputed, Draft, Expired, Proposed};
    use TradeState::{Resolved, Superseded, Withdrawn};
    &[
        (Draft, Post, Void, Pending),
        (Proposed, Post, Void, Pending),
        (Agreed, Post, Due, Pending),
        (Agreed, Post, Paid, Pending),
        (Agreed, Post, Paid, Sent),
        (Agreed, Post, Paid, Lost),
        (Agreed, Meet, Due, Pending),
        (Agreed, Meet, Paid, HandedOver),
        (Completed, Post, Paid, Received),
        (Disputed, Post, Due, Pending),
        (Cancelled, Post, Void, Pending),
        (Cancelled, Post, Refunded, Pending),
        (Resolved, Post, Refunded, Received),
        (Declined, Post, Void, Pending),
        (Withdrawn, Post, Void, Pending),
        (Expired, Post, Void, Pending),
        (Superseded, Post, Void, Pending),
        (Agreed, Post, Processing, Pending),
        (Disputed, Post, Processing, Pending),
    ]
};

fn case(number: usize) -> Trade {
    let (state, method, money, book) = CASES[number];
    match state {
        TradeState::Agreed
        | TradeState::Completed
        | TradeState::Disputed
        | TradeState::Cancelled
        | TradeState::Resolved => sold(state, method, money, book),
        _ => sale(state, method),
    }
}

/// One action for each verb, and when; long after every deadline for the clock's.
fn action(trade: &Trade, verb: Verb) -> (Action, Timestamp) {
    let seen = trade.seen();
    let at = |action| (action, day(1));
    match verb {
        Verb::Propose => at(Action::Propose { granted: false }),
        Verb::Counter => at(Action::Haggle {
            seen,
            terms: euros(500),
            method: Method::Meet,
        }),
        Verb::Accept => at(Action::Accept { seen }),
        Verb::Decline => at(Action::Decline),
        Verb::Withdraw => at(Action::Withdraw),
        Verb::Expire => (Action::Expire, day(60)),
        Verb::TermsChanged => at(Action::TermsChanged { copy: CopyId(3) }),
        Verb::Supersede => at(Action::Supersede),
        Verb::Unoffer => at(Action::Unoffer { copy: CopyId(3) }),
        Verb::Send => at(Action::Send {
            leg: SOLD,
            abroad: false,
        }),
        Verb::HandOver => at(Action::HandOver { leg: SOLD }),
        Verb::Receive => at(Action::Receive { leg: SOLD }),
        Verb::MarkLost => (Action::MarkLost { leg: SOLD }, day(60)),
        Verb::Cancel => at(Action::Cancel),
        Verb::ConsentToCancel => at(Action::ConsentToCancel),
        Verb::ReportProblem => at(Action::ReportProblem {
            leg: SOLD,
            reason: ProblemReason::Payment,
        }),
        Verb::Resolve => at(Action::Resolve {
            outcome: Outcome::Cancel,
        }),
        Verb::MarkPaid => at(Action::MarkPaid),
        Verb::Unpaid => (Action::Unpaid, day(60)),
        Verb::AskRenewal => at(Action::AskRenewal { until: day(30) }),
        Verb::GrantRenewal => at(Action::GrantRenewal),
        Verb::RefuseRenewal => (Action::RefuseRenewal, day(60)),
        Verb::ExtendLoan => at(Action::ExtendLoan { until: day(30) }),
        Verb::LetKeep => at(Action::LetKeep),
        Verb::AgreeToKeep => at(Action::AgreeToKeep),
        Verb::Leave => at(Action::Leave),
        Verb::AskReturn => at(Action::AskReturn),
        Verb::DropReturn => at(Action::DropReturn),
        Verb::StartPayment => at(Action::StartPayment),
        Verb::Confirm => at(Action::Confirm {
            paid: euros(650).amount(Method::Post),
        }),
        Verb::Lapse => at(Action::Lapse),
    }
}

/// Everything that is granted, by the number of the case, with where it leads. What is not here is
/// refused.
const TABLE: &[(usize, Verb, Actor, TradeState)] = {
    use TradeState::*;
    const BUYER: Actor = Actor::Member(ANA);
    const SELLER: Actor = Actor::Member(BO);
    const M: Actor = Actor::Moderator(MODERATOR);
    const S: Actor = Actor::System;
    const P: Actor = Actor::Provider;
    &[
        (0, Verb::Propose, BUYER, Proposed),
        (1, Verb::Counter, SELLER, Proposed),
        (1, Verb::Accept, SELLER, Agreed),
        (1, Verb::Decline, SELLER, Declined),
        (1, Verb::Withdraw, BUYER, Withdrawn),
        (1, Verb::Withdraw, S, Withdrawn),
        (1, Verb::Expire, S, Expired),
        (1, Verb::TermsChanged, S, Proposed),
        (1, Verb::Supersede, S, Superseded),
        (1, Verb::Unoffer, S, Superseded),
        (1, Verb::Unoffer, SELLER, Superseded),
        // By post, nothing leaves that is not paid.
        (2, Verb::MarkPaid, SELLER, Agreed),
        (2, Verb::StartPayment, BUYER, Agreed),
        (2, Verb::Unpaid, S, Cancelled),
        (2, Verb::Cancel, BUYER, Cancelled),
        (2, Verb::Cancel, SELLER, Cancelled),
        (2, Verb::ReportProblem, BUYER, Disputed),
        (2, Verb::ReportProblem, SELLER, Disputed),
        // Once it is paid, only the seller ends it alone: they give the money back.
        (3, Verb::Send, SELLER, Agreed),
        (3, Verb::Cancel, SELLER, Cancelled),
        (3, Verb::Cancel, BUYER, Agreed),
        (3, Verb::ReportProblem, BUYER, Disputed),
        (3, Verb::ReportProblem, SELLER, Disputed),
        (4, Verb::Receive, BUYER, Completed),
        (4, Verb::MarkLost, S, Agreed),
        (4, Verb::Cancel, BUYER, Agreed),
        (4, Verb::Cancel, SELLER, Agreed),
        (4, Verb::ReportProblem, BUYER, Disputed),
        (4, Verb::ReportProblem, SELLER, Disputed),
        (5, Verb::Receive, BUYER, Completed),
        (5, Verb::Cancel, BUYER, Agreed),
        (5, Verb::Cancel, SELLER, Agreed),
        (5, Verb::ReportProblem, BUYER, Disputed),
        (5, Verb::ReportProblem, SELLER, Disputed),
        // In person, handing over is being paid, and only the seller can say so.
        (6, Verb::HandOver, SELLER, Agreed),
        (6, Verb::MarkPaid, SELLER, Agreed),
        (6, Verb::Cancel, BUYER, Cancelled),
        (6, Verb::Cancel, SELLER, Cancelled),
        (6, Verb::ReportProblem, BUYER, Disputed),
        (6, Verb::ReportProblem, SELLER, Disputed),
        (7, Verb::Receive, BUYER, Completed),
        (7, Verb::Cancel, BUYER, Agreed),
        (7, Verb::Cancel, SELLER, Agreed),
        (7, Verb::ReportProblem, BUYER, Disputed),
        (7, Verb::ReportProblem, SELLER, Disputed),
        (8, Verb::ReportProblem, BUYER, Disputed),
        (8, Verb::ReportProblem, SELLER, Disputed),
        (8, Verb::AskReturn, BUYER, Agreed),
        (9, Verb::Resolve, BUYER, Disputed),
        (9, Verb::Resolve, SELLER, Disputed),
        (9, Verb::Resolve, M, Resolved),
        // While it is paid online, the payment service has the word, and no clock runs.
        (17, Verb::Confirm, P, Agreed),
        (17, Verb::Lapse, P, Agreed),
        (17, Verb::Cancel, BUYER, Cancelled),
        (17, Verb::Cancel, SELLER, Cancelled),
        (17, Verb::ReportProblem, BUYER, Disputed),
        (17, Verb::ReportProblem, SELLER, Disputed),
        (18, Verb::Confirm, P, Disputed),
        (18, Verb::Lapse, P, Disputed),
        (18, Verb::Resolve, BUYER, Disputed),
        (18, Verb::Resolve, SELLER, Disputed),
        (18, Verb::Resolve, M, Resolved),
    ]
};

#[test]
fn every_state_verb_and_actor_of_a_sale_follows_the_table() {
    let actors = [
        by(ANA),
        by(BO),
        by(STRANGER),
        Actor::Moderator(MODERATOR),
        Actor::System,
        Actor::Provider,
    ];
    let mut granted = 0;
    for (number, typical) in CASES.iter().enumerate() {
        let trade = case(number);
        for &verb in Verb::ALL {
            let (action, now) = action(&trade, verb);
            for actor in actors {
                let name = format!("{typical:?} {verb} {actor:?}");
                let row = TABLE
                    .iter()
                    .find(|row| (row.0, row.1, row.2) == (number, verb, actor));
                let result = leads_to(&trade, actor, &action, now);
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

fn money_after(trade: &Trade, actor: Actor, action: &Action) -> Option<PaymentState> {
    let transition = apply(trade, actor, action, day(1)).unwrap();
    transition.effects.iter().find_map(|effect| match effect {
        Effect::SetPayment(state) => Some(*state),
        Effect::GiveBack(minor) => {
            let left = trade.payment.unwrap().left();
            assert_eq!(*minor, left.minor, "a part of the money");
            Some(PaymentState::Refunded)
        }
        _ => None,
    })
}

#[test]
fn the_money_follows_the_books() {
    use LegState::{Pending, Received, Sent};
    use PaymentState::{Due, Paid, Refunded, Void};
    let agreed = |method, money, book| sold(TradeState::Agreed, method, money, book);
    let due = agreed(Method::Post, Due, Pending);
    assert_eq!(money_after(&due, by(ANA), &Action::Cancel), Some(Void));
    let paid = agreed(Method::Post, Paid, Pending);
    assert_eq!(money_after(&paid, by(BO), &Action::Cancel), Some(Refunded));
    assert_eq!(money_after(&paid, by(ANA), &Action::Cancel), None);
    let hand_over = Action::HandOver { leg: SOLD };
    let met = agreed(Method::Meet, Due, Pending);
    assert_eq!(money_after(&met, by(BO), &hand_over), Some(Paid));
    let settled = |money, book, outcome| {
        let trade = sold(TradeState::Disputed, Method::Post, money, book);
        let moderator = Actor::Moderator(MODERATOR);
        money_after(&trade, moderator, &Action::Resolve { outcome })
    };
    for (money, book, outcome, after) in [
        (Due, Pending, Outcome::Complete, Some(Paid)),
        (Due, Pending, Outcome::Cancel, Some(Void)),
        (Paid, Sent, Outcome::Cancel, Some(Refunded)),
        (Paid, Sent, Outcome::Replace, Some(Refunded)),
        (Paid, Received, Outcome::Return, Some(Refunded)),
        (Paid, Received, Outcome::Cancel, None),
        (Paid, Received, Outcome::Replace, None),
        (Paid, Received, Outcome::Complete, None),
    ] {
        assert_eq!(
            settled(money, book, outcome),
            after,
            "{money} {book} {outcome}"
        );
    }
}

#[test]
fn what_is_paid_online_is_what_was_due_and_goes_back_by_itself() {
    use LegState::{Pending, Sent};
    use PaymentState::{Due, Paid, Processing, Refunded, Void};
    let paying = sold(TradeState::Agreed, Method::Post, Processing, Pending);
    let amount = paying.payment.unwrap().amount;
    let confirm = |minor, currency| Action::Confirm {
        paid: Money { minor, currency },
    };
    let right = confirm(amount.minor, Currency::Eur);
    assert_eq!(money_after(&paying, Actor::Provider, &right), Some(Paid));
    for other in [
        confirm(amount.minor - 1, Currency::Eur),
        confirm(amount.minor + 1, Currency::Eur),
        confirm(amount.minor, Currency::Usd),
    ] {
        assert_eq!(
            leads_to(&paying, Actor::Provider, &other, day(1)),
            Err(TradeError::OtherAmount)
        );
    }
    assert_eq!(
        money_after(&paying, Actor::Provider, &Action::Lapse),
        Some(Due)
    );
    assert_eq!(money_after(&paying, by(BO), &Action::Cancel), Some(Void));
    assert_eq!(
        leads_to(&paying, by(BO), &Action::MarkPaid, day(1)),
        Err(TradeError::PaymentUnderWay)
    );
    assert!(!paying.needs(ANA) && !paying.needs(BO));
    let disputed = sold(TradeState::Disputed, Method::Post, Processing, Pending);
    let complete = Action::Resolve {
        outcome: Outcome::Complete,
    };
    assert_eq!(
        leads_to(&disputed, Actor::Moderator(MODERATOR), &complete, day(1)),
        Err(TradeError::PaymentUnderWay)
    );
    // What was paid online is given back without the seller, as long as nothing is on its way.
    let mut paid = sold(TradeState::Agreed, Method::Post, Paid, Pending);
    paid.payment.as_mut().unwrap().online = true;
    assert_eq!(money_after(&paid, by(ANA), &Action::Cancel), Some(Refunded));
    paid.legs[0].state = Sent;
    assert_eq!(money_after(&paid, by(ANA), &Action::Cancel), None);
}

#[test]
fn nobody_begins_to_pay_online_too_late_nor_for_what_is_handed_over() {
    use LegState::Pending;
    let due = sold(TradeState::Agreed, Method::Post, PaymentState::Due, Pending);
    let start = |trade: &Trade, now| leads_to(trade, by(ANA), &Action::StartPayment, now);
    assert!(start(&due, day(6)).is_ok());
    assert_eq!(start(&due, day(7)), Err(TradeError::NotPayable));
    let met = sold(TradeState::Agreed, Method::Meet, PaymentState::Due, Pending);
    assert_eq!(start(&met, day(1)), Err(TradeError::NotPayable));
    let until = Policy::default().checkout_until(day(1));
    assert_eq!(until, day(1) + jiff::SignedDuration::from_hours(1));
}

#[test]
fn agreement_makes_the_price_due_and_postage_only_by_post() {
    let owed = |method| {
        let trade = sale(TradeState::Proposed, method);
        let accept = Action::Accept { seen: trade.seen() };
        let transition = apply(&trade, by(BO), &accept, day(1)).unwrap();
        let owed = transition.effects.iter().find_map(|effect| match effect {
            Effect::Owe(payment) => Some(*payment),
            _ => None,
        });
        let sent_by = transition.effects.iter().find_map(|effect| match effect {
            Effect::CreateLeg { send_due, .. } => Some(*send_due),
            _ => None,
        });
        (owed.unwrap(), sent_by.unwrap())
    };
    let (post, sent_by) = owed(Method::Post);
    assert_eq!((post.amount.minor, post.due), (850, Some(day(8))));
    // There is time to pay, and then to send.
    assert_eq!(sent_by, day(15));
    let (meet, met_by) = owed(Method::Meet);
    assert_eq!((meet.amount.minor, meet.due, met_by), (650, None, day(8)));
}

#[test]
fn other_books_are_no_answer_to_a_price_nor_a_price_to_books() {
    let trade = sale(TradeState::Proposed, Method::Post);
    let books = Action::Counter {
        seen: trade.seen(),
        items: vec![item(1, ANA, BO), item(3, BO, ANA)],
        method: Method::Post,
    };
    assert_eq!(
        leads_to(&trade, by(BO), &books, day(1)),
        Err(TradeError::ForSale)
    );
    let swap = swap(TradeState::Proposed);
    let price = Action::Haggle {
        seen: swap.seen(),
        terms: euros(500),
        method: Method::Post,
    };
    assert_eq!(
        leads_to(&swap, by(BO), &price, day(1)),
        Err(TradeError::NotForSale)
    );
    let about_money = Action::ReportProblem {
        leg: OUT,
        reason: ProblemReason::Payment,
    };
    let swapped = agreed(LegState::Pending, LegState::Sent);
    assert!(leads_to(&swapped, by(BO), &about_money, day(1)).is_err());
}

#[test]
fn whose_turn_it_is_in_a_sale() {
    use LegState::Pending;
    let due = sold(TradeState::Agreed, Method::Post, PaymentState::Due, Pending);
    assert!(due.needs(ANA) && !due.needs(BO));
    assert_eq!(due.next_action(ANA).verb, Some(Verb::MarkPaid));
    assert_eq!(due.next_action(ANA).until, Some(day(7)));
    let paid = sold(
        TradeState::Agreed,
        Method::Post,
        PaymentState::Paid,
        Pending,
    );
    assert!(!paid.needs(ANA) && paid.needs(BO));
    let met = sold(TradeState::Agreed, Method::Meet, PaymentState::Due, Pending);
    assert!(!met.needs(ANA) && met.needs(BO));
}

#[test]
fn a_member_sells_so_much_a_year() {
    let policy = Policy::default();
    assert_eq!(policy.check_sales(28, 200_000), Ok(()));
    assert!(policy.check_sales(29, 1).is_err());
    assert!(policy.check_sales(0, 200_001).is_err());
}
