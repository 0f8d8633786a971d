//! What members can report, why, and what moderators can decide about it.

mod verdict;

use std::fmt;
use std::str::FromStr;

use crate::fields::UnknownWord;
use crate::ids::{CopyId, EventId, FeedbackId, ListId, ReviewId, TradeId, UserId};
use crate::text_enum::text_enum;

pub use verdict::Verdict;

text_enum! {
    /// What a report or a decision is about.
    pub enum SubjectKind {
        /// A copy that somebody lists.
        Copy => "copy",
        /// A member.
        Member => "member",
        /// A message inside a trade.
        Message => "message",
        /// A trade.
        Trade => "trade",
        /// An event that somebody hosts.
        Event => "event",
        /// What a guest says of an event to those who host it.
        Feedback => "feedback",
        /// A list of books that everybody may see.
        List => "list",
        /// What a reader says of a book.
        Review => "review",
    }
}

impl SubjectKind {
    /// One of them, as moderators read it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Copy => "Listing",
            Self::Member => "Member",
            Self::Message => "Message",
            Self::Trade => "Trade",
            Self::Event => "Event",
            Self::Feedback => "Feedback",
            Self::List => "List",
            Self::Review => "Review",
        }
    }

    /// Several of them.
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Copy => "Listings",
            Self::Member => "Members",
            Self::Message => "Messages",
            Self::Trade => "Trades",
            Self::Event => "Events",
            Self::Feedback => "Feedback",
            Self::List => "Lists",
            Self::Review => "Reviews",
        }
    }

    /// Whether it can be taken out of sight.
    #[must_use]
    pub const fn can_be_hidden(self) -> bool {
        matches!(
            self,
            Self::Copy | Self::Message | Self::Feedback | Self::List | Self::Review
        )
    }
}

text_enum! {
    /// Why somebody reports something.
    pub enum ReportReason {
        /// Insults, threats, unwanted advances.
        Harassment => "harassment",
        /// Printed or copied without right, or sold as something it is not.
        Counterfeit => "counterfeit",
        /// Sent something else, or nothing.
        Fraud => "fraud",
        /// An address, a telephone number, somebody’s face.
        PersonalData => "personal-data",
        /// The words or pictures belong to another book or copy.
        Misleading => "misleading",
        /// Asks to trade, pay or talk elsewhere.
        OffSite => "off-site",
        /// Does not keep to what was agreed.
        NotKept => "not-kept",
        /// Pretends to be somebody else.
        Impersonation => "impersonation",
        /// Words or pictures that offend.
        Offensive => "offensive",
        /// Advertising, or the same thing again and again.
        Spam => "spam",
        /// Gives a story away and does not say so before.
        Spoiler => "spoiler",
        /// Not a book, or not for trade at all.
        NotABook => "not-a-book",
        /// Something else, in the reporter’s own words.
        Other => "other",
        /// A trade's parcel never came. These and those below arise from “report a problem” in a trade.
        NeverArrived => "never_arrived",
        /// Another book came.
        WrongBook => "wrong_book",
        /// The copy is worse than its description.
        NotAsDescribed => "not_as_described",
        /// The parcel was damaged.
        DamagedInPost => "damaged_in_post",
        /// The receiver does not confirm the books.
        NoAnswer => "no_answer",
        /// The two do not agree on whether it was paid.
        Payment => "payment",
        /// A borrowed book is lost.
        BookLost => "lost",
        /// A borrowed book does not come back.
        NotReturned => "not_returned",
    }
}

impl ReportReason {
    /// The reasons to choose from, the gravest first.
    #[must_use]
    pub fn for_kind(kind: SubjectKind) -> Vec<Self> {
        use SubjectKind::{Copy, Event, Feedback, List, Member, Message, Review, Trade};
        Self::ALL
            .iter()
            .copied()
            .filter(|reason| {
                let kinds: &[SubjectKind] = match reason {
                    Self::Harassment => &[Member, Message, Event, Feedback, List, Review],
                    Self::Counterfeit | Self::Misleading | Self::NotABook => &[Copy],
                    Self::Fraud => &[Member, Trade],
                    Self::PersonalData | Self::Offensive | Self::Spam => {
                        &[Copy, Member, Message, Event, Feedback, List, Review]
                    }
                    Self::Spoiler => &[Review],
                    Self::NotKept => &[Trade],
                    Self::Impersonation => &[Member],
                    Self::OffSite | Self::Other => {
                        &[Copy, Member, Message, Trade, Event, Feedback, List, Review]
                    }
                    // Told on the trade's own page, which also stops its clocks.
                    Self::NeverArrived
                    | Self::WrongBook
                    | Self::NotAsDescribed
                    | Self::DamagedInPost
                    | Self::NoAnswer
                    | Self::Payment
                    | Self::BookLost
                    | Self::NotReturned => &[],
                };
                kinds.contains(&kind)
            })
            .collect()
    }

    /// The rule that is broken by it, as the house rules say it; nothing for what has no rule of
    /// its own.
    #[must_use]
    pub const fn rule(self) -> Option<&'static str> {
        Some(match self {
            Self::Harassment => {
                "Be civil: no insults, no threats, no advances that nobody asked for."
            }
            Self::Counterfeit => "Offer real, printed books, and nothing copied without right.",
            Self::Fraud => "Send what you agreed to send.",
            Self::PersonalData => {
                "Show no addresses, telephone numbers or faces; addresses are exchanged only inside an agreed trade."
            }
            Self::Misleading => "Describe and photograph the copy that you hold, as it is.",
            Self::OffSite => {
                "Trade here, and take money only for what is offered for sale: nobody is asked to go elsewhere."
            }
            Self::NotKept => "Keep to what was agreed, or say in the trade what came between.",
            Self::Impersonation => "Be yourself: do not pass for somebody else, or for the site.",
            Self::Offensive => "Leave out words and pictures that offend others.",
            Self::Spam => "No advertising, and not the same thing again and again.",
            Self::Spoiler => {
                "Hide what gives a story away, so that others can find out by reading."
            }
            Self::NotABook => "List books only, and only such as can be traded.",
            Self::NeverArrived
            | Self::WrongBook
            | Self::NotAsDescribed
            | Self::DamagedInPost
            | Self::NoAnswer
            | Self::Payment
            | Self::BookLost
            | Self::NotReturned
            | Self::Other => return None,
        })
    }

    /// The name that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Harassment => "Harassment or threats",
            Self::Counterfeit => "Counterfeit or pirated",
            Self::Fraud => "Sent something else, or nothing",
            Self::PersonalData => "Shows personal details",
            Self::Misleading => "Described or pictured wrongly",
            Self::OffSite => "Asks to trade elsewhere, or for money that was not agreed",
            Self::NotKept => "Does not keep to the agreement",
            Self::Impersonation => "Pretends to be somebody else",
            Self::Offensive => "Offensive words or pictures",
            Self::Spam => "Advertising or spam",
            Self::Spoiler => "Gives the story away",
            Self::NotABook => "Not a book to trade",
            Self::Other => "Something else",
            Self::NeverArrived => "Never arrived",
            Self::WrongBook => "The wrong book",
            Self::NotAsDescribed => "Not as described",
            Self::DamagedInPost => "Damaged in the post",
            Self::NoAnswer => "Does not answer",
            Self::Payment => "About the payment",
            Self::BookLost => "A borrowed book is lost",
            Self::NotReturned => "A borrowed book does not come back",
        }
    }

    /// How urgent a report of this is: 1 can wait, 5 is looked at first.
    #[must_use]
    pub const fn severity(self) -> i16 {
        match self {
            Self::Harassment => 5,
            Self::Counterfeit | Self::Fraud | Self::PersonalData => 4,
            Self::Misleading
            | Self::OffSite
            | Self::NotKept
            | Self::Impersonation
            | Self::NeverArrived
            | Self::WrongBook
            | Self::NotAsDescribed
            | Self::DamagedInPost
            | Self::NoAnswer
            | Self::Payment
            | Self::BookLost
            | Self::NotReturned => 3,
            Self::Offensive | Self::Spam | Self::Spoiler => 2,
            Self::NotABook | Self::Other => 1,
        }
    }

    /// What the member is told, until the moderator writes something better.
    #[must_use]
    pub const fn template(self) -> &'static str {
        match self {
            Self::Harassment => {
                "Readers here are to be treated with respect, also when a trade goes wrong. What you wrote was not that."
            }
            Self::Counterfeit => {
                "The copy looks like a pirated or forged one. Only genuine books are traded here."
            }
            Self::Fraud => {
                "What you sent, or did not send, was not what had been agreed. A trade binds both sides once it is agreed."
            }
            Self::PersonalData => {
                "Personal details were shown: an address, a telephone number or a face. Leave them out; addresses are exchanged only inside an agreed trade."
            }
            Self::Misleading => {
                "The description or the photographs are of another copy. Describe the copy you hold, and photograph that one."
            }
            Self::OffSite => {
                "Trades may not be moved elsewhere, and only what is offered for sale here may be paid for. Inside Dogear a moderator can help when something goes wrong."
            }
            Self::NotKept => {
                "You did not keep to what had been agreed. If something comes between, write to the other side in the trade."
            }
            Self::Impersonation => {
                "Your profile can be mistaken for somebody else. Change the name or the text so that it is clear who you are."
            }
            Self::Offensive => "Words or pictures were offensive to others. Leave them out.",
            Self::Spam => "Advertising and repeated texts are not for Dogear.",
            Self::Spoiler => {
                "Your review gives away what happens in the book. Put such parts between [spoiler] and [/spoiler], or tick that all of it does."
            }
            Self::NotABook => "Only books are listed here.",
            Self::Other => "It goes against the rules of Dogear.",
            Self::NeverArrived | Self::WrongBook | Self::NotAsDescribed | Self::DamagedInPost => {
                "What arrived, or did not arrive, was not what had been agreed. Settle it with the other side in the trade."
            }
            Self::Payment => {
                "What was paid was not what had been agreed. Settle it with the other side in the trade."
            }
            Self::BookLost | Self::NotReturned => {
                "A book that was lent to you did not come back as agreed. Settle it with its owner on the page of the loan."
            }
            Self::NoAnswer => {
                "You did not say whether the books have arrived. Confirm them, or write to the other side in the trade."
            }
        }
    }
}

text_enum! {
    /// Where a report stands.
    pub enum ReportState {
        /// Waits for a moderator.
        Open => "open",
        /// Something was done about it.
        Actioned => "actioned",
        /// Nothing was done.
        Dismissed => "dismissed",
    }
}

/// A copy, a member, a message, a trade, an event, feedback, a list or a review. As text: `copy:12`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct SubjectRef {
    /// What kind of thing it is.
    pub kind: SubjectKind,
    /// Its row number.
    pub id: i64,
}

impl SubjectRef {
    /// A copy.
    #[must_use]
    pub const fn copy(id: CopyId) -> Self {
        Self {
            kind: SubjectKind::Copy,
            id: id.0,
        }
    }

    /// A member.
    #[must_use]
    pub const fn member(id: UserId) -> Self {
        Self {
            kind: SubjectKind::Member,
            id: id.0,
        }
    }

    /// An event.
    #[must_use]
    pub const fn event(id: EventId) -> Self {
        Self {
            kind: SubjectKind::Event,
            id: id.0,
        }
    }

    /// What a guest says of an event.
    #[must_use]
    pub const fn feedback(id: FeedbackId) -> Self {
        Self {
            kind: SubjectKind::Feedback,
            id: id.0,
        }
    }

    /// A list of books.
    #[must_use]
    pub const fn list(id: ListId) -> Self {
        Self {
            kind: SubjectKind::List,
            id: id.0,
        }
    }

    /// What a reader says of a book.
    #[must_use]
    pub const fn review(id: ReviewId) -> Self {
        Self {
            kind: SubjectKind::Review,
            id: id.0,
        }
    }

    /// A trade.
    #[must_use]
    pub const fn trade(id: TradeId) -> Self {
        Self {
            kind: SubjectKind::Trade,
            id: id.0,
        }
    }
}

impl fmt::Display for SubjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.id)
    }
}

impl FromStr for SubjectRef {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let unknown = || UnknownWord {
            kind: "SubjectRef",
            word: text.to_owned(),
        };
        let (kind, id) = text.split_once(':').ok_or_else(unknown)?;
        Ok(Self {
            kind: kind.parse()?,
            id: id.parse().map_err(|_| unknown())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_reasons_the_gravest_first_and_other_last() {
        for &kind in SubjectKind::ALL {
            let reasons = ReportReason::for_kind(kind);
            assert_eq!(reasons.last(), Some(&ReportReason::Other), "{kind}");
            assert!(
                reasons.is_sorted_by_key(|reason| -reason.severity()),
                "{kind}"
            );
        }
        assert!(!ReportReason::for_kind(SubjectKind::Copy).contains(&ReportReason::Harassment));
    }

    #[test]
    fn listings_messages_lists_reviews_and_words_of_guests_can_be_hidden() {
        use SubjectKind::{Copy, Feedback, List, Member, Message, Review, Trade};
        for (kind, can) in [
            (Copy, true),
            (Review, true),
            (Message, true),
            (Feedback, true),
            (List, true),
            (Member, false),
            (Trade, false),
        ] {
            assert_eq!(kind.can_be_hidden(), can, "{kind}");
        }
    }

    #[test]
    fn insults_are_looked_at_before_frauds_and_trifles_last() {
        for (reason, severity) in [
            (ReportReason::Harassment, 5),
            (ReportReason::Fraud, 4),
            (ReportReason::NeverArrived, 3),
            (ReportReason::Spam, 2),
            (ReportReason::Other, 1),
        ] {
            assert_eq!(reason.severity(), severity, "{reason}");
        }
    }

    #[test]
    fn words_read_back() {
        for subject in [
            SubjectRef::member(UserId(7)),
            SubjectRef::trade(TradeId(12)),
        ] {
            assert_eq!(subject.to_string().parse(), Ok(subject));
        }
        assert_eq!(SubjectRef::member(UserId(7)).to_string(), "member:7");
        for &verdict in Verdict::ALL {
            assert_eq!(verdict.as_str().parse(), Ok(verdict));
        }
        assert!("ban".parse::<Verdict>().is_err());
    }
}
