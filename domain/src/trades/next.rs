//! Whose turn it is: the sentence at the head of a trade's page.

use jiff::Timestamp;

use super::{Leg, LegPurpose, LegState, Method, Trade, TradeState, Verb};
use crate::ids::UserId;

/// Who has to do something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// The one who looks.
    You,
    /// These members, none of whom is the one who looks.
    Members(Vec<UserId>),
    /// The moderators.
    Moderators,
    /// Nobody: the trade has ended, or the payment service has the next word.
    Nobody,
}

/// The next step of a trade, as one member sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextAction {
    /// Who has to act.
    pub who: Who,
    /// What they have to do; `None` when the trade has ended. `Accept` stands for any answer.
    pub verb: Option<Verb>,
    /// Until when, where there is a deadline: none for a parcel that has no address yet.
    pub until: Option<Timestamp>,
}

/// Something that waits for one member.
struct Duty {
    user: UserId,
    verb: Verb,
    until: Option<Timestamp>,
}

impl Trade {
    /// What happens next. The viewer's own duties come before those of others, and what is due
    /// first comes first.
    #[must_use]
    pub fn next_action(&self, viewer: UserId) -> NextAction {
        let duties = match self.state {
            TradeState::Draft => vec![Duty {
                user: self.author,
                verb: Verb::Propose,
                until: None,
            }],
            TradeState::Proposed => self.answers(),
            TradeState::Agreed => self.deliveries(),
            TradeState::Disputed => {
                return NextAction {
                    who: Who::Moderators,
                    verb: Some(Verb::Resolve),
                    until: None,
                };
            }
            _ => Vec::new(),
        };
        let own = duties.iter().filter(|duty| duty.user == viewer);
        if let Some(duty) = own.min_by_key(|duty| urgency(duty)) {
            return NextAction {
                who: Who::You,
                verb: Some(duty.verb),
                until: duty.until,
            };
        }
        let Some(first) = duties.iter().min_by_key(|duty| urgency(duty)) else {
            // While it is paid online, the next word is the payment service's.
            return NextAction {
                who: Who::Nobody,
                verb: self.is_processing().then_some(Verb::Confirm),
                until: None,
            };
        };
        let same = duties
            .iter()
            .filter(|duty| duty.verb == first.verb && duty.until == first.until);
        NextAction {
            who: Who::Members(same.map(|duty| duty.user).collect()),
            verb: Some(first.verb),
            until: first.until,
        }
    }

    /// Whether this member has something to do now. A parcel in the post asks for nothing until it
    /// is there or counts as lost.
    #[must_use]
    pub fn needs(&self, user: UserId) -> bool {
        let next = self.next_action(user);
        let here = |leg: &Leg| {
            leg.to == user && matches!(leg.state, LegState::HandedOver | LegState::Lost)
        };
        // A borrowed book waits for nobody until its day comes near.
        let waits = |leg: &Leg| {
            leg.from == user
                && leg.state == LegState::Pending
                && (leg.purpose == LegPurpose::Give || self.loan.is_none_or(|loan| loan.reminded))
        };
        // Receiving is the last of a member's duties: there is no other when it is named.
        next.who == Who::You
            && match next.verb {
                Some(Verb::Receive) => self.legs.iter().any(here),
                Some(Verb::Send | Verb::HandOver) => self.legs.iter().any(waits),
                _ => true,
            }
    }

    fn answers(&self) -> Vec<Duty> {
        let silent = self
            .parties
            .iter()
            .filter(|party| !self.has_accepted(party.user));
        silent
            .map(|party| Duty {
                user: party.user,
                verb: Verb::Accept,
                until: self.reply_due,
            })
            .collect()
    }

    fn deliveries(&self) -> Vec<Duty> {
        let asked = self.parties.iter().any(|party| party.cancel_requested);
        let consents = self
            .parties
            .iter()
            .filter(|party| asked && !party.cancel_requested)
            .map(|party| Duty {
                user: party.user,
                verb: Verb::ConsentToCancel,
                until: None,
            });
        let loan = self.loan.filter(|_| self.is_out());
        let back = self.return_leg();
        let with_borrower = back.is_some_and(|leg| leg.state == LegState::Pending);
        let asked_for_time = loan.and_then(|loan| loan.asked).zip(self.lender());
        let time = asked_for_time.map(|(_, user)| Duty {
            user,
            verb: Verb::GrantRenewal,
            until: back.map(|leg| leg.send_due),
        });
        let keep = loan
            .filter(|loan| loan.keep_offered && with_borrower)
            .and(self.borrower())
            .map(|user| Duty {
                user,
                verb: Verb::AgreeToKeep,
                until: None,
            });
        let give = if self.method == Method::Meet {
            Verb::HandOver
        } else {
            Verb::Send
        };
        let by_post = self.method == Method::Post;
        let legs = self.legs.iter().filter_map(|leg| match leg.state {
            // The payment service has the word.
            LegState::Pending if self.is_processing() => None,
            // The buyer pays first; the seller says when the money is there.
            LegState::Pending if self.is_unpaid() && by_post => Some(Duty {
                user: leg.to,
                verb: Verb::MarkPaid,
                until: self.payment.and_then(|payment| payment.due),
            }),
            LegState::Pending => Some(Duty {
                user: leg.from,
                verb: give,
                // The days to post begin with the address.
                until: self.can_leave(leg).then_some(leg.send_due),
            }),
            LegState::Sent | LegState::HandedOver | LegState::Lost => Some(Duty {
                user: leg.to,
                verb: Verb::Receive,
                until: leg.receive_due,
            }),
            LegState::Received => None,
        });
        consents.chain(time).chain(keep).chain(legs).collect()
    }
}

/// Questions first, then giving, then receiving; the earlier deadline first.
fn urgency(duty: &Duty) -> (u8, Timestamp) {
    let rank = match duty.verb {
        Verb::ConsentToCancel | Verb::GrantRenewal | Verb::AgreeToKeep => 0,
        Verb::Receive => 2,
        _ => 1,
    };
    (rank, duty.until.unwrap_or(Timestamp::MAX))
}
