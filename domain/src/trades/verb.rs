//! The names of the steps.

use super::TradeState;
use crate::text_enum::text_enum;

text_enum! {
    /// The name of a step; also the kind of the event that records it.
    pub enum Verb {
        /// Offer the draft to the others.
        Propose => "propose",
        /// Answer with another list of books.
        Counter => "counter",
        /// Say yes to the current revision.
        Accept => "accept",
        /// Say no.
        Decline => "decline",
        /// Take one's own offer back.
        Withdraw => "withdraw",
        /// Let an unanswered proposal end.
        Expire => "expire",
        /// Ask again because a copy's details were changed.
        TermsChanged => "terms_changed",
        /// End a proposal whose copy was promised elsewhere.
        Supersede => "supersede",
        /// End a proposal whose copy is no longer offered.
        Unoffer => "unoffer",
        /// Mark books as posted.
        Send => "send",
        /// Mark books as given in person.
        HandOver => "hand_over",
        /// Confirm that books have arrived.
        Receive => "receive",
        /// Presume a parcel lost.
        MarkLost => "mark_lost",
        /// Call the agreed trade off, or ask the others to.
        Cancel => "cancel",
        /// Agree to calling it off.
        ConsentToCancel => "consent_to_cancel",
        /// Hand the trade to the moderators.
        ReportProblem => "report_problem",
        /// Settle a dispute.
        Resolve => "resolve",
        /// Say that the buyer has paid.
        MarkPaid => "mark_paid",
        /// End a sale that nobody has paid for.
        Unpaid => "unpaid",
        /// Ask for more time with borrowed books.
        AskRenewal => "ask_renewal",
        /// Give that time.
        GrantRenewal => "grant_renewal",
        /// Give none.
        RefuseRenewal => "refuse_renewal",
        /// Give more time without being asked.
        ExtendLoan => "extend_loan",
        /// Offer that the borrower keeps the books.
        LetKeep => "let_keep",
        /// Keep borrowed books for good.
        AgreeToKeep => "agree_to_keep",
        /// Leave the site while books are lent.
        Leave => "leave",
        /// Give back what was bought.
        AskReturn => "ask_return",
        /// Keep it after all.
        DropReturn => "drop_return",
        /// Begin to pay online.
        StartPayment => "start_payment",
        /// The payment service has the buyer's money for the seller.
        Confirm => "payment_confirmed",
        /// The buyer has not paid online after all.
        Lapse => "payment_lapsed",
    }
}

impl Verb {
    /// The words that complete “You cannot …”.
    #[must_use]
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Propose => "propose this trade",
            Self::Counter => "change the proposal",
            Self::Accept => "accept",
            Self::Decline => "decline",
            Self::Withdraw => "withdraw the proposal",
            Self::Expire => "let the proposal expire",
            Self::TermsChanged => "ask the others again",
            Self::Supersede => "replace the proposal",
            Self::Unoffer => "take a book out of the proposal",
            Self::Send => "mark the books as sent",
            Self::HandOver => "mark the books as handed over",
            Self::Receive => "mark the books as received",
            Self::MarkLost => "mark the books as lost",
            Self::Cancel => "cancel",
            Self::ConsentToCancel => "agree to cancel",
            Self::ReportProblem => "report a problem",
            Self::Resolve => "settle this dispute",
            Self::MarkPaid => "mark it as paid",
            Self::Unpaid => "end the sale",
            Self::AskRenewal => "ask for more time",
            Self::GrantRenewal => "give more time",
            Self::RefuseRenewal => "refuse more time",
            Self::ExtendLoan => "extend the loan",
            Self::LetKeep => "let the book be kept",
            Self::AgreeToKeep => "keep the book",
            Self::Leave => "leave this loan",
            Self::AskReturn => "send the books back",
            Self::DropReturn => "end the return",
            Self::StartPayment => "pay online",
            Self::Confirm => "confirm the payment",
            Self::Lapse => "let the payment lapse",
        }
    }

    /// Whether the step can be taken at all in this state.
    #[must_use]
    pub fn starts_from(self, state: TradeState) -> bool {
        use TradeState::{Agreed, Completed, Disputed, Draft, Proposed};
        match self {
            Self::Propose => state == Draft,
            Self::Counter
            | Self::Accept
            | Self::Decline
            | Self::Withdraw
            | Self::Expire
            | Self::TermsChanged
            | Self::Supersede
            | Self::Unoffer => state == Proposed,
            Self::Send
            | Self::HandOver
            | Self::Receive
            | Self::MarkLost
            | Self::Cancel
            | Self::ConsentToCancel
            | Self::MarkPaid
            | Self::StartPayment
            | Self::Unpaid
            | Self::AskRenewal
            | Self::GrantRenewal
            | Self::RefuseRenewal
            | Self::ExtendLoan
            | Self::LetKeep
            | Self::AgreeToKeep
            | Self::DropReturn
            | Self::Leave => state == Agreed,
            // What the payment service says is so, also of a sale that stands still.
            Self::Confirm | Self::Lapse => matches!(state, Agreed | Disputed),
            // The last receipt completes the trade, and its receiver needs the same days to look.
            Self::ReportProblem => matches!(state, Agreed | Completed),
            Self::AskReturn => state == Completed,
            Self::Resolve => state == Disputed,
        }
    }
}
