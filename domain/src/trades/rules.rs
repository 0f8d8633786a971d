//! The one door to the rules: who may take which step in which state.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::{Action, Actor, CancelGround, Effect, Outcome, Policy, ProblemReason};
use super::{Trade, TradeError, TradeState, Transition, Verb};
use crate::ids::{CopyId, LegId, UserId};

/// What a rule answers: the state after the step, and what else changes.
pub(super) type Ruling = Result<(TradeState, Vec<Effect>), TradeError>;

/// The circumstances of a step.
#[derive(Clone, Copy)]
pub(super) struct Circumstances<'a> {
    pub policy: &'a Policy,
    pub now: Timestamp,
}

impl Trade {
    /// Says what a step leads to, without changing anything.
    ///
    /// # Errors
    /// Why the step is refused. [`TradeError::NotAParty`] must be answered like a trade that does
    /// not exist.
    pub fn apply(
        &self,
        actor: Actor,
        action: &Action,
        policy: &Policy,
        now: Timestamp,
    ) -> Result<Transition, TradeError> {
        let verb = action.verb();
        if let Actor::Member(user) = actor
            && self.party(user).is_none()
        {
            return Err(TradeError::NotAParty);
        }
        // Only a party knows of a draft, and of it only the author.
        if self.state == TradeState::Draft && actor.user().is_some_and(|user| user != self.author) {
            return Err(TradeError::NotAParty);
        }
        if !verb.starts_from(self.state) {
            return Err(TradeError::WrongState {
                state: self.state,
                verb,
            });
        }
        let (to, effects) = self.rule(actor, action, Circumstances { policy, now })?;
        Ok(self.transition(actor, action, to, effects, Circumstances { policy, now }))
    }

    fn rule(&self, actor: Actor, action: &Action, around: Circumstances<'_>) -> Ruling {
        match (actor, action) {
            (Actor::System, Action::Withdraw) => Ok((TradeState::Withdrawn, Vec::new())),
            (Actor::System, Action::Expire) => self.expire(around),
            (Actor::System, Action::Supersede) => Ok((TradeState::Superseded, Vec::new())),
            (Actor::System, Action::TermsChanged { copy }) => self.terms_changed(*copy),
            (Actor::System, Action::Unoffer { copy }) => self.unoffer(None, *copy),
            (Actor::System, Action::Unpaid) => self.unpaid(around),
            (Actor::System, Action::RefuseRenewal) => self.refuse_renewal(None, around),
            (Actor::Provider, Action::Confirm { paid }) => self.confirm_payment(*paid, around),
            (Actor::Provider, Action::Lapse) => self.lapse_payment(),
            (Actor::System, Action::MarkLost { leg }) => self.mark_lost(*leg, around),
            (Actor::System, Action::DropReturn) => self.drop_return(None, around),
            (Actor::Moderator(user), Action::Resolve { outcome }) => {
                self.resolve(user, *outcome, None, around)
            }
            (Actor::Moderator(user), Action::ResolveGivingBack { outcome, minor }) => {
                self.resolve(user, *outcome, Some(*minor), around)
            }
            (Actor::Member(user), action) => self.rule_for_member(user, action, around),
            (_, action) => Err(TradeError::NotYourTurn {
                verb: action.verb(),
            }),
        }
    }

    fn rule_for_member(&self, user: UserId, action: &Action, around: Circumstances<'_>) -> Ruling {
        match action {
            Action::Propose { granted } => self.propose(user, *granted, around),
            Action::Counter {
                seen,
                items,
                method,
            } => self.counter(user, *seen, items, *method, around),
            Action::Haggle {
                seen,
                terms,
                method,
            } => self.haggle(user, *seen, terms, *method, around),
            Action::Redate { seen, due, method } => self.redate(user, *seen, *due, *method, around),
            Action::AskRenewal { until } => self.ask_renewal(user, *until, around),
            Action::GrantRenewal => self.grant_renewal(user, around),
            Action::RefuseRenewal => self.refuse_renewal(Some(user), around),
            Action::ExtendLoan { until } => self.extend_loan(user, *until, around),
            Action::LetKeep => self.let_keep(user),
            Action::AgreeToKeep => self.agree_to_keep(user),
            Action::Leave => self.leave(user),
            Action::MarkPaid => self.mark_paid(user, around),
            Action::StartPayment => self.start_payment(user, around),
            Action::Accept { seen } => self.accept(user, *seen, around),
            Action::Decline => self.decline(user),
            Action::Withdraw => self.withdraw(user),
            Action::Send { leg, abroad } => self.send(user, *leg, *abroad, around),
            Action::HandOver { leg } => self.hand_over(user, *leg, around),
            Action::Receive { leg } => self.receive(user, *leg, around),
            Action::Cancel => self.cancel(user, around),
            Action::ConsentToCancel => self.consent_to_cancel(user),
            Action::ReportProblem { leg, reason } => {
                self.report_problem(user, *leg, *reason, around)
            }
            Action::Resolve { outcome } => self.settle(user, *outcome, around),
            Action::AskReturn => self.ask_return(user, around),
            Action::DropReturn => self.drop_return(Some(user), around),
            Action::Unoffer { copy } => self.unoffer(Some(user), *copy),
            Action::Expire
            | Action::TermsChanged { .. }
            | Action::Supersede
            | Action::Unpaid
            | Action::Confirm { .. }
            | Action::Lapse
            | Action::ResolveGivingBack { .. }
            | Action::MarkLost { .. } => Err(TradeError::NotYourTurn {
                verb: action.verb(),
            }),
        }
    }

    fn transition(
        &self,
        actor: Actor,
        action: &Action,
        to: TradeState,
        effects: Vec<Effect>,
        around: Circumstances<'_>,
    ) -> Transition {
        let revision = effects.iter().find_map(|effect| match effect {
            Effect::AddRevision { number, .. } => Some(*number),
            _ => None,
        });
        let asked_anew = revision.is_some()
            || effects
                .iter()
                .any(|effect| matches!(effect, Effect::RefreshTerms { .. }));
        let reply_due = match to {
            TradeState::Proposed if asked_anew => Some(around.policy.reply_due(around.now)),
            TradeState::Proposed => self.reply_due,
            _ => None,
        };
        Transition {
            verb: action.verb(),
            actor,
            leg: action.leg(),
            from: self.state,
            to,
            revision: revision.unwrap_or(self.revision),
            reply_due,
            effects,
        }
    }

    /// The steps that [`Trade::apply`] would grant this actor now, for one leg or another.
    #[must_use]
    pub fn allowed(&self, actor: Actor, policy: &Policy, now: Timestamp) -> Vec<Verb> {
        let granted = |verb: &Verb| {
            self.candidates(*verb, now)
                .iter()
                .any(|action| self.apply(actor, action, policy, now).is_ok())
        };
        Verb::ALL.iter().copied().filter(granted).collect()
    }

    /// The legs for which [`Trade::apply`] would grant this actor the step now.
    #[must_use]
    pub fn allowed_legs(
        &self,
        actor: Actor,
        verb: Verb,
        policy: &Policy,
        now: Timestamp,
    ) -> Vec<LegId> {
        let legs = self.candidates(verb, now).into_iter().filter_map(|action| {
            self.apply(actor, &action, policy, now).ok()?;
            action.leg()
        });
        legs.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// On what ground [`Action::Cancel`] would call the trade off at once for this member now;
    /// `None` where it only asks the others, or is refused.
    #[must_use]
    pub fn cancel_ground(
        &self,
        user: UserId,
        policy: &Policy,
        now: Timestamp,
    ) -> Option<CancelGround> {
        let transition = self
            .apply(Actor::Member(user), &Action::Cancel, policy, now)
            .ok()?;
        transition.effects.iter().find_map(|effect| match effect {
            Effect::Cancelled(ground) => Some(*ground),
            _ => None,
        })
    }

    /// The ways to fill in a step with what the trade holds now.
    fn candidates(&self, verb: Verb, now: Timestamp) -> Vec<Action> {
        let each_leg = |action: &dyn Fn(LegId) -> Action| -> Vec<Action> {
            self.legs.iter().map(|leg| action(leg.id)).collect()
        };
        let seen = self.seen();
        match verb {
            Verb::Propose => vec![Action::Propose { granted: false }],
            Verb::Counter => {
                if let Some(terms) = self.sale.clone() {
                    return vec![Action::Haggle {
                        seen,
                        terms,
                        method: self.method,
                    }];
                }
                if let Some(loan) = self.loan {
                    return vec![Action::Redate {
                        seen,
                        due: loan.due,
                        method: self.method,
                    }];
                }
                vec![Action::Counter {
                    seen,
                    items: self.items.clone(),
                    method: self.method,
                }]
            }
            Verb::Accept => vec![Action::Accept { seen }],
            Verb::Decline => vec![Action::Decline],
            Verb::Withdraw => vec![Action::Withdraw],
            Verb::Expire => vec![Action::Expire],
            Verb::Supersede => vec![Action::Supersede],
            Verb::Unoffer => self
                .items
                .iter()
                .map(|item| Action::Unoffer { copy: item.copy })
                .collect(),
            Verb::TermsChanged => self
                .items
                .iter()
                .map(|item| Action::TermsChanged { copy: item.copy })
                .collect(),
            Verb::Send => each_leg(&|leg| Action::Send { leg, abroad: false }),
            Verb::HandOver => each_leg(&|leg| Action::HandOver { leg }),
            Verb::Receive => each_leg(&|leg| Action::Receive { leg }),
            Verb::MarkLost => each_leg(&|leg| Action::MarkLost { leg }),
            Verb::Cancel => vec![Action::Cancel],
            Verb::ConsentToCancel => vec![Action::ConsentToCancel],
            Verb::ReportProblem => {
                let fitting = |leg: &super::Leg| {
                    let (id, state, method) = (leg.id, leg.state, self.method);
                    let purpose = leg.purpose;
                    let all = ProblemReason::ALL.iter().copied();
                    all.filter(move |reason| reason.fits(state, method, purpose))
                        .map(move |reason| Action::ReportProblem { leg: id, reason })
                };
                self.legs.iter().flat_map(fitting).collect()
            }
            Verb::MarkPaid => vec![Action::MarkPaid],
            Verb::Unpaid => vec![Action::Unpaid],
            Verb::Resolve => {
                let all = self.outcomes().iter().chain(&[Outcome::Cancel]);
                all.map(|&outcome| Action::Resolve { outcome }).collect()
            }
            Verb::AskRenewal => self.later(now, |until| Action::AskRenewal { until }),
            Verb::ExtendLoan => self.later(now, |until| Action::ExtendLoan { until }),
            Verb::GrantRenewal => vec![Action::GrantRenewal],
            Verb::RefuseRenewal => vec![Action::RefuseRenewal],
            Verb::LetKeep => vec![Action::LetKeep],
            Verb::AgreeToKeep => vec![Action::AgreeToKeep],
            Verb::Leave => vec![Action::Leave],
            Verb::AskReturn => vec![Action::AskReturn],
            Verb::DropReturn => vec![Action::DropReturn],
            Verb::StartPayment => vec![Action::StartPayment],
            Verb::Confirm => {
                let paid = self.payment.map(|payment| payment.amount);
                paid.map(|paid| Action::Confirm { paid })
                    .into_iter()
                    .collect()
            }
            Verb::Lapse => vec![Action::Lapse],
        }
    }

    /// The shortest time more for borrowed books.
    fn later(&self, now: Timestamp, action: impl Fn(Timestamp) -> Action) -> Vec<Action> {
        let due = self.due_back().map(|due| due.max(now));
        let later = due.and_then(|due| due.checked_add(SignedDuration::from_secs(1)).ok());
        later.into_iter().map(action).collect()
    }

    /// The copies of legs that have not been received, which are those still held, by number.
    pub(super) fn held_copies(&self) -> Vec<CopyId> {
        let open = self
            .legs
            .iter()
            .filter(|leg| leg.state != super::LegState::Received);
        let copies: BTreeSet<_> = open
            .flat_map(|leg| self.items_of(leg))
            .map(|item| item.copy)
            .collect();
        copies.into_iter().collect()
    }
}
