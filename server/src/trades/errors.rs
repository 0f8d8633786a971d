//! Refusals of the rules as errors of the service.

use dogear_domain::trades::{TradeError, TradeState};

use crate::Error;

/// What a reader is told when a step is refused.
pub(super) fn refusal(error: TradeError) -> Error {
    match error {
        TradeError::NotAParty => Error::NotFound,
        TradeError::TooManyProposals { .. }
        | TradeError::TooManySales { .. }
        | TradeError::BorrowsOverdue
        | TradeError::OwnTrade => Error::Forbidden(error.to_string()),
        TradeError::Revision(error) => Error::field("books", error),
        TradeError::UnfitOutcome { .. } => Error::field("outcome", error),
        TradeError::DuePast | TradeError::DueTooFar | TradeError::NotLater => {
            Error::field("due", error)
        }
        TradeError::NothingPaid | TradeError::TooMuchBack { .. } => {
            Error::field("give_back", error)
        }
        TradeError::UnfitProblem { .. } => Error::field("problem", error),
        TradeError::WrongState {
            state: TradeState::Superseded,
            ..
        } => Error::Conflict(GONE.into()),
        other => Error::Conflict(other.to_string()),
    }
}

/// The proposal has ended because of one of its books.
const GONE: &str = "Another trade was agreed first and took a book of this one, or a book is no longer offered, so this proposal has ended. Nothing of yours was reserved.";

/// Two agreements wanted one copy, and the other came first.
pub(super) const TAKEN: &str = "Another trade was agreed first and took a book of this one, so this proposal has ended. Nothing of yours was reserved.";
