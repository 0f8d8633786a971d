//! The steps after agreement.

use super::ProblemReason;
use super::rules::{Circumstances, Ruling};
use super::{CancelGround, Effect, Item, Leg, LegPurpose, LegState, Loan, Method, Outcome};
use super::{Trade, TradeError, TradeState, Verb};
use crate::ids::{LegId, UserId};

impl Trade {
    pub(super) fn send(
        &self,
        user: UserId,
        leg: LegId,
        abroad: bool,
        around: Circumstances<'_>,
    ) -> Ruling {
        let leg = self.leg_given_by(user, leg, Verb::Send, Method::Post)?;
        self.check_paid()?;
        let lost = around.policy.lost(around.now, abroad);
        let mut effects = vec![set(leg, LegState::Sent, around, Some(lost))];
        effects.extend(self.no_more_time());
        Ok((TradeState::Agreed, effects))
    }

    pub(super) fn hand_over(&self, user: UserId, leg: LegId, around: Circumstances<'_>) -> Ruling {
        let leg = self.leg_given_by(user, leg, Verb::HandOver, Method::Meet)?;
        let confirm = around.policy.meet_confirm(around.now);
        let mut effects = vec![set(leg, LegState::HandedOver, around, Some(confirm))];
        effects.extend(self.paid_by_hand());
        effects.extend(self.no_more_time());
        Ok((TradeState::Agreed, effects))
    }

    fn leg_given_by(
        &self,
        user: UserId,
        leg: LegId,
        verb: Verb,
        method: Method,
    ) -> Result<&Leg, TradeError> {
        let leg = self.leg(leg).ok_or(TradeError::NoSuchLeg)?;
        if leg.from != user {
            return Err(TradeError::NotYourTurn { verb });
        }
        if self.method != method {
            return Err(TradeError::WrongMethod);
        }
        if leg.state != LegState::Pending {
            return Err(TradeError::LegNotReady {
                state: leg.state,
                verb,
            });
        }
        Ok(leg)
    }

    pub(super) fn receive(&self, user: UserId, leg: LegId, around: Circumstances<'_>) -> Ruling {
        let leg = self.leg(leg).ok_or(TradeError::NoSuchLeg)?;
        if leg.to != user {
            return Err(TradeError::NotYourTurn {
                verb: Verb::Receive,
            });
        }
        // Whoever has their own book back can say so, whatever the borrower has not said.
        let may_have_come =
            leg.purpose == LegPurpose::Return || leg.state.may_have_come(self.method);
        if leg.state == LegState::Received || !may_have_come {
            return Err(TradeError::LegNotReady {
                state: leg.state,
                verb: Verb::Receive,
            });
        }
        self.check_paid()?;
        if self.is_returning() && leg.purpose == LegPurpose::Return {
            return Ok(self.receive_returned(leg, around));
        }
        if let Some(loan) = self.loan {
            return Ok(self.receive_lent(leg, loan, around));
        }
        let rest = self.legs.iter().filter(|other| other.id != leg.id);
        let done = rest
            .into_iter()
            .all(|other| other.state == LegState::Received);
        let to = if done {
            TradeState::Completed
        } else {
            TradeState::Agreed
        };
        Ok((to, self.arrival(leg, around)))
    }

    /// Borrowed books have come to the borrower, or back.
    fn receive_lent(
        &self,
        leg: &Leg,
        loan: Loan,
        around: Circumstances<'_>,
    ) -> (TradeState, Vec<Effect>) {
        let mut effects = vec![set(leg, LegState::Received, around, leg.receive_due)];
        match leg.purpose {
            LegPurpose::Give if loan.keep_offered => {
                effects.extend(self.keep());
                (TradeState::Completed, effects)
            }
            LegPurpose::Give => {
                effects.extend(Self::arrival_of_loan(leg, loan));
                (TradeState::Agreed, effects)
            }
            LegPurpose::Return => {
                effects.push(Effect::ReleaseHolds(self.held_copies()));
                (TradeState::Completed, effects)
            }
        }
    }

    /// The leg's books become their receiver's.
    fn arrival(&self, leg: &Leg, around: Circumstances<'_>) -> Vec<Effect> {
        let items: Vec<Item> = self.items_of(leg).copied().collect();
        let mut copies: Vec<_> = items.iter().map(|item| item.copy).collect();
        copies.sort_unstable();
        vec![
            set(leg, LegState::Received, around, leg.receive_due),
            Effect::MoveCopies(items),
            Effect::ReleaseHolds(copies),
        ]
    }

    pub(super) fn mark_lost(&self, leg: LegId, around: Circumstances<'_>) -> Ruling {
        let leg = self.leg(leg).ok_or(TradeError::NoSuchLeg)?;
        if leg.state != LegState::Sent {
            return Err(TradeError::LegNotReady {
                state: leg.state,
                verb: Verb::MarkLost,
            });
        }
        if leg.receive_due.is_none_or(|due| around.now < due) {
            return Err(TradeError::TooEarly);
        }
        Ok((
            TradeState::Agreed,
            vec![set(leg, LegState::Lost, around, leg.receive_due)],
        ))
    }

    pub(super) fn cancel(&self, user: UserId, around: Circumstances<'_>) -> Ruling {
        self.check_is_here()?;
        let alone = self.may_end_alone(user);
        if alone && self.legs.iter().all(|leg| leg.state == LegState::Pending) {
            return Ok((
                TradeState::Cancelled,
                self.call_off(CancelGround::BeforeSending),
            ));
        }
        if alone && self.waits_in_vain(user, around) {
            return Ok((TradeState::Cancelled, self.call_off(CancelGround::Overdue)));
        }
        if self.wants_to_cancel(user) {
            return Err(TradeError::AlreadyAsked);
        }
        if self.parties.iter().any(|party| party.cancel_requested) {
            return Err(TradeError::CancelAsked);
        }
        Ok((
            TradeState::Agreed,
            vec![Effect::RequestCancel { party: user }],
        ))
    }

    /// Nothing is called off whose books are on their way back.
    fn check_is_here(&self) -> Result<(), TradeError> {
        if self.is_out() {
            return Err(TradeError::StillLent);
        }
        if self.is_returning() {
            return Err(TradeError::ReturnRuns);
        }
        Ok(())
    }

    /// Whether books for this member are long overdue while nobody has received anything: whoever
    /// has received books can no longer be left alone with them. Whoever has named no address for
    /// the parcel does not wait for it in vain.
    fn waits_in_vain(&self, user: UserId, around: Circumstances<'_>) -> bool {
        let nothing_received = self.legs.iter().all(|leg| leg.state != LegState::Received);
        nothing_received
            && self.legs.iter().any(|leg| {
                leg.to == user
                    && leg.state == LegState::Pending
                    && self.can_leave(leg)
                    && around.now >= around.policy.overdue_cancel(leg.send_due)
            })
    }

    fn wants_to_cancel(&self, user: UserId) -> bool {
        self.party(user).is_some_and(|party| party.cancel_requested)
    }

    pub(super) fn consent_to_cancel(&self, user: UserId) -> Ruling {
        self.check_is_here()?;
        if self.parties.iter().all(|party| !party.cancel_requested) {
            return Err(TradeError::NothingToCancel);
        }
        if self.consents_last(user)? {
            return Ok((TradeState::Cancelled, self.call_off(CancelGround::Mutual)));
        }
        Ok((
            TradeState::Agreed,
            vec![Effect::RequestCancel { party: user }],
        ))
    }

    /// Whether everybody agrees to call the trade off once this member does.
    fn consents_last(&self, user: UserId) -> Result<bool, TradeError> {
        if self.wants_to_cancel(user) {
            return Err(TradeError::AlreadyAsked);
        }
        Ok(self
            .parties
            .iter()
            .all(|party| party.user == user || party.cancel_requested))
    }

    pub(super) fn call_off(&self, ground: CancelGround) -> Vec<Effect> {
        let mut effects = vec![
            Effect::Cancelled(ground),
            Effect::ReleaseHolds(self.held_copies()),
        ];
        effects.extend(self.money_back());
        effects
    }

    /// The receiver's problems with what came or did not come, and the giver's with a receiver who
    /// never says anything. The table of the trade's life grants this step to receivers alone;
    /// the giver has it too because a trade whose receiver stays silent could not end otherwise,
    /// and its copies would be held for ever.
    pub(super) fn report_problem(
        &self,
        user: UserId,
        leg: LegId,
        reason: ProblemReason,
        around: Circumstances<'_>,
    ) -> Ruling {
        let leg = self.leg(leg).ok_or(TradeError::NoSuchLeg)?;
        let about_payment = reason == ProblemReason::Payment;
        let whose = match reason {
            ProblemReason::Payment if self.may_contest_payment(user) => user,
            ProblemReason::Payment => {
                return Err(TradeError::UnfitProblem { reason });
            }
            ProblemReason::BookLost | ProblemReason::NotReturned
                if leg.purpose != LegPurpose::Return =>
            {
                return Err(TradeError::UnfitProblem { reason });
            }
            _ if reason.is_givers() => leg.from,
            _ => leg.to,
        };
        if whose != user {
            return Err(TradeError::NotYourTurn {
                verb: Verb::ReportProblem,
            });
        }
        let now = around.now;
        let open = match leg.state {
            _ if self.is_returning() => self.check_return_problem(leg, reason, around)?,
            _ if leg.purpose == LegPurpose::Return => self.may_report_return(leg, reason, around),
            // What was kept for good has no way back to be settled.
            _ if self.loan.is_some_and(|loan| loan.kept) => false,
            _ if about_payment && leg.state != LegState::Received => true,
            _ if reason.is_givers() => self.waits_for_a_word(leg, around),
            LegState::Pending => now >= leg.send_due && self.can_leave(leg),
            LegState::HandedOver => now >= leg.send_due,
            LegState::Sent => leg.receive_due.is_some_and(|due| now >= due),
            LegState::Lost => true,
            LegState::Received => leg
                .received_at
                .is_some_and(|at| now < around.policy.problem_until(at)),
        };
        if !open {
            return Err(TradeError::OutsideProblemWindow);
        }
        if !reason.fits(leg.state, self.method, leg.purpose) {
            return Err(TradeError::UnfitProblem { reason });
        }
        let dispute = Effect::OpenDispute {
            leg: leg.id,
            by: user,
            reason,
        };
        Ok((
            TradeState::Disputed,
            vec![Effect::ClearCancelRequests, dispute],
        ))
    }

    /// Whether the giver of this leg has waited long enough for its receiver: the parcel counts as
    /// lost, the time to confirm books given in person is over, or there was never an address.
    pub(super) fn waits_for_a_word(&self, leg: &Leg, around: Circumstances<'_>) -> bool {
        match leg.state {
            LegState::Lost => true,
            LegState::HandedOver => leg.receive_due.is_some_and(|due| around.now >= due),
            LegState::Pending => {
                !self.can_leave(leg) && around.now >= around.policy.overdue_cancel(leg.send_due)
            }
            LegState::Sent | LegState::Received => false,
        }
    }

    /// A moderator's decision.
    pub(super) fn resolve(
        &self,
        moderator: UserId,
        outcome: Outcome,
        named: Option<i32>,
        around: Circumstances<'_>,
    ) -> Ruling {
        if self.party(moderator).is_some() {
            return Err(TradeError::OwnTrade);
        }
        if !self.outcomes().contains(&outcome) {
            return Err(TradeError::UnfitOutcome { outcome });
        }
        if outcome == Outcome::Complete {
            self.check_not_under_way()?;
        }
        let money = match named {
            Some(minor) => Some(self.money_named(minor)?),
            None => self.money_settled(outcome),
        };
        let effects = self.close_dispute(outcome, money, around);
        Ok((TradeState::Resolved, effects))
    }

    /// The parties' own agreement, which can only be to leave things as they are.
    pub(super) fn settle(
        &self,
        user: UserId,
        outcome: Outcome,
        around: Circumstances<'_>,
    ) -> Ruling {
        if outcome != Outcome::Cancel {
            return Err(TradeError::NotYourTurn {
                verb: Verb::Resolve,
            });
        }
        if self.consents_last(user)? {
            let money = self.money_settled(outcome);
            let effects = self.close_dispute(outcome, money, around);
            return Ok((TradeState::Resolved, effects));
        }
        Ok((
            TradeState::Disputed,
            vec![Effect::RequestCancel { party: user }],
        ))
    }

    fn close_dispute(
        &self,
        outcome: Outcome,
        money: Option<Effect>,
        around: Circumstances<'_>,
    ) -> Vec<Effect> {
        let mut effects = vec![Effect::CloseDispute { outcome }];
        effects.extend(money);
        if self.is_returning() {
            effects.extend(self.settle_return(outcome, around));
            return effects;
        }
        if self.loan.is_some() {
            effects.extend(self.settle_loan(outcome, around));
            return effects;
        }
        match outcome {
            Outcome::Complete => {
                let open = self
                    .legs
                    .iter()
                    .filter(|leg| leg.state != LegState::Received);
                effects.extend(open.flat_map(|leg| self.arrival(leg, around)));
            }
            Outcome::Cancel
            | Outcome::Replace
            | Outcome::Returned
            | Outcome::Kept
            | Outcome::WrittenOff => {
                effects.push(Effect::ReleaseHolds(self.held_copies()));
            }
            Outcome::Return => {
                effects.push(Effect::ReleaseHolds(self.held_copies()));
                let disputed = self.disputed_leg.and_then(|leg| self.leg(leg));
                if let Some(leg) = disputed.filter(|leg| leg.state == LegState::Received) {
                    let back = |item: &Item| Item {
                        from: item.to,
                        to: item.from,
                        ..*item
                    };
                    effects.push(Effect::MoveCopies(self.items_of(leg).map(back).collect()));
                }
            }
        }
        effects
    }
}

fn set(
    leg: &Leg,
    state: LegState,
    around: Circumstances<'_>,
    receive_due: Option<jiff::Timestamp>,
) -> Effect {
    Effect::SetLeg {
        leg: leg.id,
        state,
        at: around.now,
        receive_due,
    }
}
