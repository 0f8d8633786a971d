//! Random sequences of steps.

use proptest::prelude::*;

use super::world::{World, holds_copies};
use super::*;
use crate::money::{Currency, Money};

/// A step drawn at random, often nonsense.
#[derive(Clone, Debug)]
struct Step {
    actor: u8,
    verb: Verb,
    leg: i64,
    stale: bool,
    hours: i64,
    outcome: Outcome,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let verbs = prop_oneof![
        5 => Just(Verb::Accept),
        6 => prop_oneof![Just(Verb::Receive), Just(Verb::Send), Just(Verb::HandOver)],
        1 => prop_oneof![Just(Verb::MarkPaid), Just(Verb::StartPayment), Just(Verb::Confirm)],
        2 => prop::sample::select(vec![
            Verb::AskRenewal, Verb::GrantRenewal, Verb::LetKeep, Verb::AgreeToKeep, Verb::ExtendLoan,
        ]),
        2 => prop_oneof![Just(Verb::AskReturn), Just(Verb::DropReturn)],
        2 => prop::sample::select(Verb::ALL.to_vec()),
    ];
    let hours = prop_oneof![18 => 0i64..12, 1 => Just(24 * 8), 1 => Just(24 * 27)];
    let outcome = prop::sample::select(Outcome::ALL.to_vec());
    let step = (
        0u8..7,
        verbs,
        1i64..6,
        prop::bool::weighted(0.05),
        hours,
        outcome,
    );
    let step = step.prop_map(|(actor, verb, leg, stale, hours, outcome)| Step {
        actor,
        verb,
        leg,
        stale,
        hours,
        outcome,
    });
    prop::collection::vec(step, 1..60)
}

/// A ring of two to four members in which each gives `copies` to the next, or a gift.
fn draft(members: i64, copies: i64, gift: bool, method: Method) -> Trade {
    let users: Vec<_> = (1..=members).map(UserId).collect();
    let mut items = Vec::new();
    let givers = if gift { 1 } else { members };
    for giver in 0..givers {
        for copy in 0..copies {
            let receiver = users[((giver + 1) % members) as usize];
            items.push(item(giver * 10 + copy + 1, users[giver as usize], receiver));
        }
    }
    let users = if gift { &users[..2] } else { &users[..] };
    Trade::draft(ANA, users, items, method)
}

fn actor(trade: &Trade, step: &Step) -> Actor {
    match step.actor {
        0 if matches!(step.verb, Verb::Confirm | Verb::Lapse) => Actor::Provider,
        0 => Actor::System,
        1 => Actor::Moderator(MODERATOR),
        2 => by(STRANGER),
        other => by(trade.parties[usize::from(other) % trade.parties.len()].user),
    }
}

fn drawn(trade: &Trade, step: &Step) -> Action {
    let mut seen = trade.seen();
    seen.revision -= i32::from(step.stale);
    let legs = trade.legs.len().max(1) as i64;
    let leg = LegId(1 + step.leg % legs + i64::from(step.stale) * legs);
    match step.verb {
        Verb::Propose => Action::Propose { granted: false },
        Verb::Counter if trade.sale.is_some() => Action::Haggle {
            seen,
            terms: trade.sale.clone().unwrap(),
            method: trade.method,
        },
        Verb::Counter if trade.loan.is_some() => Action::Redate {
            seen,
            due: trade.loan.unwrap().due,
            method: trade.method,
        },
        Verb::AskRenewal | Verb::ExtendLoan => {
            let until = trade.due_back().unwrap_or(day(1)) + SignedDuration::from_hours(24 * 5);
            match step.verb {
                Verb::AskRenewal => Action::AskRenewal { until },
                _ => Action::ExtendLoan { until },
            }
        }
        Verb::GrantRenewal => Action::GrantRenewal,
        Verb::RefuseRenewal => Action::RefuseRenewal,
        Verb::LetKeep => Action::LetKeep,
        Verb::AgreeToKeep => Action::AgreeToKeep,
        Verb::Leave => Action::Leave,
        Verb::AskReturn => Action::AskReturn,
        Verb::DropReturn => Action::DropReturn,
        Verb::MarkPaid => Action::MarkPaid,
        Verb::Unpaid => Action::Unpaid,
        Verb::StartPayment => Action::StartPayment,
        Verb::Confirm => Action::Confirm {
            paid: Money {
                minor: trade.payment.map_or(500, |payment| payment.amount.minor),
                currency: Currency::Eur,
            },
        },
        Verb::Lapse => Action::Lapse,
        Verb::Counter => Action::Counter {
            seen,
            items: trade.items.clone(),
            method: trade.method,
        },
        Verb::Accept => Action::Accept { seen },
        Verb::Decline => Action::Decline,
        Verb::Withdraw => Action::Withdraw,
        Verb::Expire => Action::Expire,
        Verb::TermsChanged => Action::TermsChanged { copy: CopyId(1) },
        Verb::Supersede => Action::Supersede,
        Verb::Unoffer => Action::Unoffer { copy: CopyId(1) },
        Verb::Send => Action::Send {
            leg,
            abroad: step.stale,
        },
        Verb::HandOver => Action::HandOver { leg },
        Verb::Receive => Action::Receive { leg },
        Verb::MarkLost => Action::MarkLost { leg },
        Verb::Cancel => Action::Cancel,
        Verb::ConsentToCancel => Action::ConsentToCancel,
        Verb::ReportProblem => Action::ReportProblem {
            leg,
            reason: if step.stale {
                ProblemReason::DamagedInPost
            } else {
                ProblemReason::NeverArrived
            },
        },
        Verb::Resolve if step.hours % 2 == 1 => Action::ResolveGivingBack {
            outcome: step.outcome,
            minor: step.hours as i32 * 60,
        },
        Verb::Resolve => Action::Resolve {
            outcome: step.outcome,
        },
    }
}

/// Where the money of a sale can be, as far as the books are.
fn check_money(trade: &Trade) -> Result<(), TestCaseError> {
    use PaymentState::{Due, Paid, Processing, Refunded, Void};
    let Some(payment) = trade.payment else {
        let agreed = matches!(
            trade.state,
            TradeState::Agreed
                | TradeState::Completed
                | TradeState::Cancelled
                | TradeState::Disputed
                | TradeState::Resolved
        );
        prop_assert!(
            trade.sale.is_none() || !agreed,
            "agreed, and nothing is due"
        );
        return Ok(());
    };
    let possible: &[PaymentState] = match trade.state {
        TradeState::Agreed | TradeState::Disputed => &[Due, Processing, Paid],
        TradeState::Completed => &[Paid],
        TradeState::Cancelled => &[Void, Refunded],
        _ => &[Void, Refunded, Paid],
    };
    prop_assert!(
        possible.contains(&payment.state),
        "{} in {}",
        payment.state,
        trade.state
    );
    let left = trade.legs.iter().any(|leg| leg.state != LegState::Pending);
    let unpaid = matches!(payment.state, Due | Processing);
    prop_assert!(!unpaid || !left, "books left unpaid");
    Ok(())
}

/// Where a lent book is, whose it is, and what holds it.
fn check_loan(world: &World) -> Result<(), TestCaseError> {
    let trade = &world.trade;
    let loan = trade.loan.unwrap();
    let item = trade.items[0];
    let held = world.holds.contains(&item.copy);
    let owner = if loan.kept { item.to } else { item.from };
    prop_assert_eq!(world.owners[&item.copy], owner);
    let given = trade.legs.first();
    let there = given.is_some_and(|leg| leg.state == LegState::Received);
    let back = trade
        .return_leg()
        .is_some_and(|leg| leg.state == LegState::Received);
    prop_assert!(!loan.kept || !held, "kept, and held");
    prop_assert!(!back || !held, "back, and held");
    prop_assert_eq!(trade.is_out(), there && !back && held);
    prop_assert_eq!(
        trade.return_leg().is_some(),
        there && (!loan.kept || trade.legs.len() == 2)
    );
    prop_assert!(trade.state != TradeState::Completed || back || loan.kept);
    prop_assert!(loan.renewals <= 2);
    Ok(())
}

/// Whose a book is that goes back, or went, and whether the money follows it.
fn check_return(world: &World) -> Result<(), TestCaseError> {
    let trade = &world.trade;
    let back = trade.return_leg().unwrap().state == LegState::Received;
    for item in &trade.items {
        let owner = if back { item.from } else { item.to };
        prop_assert_eq!(world.owners[&item.copy], owner);
        let held = world.holds.contains(&item.copy);
        prop_assert_eq!(held, trade.is_returning());
    }
    let payment = trade.payment.unwrap();
    prop_assert_eq!(
        payment.refunded > 0,
        payment.state == PaymentState::Refunded
    );
    prop_assert!(!back || trade.state == TradeState::Resolved);
    prop_assert!(!back || payment.refunded > 0, "back, and the money is not");
    prop_assert!(trade.is_returning() || trade.state == TradeState::Resolved);
    Ok(())
}

fn check(world: &World) -> Result<(), TestCaseError> {
    let trade = &world.trade;
    check_money(trade)?;
    prop_assert!(
        world.arrivals.values().all(|&times| times == 1),
        "a leg arrived twice"
    );
    prop_assert!(
        holds_copies(trade.state) || world.holds.is_empty(),
        "held in {}",
        trade.state
    );
    prop_assert_eq!(
        trade.state == TradeState::Proposed,
        trade.reply_due.is_some()
    );
    prop_assert_eq!(
        trade.state == TradeState::Disputed,
        trade.disputed_leg.is_some()
    );
    prop_assert!((0..=10).contains(&trade.revision));
    if trade.loan.is_some() {
        return check_loan(world);
    }
    if trade.return_leg().is_some() {
        return check_return(world);
    }
    for leg in &trade.legs {
        for item in trade.items_of(leg) {
            let arrived = leg.state == LegState::Received;
            let held = world.holds.contains(&item.copy);
            prop_assert!(!(arrived && held), "a received copy is still held");
            prop_assert!(
                arrived || held || !holds_copies(trade.state),
                "a promised copy is free"
            );
            if trade.state != TradeState::Resolved {
                let owner = if arrived { item.to } else { item.from };
                prop_assert_eq!(world.owners[&item.copy], owner);
            }
        }
    }
    let done = trade.legs.iter().all(|leg| leg.state == LegState::Received);
    prop_assert!(trade.state != TradeState::Completed || done);
    prop_assert!(
        trade.state != TradeState::Agreed || !done,
        "all received, yet not completed"
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn no_sequence_breaks_an_invariant(
        (members, copies, gift) in (2i64..5, 1i64..4, prop::bool::weighted(0.2)),
        (meet, sold, lent) in (any::<bool>(), prop::bool::weighted(0.3), prop::bool::weighted(0.3)),
        steps in steps(),
    ) {
        let method = if meet { Method::Meet } else { Method::Post };
        let mut draft = draft(members, if lent { 1 } else { copies }, gift || sold || lent, method);
        draft.loan = lent.then(|| Loan::until(day(10)));
        draft.sale = (sold && !lent).then(|| SaleTerms {
            prices: draft.items.iter().map(|item| (item.copy, 500)).collect(),
            currency: Currency::Eur,
            postage: None,
        });
        let world = World::new(draft);
        let mut world = world.done(by(ANA), &Action::Propose { granted: false }, start());
        let mut now = start();
        for step in steps {
            now += SignedDuration::from_hours(step.hours);
            let (actor, action) = (actor(&world.trade, &step), drawn(&world.trade, &step));
            let allowed = world.trade.allowed(actor, &Policy::default(), now);
            let before = world.trade.state;
            if before.is_final() {
                // A completed trade can only be disputed, and every other end is for good.
                let only: &[Verb] = match before {
                    TradeState::Completed => &[Verb::ReportProblem, Verb::AskReturn],
                    _ => &[],
                };
                prop_assert!(allowed.iter().all(|verb| only.contains(verb)), "{} {:?}", before, allowed);
            }
            match apply(&world.trade, actor, &action, now) {
                Ok(transition) => {
                    prop_assert!(allowed.contains(&step.verb), "{:?} has no button", action);
                    prop_assert!(!transition.effects.is_empty() || transition.to.is_final());
                    world.save(&transition);
                    check(&world)?;
                }
                Err(error) => prop_assert!(!error.to_string().is_empty()),
            }
            prop_assert!(!world.trade.state.is_open() || world.trade.next_action(ANA).verb.is_some());
        }
    }
}
