//! Books of a completed sale that go back to their seller, who has promised to take them.
//!
//! A seller says beforehand whether they take books back, and what they said when the sale was agreed
//! holds for it. So nobody has to consent once more, and nothing is disputed: the buyer's question
//! opens the way back at once, for all books of the sale, as they came. Books come back once: what
//! ends a return, ends the sale for good.

use super::rules::{Circumstances, Ruling};
use super::{Effect, Item, Leg, LegPurpose, LegState, Method, Outcome, ProblemReason};
use super::{PaymentState, Trade, TradeError, TradeState, Verb};
use crate::ids::{CopyId, UserId};
use crate::money::Money;

/// For so many days after they came, books can be given back to a seller who takes them.
pub const RETURN_DAYS: u16 = 14;

impl Trade {
    /// Whether books that were sold go back to their seller, or are to.
    #[must_use]
    pub fn is_returning(&self) -> bool {
        matches!(self.state, TradeState::Agreed | TradeState::Disputed) && self.way_back().is_some()
    }

    /// The open way back of books that were sold.
    fn way_back(&self) -> Option<&Leg> {
        self.sale.as_ref()?;
        self.return_leg()
            .filter(|leg| leg.state != LegState::Received)
    }

    /// What the seller gives back when the books are with them again: the price, and of a trader what
    /// the buyer paid for the post, too.
    #[must_use]
    pub fn refund_of_return(&self) -> Option<Money> {
        let payment = self.payment?;
        let postage = match self.method {
            Method::Post if !payment.by_trader => self.sale.as_ref()?.postage.unwrap_or_default(),
            _ => 0,
        };
        let left = payment.left().minor;
        Some(payment.amount.with(left.saturating_sub(postage)))
    }

    /// The buyer gives back what they bought.
    pub(super) fn ask_return(&self, user: UserId, around: Circumstances<'_>) -> Ruling {
        let payment = self.payment.ok_or(TradeError::NotReturned)?;
        let seller = self.seller().ok_or(TradeError::NotReturned)?;
        if seller == user {
            return Err(TradeError::NotYourTurn {
                verb: Verb::AskReturn,
            });
        }
        if !payment.takes_returns {
            return Err(TradeError::NotReturned);
        }
        let came = self.legs.iter().filter_map(|leg| leg.received_at).max();
        if came.is_none_or(|came| around.now >= around.policy.return_until(came)) {
            return Err(TradeError::ReturnTooLate);
        }
        let mut copies: Vec<CopyId> = self.items.iter().map(|item| item.copy).collect();
        copies.sort_unstable();
        Ok((
            TradeState::Agreed,
            vec![
                Effect::TakeBack(copies),
                Effect::CreateLeg {
                    from: user,
                    to: seller,
                    send_due: around.policy.send_due(around.now),
                    purpose: LegPurpose::Return,
                },
            ],
        ))
    }

    /// The buyer keeps the books after all; by the site, when they were not sent for too long. The
    /// money stays with the seller.
    pub(super) fn drop_return(&self, user: Option<UserId>, around: Circumstances<'_>) -> Ruling {
        let verb = Verb::DropReturn;
        let leg = self.way_back().ok_or(TradeError::NotReturned)?;
        if user.is_some_and(|user| user != leg.from) {
            return Err(TradeError::NotYourTurn { verb });
        }
        if leg.state != LegState::Pending {
            let state = leg.state;
            return Err(TradeError::LegNotReady { state, verb });
        }
        let late = around.now >= around.policy.overdue_cancel(leg.send_due);
        // Whoever was told no address is not late.
        if user.is_none() && !(late && self.can_leave(leg)) {
            return Err(TradeError::TooEarly);
        }
        Ok((
            TradeState::Resolved,
            vec![Effect::ReleaseHolds(self.held_copies())],
        ))
    }

    /// The seller has the books again: they are theirs, and the money goes back.
    pub(super) fn receive_returned(
        &self,
        leg: &Leg,
        around: Circumstances<'_>,
    ) -> (TradeState, Vec<Effect>) {
        let mut effects = self.came_back(leg, around);
        effects.extend(self.money_of_return());
        (TradeState::Resolved, effects)
    }

    fn money_of_return(&self) -> Option<Effect> {
        let back = self.refund_of_return()?.minor;
        (back > 0).then_some(Effect::GiveBack(back))
    }

    fn came_back(&self, leg: &Leg, around: Circumstances<'_>) -> Vec<Effect> {
        let back = |item: &Item| Item {
            from: item.to,
            to: item.from,
            ..*item
        };
        vec![
            Effect::SetLeg {
                leg: leg.id,
                state: LegState::Received,
                at: around.now,
                receive_due: leg.receive_due,
            },
            Effect::MoveCopies(self.items_of(leg).map(back).collect()),
            Effect::ReleaseHolds(self.held_copies()),
        ]
    }

    /// Whether a problem with sold books on their way back can be reported now: by the seller, what
    /// came is not what they sold, or nothing came; by the buyer, the seller does not answer. What
    /// was wrong with the sale before is over with the return.
    pub(super) fn check_return_problem(
        &self,
        leg: &Leg,
        reason: ProblemReason,
        around: Circumstances<'_>,
    ) -> Result<bool, TradeError> {
        use ProblemReason::{DamagedInPost, NeverArrived, NoAnswer, NotAsDescribed, WrongBook};
        let left = !matches!(leg.state, LegState::Pending | LegState::Received);
        match reason {
            _ if leg.purpose != LegPurpose::Return => Err(TradeError::ReturnRuns),
            NoAnswer => Ok(self.waits_for_a_word(leg, around)),
            // In hand, and not yet confirmed.
            WrongBook | NotAsDescribed | DamagedInPost => Ok(left),
            NeverArrived => Ok(left && leg.receive_due.is_some_and(|due| around.now >= due)),
            _ => Err(TradeError::UnfitProblem { reason }),
        }
    }

    /// How a dispute about books on their way back ends for them; the money was decided before.
    pub(super) fn settle_return(&self, outcome: Outcome, around: Circumstances<'_>) -> Vec<Effect> {
        match (outcome, self.way_back()) {
            (Outcome::Complete, Some(leg)) => self.came_back(leg, around),
            _ => vec![Effect::ReleaseHolds(self.held_copies())],
        }
    }

    /// What becomes of the money when a dispute about a return ends so.
    pub(super) fn money_of_settled_return(&self, outcome: Outcome) -> Option<Effect> {
        match outcome {
            Outcome::Complete => self.money_of_return(),
            _ => None,
        }
    }

    /// So much goes back as a moderator names, and not more than was paid.
    pub(super) fn money_named(&self, minor: i32) -> Result<Effect, TradeError> {
        let payment = self.payment.ok_or(TradeError::NothingPaid)?;
        if !matches!(payment.state, PaymentState::Paid | PaymentState::Refunded) {
            return Err(TradeError::NothingPaid);
        }
        let most = payment.left();
        if minor < 1 || minor > most.minor {
            return Err(TradeError::TooMuchBack { most });
        }
        Ok(Effect::GiveBack(minor))
    }
}
