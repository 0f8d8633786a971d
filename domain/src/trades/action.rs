//! What can be done to a trade, and what that leads to.

use jiff::Timestamp;

use super::{
    Item, LegPurpose, LegState, Method, Outcome, Payment, PaymentState, ProposalVersion, SaleTerms,
    TradeState, Verb,
};
use crate::ids::{CopyId, LegId, UserId};
use crate::money::Money;
use crate::text_enum::text_enum;

/// The most photos that show what is wrong with the books of a leg.
pub const PHOTOS_PER_PROBLEM: usize = 4;

text_enum! {
    /// What went wrong with a leg.
    pub enum ProblemReason {
        /// Nothing came.
        NeverArrived => "never_arrived",
        /// Another book came.
        WrongBook => "wrong_book",
        /// The copy is worse than its description.
        NotAsDescribed => "not_as_described",
        /// The parcel was damaged.
        DamagedInPost => "damaged_in_post",
        /// The receiver does not confirm the books, or names no address for them: the one problem
        /// that a giver can have.
        NoAnswer => "no_answer",
        /// The two do not agree on whether it was paid.
        Payment => "payment",
        /// The borrower has lost the borrowed books.
        BookLost => "lost",
        /// Borrowed books have long been due.
        NotReturned => "not_returned",
    }
}

impl ProblemReason {
    /// The name that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::NeverArrived => "It never arrived",
            Self::WrongBook => "It is the wrong book",
            Self::NotAsDescribed => "It is not as described",
            Self::DamagedInPost => "It was damaged in the post",
            Self::NoAnswer => "The other side does not answer",
            Self::Payment => "It is about the payment",
            Self::BookLost => "It is lost, or ruined",
            Self::NotReturned => "It does not come back",
        }
    }

    /// Whether it is the giver of the books who has this problem; every other is the receiver's.
    #[must_use]
    pub const fn is_givers(self) -> bool {
        matches!(self, Self::NoAnswer | Self::BookLost)
    }

    /// Whether it can be said of books that are so far, on this way to exchange: what has come has
    /// arrived, what cannot have come is neither wrong nor worse, and what does not travel by post
    /// is not damaged there.
    #[must_use]
    pub const fn fits(self, leg: LegState, method: Method, purpose: LegPurpose) -> bool {
        match self {
            Self::BookLost | Self::NotReturned => {
                matches!((purpose, leg), (LegPurpose::Return, LegState::Pending))
            }
            // What has not left on its way back is not back: that is a reason of its own.
            Self::NeverArrived => {
                !matches!(leg, LegState::Received)
                    && !matches!((purpose, leg), (LegPurpose::Return, LegState::Pending))
            }
            Self::NoAnswer => !matches!(leg, LegState::Received),
            Self::WrongBook | Self::NotAsDescribed => leg.may_have_come(method),
            Self::Payment => true,
            Self::DamagedInPost => matches!(method, Method::Post) && leg.may_have_come(method),
        }
    }
}

text_enum! {
    /// Why an agreed trade could be called off.
    pub enum CancelGround {
        /// Nothing had been sent.
        BeforeSending => "before_sending",
        /// The books for the one who cancelled were long overdue; no fault of theirs.
        Overdue => "overdue",
        /// Everybody agreed.
        Mutual => "mutual",
        /// Nobody paid in time.
        Unpaid => "unpaid",
    }
}

/// Who takes a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A member in their own name.
    Member(UserId),
    /// A moderator, in that role.
    Moderator(UserId),
    /// The site itself: a deadline, or the consequence of something elsewhere.
    System,
    /// The payment service, as it was asked.
    Provider,
}

impl Actor {
    /// The person behind the step.
    #[must_use]
    pub fn user(self) -> Option<UserId> {
        match self {
            Self::Member(user) | Self::Moderator(user) => Some(user),
            Self::System | Self::Provider => None,
        }
    }
}

/// A step with all that it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Offer the draft to the others.
    Propose {
        /// They have said yes beforehand: the books are promised at once. Only for whoever gives
        /// none of them.
        granted: bool,
    },
    /// Answer with another list of books.
    Counter {
        /// The version that is answered.
        seen: ProposalVersion,
        /// The new list.
        items: Vec<Item>,
        /// The new way to exchange.
        method: Method,
    },
    /// Answer with another price for the same books.
    Haggle {
        /// The version that is answered.
        seen: ProposalVersion,
        /// The new price.
        terms: SaleTerms,
        /// The new way to exchange.
        method: Method,
    },
    /// Answer with another day for the same loan.
    Redate {
        /// The version that is answered.
        seen: ProposalVersion,
        /// The new day: its last moment.
        due: Timestamp,
        /// The new way to exchange.
        method: Method,
    },
    /// Say yes.
    Accept {
        /// The version that is accepted.
        seen: ProposalVersion,
    },
    /// Say no.
    Decline,
    /// Take one's own offer back. By the site: a block between parties, or a party who leaves.
    Withdraw,
    /// The reply deadline has passed.
    Expire,
    /// The owner has edited the copy's grade, details or terms.
    TermsChanged {
        /// The edited copy.
        copy: CopyId,
    },
    /// A copy was promised in another trade.
    Supersede,
    /// A copy is no longer offered: by its owner, who takes it off the listings, or by the site,
    /// when a moderator hides it.
    Unoffer {
        /// The copy.
        copy: CopyId,
    },
    /// Books were posted.
    Send {
        /// Which books.
        leg: LegId,
        /// Whether the parcel crosses a border.
        abroad: bool,
    },
    /// Books were given in person.
    HandOver {
        /// Which books.
        leg: LegId,
    },
    /// Books have arrived.
    Receive {
        /// Which books.
        leg: LegId,
    },
    /// A parcel is presumed lost.
    MarkLost {
        /// Which parcel.
        leg: LegId,
    },
    /// Call the trade off where that is free, otherwise ask the others.
    Cancel,
    /// Agree to calling it off.
    ConsentToCancel,
    /// Hand the trade to the moderators.
    ReportProblem {
        /// Which books.
        leg: LegId,
        /// What is wrong with them.
        reason: ProblemReason,
    },
    /// Settle the dispute. Parties can only agree on [`Outcome::Cancel`], each by saying so.
    Resolve {
        /// How it ends.
        outcome: Outcome,
    },
    /// Settle it so that this much goes back to the buyer, whatever the outcome says of the money.
    ResolveGivingBack {
        /// How it ends.
        outcome: Outcome,
        /// In the smallest unit of what was paid.
        minor: i32,
    },
    /// Give back what was bought, which its seller has promised to take.
    AskReturn,
    /// Keep it after all; by the site, when it was not sent.
    DropReturn,
    /// The seller has the money.
    MarkPaid,
    /// The time to pay is over.
    Unpaid,
    /// Ask for time until then.
    AskRenewal {
        /// The last moment of the day asked for.
        until: Timestamp,
    },
    /// Give the time that was asked for.
    GrantRenewal,
    /// Give none; by the site, when the lender was silent.
    RefuseRenewal,
    /// Give time until then without being asked.
    ExtendLoan {
        /// The last moment of the new day.
        until: Timestamp,
    },
    /// Offer that the borrower keeps the books.
    LetKeep,
    /// Keep them.
    AgreeToKeep,
    /// Leave the site for good.
    Leave,
    /// The buyer begins to pay online.
    StartPayment,
    /// The payment service has so much of the buyer for the seller.
    Confirm {
        /// All of it.
        paid: Money,
    },
    /// What the buyer began to pay online comes to nothing.
    Lapse,
}

impl Action {
    /// The step's name.
    #[must_use]
    pub fn verb(&self) -> Verb {
        match self {
            Self::Propose { .. } => Verb::Propose,
            Self::Counter { .. } | Self::Haggle { .. } | Self::Redate { .. } => Verb::Counter,
            Self::Accept { .. } => Verb::Accept,
            Self::Decline => Verb::Decline,
            Self::Withdraw => Verb::Withdraw,
            Self::Expire => Verb::Expire,
            Self::TermsChanged { .. } => Verb::TermsChanged,
            Self::Supersede => Verb::Supersede,
            Self::Unoffer { .. } => Verb::Unoffer,
            Self::Send { .. } => Verb::Send,
            Self::HandOver { .. } => Verb::HandOver,
            Self::Receive { .. } => Verb::Receive,
            Self::MarkLost { .. } => Verb::MarkLost,
            Self::Cancel => Verb::Cancel,
            Self::ConsentToCancel => Verb::ConsentToCancel,
            Self::ReportProblem { .. } => Verb::ReportProblem,
            Self::Resolve { .. } | Self::ResolveGivingBack { .. } => Verb::Resolve,
            Self::AskReturn => Verb::AskReturn,
            Self::DropReturn => Verb::DropReturn,
            Self::MarkPaid => Verb::MarkPaid,
            Self::Unpaid => Verb::Unpaid,
            Self::AskRenewal { .. } => Verb::AskRenewal,
            Self::GrantRenewal => Verb::GrantRenewal,
            Self::RefuseRenewal => Verb::RefuseRenewal,
            Self::ExtendLoan { .. } => Verb::ExtendLoan,
            Self::LetKeep => Verb::LetKeep,
            Self::AgreeToKeep => Verb::AgreeToKeep,
            Self::Leave => Verb::Leave,
            Self::StartPayment => Verb::StartPayment,
            Self::Confirm { .. } => Verb::Confirm,
            Self::Lapse => Verb::Lapse,
        }
    }

    /// The leg that the step is about.
    #[must_use]
    pub fn leg(&self) -> Option<LegId> {
        match *self {
            Self::Send { leg, .. }
            | Self::HandOver { leg }
            | Self::Receive { leg }
            | Self::MarkLost { leg }
            | Self::ReportProblem { leg, .. } => Some(leg),
            _ => None,
        }
    }
}

/// What a step leads to. Saved as a whole, in one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The step, for the event.
    pub verb: Verb,
    /// Who took it.
    pub actor: Actor,
    /// The leg that it was about.
    pub leg: Option<LegId>,
    /// The state before.
    pub from: TradeState,
    /// The state after.
    pub to: TradeState,
    /// The current revision after the step.
    pub revision: i32,
    /// The reply deadline after the step.
    pub reply_due: Option<Timestamp>,
    /// Everything else to save, in this order.
    pub effects: Vec<Effect>,
}

/// One change that a step makes besides the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Store a new revision. Every earlier acceptance is void by its number.
    AddRevision {
        /// Its number.
        number: i32,
        /// Who made it.
        author: UserId,
        /// How the books change hands.
        method: Method,
        /// Its lines.
        items: Vec<Item>,
    },
    /// Note for what the new revision sells its books.
    SetPrices(SaleTerms),
    /// Note until when the new revision lends its books.
    SetDue(Timestamp),
    /// The agreed trade is a loan: note that no time was asked for and none given.
    StartLoan,
    /// Note until when the borrower asks to keep the books, or that it is answered.
    SetRenewal(Option<Timestamp>),
    /// One more time the borrower was given more.
    CountRenewal,
    /// Note that the borrower may keep the books.
    OfferKeep,
    /// Note that the borrower keeps them.
    Keep,
    /// Take copies off the listings.
    Unlist(Vec<CopyId>),
    /// Forget where parcels to this party go.
    ForgetAddress {
        /// The party.
        party: UserId,
    },
    /// Note what the buyer owes.
    Owe(Payment),
    /// Note where the money is.
    SetPayment(PaymentState),
    /// So much of what was paid goes back to the buyer, besides what did before.
    GiveBack(i32),
    /// Promise copies that were sold to the way back, in this order (by number): check again that each
    /// is the buyer's and promised to nobody, insert a hold for each, take them off the listings, and
    /// supersede every proposal that has one of them.
    TakeBack(Vec<CopyId>),
    /// Note until when a leg is to be sent.
    SetSendDue(LegId, Timestamp),
    /// Note that a party accepts a revision.
    SetAcceptance {
        /// The party.
        party: UserId,
        /// The revision, or `None` when an acceptance falls away.
        revision: Option<i32>,
    },
    /// Bring the terms version of a line up to date.
    RefreshTerms {
        /// The copy whose details were edited.
        copy: CopyId,
    },
    /// The proposal ends because this copy is no longer offered.
    Unoffered(CopyId),
    /// Lock the copies in this order (by number), check again that each is listed and owned by its
    /// giver, insert a hold for each, and supersede every other proposal that has one of them.
    PlaceHolds(Vec<CopyId>),
    /// Create a leg that waits to be sent.
    CreateLeg {
        /// Its giver.
        from: UserId,
        /// Its receiver.
        to: UserId,
        /// Until when it is to be sent.
        send_due: Timestamp,
        /// Whether the books go to their receiver, or back.
        purpose: LegPurpose,
    },
    /// Move a leg on.
    SetLeg {
        /// Which leg.
        leg: LegId,
        /// Its new state.
        state: LegState,
        /// When that happened: `sent_at` or `received_at` of the leg, by state.
        at: Timestamp,
        /// When a parcel counts as lost, or books given in person are to be confirmed.
        receive_due: Option<Timestamp>,
    },
    /// Give the copies to their receivers: owner, history, and what the old owner noted privately.
    MoveCopies(Vec<Item>),
    /// Delete the holds of these copies.
    ReleaseHolds(Vec<CopyId>),
    /// Note that a party wants to call the trade off.
    RequestCancel {
        /// The party.
        party: UserId,
    },
    /// Forget every such wish.
    ClearCancelRequests,
    /// Record on what ground an agreed trade was called off.
    Cancelled(CancelGround),
    /// Open a dispute.
    OpenDispute {
        /// The leg that has the problem.
        leg: LegId,
        /// The party who reports it.
        by: UserId,
        /// What the problem is.
        reason: ProblemReason,
    },
    /// Close the open dispute.
    CloseDispute {
        /// How it ends.
        outcome: Outcome,
    },
}
