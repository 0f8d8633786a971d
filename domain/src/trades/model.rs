//! The facts about a trade that its rules need.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use super::{Loan, Payment, SaleTerms};
use crate::fields::UnknownWord;
use crate::ids::{CopyId, LegId, UserId};
use crate::text_enum::text_enum;

text_enum! {
    /// Where a trade stands.
    pub enum TradeState {
        /// Being put together; only its author knows of it.
        Draft => "draft",
        /// Offered; waits for every party's acceptance of the current revision.
        Proposed => "proposed",
        /// Accepted by all; its copies are held.
        Agreed => "agreed",
        /// Every leg was received.
        Completed => "completed",
        /// A party said no.
        Declined => "declined",
        /// Its author took it back.
        Withdrawn => "withdrawn",
        /// Nobody answered in time.
        Expired => "expired",
        /// One of its copies was promised in another trade, or is no longer offered.
        Superseded => "superseded",
        /// Called off after agreement.
        Cancelled => "cancelled",
        /// A receiver reported a problem; frozen until resolved.
        Disputed => "disputed",
        /// A dispute was settled.
        Resolved => "resolved",
    }
}

impl TradeState {
    /// Whether the trade still waits for somebody.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(
            self,
            Self::Draft | Self::Proposed | Self::Agreed | Self::Disputed
        )
    }

    /// Whether the trade has ended. A completed trade can still turn into a dispute while the time
    /// to report a problem runs; every other end is for good.
    #[must_use]
    pub fn is_final(self) -> bool {
        !self.is_open()
    }

    /// The name that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Proposed => "Proposed",
            Self::Agreed => "Agreed",
            Self::Completed => "Completed",
            Self::Declined => "Declined",
            Self::Withdrawn => "Withdrawn",
            Self::Expired => "Expired",
            Self::Superseded => "Superseded",
            Self::Cancelled => "Cancelled",
            Self::Disputed => "Disputed",
            Self::Resolved => "Resolved",
        }
    }
}

text_enum! {
    /// Where one direction of an agreed trade stands.
    pub enum LegState {
        /// Still with its giver.
        Pending => "pending",
        /// In the post.
        Sent => "sent",
        /// Given in person; the receiver has not confirmed it.
        HandedOver => "handed_over",
        /// With its new owner.
        Received => "received",
        /// Posted long ago and presumed lost; may still arrive.
        Lost => "lost",
    }
}

impl LegState {
    /// Whether its books can be with their receiver, who has them in hand then or can confirm them.
    /// At a meeting they change hands before anybody says so.
    #[must_use]
    pub const fn may_have_come(self, method: Method) -> bool {
        match self {
            Self::Sent | Self::HandedOver | Self::Lost | Self::Received => true,
            Self::Pending => matches!(method, Method::Meet),
        }
    }

    /// The name that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Pending => "Not sent yet",
            Self::Sent => "In the post",
            Self::HandedOver => "Handed over",
            Self::Received => "Received",
            Self::Lost => "Presumed lost",
        }
    }
}

text_enum! {
    /// What a leg is for.
    pub enum LegPurpose {
        /// The books go to their receiver.
        Give => "give",
        /// Borrowed books go back to their owner.
        Return => "return",
    }
}

text_enum! {
    /// How the books change hands.
    pub enum Method {
        /// By parcel.
        Post => "post",
        /// In person.
        Meet => "meet",
    }
}

/// One line of a revision: this copy goes from this party to that party.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// The copy that changes hands.
    pub copy: CopyId,
    /// Its giver, who owns it.
    pub from: UserId,
    /// Its receiver.
    pub to: UserId,
    /// The version of the copy's grade and terms under which it is offered. It only grows.
    pub terms: i32,
}

/// A member's part in a trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Party {
    /// The member.
    pub user: UserId,
    /// The last revision that the member accepted.
    pub accepted_revision: Option<i32>,
    /// Whether the member has asked for, or agreed to, calling off an agreed or disputed trade.
    pub cancel_requested: bool,
    /// Whether the givers of the member's parcels know where to send them.
    pub has_address: bool,
}

/// All the copies that one party gives to one other party in an agreed trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    /// The row of the leg.
    pub id: LegId,
    /// Its giver.
    pub from: UserId,
    /// Its receiver.
    pub to: UserId,
    /// Whether its books go to their receiver, or back.
    pub purpose: LegPurpose,
    /// Where it stands.
    pub state: LegState,
    /// Until when it is to be sent or handed over.
    pub send_due: Timestamp,
    /// When it counts as lost, once it is in the post; until when it is to be confirmed, once it
    /// was handed over.
    pub receive_due: Option<Timestamp>,
    /// When it arrived.
    pub received_at: Option<Timestamp>,
}

/// What the rules need to know about a trade.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trade {
    /// Where it stands.
    pub state: TradeState,
    /// The number of the current revision; 0 while it is a draft.
    pub revision: i32,
    /// Who made the current revision.
    pub author: UserId,
    /// How the books change hands.
    pub method: Method,
    /// Two to four members.
    pub parties: Vec<Party>,
    /// The lines of the current revision.
    pub items: Vec<Item>,
    /// The ways of the books, once agreed.
    pub legs: Vec<Leg>,
    /// Until when a proposal can be accepted; `None` in every other state.
    pub reply_due: Option<Timestamp>,
    /// The leg whose problem was reported, while the trade is disputed.
    pub disputed_leg: Option<LegId>,
    /// For what the current revision sells its books, where it does.
    pub sale: Option<SaleTerms>,
    /// What is due for them, once agreed.
    pub payment: Option<Payment>,
    /// Until when it lends its books, where it does.
    pub loan: Option<Loan>,
}

impl Trade {
    /// A trade that nobody but its author knows of yet. Apply [`super::Action::Propose`] to it.
    #[must_use]
    pub fn draft(author: UserId, parties: &[UserId], items: Vec<Item>, method: Method) -> Self {
        let party = |&user: &UserId| Party {
            user,
            accepted_revision: None,
            cancel_requested: false,
            has_address: false,
        };
        Self {
            state: TradeState::Draft,
            revision: 0,
            author,
            method,
            parties: parties.iter().map(party).collect(),
            items,
            legs: Vec::new(),
            reply_due: None,
            disputed_leg: None,
            sale: None,
            payment: None,
            loan: None,
        }
    }

    /// The member's part in the trade.
    #[must_use]
    pub fn party(&self, user: UserId) -> Option<&Party> {
        self.parties.iter().find(|party| party.user == user)
    }

    /// Whether the member has accepted the current revision.
    #[must_use]
    pub fn has_accepted(&self, user: UserId) -> bool {
        self.party(user)
            .is_some_and(|party| party.accepted_revision == Some(self.revision))
    }

    /// The leg with this number.
    #[must_use]
    pub fn leg(&self, id: LegId) -> Option<&Leg> {
        self.legs.iter().find(|leg| leg.id == id)
    }

    /// The lines that travel on a leg.
    pub fn items_of(&self, leg: &Leg) -> impl Iterator<Item = &Item> {
        let (from, to) = match leg.purpose {
            LegPurpose::Give => (leg.from, leg.to),
            LegPurpose::Return => (leg.to, leg.from),
        };
        self.items
            .iter()
            .filter(move |item| item.from == from && item.to == to)
    }

    /// Whether a leg's giver has what it takes to send it: a parcel needs an address. What is
    /// late for want of one is not the giver's fault.
    #[must_use]
    pub fn can_leave(&self, leg: &Leg) -> bool {
        self.method == Method::Meet || self.party(leg.to).is_some_and(|party| party.has_address)
    }

    /// What a member sees when the page is shown now: goes into the form as a hidden field and
    /// comes back with the answer.
    #[must_use]
    pub fn seen(&self) -> ProposalVersion {
        ProposalVersion {
            revision: self.revision,
            terms: self.items.iter().map(|item| i64::from(item.terms)).sum(),
        }
    }
}

/// The version of a proposal that a member had before them. Written as `2.7`, also by serde.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ProposalVersion {
    /// The number of the revision.
    pub revision: i32,
    /// The sum of its items' terms versions, which grows with every change to one of them.
    pub terms: i64,
}

impl fmt::Display for ProposalVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.revision, self.terms)
    }
}

impl FromStr for ProposalVersion {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        text.split_once('.')
            .and_then(|(revision, terms)| {
                Some(Self {
                    revision: revision.parse().ok()?,
                    terms: terms.parse().ok()?,
                })
            })
            .ok_or_else(|| UnknownWord {
                kind: "version of a proposal",
                word: text.to_owned(),
            })
    }
}

impl From<ProposalVersion> for String {
    fn from(seen: ProposalVersion) -> Self {
        seen.to_string()
    }
}

impl TryFrom<String> for ProposalVersion {
    type Error = UnknownWord;

    fn try_from(text: String) -> Result<Self, UnknownWord> {
        text.parse()
    }
}
