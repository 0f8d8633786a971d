//! Why a step in a trade is refused.

use super::{
    LegState, MOST_LOAN_DAYS, Outcome, ProblemReason, RETURN_DAYS, RevisionError, TradeState, Verb,
};
use crate::money::Money;

/// Why a step was refused; nothing has changed. Each text is for the member who tried.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TradeError {
    /// The actor has nothing to do with this trade. Answer as if the trade did not exist.
    #[error("There is no such trade.")]
    NotAParty,
    /// The step is somebody else's.
    #[error("You cannot {} here: this step belongs to another member.", .verb.phrase())]
    NotYourTurn {
        /// What was tried.
        verb: Verb,
    },
    /// The trade has moved on.
    #[error("You cannot {} now: this trade is {}.", .verb.phrase(), .state.label().to_lowercase())]
    WrongState {
        /// Where the trade stands.
        state: TradeState,
        /// What was tried.
        verb: Verb,
    },
    /// The answer names an older revision.
    #[error(
        "The proposal has changed since you opened it. Look at revision {current} and answer again."
    )]
    StaleRevision {
        /// The revision that stands now.
        current: i32,
    },
    /// A copy's grade or terms are no longer those that the member saw.
    #[error(
        "The details of a book in this trade have changed since you opened it. Look at them and answer again."
    )]
    TermsChanged,
    /// The member has accepted the current revision.
    #[error("You have accepted this proposal. It is the others’ turn now.")]
    AlreadyAccepted,
    /// No more revisions.
    #[error(
        "A trade can be changed {max} times at most. Accept or decline this one, or propose a new trade."
    )]
    TooManyRevisions {
        /// The most revisions.
        max: i32,
    },
    /// The reply deadline has passed.
    #[error(
        "The time to answer this proposal has run out. Propose a new trade if you still want it."
    )]
    TooLate,
    /// A deadline that has not passed yet.
    #[error("It is too early for this step.")]
    TooEarly,
    /// The leg does not exist in this trade.
    #[error("This parcel is not part of the trade.")]
    NoSuchLeg,
    /// The leg has moved on, or is not as far yet.
    #[error("You cannot {} now: the books are marked “{}”.", .verb.phrase(), .state.label())]
    LegNotReady {
        /// Where the leg stands.
        state: LegState,
        /// What was tried.
        verb: Verb,
    },
    /// Sending at a meeting, or handing over by post.
    #[error("You agreed on another way to exchange these books.")]
    WrongMethod,
    /// Consent to a cancellation that nobody asked for.
    #[error("Nobody has asked to cancel this trade.")]
    NothingToCancel,
    /// The member has asked before.
    #[error("You have agreed to call this trade off. It waits for the others.")]
    AlreadyAsked,
    /// Somebody has asked before, so this member can only agree.
    #[error("Another member has asked to cancel this trade. Agree to it instead.")]
    CancelAsked,
    /// The time in which a problem can be reported is over or has not begun.
    #[error(
        "A problem can be reported once the books are overdue, or nobody has confirmed them in time, and for some days after they have arrived."
    )]
    OutsideProblemWindow,
    /// A problem that these books cannot have as they travel, or as far as they are.
    #[error("“{}” cannot be said of these books now. Choose another problem.", .reason.label())]
    UnfitProblem {
        /// What was said.
        reason: ProblemReason,
    },
    /// The copy is not in the current revision.
    #[error("This copy is not part of the trade.")]
    CopyNotInTrade,
    /// A moderator who is a party.
    #[error("You are part of this trade. Leave it to another moderator.")]
    OwnTrade,
    /// Books of a sale that nobody has paid for.
    #[error("The books are not paid for yet. The seller says here when the money is there.")]
    NotPaid,
    /// A sale whose buyer is paying just now.
    #[error("The buyer is paying online just now. Wait until that is confirmed or has run out.")]
    PaymentUnderWay,
    /// Another amount than what is due, or in another currency.
    #[error("This is not what is due.")]
    OtherAmount,
    /// Paying online after the time to pay, or for what is paid by hand.
    #[error("This cannot be paid online any more. Ask the seller in a message.")]
    NotPayable,
    /// A payment of nothing.
    #[error("Nothing is due here any more.")]
    NothingDue,
    /// A price for books that are swapped, or other books for those that are sold.
    #[error("This is no sale, so it has no price. Answer with other books.")]
    NotForSale,
    /// Other books in a sale.
    #[error("A sale is of these books alone. Name another price, or propose a trade of its own.")]
    ForSale,
    /// An outcome that a dispute of this trade cannot have.
    #[error("“{}” is no end of this trade. Choose another.", .outcome.label())]
    UnfitOutcome {
        /// What was chosen.
        outcome: Outcome,
    },
    /// A day for books that are not lent.
    #[error("This is no loan, so no day is agreed for it. Answer with other books.")]
    NotALoan,
    /// Other books in a loan.
    #[error("A loan is of this book alone. Name another day, or propose a trade of its own.")]
    ForLoan,
    /// A step with books that the borrower does not have.
    #[error("The book is not with its borrower, so this cannot be done.")]
    NotLent,
    /// Calling off a loan while the book is out.
    #[error(
        "The book is with its borrower, so the loan ends when it is back. Agree on a day in messages."
    )]
    StillLent,
    /// A day that is over.
    #[error("The day by which the book was to be back is over. Name another day.")]
    DuePast,
    /// A day that is too far away.
    #[error("A book can be lent for {MOST_LOAN_DAYS} days at most.")]
    DueTooFar,
    /// A day that gives no more time.
    #[error("This is no more time than before. Name a later day.")]
    NotLater,
    /// A question for more time that was asked before.
    #[error("You have asked for more time already. It waits for the lender.")]
    RenewalAsked,
    /// An answer to a question that nobody has asked, or that was answered.
    #[error("Nobody waits for an answer to this any more.")]
    NothingAsked,
    /// As often as a borrower can be given more time.
    #[error(
        "More time can be asked for {most} times at most. Bring the book back, or ask its lender in a message to extend the loan."
    )]
    TooManyRenewals {
        /// As often.
        most: u16,
    },
    /// Too long before the day.
    #[error("You can ask for more time from {days} days before the book is due.")]
    RenewalTooEarly {
        /// So many.
        days: u16,
    },
    /// A renewal after the day.
    #[error(
        "The book is overdue, so no more time can be asked for. Bring it back, or write why it takes longer."
    )]
    LoanOverdue,
    /// Somebody is in the queue.
    #[error("Another reader waits for this book, so it cannot be given more time.")]
    WaitedFor,
    /// No more time, for a reason that is nobody's business.
    #[error("This loan cannot be given more time.")]
    NoRenewal,
    /// What was offered before.
    #[error("You have offered that already. It waits for the borrower.")]
    KeepOffered,
    /// A borrower who has not brought a book back for long.
    #[error(
        "A book that you have borrowed is long overdue. Bring it back before you borrow another one."
    )]
    BorrowsOverdue,
    /// A new member's limit.
    #[error(
        "Until your first trade is completed you can have {max} open proposals. Wait for an answer or withdraw one."
    )]
    TooManyProposals {
        /// The most open proposals.
        max: u32,
    },
    /// As much as a member may sell.
    #[error(
        "A reader can sell {sales} books a year here, for {euros} euros in all. That would be more, so this copy can be traded or given away, and sold next year."
    )]
    TooManySales {
        /// The most sales.
        sales: u16,
        /// The most money.
        euros: u16,
    },
    /// What was bought of somebody who takes nothing back.
    #[error(
        "What was bought here cannot be given back: its seller does not take books back. If something is wrong with it, report a problem."
    )]
    NotReturned,
    /// The days to give something back are over.
    #[error(
        "Books can be given back within {RETURN_DAYS} days after they came, and these days are over."
    )]
    ReturnTooLate,
    /// Something else while books go back.
    #[error("The books go back to their seller. Wait until they are there, or end the return.")]
    ReturnRuns,
    /// Money that goes back where none was paid.
    #[error(
        "Nothing was paid for these books, so nothing can be given back. Leave the amount empty."
    )]
    NothingPaid,
    /// More than was paid, or nothing.
    #[error("Enter more than nothing, and {} at most: so much of what was paid is left.", .most.said())]
    TooMuchBack {
        /// What could be given back.
        most: Money,
    },
    /// The list of books breaks a rule.
    #[error(transparent)]
    Revision(#[from] RevisionError),
}
