//! What the parties of a loan are told otherwise than those of another trade.

use std::ops::ControlFlow;

use dogear_domain::ids::UserId;
use dogear_domain::trades::{LegPurpose, Method, TradeState, Verb};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::event::Notice;
use super::event_context::{EventContext, in_words};
use super::event_messages::PartyMessage;
use super::repo::events::{LegRow, PartyRow};
use crate::notifications::Kind;

impl EventContext {
    /// Until when the revision of the event lends its books; none where it does not.
    pub(super) fn lends_until(&self) -> Option<Timestamp> {
        self.event.due.map(jiff_sqlx::Timestamp::to_jiff)
    }

    /// “3 March”, where the reader lives.
    pub(super) fn day_for(&self, reader: UserId, at: Timestamp) -> String {
        let zone = self.parties.iter().find(|party| party.user_id == reader);
        let zone = zone.and_then(|party| TimeZone::get(&party.time_zone).ok());
        at.to_zoned(zone.unwrap_or(TimeZone::UTC))
            .strftime("%-d %B")
            .to_string()
    }

    /// “your Emma until 3 March”, from the reader's side.
    pub(super) fn lending(&self, reader: UserId, until: Timestamp) -> String {
        let books = in_words(&self.titles(|_| true));
        let day = self.day_for(reader, until);
        if self.lends(reader) {
            format!("your {books} until {day}")
        } else {
            format!("{books} until {day}")
        }
    }

    fn lends(&self, reader: UserId) -> bool {
        self.items.iter().any(|item| item.from_user == reader)
    }

    fn way_back(&self) -> Option<&LegRow> {
        self.legs
            .iter()
            .find(|leg| leg.purpose == LegPurpose::Return)
    }

    /// What a party of a loan is told of a step, if anything; goes on where that is the same as in
    /// every other trade.
    pub(super) fn loan_message(
        &self,
        reader: &PartyRow,
        verb: Verb,
        who: &str,
        base: &impl Fn(Kind, String, &'static str) -> PartyMessage,
    ) -> ControlFlow<Option<PartyMessage>> {
        let Some(agreed_until) = self.lends_until() else {
            return ControlFlow::Continue(());
        };
        let user = reader.user_id;
        let books = in_words(&self.titles(|_| true));
        let reply_due = self.event.reply_due.map(jiff_sqlx::Timestamp::to_jiff);
        let back = self.way_back();
        let until = back.map_or(agreed_until, |leg| leg.send_due.to_jiff());
        let about = |told: PartyMessage| PartyMessage {
            what: books.clone(),
            ..told
        };
        ControlFlow::Break(Some(match verb {
            Verb::Propose => PartyMessage {
                until: reply_due,
                deadline: "Answer by",
                paragraphs: vec!["Nothing is promised until you accept. You can also name another day, or decline.".into()],
                ..base(Kind::TradeProposed, format!("{who} would borrow a book of yours"), "Read the question")
            },
            Verb::Counter => PartyMessage {
                until: reply_due,
                deadline: "Answer by",
                ..base(Kind::TradeCountered, format!("{who} names another day"), "Read the answer")
            },
            Verb::Accept if self.event.to_state == TradeState::Agreed => {
                self.lending_begins(user, who, base)
            }
            Verb::Send if self.is_way_back() => {
                if self.leg().is_none_or(|leg| leg.to_user != user) {
                    return ControlFlow::Continue(());
                }
                PartyMessage {
                    paragraphs: vec!["When it is in your hands, say so on the page: the loan is over then.".into()],
                    ..about(base(Kind::ParcelSent, format!("{who} has sent your book back"), "Follow it"))
                }
            }
            Verb::HandOver if self.is_way_back() => {
                if self.leg().is_none_or(|leg| leg.to_user != user) {
                    return ControlFlow::Continue(());
                }
                PartyMessage {
                    paragraphs: vec!["Confirm on the page that you have it back: the loan is over then.".into()],
                    ..about(base(Kind::ParcelSent, format!("{who} has given your book back"), "Confirm it"))
                }
            }
            Verb::Send | Verb::HandOver => {
                if self.leg().is_none_or(|leg| leg.to_user != user) {
                    return ControlFlow::Continue(());
                }
                PartyMessage {
                    paragraphs: vec!["Say on the page when the book is in your hands. It stays its owner’s, and is yours to read until the day you agreed on.".into()],
                    ..about(base(Kind::ParcelSent, format!("{who} lends you a book, and it is on its way"), "See the loan"))
                }
            }
            Verb::Receive if self.event.to_state == TradeState::Completed && !self.event.kept => about(base(
                Kind::TradeCompleted,
                format!("{books} is back"),
                "See the loan",
            )),
            Verb::Receive if self.event.to_state != TradeState::Completed => PartyMessage {
                until: Some(until),
                deadline: "It is due back by",
                ..about(base(Kind::ParcelReceived, format!("{who} has your book"), "See the loan"))
            },
            Verb::AskRenewal => PartyMessage {
                until: self.event.data.until,
                deadline: "Asked for: until",
                paragraphs: vec![format!(
                    "It is due on {}. If you say nothing until then, it stays so.",
                    self.day_for(user, until)
                )],
                ..about(base(Kind::RenewalAsked, format!("{who} asks for more time"), "Answer"))
            },
            Verb::GrantRenewal | Verb::ExtendLoan => PartyMessage {
                until: Some(until),
                deadline: "It is due back by",
                reason: "granted".into(),
                ..about(base(Kind::RenewalAnswered, format!("You have more time with {books}"), "See the loan"))
            },
            Verb::RefuseRenewal => PartyMessage {
                until: Some(until),
                deadline: "It is due back by",
                reason: if self.event.actor_id.is_some() { "refused" } else { "silent" }.into(),
                ..about(base(Kind::RenewalAnswered, format!("No more time with {books}"), "See the loan"))
            },
            Verb::LetKeep => PartyMessage {
                paragraphs: vec!["Say on the page that you keep it: it is yours from then on. Or bring it back as agreed.".into()],
                ..about(base(Kind::KeepOffered, format!("{who} would let you keep {books}"), "Answer"))
            },
            // The lender has left, and what was lent is the borrower's.
            Verb::Receive | Verb::AgreeToKeep | Verb::Leave
                if self.event.to_state == TradeState::Completed =>
            {
                let words = if self.lends(user) {
                    format!("{who} keeps {books}")
                } else {
                    format!("{books} is yours")
                };
                PartyMessage {
                    reason: "kept".into(),
                    ..about(base(Kind::TradeCompleted, words, "See the loan"))
                }
            }
            Verb::Leave if self.event.to_state == TradeState::Disputed => PartyMessage {
                paragraphs: vec!["The borrower has left Dogear without bringing it back. A moderator looks at it; say on the page how it should end.".into()],
                ..about(base(Kind::ProblemReported, format!("{books} was not brought back"), "See the loan"))
            },
            Verb::Leave => return ControlFlow::Break(None),
            Verb::Cancel | Verb::ConsentToCancel if self.event.to_state == TradeState::Cancelled => PartyMessage {
                paragraphs: vec!["The book is free again and listed as before.".into()],
                ..base(Kind::TradeCancelled, format!("The loan with {who} is cancelled"), "See the loan")
            },
            _ => return ControlFlow::Continue(()),
        }))
    }

    fn is_way_back(&self) -> bool {
        self.leg()
            .is_some_and(|leg| leg.purpose == LegPurpose::Return)
    }

    /// It is agreed, and the book leaves its owner's house soon.
    fn lending_begins(
        &self,
        user: UserId,
        who: &str,
        base: &impl Fn(Kind, String, &'static str) -> PartyMessage,
    ) -> PartyMessage {
        let next = match (self.lends(user), self.event.method) {
            (true, Method::Post) => {
                "The book is promised now. Your days to post it begin when the borrower’s address is there: we write to you then."
            }
            (false, Method::Post) => {
                "The book is promised to you. Enter where it should go; the address is erased when you have the book."
            }
            (_, Method::Meet) => {
                "The book is promised now. Agree on a place and a time to meet. It comes back the same way."
            }
        };
        PartyMessage {
            paragraphs: vec![next.into()],
            ..base(
                Kind::TradeAgreed,
                format!("Your loan with {who} is agreed"),
                "See what comes next",
            )
        }
    }

    /// What the clock tells about the day on which a book is due.
    pub(super) fn due_message(
        &self,
        notice: Notice,
        reader: &PartyRow,
        who: &str,
        base: &impl Fn(Kind, String, &'static str) -> PartyMessage,
    ) -> Option<PartyMessage> {
        let leg = self.way_back()?;
        let due = leg.send_due.to_jiff();
        let user = reader.user_id;
        let books = in_words(&self.titles(|_| true));
        let borrows = leg.from_user == user;
        let mut told = match (notice, borrows) {
            (Notice::LoanDueSoon, true) => PartyMessage {
                deadline: "Bring it back by",
                paragraphs: vec![
                    "If you need it longer, ask on the page: its owner says yes or no.".into(),
                ],
                ..base(
                    Kind::LoanDueSoon,
                    format!("{books} is due back soon"),
                    "See the loan",
                )
            },
            (Notice::LoanDueSoon, false) => return None,
            (_, true) => PartyMessage {
                paragraphs: vec![format!(
                    "Send it back, or write why it takes longer. While it is overdue you cannot ask for more time, and {} you cannot borrow another book.",
                    match self.policy.overdue_stop_days {
                        0 => "meanwhile".to_owned(),
                        1 => "after one day".to_owned(),
                        7 => "after a week".to_owned(),
                        days => format!("after {days} days"),
                    }
                )],
                ..base(
                    Kind::LoanOverdue,
                    format!("{books} is overdue"),
                    "See the loan",
                )
            },
            (_, false) => {
                let report = self.policy.not_returned(due);
                PartyMessage {
                    paragraphs: vec![format!(
                        "Write to {who}. You can give more time on the page, or let it be kept; from {} you can report it.",
                        self.day_for(user, report)
                    )],
                    ..base(
                        Kind::LoanOverdue,
                        format!("{books}, which you have lent, is overdue"),
                        "See the loan",
                    )
                }
            }
        };
        told.what = books;
        told.until = Some(due);
        told.reason = if borrows { "borrowed" } else { "lent" }.into();
        Some(told)
    }
}
