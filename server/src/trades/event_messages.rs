//! One party's version of an event.

use std::ops::ControlFlow;

use dogear_domain::ids::UserId;
use dogear_domain::money::Money;
use dogear_domain::trades::{Method, TradeState, Verb};
use jiff::Timestamp;

use super::event::{EventKind, Notice};
use super::event_context::EventContext;
use super::repo::events::PartyRow;
use crate::notifications::Kind;

/// One party's version of it.
pub(super) struct PartyMessage {
    pub kind: Kind,
    /// The books in words.
    pub what: String,
    pub until: Option<Timestamp>,
    pub reason: String,
    /// The book that is no longer offered.
    pub unoffered: String,
    pub subject: String,
    pub paragraphs: Vec<String>,
    /// Before the date, e.g. `Answer by`.
    pub deadline: &'static str,
    pub button: &'static str,
    /// It follows from what this party has done: told in the inbox, without a letter.
    pub by_own_step: bool,
}

impl EventContext {
    /// What this party is told; `None` when it knows, or need not know.
    pub(super) fn message_to(&self, reader: &PartyRow) -> Option<PartyMessage> {
        let user = reader.user_id;
        let acted = self.event.actor_id == Some(user);
        let exchange = self.exchange(user);
        let agreed_now = self.event.to_state == TradeState::Agreed;
        let base = |kind: Kind, subject: String, button: &'static str| PartyMessage {
            kind,
            what: exchange.clone(),
            until: None,
            reason: self.event.data.words.clone(),
            unoffered: String::new(),
            subject,
            paragraphs: Vec::new(),
            deadline: "",
            button,
            by_own_step: false,
        };
        let who = self.others(reader);
        let verb = match self.kind {
            EventKind::Notice(notice) => return self.for_notice(notice, reader, acted, base),
            // What somebody takes that was promised to them is agreed with that.
            EventKind::Step(Verb::Propose) if agreed_now => Verb::Accept,
            EventKind::Step(verb) => verb,
        };
        // Agreement is told to all: each has a parcel to send and a date to keep.
        if acted && !(verb == Verb::Accept && agreed_now) {
            return None;
        }
        if let ControlFlow::Break(told) = self.loan_message(reader, verb, &who, &base) {
            return told;
        }
        if let Some(told) = self.return_message(user, verb, &who, base) {
            return Some(told);
        }
        let reply_due = self.event.reply_due.map(jiff_sqlx::Timestamp::to_jiff);
        Some(match verb {
            Verb::Propose if self.price().is_some() => PartyMessage {
                until: reply_due,
                deadline: "Answer by",
                paragraphs: vec!["Nothing is reserved until you accept. You can also name another price, or decline.".into()],
                ..base(Kind::TradeProposed, format!("{who} would buy {} of yours", self.many("a book", "books")), "Read the proposal")
            },
            Verb::Counter if self.price().is_some() => PartyMessage {
                until: reply_due,
                deadline: "Answer by",
                ..base(Kind::TradeCountered, format!("{who} names {}", self.many("another price", "other prices")), "Read the proposal")
            },
            Verb::Accept if agreed_now && self.price().is_some() => self.sold(user, &who, base),
            Verb::MarkPaid => PartyMessage {
                paragraphs: vec![format!("The seller says that the money is there, and sends the {} now. If that is not so, report a problem on the page.", self.many("book", "books"))],
                ..base(Kind::PaymentMarked, format!("{who} has your money"), "See the trade")
            },
            Verb::Confirm => self.paid_online(user, base),
            Verb::Lapse => self.payment_lapsed(user, base)?,
            Verb::Unpaid => PartyMessage {
                paragraphs: vec![format!("Nobody paid in time, so the sale has ended. {} free again and listed as before.", self.many("The book is", "The books are"))],
                ..base(Kind::TradeCancelled, "A sale has ended unpaid".into(), "See the trade")
            },
            Verb::Propose => PartyMessage {
                until: reply_due,
                deadline: "Answer by",
                paragraphs: vec!["Nothing is reserved until you accept. You can also answer with other books, or decline.".into()],
                ..base(Kind::TradeProposed, format!("{who} proposes a trade"), "Read the proposal")
            },
            Verb::Counter => PartyMessage {
                until: reply_due,
                deadline: "Answer by",
                ..base(Kind::TradeCountered, format!("{who} answers with other books"), "Read the proposal")
            },
            Verb::Accept if agreed_now => {
                let gives = self.send_due(user);
                // The days to post begin with the address.
                let due = gives.filter(|_| self.in_person());
                let (deadline, next) = match (gives, self.event.method) {
                    (None, _) => ("", "You only receive in this trade. Say so when the books have arrived."),
                    (Some(_), Method::Post) => ("", "The books are reserved now. Enter where your parcel should go. Your days to post yours begin when its address is there: we write to you then."),
                    (Some(_), Method::Meet) => ("Meet by", "The books are reserved now. Agree on a place and a time to meet."),
                };
                PartyMessage {
                    until: due,
                    deadline,
                    paragraphs: vec![next.into()],
                    ..base(Kind::TradeAgreed, format!("Your trade with {who} is agreed"), "See what comes next")
                }
            }
            Verb::Accept
            | Verb::StartPayment
            | Verb::AskRenewal
            | Verb::GrantRenewal
            | Verb::RefuseRenewal
            | Verb::ExtendLoan
            | Verb::LetKeep
            | Verb::AgreeToKeep
            | Verb::AskReturn
            | Verb::DropReturn
            | Verb::Leave => return None,
            Verb::Decline => base(Kind::TradeDeclined, format!("{who} declines your proposal"), "See the trade"),
            Verb::Withdraw => base(Kind::TradeWithdrawn, format!("The proposal with {who} is withdrawn"), "See the trade"),
            Verb::Expire => base(Kind::TradeExpired, format!("The proposal with {who} has run out"), "See the trade"),
            // Whoever promised the copy elsewhere knows: a line in the inbox is enough.
            Verb::Supersede if self.event.data.agreed_elsewhere.contains(&user) => PartyMessage {
                by_own_step: true,
                ..base(Kind::TradeSuperseded, String::new(), "")
            },
            Verb::Supersede => PartyMessage {
                paragraphs: vec!["Nothing of yours is reserved for it any more. The trade’s page leads to other copies of the book.".into()],
                ..base(Kind::TradeSuperseded, "A book has gone to somebody else".into(), "Look for another copy")
            },
            Verb::Unoffer => {
                let copy = self.event.data.copy?;
                let item = self.items.iter().find(|item| item.copy_id == copy)?;
                let title = &item.frozen.title;
                // Its owner reads from the moderator who hid it why that was.
                let own = item.from_user == user;
                PartyMessage {
                    unoffered: title.clone(),
                    by_own_step: own,
                    paragraphs: vec!["Nothing of yours is reserved for it. The trade’s page leads to other copies of the book.".into()],
                    ..base(Kind::TradeSuperseded, format!("{title} is no longer offered"), "Look for another copy")
                }
            }
            Verb::TermsChanged => {
                let copy = self.event.data.copy?;
                let item = self.items.iter().find(|item| item.copy_id == copy)?;
                if item.from_user == user {
                    return None;
                }
                PartyMessage {
                    what: item.frozen.title.clone(),
                    until: reply_due,
                    deadline: "Answer by",
                    ..base(Kind::TermsChanged, format!("The description of {} has changed", item.frozen.title), "See what changed")
                }
            }
            Verb::HandOver => {
                self.leg().filter(|leg| leg.to_user == user)?;
                PartyMessage {
                    what: self.on_leg(),
                    paragraphs: vec!["Confirm on the trade’s page that the books are in your hands: they are yours from then on.".into()],
                    ..base(Kind::ParcelSent, format!("{who} has handed over your books"), "Confirm it")
                }
            }
            Verb::Send => {
                self.leg().filter(|leg| leg.to_user == user)?;
                PartyMessage {
                    what: self.on_leg(),
                    paragraphs: vec!["When the books are in your hands, say so on the trade’s page: they are yours from then on.".into()],
                    ..base(Kind::ParcelSent, format!("{who} has sent your books"), "Follow the trade")
                }
            }
            Verb::Receive if self.event.to_state == TradeState::Completed => base(
                Kind::TradeCompleted,
                format!("Your trade with {who} is completed"),
                "See the trade",
            ),
            Verb::Receive => {
                self.leg().filter(|leg| leg.from_user == user)?;
                PartyMessage {
                    what: self.on_leg(),
                    ..base(Kind::ParcelReceived, format!("{who} has your books"), "See the trade")
                }
            }
            Verb::MarkLost => PartyMessage {
                what: self.on_leg(),
                paragraphs: vec!["If it arrives after all, the receiver can still say so. Otherwise each of you can report a problem, and a moderator helps you settle it.".into()],
                ..base(Kind::ParcelLost, "A parcel is presumed lost".into(), "See the trade")
            },
            Verb::Cancel | Verb::ConsentToCancel if self.event.to_state == TradeState::Cancelled => PartyMessage {
                paragraphs: vec!["Your books are free again and listed as before.".into()],
                ..base(Kind::TradeCancelled, format!("The trade with {who} is cancelled"), "See the trade")
            },
            Verb::Cancel | Verb::ConsentToCancel => PartyMessage {
                paragraphs: vec!["The trade goes on unless everybody agrees to end it.".into()],
                ..base(Kind::CancelRequested, format!("{who} asks to cancel"), "Answer")
            },
            Verb::ReportProblem => PartyMessage {
                what: self.on_leg(),
                paragraphs: vec!["The trade stands still until it is settled. Write to each other: most problems end with a message.".into()],
                ..base(Kind::ProblemReported, format!("{who} reports a problem"), "See the trade")
            },
            Verb::Resolve if self.event.to_state == TradeState::Resolved => {
                PartyMessage {
                    paragraphs: self.settled_words(user, &who),
                    ..base(Kind::ProblemSettled, "The problem in your trade is settled".into(), "See the trade")
                }
            }
            Verb::Resolve => PartyMessage {
                paragraphs: vec!["If you agree, books that have not arrived stay with their givers, and the trade ends.".into()],
                ..base(Kind::CancelRequested, format!("{who} proposes to settle it"), "Answer")
            },
        })
    }

    /// As [`EventContext::told`], for what is no step.
    fn for_notice(
        &self,
        notice: Notice,
        reader: &PartyRow,
        acted: bool,
        base: impl Fn(Kind, String, &'static str) -> PartyMessage,
    ) -> Option<PartyMessage> {
        if acted {
            return None;
        }
        let user = reader.user_id;
        let who = self.others(reader);
        let gives_leg = self.leg().is_some_and(|leg| leg.from_user == user);
        let takes_leg = self.leg().is_some_and(|leg| leg.to_user == user);
        let send_due = self.leg().map(|leg| leg.send_due.to_jiff());
        Some(match notice {
            Notice::Message => {
                let text = self.message.clone()?;
                let mut told = base(Kind::TradeMessage, format!("{who} writes to you"), "Answer");
                told.reason = excerpt(&text);
                told.paragraphs = vec![text];
                told
            }
            Notice::Address => {
                let sends = self
                    .legs
                    .iter()
                    .any(|leg| leg.from_user == user && Some(leg.to_user) == self.event.actor_id);
                if !sends {
                    return None;
                }
                let mut told = base(
                    Kind::AddressGiven,
                    format!("{who} has entered an address"),
                    "See the address",
                );
                told.until = self.send_due(user);
                told.deadline = "Post your parcel by";
                told
            }
            Notice::ReplyReminder => {
                if reader.accepted {
                    return None;
                }
                let mut told = base(
                    Kind::ReplyReminder,
                    format!("{who} waits for your answer"),
                    "Read the proposal",
                );
                told.until = self.event.reply_due.map(jiff_sqlx::Timestamp::to_jiff);
                told.deadline = "Answer by";
                told
            }
            // The parcel cannot leave, so it is its receiver who is reminded.
            Notice::SendReminder | Notice::Overdue if self.lacks_address() => {
                if !takes_leg {
                    return None;
                }
                let mut told = base(
                    Kind::AddressReminder,
                    format!("{who} does not know where to send your books"),
                    "Enter your address",
                );
                told.what = self.on_leg();
                told.paragraphs = vec!["Enter where your parcel should go. Until then it cannot be sent, and it cannot be late.".into()];
                told
            }
            Notice::SendReminder if gives_leg => {
                let (subject, deadline) = if self.in_person() {
                    (format!("Your meeting with {who} is due"), "Meet by")
                } else {
                    (format!("Your parcel to {who} is due"), "Post it by")
                };
                let mut told = base(Kind::SendReminder, subject, "See the trade");
                told.what = self.on_leg();
                told.until = send_due;
                told.deadline = deadline;
                told
            }
            Notice::Overdue if gives_leg || takes_leg => {
                let subject = if self.in_person() {
                    "A meeting is overdue"
                } else {
                    "A parcel is overdue"
                };
                let mut told = base(Kind::ParcelOverdue, subject.into(), "See the trade");
                told.what = self.on_leg();
                told.paragraphs = vec![self.overdue(gives_leg)];
                told
            }
            Notice::ArrivalReminder if takes_leg => {
                let (subject, button) = if self.in_person() {
                    (
                        format!("Has {who} given you the books?"),
                        "Say that you have them",
                    )
                } else {
                    (
                        format!("Has the parcel from {who} arrived?"),
                        "Say that it has arrived",
                    )
                };
                let mut told = base(Kind::ArrivalReminder, subject, button);
                told.what = self.on_leg();
                told
            }
            Notice::LoanDueSoon | Notice::LoanOverdue => {
                return self.due_message(notice, reader, &who, &base);
            }
            Notice::SendReminder | Notice::Overdue | Notice::ArrivalReminder => return None,
            Notice::Refunded => self.money_back(user, base),
            Notice::GivenBack => return self.given_back(notice, &who, base),
            Notice::PaymentTrouble => self.money_stuck(user, base),
            Notice::MeetingChosen
            | Notice::MeetingDropped
            | Notice::MeetingMoved
            | Notice::MeetingCancelled
            | Notice::MeetingLeft => {
                let news = self.meeting_message(notice, user, &who)?;
                PartyMessage {
                    reason: news.sentence,
                    paragraphs: news.paragraphs,
                    ..base(Kind::MeetingChanged, news.subject, "See the trade")
                }
            }
        })
    }
}

impl EventContext {
    /// What an agreed sale asks of this party.
    fn sold(
        &self,
        user: UserId,
        who: &str,
        base: impl Fn(Kind, String, &'static str) -> PartyMessage,
    ) -> PartyMessage {
        let sells = self.items.iter().any(|item| item.from_user == user);
        let amount = self.price().map_or_else(String::new, Money::said);
        let the = self.many("The book is", "The books are");
        let (it, it_is) = (self.many("it", "them"), self.many("It is", "They are"));
        let (deadline, next) = match (sells, self.event.method) {
            (true, Method::Post) if self.pays_online => (
                "Paid by",
                format!(
                    "{who} can pay {amount} online on the page of the sale. Post nothing yet: we write to you when it is paid, and your days to post begin then. If {who} pays you in another way, say on the page when the money is there."
                ),
            ),
            (false, Method::Post) if self.pays_online => (
                "Pay by",
                format!(
                    "{the} kept for you. Pay {amount} online on the page of the sale, and enter where your parcel should go. {it_is} posted when your payment is confirmed."
                ),
            ),
            (true, Method::Post) => (
                "Paid by",
                format!(
                    "{who} has to pay {amount} before you post anything. Say on the page when the money is there: your days to post begin then."
                ),
            ),
            (false, Method::Post) => (
                "Pay by",
                format!(
                    "{the} kept for you. Pay {who} {amount} as you agree in messages, and enter where your parcel should go. {it_is} posted when {who} has the money."
                ),
            ),
            (true, Method::Meet) => (
                "",
                format!(
                    "{the} reserved now. Agree on a place and a time to meet. You are paid {amount} as you hand {it} over."
                ),
            ),
            (false, Method::Meet) => (
                "",
                format!(
                    "{the} kept for you. Agree on a place and a time to meet, and pay {amount} when you have {it} in your hands."
                ),
            ),
        };
        PartyMessage {
            until: self.event.pay_due.map(jiff_sqlx::Timestamp::to_jiff),
            deadline,
            paragraphs: vec![next],
            ..base(
                Kind::TradeAgreed,
                if sells && self.is_at_once() {
                    format!("{who} has bought {} of yours", self.many("a book", "books"))
                } else {
                    format!("Your sale with {who} is agreed")
                },
                "See what comes next",
            )
        }
    }

    /// Bought without a question, as its owner had offered.
    fn is_at_once(&self) -> bool {
        self.kind == EventKind::Step(Verb::Propose)
    }

    /// The one word for a trade of one book, the other for more.
    fn many(&self, one: &'static str, more: &'static str) -> &'static str {
        if self.items.len() == 1 { one } else { more }
    }

    /// What can be done about books that should have left their giver.
    fn overdue(&self, gives: bool) -> String {
        let days = match self.policy.overdue_cancel_days {
            1 => "one more day".to_owned(),
            days => format!("{days} more days"),
        };
        match (gives, self.in_person()) {
            (true, _) if self.is_return() => format!(
                "They were to be with their seller by now. Send them back, or write why it takes longer. After {days} the return ends, and you keep them."
            ),
            (false, _) if self.is_return() => format!(
                "Ask what keeps them. After {days} the return ends: the buyer keeps them, and you the money."
            ),
            (true, false) => format!(
                "Post the books now, or write why it takes longer. After {days} the other side may cancel."
            ),
            (true, true) => format!(
                "Meet as soon as you can and mark the books as handed over, or write why it takes longer. After {days} the other side may cancel."
            ),
            (false, _) => format!(
                "Ask what keeps them. After {days} you may cancel, and it does not count against you."
            ),
        }
    }
}

/// The beginning of a message, for one line.
fn excerpt(text: &str) -> String {
    const LONGEST: usize = 140;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    let cut: String = line.chars().take(LONGEST).collect();
    let end = cut.rfind(' ').unwrap_or(cut.len());
    format!("{}…", &cut[..end])
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn an_excerpt_ends_between_words() {
        let text = "word ".repeat(60);
        let short = excerpt(&text);
        assert!(short.ends_with("word…") && short.chars().count() <= 141);
        assert_eq!(excerpt(" two\nlines "), "two lines");
    }
}
