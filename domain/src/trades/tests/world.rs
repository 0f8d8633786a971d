//! What a service does with a transition, in memory.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// Whether the trade's copies that have not moved yet are held.
pub(super) fn holds_copies(state: TradeState) -> bool {
    matches!(state, TradeState::Agreed | TradeState::Disputed)
}

/// A trade with its copies' owners and holds.
#[derive(Clone)]
pub(super) struct World {
    pub trade: Trade,
    pub holds: BTreeSet<CopyId>,
    pub owners: BTreeMap<CopyId, UserId>,
    /// How often each leg arrived.
    pub arrivals: BTreeMap<LegId, u32>,
}

impl World {
    /// A world in which received copies are with their receivers and all others with their givers.
    pub(super) fn new(trade: Trade) -> Self {
        let received = |item: &Item| {
            let mut legs = trade
                .legs
                .iter()
                .filter(|leg| leg.state == LegState::Received);
            legs.any(|leg| (leg.from, leg.to) == (item.from, item.to))
        };
        let owner = |item: &Item| (item.copy, if received(item) { item.to } else { item.from });
        let owners = trade.items.iter().map(owner).collect();
        let held = trade
            .items
            .iter()
            .filter(|item| holds_copies(trade.state) && !received(item));
        let holds = held.map(|item| item.copy).collect();
        Self {
            holds,
            owners,
            arrivals: BTreeMap::new(),
            trade,
        }
    }

    /// The world after a step that must succeed.
    pub(super) fn done(&self, actor: Actor, action: &Action, now: Timestamp) -> Self {
        let transition = apply(&self.trade, actor, action, now).unwrap();
        let mut world = self.clone();
        world.save(&transition);
        world
    }

    /// Carries out everything that a transition asks for.
    pub(super) fn save(&mut self, transition: &Transition) {
        assert_eq!(transition.from, self.trade.state);
        self.trade.state = transition.to;
        self.trade.revision = transition.revision;
        self.trade.reply_due = transition.reply_due;
        for effect in &transition.effects {
            self.carry_out(effect);
        }
    }

    fn carry_out(&mut self, effect: &Effect) {
        let trade = &mut self.trade;
        match effect {
            Effect::AddRevision {
                number,
                author,
                method,
                items,
            } => {
                assert_eq!(*number, trade.revision);
                (trade.author, trade.method) = (*author, *method);
                trade.items.clone_from(items);
            }
            Effect::SetAcceptance { party, revision } => {
                self.party(*party).accepted_revision = *revision;
            }
            Effect::RefreshTerms { copy } => {
                let item = trade.items.iter_mut().find(|item| item.copy == *copy);
                item.unwrap().terms += 1;
            }
            Effect::PlaceHolds(copies) => {
                assert!(copies.is_sorted());
                for &copy in copies {
                    assert!(self.holds.insert(copy), "held twice");
                }
            }
            Effect::CreateLeg {
                from,
                to,
                send_due,
                purpose,
            } => {
                let id = LegId(trade.legs.len() as i64 + 1);
                let new = leg(id, *from, *to, LegState::Pending);
                trade.legs.push(Leg {
                    send_due: *send_due,
                    purpose: *purpose,
                    ..new
                });
            }
            Effect::SetLeg {
                leg,
                state,
                at,
                receive_due,
            } => {
                let leg = trade
                    .legs
                    .iter_mut()
                    .find(|other| other.id == *leg)
                    .unwrap();
                assert_ne!(leg.state, LegState::Received, "a received leg moved");
                (leg.state, leg.receive_due) = (*state, *receive_due);
                if *state == LegState::Received {
                    leg.received_at = Some(*at);
                    *self.arrivals.entry(leg.id).or_default() += 1;
                }
            }
            Effect::MoveCopies(items) => {
                for item in items {
                    let before = self.owners.insert(item.copy, item.to);
                    assert_eq!(before, Some(item.from), "moved from somebody else");
                }
            }
            Effect::ReleaseHolds(copies) => {
                for copy in copies {
                    assert!(self.holds.remove(copy), "released without a hold");
                }
            }
            Effect::RequestCancel { party } => self.party(*party).cancel_requested = true,
            Effect::ClearCancelRequests => {
                trade
                    .parties
                    .iter_mut()
                    .for_each(|party| party.cancel_requested = false);
            }
            Effect::OpenDispute { leg, .. } => trade.disputed_leg = Some(*leg),
            Effect::CloseDispute { .. } => trade.disputed_leg = None,
            Effect::SetPrices(terms) => trade.sale = Some(terms.clone()),
            Effect::Owe(payment) => {
                // What the seller says of returns stands beside what is owed.
                let payment = Payment {
                    takes_returns: true,
                    ..*payment
                };
                assert!(trade.payment.replace(payment).is_none(), "owed twice");
            }
            Effect::SetPayment(state) => {
                let payment = trade.payment.as_mut().unwrap();
                assert_ne!(payment.state, *state, "marked twice");
                payment.state = *state;
                match state {
                    PaymentState::Processing => payment.online = true,
                    PaymentState::Due => payment.online = false,
                    _ => {}
                }
            }
            Effect::GiveBack(minor) => {
                let payment = trade.payment.as_mut().unwrap();
                assert!(*minor > 0, "nothing is given back");
                payment.state = PaymentState::Refunded;
                payment.refunded += minor;
                assert!(payment.refunded <= payment.amount.minor, "more than paid");
            }
            Effect::TakeBack(copies) => {
                for copy in copies {
                    assert!(self.holds.insert(*copy), "held twice");
                }
            }
            Effect::SetSendDue(leg, due) => {
                let leg = trade.legs.iter_mut().find(|other| other.id == *leg);
                leg.unwrap().send_due = *due;
            }
            Effect::SetDue(due) => trade.loan.as_mut().unwrap().due = *due,
            Effect::SetRenewal(until) => trade.loan.as_mut().unwrap().asked = *until,
            Effect::CountRenewal => trade.loan.as_mut().unwrap().renewals += 1,
            Effect::OfferKeep => trade.loan.as_mut().unwrap().keep_offered = true,
            Effect::Keep => trade.loan.as_mut().unwrap().kept = true,
            Effect::ForgetAddress { party } => self.party(*party).has_address = false,
            Effect::StartLoan | Effect::Cancelled(_) | Effect::Unoffered(_) | Effect::Unlist(_) => {
            }
        }
    }

    fn party(&mut self, user: UserId) -> &mut Party {
        self.trade
            .parties
            .iter_mut()
            .find(|party| party.user == user)
            .unwrap()
    }
}
