//! The steps up to agreement.

use std::collections::BTreeSet;

use super::rules::{Circumstances, Ruling};
use super::{
    Effect, Item, LegPurpose, Method, ProposalVersion, SaleTerms, Trade, TradeError, TradeState,
    Verb, validate_revision,
};
use crate::ids::{CopyId, UserId};

impl Trade {
    pub(super) fn propose(
        &self,
        author: UserId,
        granted: bool,
        around: Circumstances<'_>,
    ) -> Ruling {
        validate_revision(&self.items, &self.parties)?;
        self.check_loan(around)?;
        let sale = self.sale.as_ref();
        let mut effects = revise(1, author, self.method, &self.items, sale);
        if let Some(loan) = self.loan {
            effects.insert(1, Effect::SetDue(loan.due));
        }
        if !granted {
            return Ok((TradeState::Proposed, effects));
        }
        // Nobody has said yes for them to what they would give.
        if self.items.iter().any(|item| item.from == author) {
            return Err(TradeError::NotYourTurn { verb: Verb::Accept });
        }
        let others = self.parties.iter().map(|party| party.user);
        effects.extend(
            others
                .filter(|&user| user != author)
                .map(|party| Effect::SetAcceptance {
                    party,
                    revision: Some(1),
                }),
        );
        effects.extend(self.agreement(around));
        Ok((TradeState::Agreed, effects))
    }

    pub(super) fn counter(
        &self,
        user: UserId,
        seen: ProposalVersion,
        items: &[Item],
        method: Method,
        around: Circumstances<'_>,
    ) -> Ruling {
        if self.sale.is_some() {
            return Err(TradeError::ForSale);
        }
        if self.loan.is_some() {
            return Err(TradeError::ForLoan);
        }
        self.counter_with(user, seen, items, method, None, around)
    }

    /// One more revision, with prices or without.
    pub(super) fn counter_with(
        &self,
        user: UserId,
        seen: ProposalVersion,
        items: &[Item],
        method: Method,
        sale: Option<&SaleTerms>,
        around: Circumstances<'_>,
    ) -> Ruling {
        self.check_answer(user, seen, around)?;
        if self.revision >= around.policy.max_revisions {
            return Err(TradeError::TooManyRevisions {
                max: around.policy.max_revisions,
            });
        }
        validate_revision(items, &self.parties)?;
        Ok((
            TradeState::Proposed,
            revise(self.revision + 1, user, method, items, sale),
        ))
    }

    pub(super) fn accept(
        &self,
        user: UserId,
        seen: ProposalVersion,
        around: Circumstances<'_>,
    ) -> Ruling {
        self.check_answer(user, seen, around)?;
        if seen.terms != self.seen().terms {
            return Err(TradeError::TermsChanged);
        }
        self.check_loan(around)?;
        let mut effects = vec![Effect::SetAcceptance {
            party: user,
            revision: Some(self.revision),
        }];
        let last = self
            .parties
            .iter()
            .all(|party| party.user == user || self.has_accepted(party.user));
        if !last {
            return Ok((TradeState::Proposed, effects));
        }
        effects.extend(self.agreement(around));
        Ok((TradeState::Agreed, effects))
    }

    /// What it means that all have said yes.
    fn agreement(&self, around: Circumstances<'_>) -> Vec<Effect> {
        let copies: BTreeSet<_> = self.items.iter().map(|item| item.copy).collect();
        let mut effects = vec![Effect::PlaceHolds(copies.into_iter().collect())];
        let ways: BTreeSet<_> = self.items.iter().map(|item| (item.from, item.to)).collect();
        let send_due = self.first_send_due(around);
        effects.extend(ways.into_iter().map(|(from, to)| Effect::CreateLeg {
            from,
            to,
            send_due,
            purpose: LegPurpose::Give,
        }));
        effects.extend(self.owed(around));
        effects.extend(self.loan.map(|_| Effect::StartLoan));
        effects
    }

    /// What accepting and countering have in common.
    fn check_answer(
        &self,
        user: UserId,
        seen: ProposalVersion,
        around: Circumstances<'_>,
    ) -> Result<(), TradeError> {
        if self.has_accepted(user) {
            return Err(TradeError::AlreadyAccepted);
        }
        if self.reply_due.is_some_and(|due| around.now >= due) {
            return Err(TradeError::TooLate);
        }
        if seen.revision != self.revision {
            return Err(TradeError::StaleRevision {
                current: self.revision,
            });
        }
        Ok(())
    }

    pub(super) fn decline(&self, user: UserId) -> Ruling {
        if user == self.author {
            return Err(TradeError::NotYourTurn {
                verb: Verb::Decline,
            });
        }
        Ok((TradeState::Declined, Vec::new()))
    }

    pub(super) fn withdraw(&self, user: UserId) -> Ruling {
        if user != self.author {
            return Err(TradeError::NotYourTurn {
                verb: Verb::Withdraw,
            });
        }
        Ok((TradeState::Withdrawn, Vec::new()))
    }

    pub(super) fn expire(&self, around: Circumstances<'_>) -> Ruling {
        if self.reply_due.is_none_or(|due| around.now < due) {
            return Err(TradeError::TooEarly);
        }
        Ok((TradeState::Expired, Vec::new()))
    }

    /// Nobody can accept a proposal without one of its books, so it ends at once. A member can
    /// only take back what is theirs to give.
    pub(super) fn unoffer(&self, user: Option<UserId>, copy: CopyId) -> Ruling {
        let item = self.items.iter().find(|item| item.copy == copy);
        let owner = item.ok_or(TradeError::CopyNotInTrade)?.from;
        if user.is_some_and(|user| user != owner) {
            return Err(TradeError::NotYourTurn {
                verb: Verb::Unoffer,
            });
        }
        Ok((TradeState::Superseded, vec![Effect::Unoffered(copy)]))
    }

    /// The owner's own acceptance stays: they know what they changed.
    pub(super) fn terms_changed(&self, copy: CopyId) -> Ruling {
        let item = self.items.iter().find(|item| item.copy == copy);
        let owner = item.ok_or(TradeError::CopyNotInTrade)?.from;
        let mut effects = vec![Effect::RefreshTerms { copy }];
        let others = self
            .parties
            .iter()
            .map(|party| party.user)
            .filter(|&user| user != owner);
        effects.extend(others.filter(|&user| self.has_accepted(user)).map(|party| {
            Effect::SetAcceptance {
                party,
                revision: None,
            }
        }));
        Ok((TradeState::Proposed, effects))
    }
}

fn revise(
    number: i32,
    author: UserId,
    method: Method,
    items: &[Item],
    sale: Option<&SaleTerms>,
) -> Vec<Effect> {
    let mut effects = vec![Effect::AddRevision {
        number,
        author,
        method,
        items: items.to_vec(),
    }];
    effects.extend(sale.cloned().map(Effect::SetPrices));
    effects.push(Effect::SetAcceptance {
        party: author,
        revision: Some(number),
    });
    effects
}
