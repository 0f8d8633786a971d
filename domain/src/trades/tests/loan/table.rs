//! What may be done in a loan.

use super::*;

/// Everything that is granted, by the number of the case, with where it leads. What is not here is
/// refused.
pub(super) const TABLE: &[(usize, Verb, Actor, TradeState)] = {
    use TradeState::*;
    const BORROWER: Actor = Actor::Member(ANA);
    const LENDER: Actor = Actor::Member(BO);
    const M: Actor = Actor::Moderator(MODERATOR);
    const S: Actor = Actor::System;
    &[
        (0, Verb::Propose, BORROWER, Proposed),
        (1, Verb::Counter, LENDER, Proposed),
        (1, Verb::Accept, LENDER, Agreed),
        (1, Verb::Decline, LENDER, Declined),
        (1, Verb::Withdraw, BORROWER, Withdrawn),
        (1, Verb::Withdraw, S, Withdrawn),
        (1, Verb::Expire, S, Expired),
        (1, Verb::TermsChanged, S, Proposed),
        (1, Verb::Supersede, S, Superseded),
        (1, Verb::Unoffer, S, Superseded),
        (1, Verb::Unoffer, LENDER, Superseded),
        // On its way to the borrower it is as any other book.
        (2, Verb::Send, LENDER, Agreed),
        (2, Verb::Cancel, BORROWER, Cancelled),
        (2, Verb::Cancel, LENDER, Cancelled),
        (2, Verb::ReportProblem, BORROWER, Disputed),
        (3, Verb::Receive, BORROWER, Agreed),
        (3, Verb::MarkLost, S, Agreed),
        (3, Verb::Cancel, BORROWER, Agreed),
        (3, Verb::Cancel, LENDER, Agreed),
        (3, Verb::ReportProblem, BORROWER, Disputed),
        (3, Verb::Leave, LENDER, Agreed),
        (4, Verb::HandOver, LENDER, Agreed),
        (4, Verb::Receive, BORROWER, Agreed),
        (4, Verb::Cancel, BORROWER, Cancelled),
        (4, Verb::Cancel, LENDER, Cancelled),
        (4, Verb::ReportProblem, BORROWER, Disputed),
        // While it is out nobody calls it off. The lender ends it by saying that it is back.
        (5, Verb::Send, BORROWER, Agreed),
        (5, Verb::Receive, LENDER, Completed),
        (5, Verb::AskRenewal, BORROWER, Agreed),
        (5, Verb::ExtendLoan, LENDER, Agreed),
        (5, Verb::LetKeep, LENDER, Agreed),
        (5, Verb::ReportProblem, BORROWER, Disputed),
        (5, Verb::Leave, LENDER, Completed),
        (5, Verb::Leave, BORROWER, Disputed),
        (6, Verb::Send, BORROWER, Agreed),
        (6, Verb::Receive, LENDER, Completed),
        (6, Verb::GrantRenewal, LENDER, Agreed),
        (6, Verb::RefuseRenewal, LENDER, Agreed),
        (6, Verb::RefuseRenewal, S, Agreed),
        (6, Verb::ExtendLoan, LENDER, Agreed),
        (6, Verb::LetKeep, LENDER, Agreed),
        (6, Verb::ReportProblem, BORROWER, Disputed),
        (6, Verb::Leave, LENDER, Completed),
        (6, Verb::Leave, BORROWER, Disputed),
        (7, Verb::Send, BORROWER, Agreed),
        (7, Verb::Receive, LENDER, Completed),
        (7, Verb::AskRenewal, BORROWER, Agreed),
        (7, Verb::ExtendLoan, LENDER, Agreed),
        (7, Verb::AgreeToKeep, BORROWER, Completed),
        (7, Verb::ReportProblem, BORROWER, Disputed),
        (7, Verb::Leave, LENDER, Completed),
        (7, Verb::Leave, BORROWER, Disputed),
        (8, Verb::HandOver, BORROWER, Agreed),
        (8, Verb::Receive, LENDER, Completed),
        (8, Verb::AskRenewal, BORROWER, Agreed),
        (8, Verb::ExtendLoan, LENDER, Agreed),
        (8, Verb::LetKeep, LENDER, Agreed),
        (8, Verb::ReportProblem, BORROWER, Disputed),
        (8, Verb::Leave, LENDER, Completed),
        (8, Verb::Leave, BORROWER, Disputed),
        (9, Verb::Receive, LENDER, Completed),
        (9, Verb::MarkLost, S, Agreed),
        (9, Verb::ReportProblem, LENDER, Disputed),
        (9, Verb::Leave, LENDER, Completed),
        (10, Verb::Receive, LENDER, Completed),
        (10, Verb::ReportProblem, LENDER, Disputed),
        (10, Verb::Leave, LENDER, Completed),
        (11, Verb::Receive, LENDER, Completed),
        (11, Verb::ReportProblem, LENDER, Disputed),
        (11, Verb::Leave, LENDER, Completed),
        (12, Verb::ReportProblem, LENDER, Disputed),
        // Moderators say what has become of the book; see below.
        (13, Verb::Resolve, BORROWER, Disputed),
        (13, Verb::Resolve, LENDER, Disputed),
        (14, Verb::Resolve, BORROWER, Disputed),
        (14, Verb::Resolve, LENDER, Disputed),
        (14, Verb::Resolve, M, Resolved),
    ]
};
