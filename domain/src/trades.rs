//! The life of a trade: one machine for swaps, gifts, sales and rings of two to four parties.
//!
//! A service loads a [`Trade`], asks [`Trade::apply`] what an [`Action`] leads to, and saves the
//! [`Transition`] it gets back: the new state and every [`Effect`], in one transaction. Nothing is
//! changed by the rules themselves. [`Trade::allowed`] says which buttons to show, and
//! [`Trade::next_action`] whose turn it is.

mod action;
mod delivery_rules;
mod error;
mod loan;
mod model;
mod next;
mod outcome;
mod policy;
mod proposal_rules;
mod returns;
mod revision;
mod rules;
mod sale;
mod setting;
mod verb;

pub use action::{
    Action, Actor, CancelGround, Effect, PHOTOS_PER_PROBLEM, ProblemReason, Transition,
};
pub use error::TradeError;
pub use loan::{Loan, MOST_LOAN_DAYS, OVERDUE_DAYS, USUAL_LOAN_DAYS, proposed_due, read_due};
pub use model::{
    Item, Leg, LegPurpose, LegState, Method, Party, ProposalVersion, Trade, TradeState,
};
pub use next::{NextAction, Who};
pub use outcome::Outcome;
pub use policy::Policy;
pub use returns::RETURN_DAYS;
pub use revision::{GiftError, RevisionError, check_gift, validate_revision};
pub use sale::{Payment, PaymentState, SaleTerms, TradeKind};
pub use setting::{Setting, SettingGroup};
pub use verb::Verb;

#[cfg(test)]
mod tests;
