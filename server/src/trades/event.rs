//! The entries of a trade's append-only history.

use dogear_domain::ids::{CopyId, MessageId, OccurrenceId, TradeEventId, TradeId, UserId};
use dogear_domain::trades::{
    CancelGround, Effect, Outcome, ProblemReason, TradeState, Transition, Verb,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::notify::TellParties;
use super::repo::events;
use crate::Result;
use crate::jobs;

/// Something that happened without being a step of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// A party wrote a message.
    Message,
    /// A party entered an address for its parcel.
    Address,
    /// The proposal is about to run out.
    ReplyReminder,
    /// A parcel should leave soon.
    SendReminder,
    /// A parcel should have left.
    Overdue,
    /// A parcel should have arrived, or books given in person be confirmed.
    ArrivalReminder,
    /// A borrowed book is to be back soon.
    LoanDueSoon,
    /// A borrowed book should be back.
    LoanOverdue,
    /// A party has named an event at which the books change hands.
    MeetingChosen,
    /// A party has taken that back.
    MeetingDropped,
    /// The event is at another time or place.
    MeetingMoved,
    /// The event does not take place.
    MeetingCancelled,
    /// A party has given their seats at the event back.
    MeetingLeft,
    /// The buyer has their money back.
    Refunded,
    /// The seller says that they have given it back.
    GivenBack,
    /// Somebody of the site has to look at the money.
    PaymentTrouble,
}

impl Notice {
    const ALL: [Self; 16] = [
        Self::Message,
        Self::Address,
        Self::ReplyReminder,
        Self::SendReminder,
        Self::Overdue,
        Self::ArrivalReminder,
        Self::LoanDueSoon,
        Self::LoanOverdue,
        Self::MeetingChosen,
        Self::MeetingDropped,
        Self::MeetingMoved,
        Self::MeetingCancelled,
        Self::MeetingLeft,
        Self::Refunded,
        Self::GivenBack,
        Self::PaymentTrouble,
    ];

    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Address => "address",
            Self::ReplyReminder => "reply_reminder",
            Self::SendReminder => "send_reminder",
            Self::Overdue => "overdue",
            Self::ArrivalReminder => "arrival_reminder",
            Self::LoanDueSoon => "loan_due_soon",
            Self::LoanOverdue => "loan_overdue",
            Self::MeetingChosen => "meeting_chosen",
            Self::MeetingDropped => "meeting_dropped",
            Self::MeetingMoved => "meeting_moved",
            Self::MeetingCancelled => "meeting_cancelled",
            Self::MeetingLeft => "meeting_left",
            Self::Refunded => "refunded",
            Self::GivenBack => "given_back",
            Self::PaymentTrouble => "payment_trouble",
        }
    }
}

/// What an entry records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// A step of the machine.
    Step(Verb),
    /// Anything else; the state stays.
    Notice(Notice),
}

impl EventKind {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Step(verb) => verb.as_str(),
            Self::Notice(notice) => notice.as_str(),
        }
    }

    /// The kind with this stored word.
    pub fn parse(word: &str) -> Option<Self> {
        let notice = Notice::ALL.into_iter().find(|kind| kind.as_str() == word);
        notice
            .map(Self::Notice)
            .or_else(|| word.parse().ok().map(Self::Step))
    }
}

/// What an entry says besides its kind. What does not apply is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EventData {
    /// What somebody wrote: the reason, the details of a problem, the statement.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// The one that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageId>,
    /// The copy whose terms changed, or that is no longer offered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy: Option<CopyId>,
    /// The date of an event at which the books were to change hands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meeting: Option<OccurrenceId>,
    /// Until when somebody would have a borrowed book, or has it now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// On what ground the trade was called off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ground: Option<Ground>,
    /// What was reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<ProblemReason>,
    /// Where a problem or a settlement left the books.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// How much of the money goes back, in the smallest unit of what was paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund: Option<i32>,
    /// How many other proposals ended with this agreement.
    #[serde(skip_serializing_if = "is_zero")]
    pub superseded: usize,
    /// The parties who ended this proposal themselves, by agreeing to another trade with one of
    /// its copies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub agreed_elsewhere: Vec<UserId>,
}

impl EventData {
    /// What a step says by itself: the words that were written with it, and what its effects are
    /// about.
    pub(super) fn of(transition: &Transition, words: &str) -> Self {
        let mut data = Self {
            words: words.to_owned(),
            ..Self::default()
        };
        for effect in &transition.effects {
            match effect {
                Effect::RefreshTerms { copy } | Effect::Unoffered(copy) => data.copy = Some(*copy),
                Effect::SetRenewal(Some(until)) | Effect::SetSendDue(_, until) => {
                    data.until = Some(*until);
                }
                Effect::Cancelled(ground) => data.ground = Some(*ground),
                Effect::OpenDispute { reason, .. } => data.problem = Some(*reason),
                Effect::GiveBack(minor) => data.refund = Some(*minor),
                Effect::CloseDispute { outcome } => data.outcome = Some(*outcome),
                _ => {}
            }
        }
        data
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde asks for a reference
fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// [`CancelGround`] as it is stored.
pub(super) type Ground = CancelGround;

/// A new entry.
pub(super) struct NewEvent<'a> {
    pub trade: TradeId,
    pub actor: Option<UserId>,
    pub kind: EventKind,
    pub from: Option<TradeState>,
    pub to: TradeState,
    pub revision: i32,
    pub leg: Option<dogear_domain::ids::LegId>,
    pub data: &'a EventData,
    pub at: Timestamp,
}

/// Appends an entry and the job that tells the parties. The caller holds the lock
/// of the trade, which makes the numbers of its entries follow each other.
pub(super) async fn append(conn: &mut PgConnection, event: &NewEvent<'_>) -> Result<TradeEventId> {
    let id = events::append(conn, event).await?;
    jobs::push(
        conn,
        &TellParties { event: id },
        &format!("trade_event:{id}"),
        None,
    )
    .await?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_and_no_two_share_a_word() {
        let steps = Verb::ALL.iter().copied().map(EventKind::Step);
        let all: Vec<_> = steps.chain(Notice::ALL.map(EventKind::Notice)).collect();
        for &kind in &all {
            assert_eq!(EventKind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(EventKind::parse("teleport"), None);
    }
}
